"""Secrets at rest: readable only with the installation's SECRET_KEY, which is not in the database."""

import base64

from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

PURPOSE = b"prm.second-steps"


def seal(text: str) -> str:
    return _keys().encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """Raises cryptography's InvalidToken for what was sealed with another key."""
    return _keys().decrypt(sealed.encode()).decode()


def _keys() -> MultiFernet:
    """The first seals; former keys of SECRET_KEY_FALLBACKS still open."""
    return MultiFernet([_key(str(secret)) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


def _key(secret: str) -> Fernet:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE).derive(secret.encode())
    return Fernet(base64.urlsafe_b64encode(derived))
