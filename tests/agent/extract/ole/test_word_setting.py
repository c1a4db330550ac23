from __future__ import annotations

import io
from pathlib import Path

from agent.extract.base import Budget
from agent.extract.ole.cfb import opened
from agent.extract.ole.word_fib import InformationBlock
from agent.extract.ole.word_format import Form, Look, Run
from agent.extract.ole.word_setting import Plain, Setting
from tests.agent.extract.words import word

MADE = Path(__file__).parents[3] / "data/documents/libreoffice.doc"


def setting(data: bytes) -> Setting:
    storage = opened(io.BytesIO(data), Budget())
    main = storage.open("WordDocument")
    assert main is not None
    return Setting(InformationBlock(storage, main, Budget()), main, Budget())


def test_plainly_nothing_is_told() -> None:
    plain = Plain()
    assert (list(plain.runs(3, 9)), plain.look(3, b""), plain.form(3)) == ([Run(3, 9, b"")], Look(), Form())
    assert plain.character((1, 2)) == ""


def test_the_first_paragraph_of_a_real_document_is_set_as_its_author_set_it() -> None:
    found = setting(MADE.read_bytes())
    first = next(found.runs(2048, 2060))
    look = found.look(first.start, first.changes)
    assert (look.bold, look.size, look.hidden) == (True, 32, False)
    assert found.form(first.start).left is True
    assert found.may_change_the_text()


def test_a_document_without_formats_is_plain() -> None:
    found = setting(word([("机密\r", False)]))
    assert (found.look(2048, b""), found.form(2048), found.may_change_the_text()) == (Look(), Form(), False)
