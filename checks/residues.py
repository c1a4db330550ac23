"""What programs leave behind of a document, told by where it lies or how it is named."""

from __future__ import annotations

import enum
import re

from policies.vocabulary import Text


class Residue(enum.Enum):
    """A kind of file that comes about beside a document, without anybody keeping it."""

    LOCK = "lock"
    BACKUP = "backup"
    TRASH = "trash"
    RECOVERED = "recovered"
    THUMBNAIL = "thumbnail"
    PRINT_SPOOL = "print-spool"
    DOWNLOAD = "download"
    CACHE = "cache"
    TEMPORARY = "temporary"

    @property
    def text(self) -> Text:
        """The kind's name for a reader."""
        return _TEXT[self]


_TEXT = {
    Residue.LOCK: Text("办公软件的锁文件", "a lock file of an office program"),
    Residue.BACKUP: Text("自动备份或自动保存的文件", "an automatic backup or autosaved copy"),
    Residue.TRASH: Text("回收站中的文件", "a file in the trash"),
    Residue.RECOVERED: Text("恢复软件找回的文件", "a file brought back by a recovery program"),
    Residue.THUMBNAIL: Text("缩略图", "a thumbnail"),
    Residue.PRINT_SPOOL: Text("打印队列中的文件", "a file in the print spool"),
    Residue.DOWNLOAD: Text("未完成的下载", "an unfinished download"),
    Residue.CACHE: Text("程序缓存中的文件", "a file in a program's cache"),
    Residue.TEMPORARY: Text("临时文件", "a temporary file"),
}

_NAMES = (
    (Residue.RECOVERED, r"FILE\d{4}\.CHK"),
    (Residue.BACKUP, r".+\.(?:asd|wbk|bak|xlk|old|sv\$|sw[a-p])|.+~|#.+#|Backup of .+|备份 ?(?:属于|of) .+|~WR[A-Z]\w*\.tmp"),
    (Residue.LOCK, r"~\$.+|\.~lock\..+#|\.~.+"),
    (Residue.DOWNLOAD, r".+\.(?:part|partial|crdownload|download|!ut|aria2|filepart)"),
    (Residue.TEMPORARY, r".+\.(?:tmp|temp)"),
)
"""Whole names."""

_FOLDERS = (
    (Residue.TRASH, r"/(?:\.local/share/Trash|\.Trash(?:-\d+)?|\.Trashes|\$RECYCLE\.BIN|RECYCLER)/"),
    (Residue.RECOVERED, r"/(?:lost\+found|recup_dir\.\d+|FOUND\.\d{3}|photorec\w*|testdisk\w*|extundelete\w*|RECOVERED_FILES)/"),
    (Residue.BACKUP, r"/office6/(?:data/)?backup/|/(?:libre|open)office(?:\.org)?/\d/user/(?:backup|temp)/|/AutoRecover[^/]*/"),
    (Residue.BACKUP, r"/\.(?:vim|emacs)[^/]*/(?:backups?|swap|undo|auto-save-list)/|/\.(?:autosave|backups?)/"),
    (Residue.THUMBNAIL, r"/(?:\.cache/)?\.?thumbnails/|/\.thumbs?/|/\.sh_thumbnails/"),
    (Residue.PRINT_SPOOL, r"^/var/spool/(?:cups|cups-pdf|lpd|samba)/"),
    (
        Residue.CACHE,
        r"/\.cache/|/\.mozilla/[^/]+/|/\.config/(?:google-chrome|chromium|browser|[^/]*[Bb]rowser[^/]*)/|/INetCache/",
    ),
    (Residue.TEMPORARY, r"^(?:/var|/usr)?/tmp/|^/dev/shm/|/AppData/Local/Temp/"),
)
"""Folders on the way."""

_BY_NAME = tuple((kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in _NAMES)
_BY_FOLDER = tuple((kind, re.compile(pattern)) for kind, pattern in _FOLDERS)


def residue_of(path: str) -> Residue | None:
    """Which kind of residue lies at a path; None for what somebody keeps there."""
    folder, _, name = path.rpartition("/")
    by_folder = (kind for kind, pattern in _BY_FOLDER if pattern.search(f"{folder}/"))
    by_name = (kind for kind, pattern in _BY_NAME if pattern.fullmatch(name))
    return next(by_folder, None) or next(by_name, None)
