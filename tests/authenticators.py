"""An app and a security key as programs: they answer as real ones do."""

import hashlib
import json
import re
from base64 import urlsafe_b64encode
from typing import Any

from allauth.mfa.totp.internal.auth import format_hotp_value, generate_totp_secret, hotp_value
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from django.test import Client
from fido2 import cbor
from fido2.cose import ES256

from prm.accounts.models import User
from prm.accounts.second_steps import actions
from prm.accounts.second_steps.codes import counter_of
from prm.clocks.database import database_now


def code_of(secret: str, *, later: int = 0) -> str:
    """What an app shows, `later` periods from now."""
    return format_hotp_value(hotp_value(secret.replace(" ", ""), counter_of(database_now()) + later))


def encoded(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")


def with_app(user: User) -> tuple[str, list[str]]:
    """The secret of an app that is set up now, and the recovery codes."""
    secret = generate_totp_secret()
    return secret, actions.add_app(user=user, secret=secret, code=code_of(secret), now=database_now())


def shown_secret(page: str) -> str:
    found = re.search(r'<output class="secret">([^<]+)<', page)
    assert found is not None
    return found[1]


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


class SoftKey:
    """Makes and uses one credential for one address. `origin` is what the browser would say."""

    def __init__(self, origin: str = "http://localhost:8000") -> None:
        self.origin = origin
        self.id = b"soft-key-0123456"
        self._private = ec.generate_private_key(ec.SECP256R1())

    def create(self, options: dict[str, Any]) -> dict[str, Any]:
        asked = options["publicKey"]
        public = cbor.encode(ES256.from_cryptography_key(self._private.public_key()))
        about = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + public
        data = self._data(asked["rp"]["id"], 0x41) + about
        response = {
            "clientDataJSON": encoded(self._client("webauthn.create", asked["challenge"])),
            "attestationObject": encoded(cbor.encode({"fmt": "none", "attStmt": {}, "authData": data})),
        }
        return self._credential(response)

    def get(self, options: dict[str, Any]) -> dict[str, Any]:
        asked = options["publicKey"]
        client = self._client("webauthn.get", asked["challenge"])
        data = self._data(asked["rpId"], 0x01)
        signature = self._private.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        response = {
            "clientDataJSON": encoded(client),
            "authenticatorData": encoded(data),
            "signature": encoded(signature),
        }
        return self._credential(response)

    def _credential(self, response: dict[str, str]) -> dict[str, Any]:
        key = encoded(self.id)
        return {"id": key, "rawId": key, "type": "public-key", "response": response, "clientExtensionResults": {}}

    def _client(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _data(self, host: str, flags: int) -> bytes:
        return hashlib.sha256(host.encode()).digest() + bytes([flags]) + bytes(4)
