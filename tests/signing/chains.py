"""Chains of receipts that no programme has issued."""

from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from prm.signing import jws
from prm.signing.rules import PublicKey

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
CONSTANT = ("deal", "place")


def seconds(moment: datetime) -> int:
    return int(moment.timestamp())


class Signatory:
    """A key pair that signs for a while."""

    def __init__(self, since: datetime = NOW - timedelta(days=30), until: datetime | None = None) -> None:
        self.private = Ed25519PrivateKey.generate()
        x = self.private.public_key().public_bytes_raw()
        self.public = PublicKey(jws.thumbprint(x), x, since, until)

    @property
    def keys(self) -> dict[str, PublicKey]:
        return {self.public.kid: self.public}

    def sign(self, **claims: Any) -> str:
        return jws.compact(claims, typ="deal-receipt", kid=self.public.kid, key=self.private)

    def chain(self, length: int, *, issued: datetime = NOW, **constant: Any) -> list[str]:
        links: list[str] = []
        for seq in range(1, length + 1):
            prev = jws.digest(links[-1]) if links else None
            said = {"deal": "deal_x", "place": 7, **constant}
            links.append(self.sign(seq=seq, prev=prev, kind="step", **said, iat=seconds(issued)))
        return links
