"""Secrets of second steps at rest."""

from prm import sealing

PURPOSE = b"prm.second-steps"


def seal(text: str) -> str:
    return sealing.seal(text, purpose=PURPOSE)


def unseal(sealed: str) -> str:
    """Raises cryptography's InvalidToken for what was sealed with another key."""
    return sealing.unseal(sealed, purpose=PURPOSE)
