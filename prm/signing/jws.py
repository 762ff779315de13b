"""Compact JWS (RFC 7515) with Ed25519 (RFC 8037): written, read strictly, and verified. No tables, no clock."""

import hashlib
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ALGORITHM = "EdDSA"
# Far above what is ever written here, and soon read.
LONGEST = 20_000


class NotAToken(ValueError):
    """What was given is no compact JWS of ours."""


@dataclass(frozen=True)
class Token:
    """`signed` are the bytes that the signature is over."""

    kid: str
    typ: str
    claims: dict[str, Any]
    signed: bytes
    signature: bytes


def b64(data: bytes) -> str:
    """base64url without padding."""
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text: str) -> bytes:
    """Raises NotAToken for anything that `b64` would not have written: one meaning has one spelling."""
    try:
        data = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError as error:
        raise NotAToken("This is no base64url.") from error
    if b64(data) != text:
        raise NotAToken("This is no plain base64url.")
    return data


def compact(claims: Mapping[str, Any], *, typ: str, kid: str, key: Ed25519PrivateKey) -> str:
    header = {"alg": ALGORITHM, "kid": kid, "typ": typ}
    signed = f"{_part(header)}.{_part(claims)}"
    return f"{signed}.{b64(key.sign(signed.encode()))}"


def _part(value: Mapping[str, Any]) -> str:
    return b64(json.dumps(value, separators=(",", ":")).encode())


def read(text: str) -> Token:
    """Read without believing it; see also: verifies. Raises NotAToken."""
    parts = text.split(".")
    if len(parts) != 3 or len(text) > LONGEST:
        raise NotAToken("A receipt has three parts with dots between them.")
    header, claims = _object(parts[0]), _object(parts[1])
    kid, typ = header.get("kid"), header.get("typ")
    if header.get("alg") != ALGORITHM or not isinstance(kid, str) or not isinstance(typ, str):
        raise NotAToken("The header names no key that can be used here.")
    return Token(kid, typ, claims, f"{parts[0]}.{parts[1]}".encode(), unb64(parts[2]))


def _object(part: str) -> dict[str, Any]:
    try:
        value = json.loads(unb64(part))
    except (ValueError, RecursionError) as error:
        raise NotAToken("This part is no JSON.") from error
    if not isinstance(value, dict):
        raise NotAToken("This part is no JSON object.")
    return value


def verifies(token: Token, public: bytes) -> bool:
    """Is it signed with the private half of this key (32 bytes)?"""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(token.signature, token.signed)
    except InvalidSignature:
        return False
    return True


def digest(text: str) -> str:
    """SHA-256 of the compact form, in hexadecimal: what the next link names as `prev`."""
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()


def thumbprint(public: bytes) -> str:
    """The name of a key (RFC 7638)."""
    members = {"crv": "Ed25519", "kty": "OKP", "x": b64(public)}
    return b64(hashlib.sha256(json.dumps(members, separators=(",", ":")).encode()).digest())
