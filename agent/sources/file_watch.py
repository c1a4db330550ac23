"""Files that change below some folders: by fanotify where that is allowed (root), by inotify otherwise."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from agent.sources.base import Changed, Lost
from agent.sources.file_systems import FileSystemEvents

if TYPE_CHECKING:
    from agent.sources.file_events import FileEvents

log = logging.getLogger(__name__)


class FileWatch:
    """Watches folders until it is closed. fanotify loses nothing in a burst and costs the same for any number of folders; inotify
    may lose what happens in new folders, which the regular scan then finds.
    """

    def __init__(self, folders: Sequence[Path]) -> None:
        self._folders = folders
        self._whole = FileSystemEvents(folders)
        self._by_folder: FileEvents | None = None
        self._closed = False
        self._lock = threading.Lock()

    def run(self, changed: Changed, lost: Lost, ready: threading.Event) -> None:
        """Call `changed` with each path ("": all of them) and `lost` with the time since when events are missing.

        Sets `ready` once no change to the folders that exist can be missed. Ends after `close`.
        """
        try:
            self._whole.run(changed, lost, ready)
        except OSError as error:
            if ready.is_set():
                raise
            log.info("fanotify is not to be had here (%s): files are watched by inotify", error.strerror)
            self._otherwise().run(changed, lost, ready)

    def close(self) -> None:
        """End `run`; from any thread, more than once."""
        with self._lock:
            self._closed = True
            by_folder = self._by_folder
        self._whole.close()
        if by_folder:
            by_folder.close()

    def _otherwise(self) -> FileEvents:
        from agent.sources.file_events import FileEvents

        with self._lock:
            self._by_folder = FileEvents(self._folders)
            if self._closed:
                self._by_folder.close()
            return self._by_folder
