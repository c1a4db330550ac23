from __future__ import annotations

from agent.coverage import MOST_LISTED, Coverage, UnreadFile
from policies.vocabulary import Unread


def test_every_reason_is_named_even_where_it_did_not_occur() -> None:
    coverage = Coverage(files_seen=3, files_read=2, bytes_read=10)
    coverage.files_not_assessed[Unread.ENCRYPTED] += 2
    fields = coverage.fields()
    assert fields["files_not_assessed"] == {reason.value: 2 if reason is Unread.ENCRYPTED else 0 for reason in Unread}
    assert (fields["files_seen"], fields["files_read"], fields["files_unchanged"], fields["bytes_read"]) == (3, 2, 0, 10)


def test_every_unread_document_is_counted_and_the_first_are_named() -> None:
    coverage = Coverage()
    for number in range(MOST_LISTED + 5):
        coverage.not_read(f"/{number}", Unread.NO_TEXT)
    assert coverage.files_not_assessed[Unread.NO_TEXT] == MOST_LISTED + 5
    assert len(coverage.unread) == MOST_LISTED
    assert coverage.unread[0] == UnreadFile("/0", Unread.NO_TEXT)
