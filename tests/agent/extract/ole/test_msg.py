from __future__ import annotations

import io

import pytest

from agent.extract.base import Budget, Member, NotThisFormat
from agent.extract.ole.msg import Msg
from checks.marking.text import Block
from policies.vocabulary import Place, Unread
from tests.agent.extract.compounds import compound
from tests.agent.extract.mails import Value, properties
from tests.agent.extract.ole.test_lzfu import SIMPLE
from tests.agent.extract.outcome import outcome

CLASS, SENSITIVITY, SUBJECT, BODY, RICH, HTML = 0x001A, 0x0036, 0x0037, 0x1000, 0x1009, 0x1013
DATA, METHOD, SHORT_NAME, LONG_NAME = 0x3701, 0x3705, 0x3704, 0x3707
ATTACHED = "__attach_version1.0_#00000000/"
INNER = ATTACHED + "__substg1.0_3701000D/"
MAIL: dict[int, Value] = {SUBJECT: "机密★10年 通知", BODY: "正文 机密★5年"}


def found(streams: dict[str, bytes]) -> tuple[list[Block], list[Member], Unread | None]:
    return outcome(Msg(), compound(streams))


def content(member: Member) -> bytes:
    return member.file.read() if member.file else b""


def test_subject_body_and_sensitivity_are_read() -> None:
    blocks, members, reason = found(properties(MAIL | {SENSITIVITY: 3}))
    assert [(block.place, block.text) for block in blocks] == [
        (Place.SUBJECT, "机密★10年 通知"),
        (Place.METADATA, "Sensitivity=Company-Confidential"),
        (Place.BODY, "正文 机密★5年"),
    ]
    assert (members, reason) == ([], None)


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("8001001F", "机密★10年".encode("utf-16-le")),
        ("8001001E", "机密★10年\0".encode("gbk")),
        ("80A1101F-00000001", "机密★10年\0".encode("utf-16-le")),
    ],
)
def test_a_property_with_a_name_of_its_own_is_metadata(name: str, raw: bytes) -> None:
    streams = properties(MAIL | {0x3FFD: 936}) | {f"__substg1.0_{name}": raw, "__substg1.0_8002001F": "x".encode("utf-16-le")}
    streams["__substg1.0_80A1101F"] = b"\x0e\0\0\0"  # the lengths of the texts
    assert [block.text for block in found(streams)[0] if block.place is Place.METADATA] == ["机密★10年"]


@pytest.mark.parametrize(("encoding", "page"), [("gbk", 936), ("big5", 950), ("utf-8", 65001), ("gbk", 0)])
def test_narrow_texts_are_in_the_code_page_of_the_message(encoding: str, page: int) -> None:
    mail: dict[int, Value] = {SUBJECT: "秘密★3年 關於工作的通知" if encoding == "big5" else "秘密★3年 关于工作的通知"}
    streams = properties(mail | ({0x3FFD: page} if page else {}), narrow=encoding)
    assert [block.text for block in found(streams)[0]] == [mail[SUBJECT]]


def test_a_body_as_html_is_a_part_of_the_message() -> None:
    members = found(properties(MAIL | {HTML: b"<p>x</p>", RICH: SIMPLE}))[1]
    assert [(member.name, member.place, content(member)) for member in members] == [("", Place.BODY, b"<p>x</p>")]


def test_a_body_as_packed_rich_text_is_a_part_of_the_message() -> None:
    members = found(properties(MAIL | {RICH: SIMPLE}))[1]
    assert [content(member) for member in members] == [b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"]


def test_an_attachment_is_a_member() -> None:
    attached = properties({SHORT_NAME: "A~1.TXT", LONG_NAME: "附件.txt", DATA: b"text", METHOD: 1}, ATTACHED, header=8)
    members = found(properties(MAIL) | attached)[1]
    assert [(member.name, member.place, content(member)) for member in members] == [("附件.txt", Place.ATTACHMENT, b"text")]


def test_a_message_in_a_message_is_read_as_one() -> None:
    attached = properties({LONG_NAME: "转发", METHOD: 5}, ATTACHED, header=8)
    inner = properties({SUBJECT: "内层 绝密★1年", SENSITIVITY: 2}, INNER, header=24)
    (member,) = found(properties(MAIL) | attached | inner)[1]
    assert member.file is not None
    assert Msg().rank(member.file.read(64)) > 0
    texts = [part.text for part in Msg().blocks(member.file, Budget()) if isinstance(part, Block)]
    assert (member.name, texts) == ("转发", ["内层 绝密★1年", "Sensitivity=Private"])


def test_an_embedded_object_is_a_member() -> None:
    attached = properties({LONG_NAME: "表", METHOD: 6}, ATTACHED, header=8)
    (member,) = found(properties(MAIL) | attached | {INNER + "Package": b"PK\3\4"})[1]
    assert (member.name, content(member)) == ("表", b"PK\3\4")


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("IPM.Note.SMIME", Unread.ENCRYPTED),
        ("IPM.Note.SMIME.MultipartSigned", None),
        ("IPM.Note", None),
        ("ipm.note.smime\0", Unread.ENCRYPTED),
    ],
)
def test_a_sealed_message_is_told_and_a_clear_signed_one_is_read(kind: str, reason: Unread | None) -> None:
    assert found(properties(MAIL | {CLASS: kind}))[2] is reason


def test_a_message_under_rights_management_is_encrypted() -> None:
    attached = properties({LONG_NAME: "message.rpmsg", DATA: b"x"}, ATTACHED, header=8)
    assert [member.reason for member in found(properties(MAIL) | attached)[1]] == [Unread.ENCRYPTED]


def test_a_damaged_body_is_told_after_the_subject() -> None:
    blocks, members, _ = found(properties({SUBJECT: "机密★10年", RICH: SIMPLE[:-3]}))
    assert [block.text for block in blocks] == ["机密★10年"]
    assert len(members) == 1


def test_another_compound_file_is_not_this_format() -> None:
    with pytest.raises(NotThisFormat):
        list(Msg().blocks(io.BytesIO(compound({"WordDocument": b"x" * 5000})), Budget()))


def test_rank_looks_at_the_beginning() -> None:
    assert Msg().rank(compound(properties(MAIL))) > Msg().rank(compound({})) > 0 > Msg().rank(b"PK\3\4")
