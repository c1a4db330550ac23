"""A request that is refused, with what the client is told. The app turns it into an answer; nothing else catches it."""

from __future__ import annotations

from collections.abc import Mapping

from policies.vocabulary import Text


class RequestError(Exception):
    """A refusal: HTTP status, a code for programs and a text for people. `details`: what else the program should know."""

    def __init__(self, status: int, code: str, text: Text, details: Mapping[str, int] | None = None) -> None:
        super().__init__(text.en)
        self.status = status
        self.code = code
        self.text = text
        self.details = details or {}
