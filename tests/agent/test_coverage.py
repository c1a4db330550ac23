from __future__ import annotations

from agent.coverage import Coverage
from policies.vocabulary import Unread


def test_every_reason_is_named_even_where_it_did_not_occur() -> None:
    coverage = Coverage(files_seen=3, files_read=2, bytes_read=10)
    coverage.files_not_assessed[Unread.ENCRYPTED] += 2
    fields = coverage.fields()
    assert fields["files_not_assessed"] == {reason.value: 2 if reason is Unread.ENCRYPTED else 0 for reason in Unread}
    assert (fields["files_seen"], fields["files_read"], fields["files_unchanged"], fields["bytes_read"]) == (3, 2, 0, 10)
