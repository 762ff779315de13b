"""A second reader of receipts, written from the standards alone: it knows neither the product nor a library for
signatures, so that what both believe rests on the formulas and not on a mistake that they share.

Signatures are Ed25519 (RFC 8032, chapter 5.1) over a compact JWS (RFC 7515); a key is named by its thumbprint (RFC
7638). Steps name the SHA-256 of the step before, and a path of SHA-256 leads from each to the root of its day.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256, sha512
from typing import Any

# The field, the order of the base point, and the constant of the curve -x² + y² = 1 + d x² y².
P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)
# Homogeneous x, y, z and t = x y / z.
Point = tuple[int, int, int, int]
NEUTRAL: Point = (0, 1, 1, 0)


class Wrong(Exception):
    """What does not hold, in words."""


def added(one: Point, other: Point) -> Point:
    """The complete law of addition: it holds for every two points, the same one twice included."""
    (x1, y1, z1, t1), (x2, y2, z2, t2) = one, other
    a, b = (y1 - x1) * (y2 - x2), (y1 + x1) * (y2 + x2)
    c, d = 2 * t1 * t2 * D, 2 * z1 * z2
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(factor: int, point: Point) -> Point:
    found = NEUTRAL
    for bit in bin(factor)[2:]:
        found = added(found, found)
        if bit == "1":
            found = added(found, point)
    return found


def same(one: Point, other: Point) -> bool:
    (x1, y1, z1, _), (x2, y2, z2, _) = one, other
    return (x1 * z2 - x2 * z1) % P == 0 == (y1 * z2 - y2 * z1) % P


def point_of(encoded: bytes) -> Point:
    """From y and the parity of x. Wrong for what is no point of the curve, or another spelling of one."""
    number = int.from_bytes(encoded, "little")
    y, parity = number % 2**255, number >> 255
    if len(encoded) != 32 or y >= P:
        raise Wrong("This is no point.")
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if x * x % P != square:
        x = x * ROOT_OF_MINUS_ONE % P
    if x * x % P != square or (x == 0 and parity):
        raise Wrong("This is no point of the curve.")
    x = P - x if x % 2 != parity else x
    return x, y, 1, x * y % P


BASE = point_of((4 * pow(5, -1, P) % P).to_bytes(32, "little"))


def check_signature(key: bytes, message: bytes, signature: bytes) -> None:
    """S B = R + k A, where k is the hash of R, A and the message."""
    if len(signature) != 64:
        raise Wrong("A signature has 64 bytes.")
    r, s = signature[:32], int.from_bytes(signature[32:], "little")
    k = int.from_bytes(sha512(r + key + message).digest(), "little") % ORDER
    if s >= ORDER or not same(times(s, BASE), added(point_of(r), times(k, point_of(key)))):
        raise Wrong("The signature does not fit.")


def raw(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def name_of(key: dict[str, str]) -> str:
    named = json.dumps({name: key[name] for name in ("crv", "kty", "x")}, separators=(",", ":"), sort_keys=True)
    return urlsafe_b64encode(sha256(named.encode()).digest()).decode().rstrip("=")


def read_chain(tokens: list[str], jwks: dict[str, Any]) -> list[dict[str, Any]]:
    """The claims of every step, in their order, each signed and each following from the one before."""
    keys = {name_of(key): raw(key["x"]) for key in jwks["keys"]}
    said: list[dict[str, Any]] = []
    before = None
    for token in tokens:
        head, _, rest = token.partition(".")
        body, _, signature = rest.partition(".")
        key = keys.get(json.loads(raw(head))["kid"])
        if key is None:
            raise Wrong("Nobody published this key.")
        check_signature(key, f"{head}.{body}".encode(), raw(signature))
        claims = json.loads(raw(body))
        if (claims["seq"], claims["prev"]) != (len(said) + 1, before):
            raise Wrong("A step is missing, or stands in another place.")
        before = sha256(token.encode()).hexdigest()
        said.append(claims)
    return said


def check_inclusion(token: str, path: list[list[str]], root: str) -> None:
    node = sha256(b"\0" + sha256(token.encode()).digest()).digest()
    for side, beside in path:
        other = bytes.fromhex(beside)
        node = sha256(b"\1" + (other + node if side == "left" else node + other)).digest()
    if node.hex() != root:
        raise Wrong("It is not in the root of its day.")


def check_place(steps: list[dict[str, Any]]) -> None:
    if len({(step["deal"], step["priority_at"], step["place"]) for step in steps}) != 1:
        raise Wrong("The place in line was moved.")


def check_receipt(receipt: dict[str, Any], jwks: dict[str, Any], published: dict[str, Any]) -> list[dict[str, Any]]:
    """The steps of a receipt. Wrong for whatever was changed, taken out, put in or moved."""
    roots = {root["day"]: root["root"] for root in read_chain(published["roots"], jwks)}
    steps = read_chain(receipt["receipt"], jwks)
    check_place(steps)
    for token, way in zip(receipt["receipt"], receipt["inclusion"], strict=True):
        if way["day"] not in roots:
            raise Wrong("Nothing was published of this day.")
        check_inclusion(token, way["path"], roots[way["day"]])
    return steps
