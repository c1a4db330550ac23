from __future__ import annotations

from collector.refused import RequestError
from policies.vocabulary import Text


def test_a_refusal_carries_what_the_client_is_told() -> None:
    error = RequestError(409, "sequence_taken", Text("已占用", "taken"), {"next": 8})
    assert (error.status, error.code, error.text.zh, str(error)) == (409, "sequence_taken", "已占用", "taken")
    assert error.details == {"next": 8}
