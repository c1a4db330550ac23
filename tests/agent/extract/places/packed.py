"""Mails, attachments and archives: by the standard library, libarchive and OpenSSL, and by hand what they do not write."""

from __future__ import annotations

import base64
import email.policy
import gzip
import mailbox
import tempfile
from collections.abc import Callable
from email.message import EmailMessage
from functools import partial
from pathlib import Path

from policies.vocabulary import Place
from tests.agent.extract.archive.test_bundle import ar, cab, lha
from tests.agent.extract.archive.test_compressed import PACK
from tests.agent.extract.archive.test_rpm import rpm
from tests.agent.extract.archive.test_tar import tar
from tests.agent.extract.archive.test_zip_archive import zipped
from tests.agent.extract.archives import rar4, rar5, written
from tests.agent.extract.compounds import compound
from tests.agent.extract.mail import test_tnef as winmail
from tests.agent.extract.mail.test_pgp import SIGNATURE
from tests.agent.extract.mails import Value, properties
from tests.agent.extract.ole.test_package import NATIVE, native
from tests.agent.extract.pdfs import drawn, one_page
from tests.agent.extract.places.case import DOCUMENTS, LINES, MARK, NAMED, TITLE, Case, Column, cases
from tests.agent.extract.places.marked_up import html
from tests.agent.extract.samples import docx, paragraph

_TEXT = "\n".join((TITLE, *LINES)) + "\n"
_MARKED = f"{MARK}\n{_TEXT}"
_INNER = docx(paragraph(MARK) + "".join(map(paragraph, (TITLE, *LINES))))
Pack = Callable[[dict[str, bytes]], bytes]

# --- mails ------------------------------------------------------------------------------------------------------------------


def mail(body: str = _TEXT, subject: str = TITLE, **fields: str) -> EmailMessage:
    """A mail by the standard library."""
    message = EmailMessage(policy=email.policy.SMTP)
    message["From"], message["To"], message["Subject"] = "a@example.org", "b@example.org", subject
    for name, value in fields.items():
        message[name] = value
    message.set_content(body)
    return message


def _with_html() -> EmailMessage:
    message = mail()
    message.add_alternative(html(f"<p>{MARK}</p>").decode(), subtype="html")
    return message


def _attached(content: bytes, name: str) -> EmailMessage:
    message = mail()
    message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return message


def _forwarding(inner: EmailMessage) -> EmailMessage:
    message = mail()
    message.add_attachment(inner)
    return message


def _boxed(*mails: EmailMessage) -> bytes:
    """A mailbox by the standard library, which writes to a file only."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "box"
        box = mailbox.mbox(path)
        for message in mails:
            box.add(message)
        box.close()
        return path.read_bytes()


EML = cases(
    "eml",
    ("first-line", Column.TEXT, Place.COVER, lambda: mail(_MARKED).as_bytes()),
    ("html-body", Column.TEXT, Place.COVER, lambda: _with_html().as_bytes()),
    ("signed-body", Column.TEXT, Place.COVER, (DOCUMENTS / "openssl-clear.eml").read_bytes),
    ("subject", Column.SUBJECT, Place.SUBJECT, lambda: mail(subject=f"（{MARK}）{TITLE}").as_bytes()),
    ("sensitivity-field", Column.PROPERTY, Place.METADATA, lambda: mail(Sensitivity=MARK).as_bytes()),
    ("attachment", Column.INNER, Place.ATTACHMENT, lambda: _attached(_INNER, "方案.docx").as_bytes()),
    ("forwarded-mail", Column.INNER, Place.ATTACHMENT, lambda: _forwarding(mail(_MARKED)).as_bytes()),
    (
        "archive-in-a-forwarded-mail",
        Column.INNER,
        Place.ATTACHMENT,
        lambda: _forwarding(_attached(zipped({"甲.txt": _MARKED.encode()}), "a.zip")).as_bytes(),
    ),
    ("name-of-an-attachment", Column.NAME, Place.NAME, lambda: _attached(b"text", f"{NAMED}.txt").as_bytes()),
)
MBOX = cases(
    "mbox",
    ("first-line", Column.TEXT, Place.MEMBER, lambda: _boxed(mail(), mail(_MARKED))),
    ("subject", Column.SUBJECT, Place.MEMBER, lambda: _boxed(mail(), mail(subject=f"（{MARK}）{TITLE}"))),
    ("attachment", Column.INNER, Place.MEMBER, lambda: _boxed(mail(), _attached(_INNER, "方案.docx"))),
)

_SUBJECT, _BODY, _HTML = 0x0037, 0x1000, 0x1013
_PLAIN: dict[int, Value] = {_SUBJECT: TITLE, _BODY: _TEXT}
_ATTACHED = "__attach_version1.0_#00000000/"
_DATA, _METHOD, _LONG_NAME = 0x3701, 0x3705, 0x3707


def _msg(changes: dict[int, Value], attached: dict[int, Value] | None = None, inner: dict[str, bytes] | None = None) -> bytes:
    streams = properties(_PLAIN | changes)
    return compound(streams | (properties(attached, _ATTACHED, header=8) if attached else {}) | (inner or {}))


_CATEGORY = {"__substg1.0_8001101F-00000000": f"{MARK}\0".encode("utf-16-le")}
MSG = cases(
    "msg",
    ("first-line", Column.TEXT, Place.COVER, lambda: _msg({_BODY: _MARKED})),
    ("html-body", Column.TEXT, Place.COVER, lambda: _msg({_HTML: html(f"<p>{MARK}</p>")})),
    ("subject", Column.SUBJECT, Place.SUBJECT, lambda: _msg({_SUBJECT: f"（{MARK}）{TITLE}"})),
    ("category", Column.PROPERTY, Place.METADATA, lambda: _msg({}, inner=_CATEGORY)),
    (
        "attachment",
        Column.INNER,
        Place.ATTACHMENT,
        lambda: _msg({}, {_LONG_NAME: "方案.docx", _DATA: _INNER, _METHOD: 1}),
    ),
    (
        "forwarded-message",
        Column.INNER,
        Place.ATTACHMENT,
        lambda: _msg(
            {}, {_LONG_NAME: "转发", _METHOD: 5}, properties({_BODY: _MARKED}, _ATTACHED + "__substg1.0_3701000D/", header=24)
        ),
    ),
    (
        "name-of-an-attachment",
        Column.NAME,
        Place.NAME,
        lambda: _msg({}, {_LONG_NAME: f"{NAMED}.txt", _DATA: b"text", _METHOD: 1}),
    ),
)


def _tnef(subject: str = TITLE, body: str = _TEXT, *more: bytes) -> bytes:
    texts = ((winmail.SUBJECT, subject), (winmail.BODY, body))
    attributes = [winmail.attribute(number, f"{text}\0".encode("gb18030")) for number, text in texts]
    return winmail.tnef(winmail.PAGE, *attributes, *more)


TNEF = cases(
    "tnef",
    ("first-line", Column.TEXT, Place.COVER, lambda: _tnef(body=_MARKED)),
    ("subject", Column.SUBJECT, Place.SUBJECT, lambda: _tnef(f"（{MARK}）{TITLE}")),
    ("attachment", Column.INNER, Place.ATTACHMENT, lambda: _tnef(TITLE, _TEXT, winmail.attachment("方案.docx", _INNER))),
)

_SIGNED = f"-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\n{_MARKED}\n{SIGNATURE}"
SIGNED = [
    *cases("pgp", ("signed-text", Column.TEXT, Place.COVER, _SIGNED.encode)),
    *cases(
        "cms",
        (
            "signed-text",
            Column.TEXT,
            Place.COVER,
            lambda: base64.b64decode((DOCUMENTS / "openssl-streamed.eml").read_bytes().split(b"\n\n")[1]),
        ),
    ),
]

# --- archives ---------------------------------------------------------------------------------------------------------------


def _debian(files: dict[str, bytes]) -> bytes:
    parts = {"debian-binary": b"2.0\n", "control.tar.gz": gzip.compress(tar({"control": b"x"}))}
    return ar(parts | {"data.tar.gz": gzip.compress(tar(files))})


def _lha(files: dict[str, bytes]) -> bytes:
    """One file, whose name is in Latin letters."""
    (content,) = files.values()
    return lha("a.docx", content)


ARCHIVES: dict[str, Pack] = {
    "zip": zipped,
    "tar": tar,
    "7z": partial(written, "7zip"),
    "rar": rar5,
    "cpio": partial(written, "cpio_newc"),
    "iso": partial(written, "iso9660"),
    "cab": cab,
    "deb": _debian,
    "rpm": lambda files: rpm(gzip.compress(written("cpio_newc", files))),
    "lha": _lha,
}


def _archived(format: str, pack: Pack) -> list[Case]:
    member = cases(
        format,
        ("member", Column.INNER, Place.MEMBER, lambda: pack({"通知.docx": _INNER})),
        ("pdf-member", Column.INNER, Place.MEMBER, lambda: pack({"通知.pdf": one_page(drawn(MARK))})),
        ("member-of-a-member", Column.INNER, Place.MEMBER, lambda: pack({"a.zip": zipped({"甲.txt": _MARKED.encode()})})),
    )
    name = cases(format, ("name-of-a-member", Column.NAME, Place.NAME, lambda: pack({f"{NAMED}.txt": b"text"})))
    return member + (name if format != "lha" else [])


def _compressed(format: str, pack: Callable[[bytes], bytes]) -> list[Case]:
    return cases(
        format,
        ("text", Column.TEXT, Place.COVER, lambda: pack(_MARKED.encode())),
        ("tar-member", Column.INNER, Place.MEMBER, lambda: pack(tar({"通知.docx": _INNER}))),
    )


PACKED = [
    *(case for format, pack in ARCHIVES.items() for case in _archived(format, pack)),
    *cases("rar", ("member-of-version-4", Column.INNER, Place.MEMBER, lambda: rar4({"a.docx": _INNER}))),
    *(case for format, pack in PACK.items() for case in _compressed(format, pack)),
    *cases("ole", ("packaged-file", Column.INNER, Place.MEMBER, lambda: compound({NATIVE: native(b"a.docx", _INNER)}))),
]
CASES: list[Case] = [*EML, *MBOX, *MSG, *TNEF, *SIGNED, *PACKED]
