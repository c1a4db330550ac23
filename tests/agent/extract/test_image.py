from __future__ import annotations

import io

import pytest

from agent.extract.base import Budget, Unreadable
from agent.extract.image import Image
from policies.vocabulary import Unread

PICTURES = [
    b"\x89PNG\r\n\x1a\n",
    b"\xff\xd8\xff\xe0\0\x10JFIF",
    b"GIF89a",
    b"II*\0",
    b"MM\0*",
    b"BM\x36\x00\x0c\0\0\0\0\0",
    b"RIFF\0\0\0\0WEBP",
    b"\0\0\0\x18ftypheic",
    b"AT&TFORM",
]


@pytest.mark.parametrize("head", PICTURES)
def test_a_picture_holds_no_text_that_could_be_read(head: bytes) -> None:
    assert Image().rank(head) > 0
    with pytest.raises(Unreadable) as raised:
        Image().blocks(io.BytesIO(head), Budget())
    assert raised.value.reason is Unread.NO_TEXT


@pytest.mark.parametrize("head", [b"", "机密★10年".encode(), b"BM is a word", b"%PDF-1.7", b"RIFF\0\0\0\0WAVE"])
def test_other_files_are_no_pictures(head: bytes) -> None:
    assert Image().rank(head) < 0
