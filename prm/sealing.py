"""Secrets at rest: readable only with the installation's SECRET_KEY, which is not in the database."""

import base64
from functools import lru_cache

from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


def seal(text: str, *, purpose: bytes) -> str:
    """What is sealed for one purpose does not open for another."""
    return _keys(purpose).encrypt(text.encode()).decode()


def unseal(sealed: str, *, purpose: bytes) -> str:
    """Raises cryptography's InvalidToken for what was sealed with another key."""
    return _keys(purpose).decrypt(sealed.encode()).decode()


def _keys(purpose: bytes) -> MultiFernet:
    """The first seals; former keys of SECRET_KEY_FALLBACKS still open."""
    return MultiFernet([_key(str(secret), purpose) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


@lru_cache(maxsize=16)
def _key(secret: str, purpose: bytes) -> Fernet:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(secret.encode())
    return Fernet(base64.urlsafe_b64encode(derived))
