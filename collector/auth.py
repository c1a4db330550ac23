"""Secrets that a person carries: one-time enrolment tokens and the page's access code. Only their SHA-256 is kept."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets

USER = "inspector"
"""The page's only user name."""


def new_secret() -> str:
    """160 random bits as letters and digits that a person can type: ABCD-EFGH-... ."""
    letters = base64.b32encode(secrets.token_bytes(20)).decode()
    return "-".join(letters[i : i + 4] for i in range(0, len(letters), 4))


def digest(secret: str) -> str:
    """SHA-256, hex. The secrets are random, so no slow hash is needed."""
    return hashlib.sha256(secret.strip().upper().encode()).hexdigest()


def may_enter(authorization: str | None, code_digest: str) -> bool:
    """Whether an `Authorization` header is HTTP Basic with the user and the access code of that digest."""
    scheme, _, value = (authorization or "").partition(" ")
    if scheme.lower() != "basic":
        return False
    try:
        user, _, code = base64.b64decode(value, validate=True).decode().partition(":")
    except ValueError:  # no base64, or no UTF-8 in it
        return False
    # Both are compared, so that the time tells nothing about which was wrong.
    right_code = hmac.compare_digest(digest(code), code_digest)
    right_user = hmac.compare_digest(user.encode(), USER.encode())
    return right_code and right_user
