"""Checks a receipt on its own: verify_receipt.py receipt.json jwks.json roots.json (needs the package cryptography)"""

import base64
import hashlib
import json
import sys
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def raw(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def sha(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def chain(links: list[str], keys: dict[str, Any]) -> list[dict[str, Any]]:
    said: list[dict[str, Any]] = []
    for number, jws in enumerate(links, 1):
        head, body, signature = jws.split(".")
        key, claims = keys[json.loads(raw(head))["kid"]], json.loads(raw(body))
        Ed25519PublicKey.from_public_bytes(raw(key["x"])).verify(raw(signature), f"{head}.{body}".encode())
        in_use = key["nbf"] - 300 <= claims["iat"] <= key.get("exp", claims["iat"]) + 300
        before = sha(links[number - 2].encode()).hex() if said else None
        same = all(claims.get(name) == (said or [claims])[0].get(name) for name in ("deal", "priority_at", "place"))
        if not (in_use and same and claims["seq"] == number and claims["prev"] == before):
            sys.exit(f"Step {number} does not follow from the one before, or its key was not in use.")
        said.append(claims)
    return said


def main(receipt: dict[str, Any], jwks: dict[str, Any], published: dict[str, Any]) -> None:
    keys = {key["kid"]: key for key in jwks["keys"]}
    roots = {root["day"]: root["root"] for root in chain(published["roots"], keys)}
    for jws, step, way in zip(receipt["receipt"], chain(receipt["receipt"], keys), receipt["inclusion"], strict=True):
        node = sha(b"\0" + sha(jws.encode()))
        for side, other in way["path"] or ():
            node = sha(b"\1" + (bytes.fromhex(other) + node if side == "left" else node + bytes.fromhex(other)))
        if way["path"] and node.hex() != roots[way["day"]]:
            sys.exit(f"Step {step['seq']} is not in the root of {way['day']}.")
        print(step["kind"], step["outcome"], step["priority_at"], "in its root" if way["path"] else "no root yet")


if __name__ == "__main__":
    main(*(json.loads(Path(name).read_text()) for name in sys.argv[1:4]))
