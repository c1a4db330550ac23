"""Mails: by the standard library (.eml, .mbox, .mht), and Outlook's, of which the properties are written one by one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from email.message import EmailMessage
from email.policy import SMTP

from tests.agent.extract.compounds import compound
from tests.agent.extract.mails import properties
from tests.bench.corpus import pdf, plain, word
from tests.bench.corpus.marks import Suited
from tests.bench.corpus.shape import Format, Source, Way, zipped

_DATE = "Mon, 02 Mar 2026 09:00:00 +0800"
_SUBJECT, _BODY, _CLASS = 0x0037, 0x1000, 0x001A
_OFFICE = ("docx", "application", "vnd.openxmlformats-officedocument.wordprocessingml.document")

Change = Callable[[EmailMessage, Source, str], None]


def _letter(source: Source, subject: str = "", body: str | None = None, charset: str = "utf-8") -> EmailMessage:
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"], mail["Date"] = "张伟 <zhangwei@example.org>", "office@example.org", _DATE
    mail["Subject"] = subject or source.prose.title()
    mail["Message-ID"] = f"<{source.rng.randrange(1 << 60):x}@example.org>"
    text = "\n".join(source.prose.paragraphs(source.prose.size(8, 120))) if body is None else body
    mail.set_content(text + "\n", charset=charset, cte=source.rng.choice(("base64", "quoted-printable")))
    if source.rng.random() < 0.4:
        lines = "".join(f"<p>{line}</p>" for line in text.splitlines())
        mail.add_alternative(f"<html><body>{lines}</body></html>", subtype="html")
    return mail


def _attached(source: Source, mail: EmailMessage) -> None:
    """What hangs on an ordinary mail."""
    for _ in range(source.rng.choice((0, 0, 1, 1, 2))):
        kind = source.rng.randrange(4)
        if kind == 0:
            mail.add_attachment(word.plain(source), _OFFICE[1], _OFFICE[2], filename="附件.docx")
        elif kind == 1:
            mail.add_attachment(pdf.plain(source), "application", "pdf", filename="附件.pdf")
        elif kind == 2:
            mail.add_attachment(source.shared.pictures.photograph(source.rng), "image", "jpeg", filename="照片.jpg")
        else:
            text = plain.FORMATS["txt GB18030"].plain(source)
            mail.add_attachment(text, "text", "plain", filename="说明.txt")


def _bytes(source: Source, mail: EmailMessage) -> bytes:
    """The mail with boundaries that are the same at every making."""
    for number, part in enumerate(part for part in mail.walk() if part.is_multipart()):
        part.set_boundary(f"=_{source.rng.randrange(1 << 60):x}_{number}")
    return mail.as_bytes()


def _mail(source: Source) -> bytes:
    mail = _letter(source, charset=source.rng.choice(("utf-8", "utf-8", "gb18030")))
    _attached(source, mail)
    return _bytes(source, mail)


def _way(change: Change, suited: Suited = Suited.ANY) -> Way:
    def make(source: Source, mark: str) -> bytes:
        mail = _letter(source)
        change(mail, source, mark)
        return _bytes(source, mail)

    return Way(make, suited)


def _subject(mail: EmailMessage, source: Source, mark: str) -> None:
    del mail["Subject"]
    mail["Subject"] = f"【{mark}】{source.prose.title()}"


def _first(charset: str) -> Callable[[Source, str], bytes]:
    def make(source: Source, mark: str) -> bytes:
        text = "\n".join([mark, *source.prose.paragraphs(6)])
        return _bytes(source, _letter(source, body=text, charset=charset))

    return make


def _only_html(source: Source, mark: str) -> bytes:
    mail = _letter(source)
    mail.clear_content()
    mail.set_content(f"<html><body><p><b>{mark}</b></p><p>{source.prose.paragraph()}</p></body></html>", subtype="html")
    return _bytes(source, mail)


def _document(mail: EmailMessage, source: Source, mark: str) -> None:
    mail.add_attachment(word.marked(source, mark), _OFFICE[1], _OFFICE[2], filename="附件.docx")


def _old_text(mail: EmailMessage, source: Source, mark: str) -> None:
    text = f"{mark}\n{source.prose.paragraph()}\n".encode("gb18030")
    mail.add_attachment(text, "text", "plain", filename="附件.txt")


def _archive(mail: EmailMessage, source: Source, mark: str) -> None:
    packed = zipped({"报告/正文.docx": word.marked(source, mark)})
    mail.add_attachment(packed, "application", "zip", filename="附件.zip")


def _forwarded(mail: EmailMessage, source: Source, mark: str) -> None:
    mail.add_attachment(_letter(source, body=f"{mark}\n{source.prose.paragraph()}"))


_WAYS: Mapping[str, Way] = {
    "subject": _way(_subject, Suited.STATUTORY),
    "first line": Way(_first("utf-8")),
    "first line, GB18030": Way(_first("gb18030")),
    "only HTML": Way(_only_html),
    "attached document": _way(_document),
    "attached text, GB18030": _way(_old_text),
    "attached archive": _way(_archive),
    "forwarded mail": _way(_forwarded),
}


# --- other mails --------------------------------------------------------------------------------------------------------


def _box(source: Source, mark: str = "") -> bytes:
    """Some mails one after the other, the marked one in the middle."""
    letters = [_letter(source) for _ in range(source.prose.size(8, 40))]
    if mark:
        letters.insert(len(letters) // 2, _letter(source, body=f"{mark}\n{source.prose.paragraph()}"))
    return b"".join(
        b"From a@example.org Mon Mar  2 09:00:00 2026\n" + _bytes(source, one).replace(b"\r\n", b"\n") + b"\n" for one in letters
    )


def _web_archive(source: Source, mark: str = "") -> bytes:
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["Subject"], mail["Date"] = "<Saved by Blink>", source.prose.title(), _DATE
    lines = "".join(f"<p>{line}</p>" for line in [*([mark] if mark else []), *source.prose.paragraphs(12)])
    mail.set_content(f"<html><body>{lines}</body></html>", subtype="html", cte="quoted-printable")
    mail.make_related()
    mail.add_related(source.shared.pictures.photograph(source.rng), "image", "jpeg", cid="<1@example.org>")
    return _bytes(source, mail)


def _outlook(source: Source, mark: str = "") -> bytes:
    text = "\r\n".join([*([mark] if mark else []), *source.prose.paragraphs(source.prose.size(8, 100))])
    return compound(properties({_CLASS: "IPM.Note", _SUBJECT: source.prose.title(), _BODY: text}))


FORMATS: Mapping[str, Format] = {
    "eml": Format(".eml", 450, _mail, _WAYS),
    "mbox": Format(".mbox", 12, _box, {"body of one mail": Way(_box, Suited.FULL)}),
    "mhtml": Format(".mht", 40, _web_archive, {"first line": Way(_web_archive)}),
    "msg": Format(".msg", 40, _outlook, {"first line": Way(_outlook)}),
}
