"""Words that mean one thing everywhere: languages, secrecy levels, severities, verdicts and the vocabulary of marks.

Levels are named by their Chinese words on every wire, file and screen, so each enum's value is what is stored and sent.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from functools import total_ordering


class Language(enum.Enum):
    """A language that both programs speak."""

    ZH = "zh"
    EN = "en"


@dataclass(frozen=True, slots=True)
class Text:
    """One statement in both languages."""

    zh: str
    en: str

    def say(self, language: Language) -> str:
        """The statement in one language."""
        return self.zh if language is Language.ZH else self.en


@total_ordering
class Level(enum.Enum):
    """How secret a thing is, lowest first (保密法 art. 14; 内部 is the work-secret level)."""

    GONGKAI = "公开"
    NEIBU = "内部"
    MIMI = "秘密"
    JIMI = "机密"
    JUEMI = "绝密"

    @property
    def rank(self) -> int:
        """Position in the order, 0 for public."""
        return list(Level).index(self)

    @property
    def is_state_secret(self) -> bool:
        """Whether the level is one of the three of state secrets."""
        return self.rank >= Level.MIMI.rank

    @property
    def text(self) -> Text:
        """The level's name for a reader."""
        return Text(self.value, _LEVEL_EN[self])

    def __lt__(self, other: Level) -> bool:
        return self.rank < other.rank


_LEVEL_EN = {
    Level.GONGKAI: "public",
    Level.NEIBU: "internal",
    Level.MIMI: "secret",
    Level.JIMI: "highly secret",
    Level.JUEMI: "top secret",
}


@total_ordering
class Severity(enum.Enum):
    """How grave a finding is; a greater severity compares greater (P0 critical ... P3 notice)."""

    CRITICAL = "critical"
    MAJOR = "major"
    MINOR = "minor"
    NOTICE = "notice"

    @property
    def rank(self) -> int:
        """3 for critical ... 0 for notice."""
        return 3 - list(Severity).index(self)

    @property
    def text(self) -> Text:
        """The severity's name for a reader."""
        return _SEVERITY_TEXT[self]

    def __lt__(self, other: Severity) -> bool:
        return self.rank < other.rank


_SEVERITY_TEXT = {
    Severity.CRITICAL: Text("严重", "critical"),
    Severity.MAJOR: Text("较重", "major"),
    Severity.MINOR: Text("一般", "minor"),
    Severity.NOTICE: Text("提示", "notice"),
}


class Kind(enum.Enum):
    """A state ends when it is no longer true; an incident happened at a time and stays for a person."""

    STATE = "state"
    INCIDENT = "incident"


class Verdict(enum.Enum):
    """The outcome of a check. What could not be seen is never compliant."""

    COMPLIANT = "compliant"
    VIOLATION = "violation"
    NOT_APPLICABLE = "not_applicable"
    NOT_ASSESSED = "not_assessed"
    ERROR = "error"

    @property
    def text(self) -> Text:
        """The verdict's name for a reader."""
        return _VERDICT_TEXT[self]


_VERDICT_TEXT = {
    Verdict.COMPLIANT: Text("符合", "compliant"),
    Verdict.VIOLATION: Text("违规", "violation"),
    Verdict.NOT_APPLICABLE: Text("不适用", "not applicable"),
    Verdict.NOT_ASSESSED: Text("未能检查", "not assessed"),
    Verdict.ERROR: Text("检查出错", "error"),
}


class Profile(enum.Enum):
    """What kind of computer this is; each has a shipped policy pack of the same name."""

    STANDALONE = "standalone"
    NETWORKED = "networked"
    INTERNAL = "internal"
    INTERNET = "internet"

    @property
    def text(self) -> Text:
        """The profile's name for a reader."""
        return _PROFILE_TEXT[self]


_PROFILE_TEXT = {
    Profile.STANDALONE: Text("涉密单机", "stand-alone confidential computer"),
    Profile.NETWORKED: Text("涉密网终端", "computer on a confidential network"),
    Profile.INTERNAL: Text("内部网终端", "computer on an internal network"),
    Profile.INTERNET: Text("互联网计算机", "internet computer"),
}


class Paths(enum.Enum):
    """How a report carries the path of a file, which may itself be classified."""

    CLEAR = "clear"
    MASKED = "masked"
    HASHED = "hashed"


class Read(enum.Enum):
    """How much of a document could be read."""

    FULL = "full"
    PARTIAL = "partial"
    NONE = "none"


class Unread(enum.Enum):
    """Why a document could not be read in full."""

    ENCRYPTED = "encrypted"
    CORRUPT = "corrupt"
    TOO_LARGE = "too_large"
    TIMEOUT = "timeout"
    PERMISSION = "permission"
    UNSUPPORTED = "unsupported"
    NO_TEXT = "no_text"
    BOMB = "bomb"

    @property
    def text(self) -> Text:
        """The reason for a reader."""
        return _UNREAD_TEXT[self]


_UNREAD_TEXT = {
    Unread.ENCRYPTED: Text("文件已加密", "the file is encrypted"),
    Unread.CORRUPT: Text("文件已损坏", "the file is corrupt"),
    Unread.TOO_LARGE: Text("文件过大", "the file is too large"),
    Unread.TIMEOUT: Text("读取超时", "reading took too long"),
    Unread.PERMISSION: Text("无读取权限", "no permission to read"),
    Unread.UNSUPPORTED: Text("格式不支持", "the format is not supported"),
    Unread.NO_TEXT: Text("没有可读文字", "there is no text to read"),
    Unread.BOMB: Text("压缩炸弹", "it unpacks to far more than it holds"),
}


class MarkVerdict(enum.Enum):
    """What a classification mark's form is worth."""

    VALID = "valid"
    LEGACY = "legacy"
    DEVIATION = "deviation"
    MALFORMED = "malformed"
    PARTIAL = "partial"
    CHANGED = "changed"
    DECLASSIFIED = "declassified"
    MISUSE = "misuse"
    OTHER = "other"

    @property
    def text(self) -> Text:
        """The verdict's name for a reader."""
        return _MARK_VERDICT_TEXT[self]


_MARK_VERDICT_TEXT = {
    MarkVerdict.VALID: Text("规范", "valid"),
    MarkVerdict.LEGACY: Text("旧式", "legacy"),
    MarkVerdict.DEVIATION: Text("不规范", "deviation"),
    MarkVerdict.MALFORMED: Text("错误", "malformed"),
    MarkVerdict.PARTIAL: Text("局部标志", "partial"),
    MarkVerdict.CHANGED: Text("已变更", "changed"),
    MarkVerdict.DECLASSIFIED: Text("已解密", "declassified"),
    MarkVerdict.MISUSE: Text("误用", "misuse"),
    MarkVerdict.OTHER: Text("其他标志", "other"),
}


class Regime(enum.Enum):
    """Which law a mark belongs to: state secrets, work secrets, trade secrets."""

    STATE = "state"
    WORK = "work"
    TRADE = "trade"


class Place(enum.Enum):
    """Where in a document a mark stands."""

    COVER = "cover"
    HEADER = "header"
    FOOTER = "footer"
    BODY = "body"
    TEXTBOX = "textbox"
    WATERMARK = "watermark"
    CELL = "cell"
    SLIDE = "slide"
    MEMBER = "member"
    ATTACHMENT = "attachment"
    SUBJECT = "subject"
    NAME = "name"
    METADATA = "metadata"
    HIDDEN = "hidden"
    DELETED = "deleted"

    @property
    def seen_by_a_reader(self) -> bool:
        """Whether somebody who opens the document sees what stands here."""
        return self not in (Place.NAME, Place.METADATA, Place.HIDDEN, Place.DELETED)

    @property
    def text(self) -> Text:
        """The place's name for a reader."""
        return _PLACE_TEXT[self]


_PLACE_TEXT = {
    Place.COVER: Text("首页", "cover"),
    Place.HEADER: Text("页眉", "header"),
    Place.FOOTER: Text("页脚", "footer"),
    Place.BODY: Text("正文", "body"),
    Place.TEXTBOX: Text("文本框", "text box"),
    Place.WATERMARK: Text("水印", "watermark"),
    Place.CELL: Text("单元格", "cell"),
    Place.SLIDE: Text("幻灯片", "slide"),
    Place.MEMBER: Text("压缩包内文件", "archive member"),
    Place.ATTACHMENT: Text("附件", "attachment"),
    Place.SUBJECT: Text("邮件主题", "subject"),
    Place.NAME: Text("文件名", "file name"),
    Place.METADATA: Text("文档属性", "metadata"),
    Place.HIDDEN: Text("隐藏文字", "hidden text"),
    Place.DELETED: Text("已删除文字", "deleted text"),
}
