"""A request that is refused, with what the client is told. The app turns it into an answer; nothing else catches it."""

from __future__ import annotations

from policies.vocabulary import Text


class RequestError(Exception):
    """A refusal: HTTP status, a code for programs and a text for people."""

    def __init__(self, status: int, code: str, text: Text) -> None:
        super().__init__(text.en)
        self.status = status
        self.code = code
        self.text = text
