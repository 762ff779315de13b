"""The secret of an API token: what it looks like and how it is stored."""

import hashlib
import secrets

MARK = "prm_"
SHOWN = 10


def new_secret() -> str:
    """256 bits: a plain SHA-256 is enough to store it, nothing can be guessed."""
    return MARK + secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
