"""Why a file's candidates are marks or mentions: the file is read once more, in the sandbox, and every decision asked for."""

from __future__ import annotations

import os

from agent.extract.reading import Explained
from agent.sandbox import Sandbox
from agent.walk import open_regular
from checks.marking.reader import name_block, readings
from checks.subjects import Document
from policies.vocabulary import Read, Unread


def explained(document: Document, sandbox: Sandbox) -> tuple[Explained, ...]:
    """The decisions about a document's text, then about its name. Raises SandboxUnavailable."""
    name = document.path.rpartition("/")[2]
    return (*_of_text(document, sandbox), *map(Explained.of, readings([name_block(name)])))


def _of_text(document: Document, sandbox: Sandbox) -> tuple[Explained, ...]:
    if document.size == 0 or (document.read is Read.NONE and document.reason is Unread.TOO_LARGE):
        return ()
    try:
        file, _ = open_regular(os.fsdecode(bytes.fromhex(document.raw)) if document.raw else document.path)
    except OSError:  # it has gone meanwhile, or may not be read, which the document itself tells
        return ()
    try:
        return sandbox.read(file, explain=True).explained
    finally:
        os.close(file)
