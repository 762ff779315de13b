"""What the programme issues holds before a second reader, which shares no code with it and finds what was changed."""

import ast
import json
from base64 import urlsafe_b64encode
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.test import Client

from deals.registrations import actions
from prm.clocks.database import database_now
from prm.signing.actions import rotate
from prm.signing.offline import verify_receipt
from prm.signing.publishing import publish_roots
from tests.deals.receipts import independent
from tests.deals.receipts.independent import (
    BASE,
    NEUTRAL,
    ORDER,
    Wrong,
    check_place,
    check_receipt,
    check_signature,
    read_chain,
    same,
    times,
)
from tests.factories import Cast, make_approved
from tests.signing.chains import Signatory

Files = dict[str, Any]
# RFC 8032, 7.1: secret key, public key, message, signature.
KNOWN = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
        "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
]


@pytest.fixture
def files(cast: Cast, client: Client) -> Files:
    """What a partner keeps of a deal that was won, with a change of keys in between, as the product hands it out."""
    deal = make_approved(cast.helix)
    make_approved(cast.orbit)
    rotate(by=None, now=database_now(), at_once=True)
    won = {"closed_on": database_now().date(), "early_reason": "Signed at once."}
    actions.win(registration=deal, **won, by=cast.helix.rep, now=database_now())
    publish_roots(now=database_now() + timedelta(days=2))
    client.force_login(cast.helix.rep)
    receipt = client.get(f"/deals/{deal.public_id}/receipt.json").json()
    client.logout()
    jwks, roots = client.get("/.well-known/jwks.json").json(), client.get("/receipts/roots.json").json()
    return {"receipt": receipt, "jwks": jwks, "published": roots}


def test_second_reader_shares_nothing_with_the_product() -> None:
    parsed = ast.walk(ast.parse(Path(independent.__file__).read_text()))
    names = {alias.name for node in parsed if isinstance(node, ast.Import) for alias in node.names}
    parsed = ast.walk(ast.parse(Path(independent.__file__).read_text()))
    names |= {str(node.module) for node in parsed if isinstance(node, ast.ImportFrom)}

    assert names == {"json", "base64", "hashlib", "typing"}


@pytest.mark.parametrize(("key", "message", "signature"), KNOWN)
def test_second_reader_knows_the_signatures_of_the_standard(key: str, message: str, signature: str) -> None:
    known, signed = bytes.fromhex(key), bytes.fromhex(signature)
    check_signature(known, bytes.fromhex(message), signed)
    larger = (int.from_bytes(signed[32:], "little") + ORDER).to_bytes(32, "little")
    wrong = [
        (known, bytes.fromhex(message) + b"x", signed),
        (known, bytes.fromhex(message), signed[:32] + larger),
        (known, bytes.fromhex(message), signed[:-1]),
        (b"\xff" * 32, bytes.fromhex(message), signed),
        *((known, bytes.fromhex(message), flipped(signed, place)) for place in (0, 31, 32, 63)),
    ]

    assert same(times(ORDER, BASE), NEUTRAL)
    for given in wrong:
        with pytest.raises(Wrong):
            check_signature(*given)


@pytest.mark.parametrize("seed", range(4))
def test_both_readers_of_signatures_say_the_same(seed: int) -> None:
    """Of what is signed, of what was changed since, and of what somebody else has signed."""
    private, stranger = (Ed25519PrivateKey.from_private_bytes(sha256(bytes([seed, n])).digest()) for n in (0, 1))
    key, message = private.public_key().public_bytes_raw(), sha256(bytes([seed])).digest() * seed
    signature = private.sign(message)
    given = [
        (key, message, signature),
        (key, message + b"\0", signature),
        (key, message, stranger.sign(message)),
        (stranger.public_key().public_bytes_raw(), message, signature),
        *((key, message, flipped(signature, place)) for place in range(seed, 64, 16)),
        *((flipped(key, place), message, signature) for place in range(seed, 32, 8)),
    ]

    by_library, by_formula = [believed(*one) for one in given], [holds(*one) for one in given]

    assert by_formula == by_library == [True, *[False] * (len(given) - 1)]


def believed(key: bytes, message: bytes, signature: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
    except InvalidSignature:
        return False
    return True


def holds(key: bytes, message: bytes, signature: bytes) -> bool:
    try:
        check_signature(key, message, signature)
    except Wrong:
        return False
    return True


def flipped(data: bytes, place: int) -> bytes:
    return data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]


def test_what_is_issued_holds_before_both_readers(files: Files, capsys: pytest.CaptureFixture[str]) -> None:
    """The script of the documentation, on the same real receipt, and the second reader."""
    verify_receipt.main(files["receipt"], files["jwks"], files["published"])
    printed = [line.split()[0] for line in capsys.readouterr().out.splitlines()]

    steps = check_receipt(**files)

    assert [step["kind"] for step in steps] == printed == ["registered", "decided", "ended"]
    assert len({step["place"] for step in steps}) == 1


def other_letter(token: str, place: int) -> str:
    return token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]


def step_flipped(files: Files) -> None:
    token = files["receipt"]["receipt"][1]
    files["receipt"]["receipt"][1] = other_letter(token, len(token) // 2)


def signature_flipped(files: Files) -> None:
    files["receipt"]["receipt"][2] = other_letter(files["receipt"]["receipt"][2], -5)


def link_missing(files: Files) -> None:
    del files["receipt"]["receipt"][1], files["receipt"]["inclusion"][1]


def first_link_missing(files: Files) -> None:
    del files["receipt"]["receipt"][0], files["receipt"]["inclusion"][0]


def links_exchanged(files: Files) -> None:
    files["receipt"]["receipt"][:2] = reversed(files["receipt"]["receipt"][:2])


def path_changed(files: Files) -> None:
    files["receipt"]["inclusion"][0]["path"][3][1] = "0" * 64


def sides_changed(files: Files) -> None:
    step = files["receipt"]["inclusion"][0]["path"][0]
    step[0] = {"left": "right", "right": "left"}[step[0]]


def root_missing(files: Files) -> None:
    del files["published"]["roots"][0]


def key_missing(files: Files) -> None:
    del files["jwks"]["keys"][0]


def key_exchanged(files: Files) -> None:
    """Somebody else's, under the name of ours: a key is named by what it is."""
    files["jwks"]["keys"][0]["x"] = files["jwks"]["keys"][1]["x"]


@pytest.mark.parametrize(
    "change",
    [
        *(step_flipped, signature_flipped, link_missing, first_link_missing, links_exchanged),
        *(path_changed, sides_changed, root_missing, key_missing, key_exchanged),
    ],
)
def test_second_reader_finds_what_was_changed(files: Files, change: Callable[[Files], None]) -> None:
    copy: Files = json.loads(json.dumps(files))
    change(copy)

    check_receipt(**files)
    with pytest.raises((Wrong, ValueError)):
        check_receipt(**copy)


@pytest.mark.parametrize("moved", [{"place": 6}, {"deal": "deal_y"}, {"priority_at": "2026-11-21T08:59:59Z"}])
def test_place_that_the_programme_itself_moves_is_found(moved: dict[str, Any]) -> None:
    """Whoever holds the key can sign another place, and cannot put it into a chain that says otherwise."""
    signatory = Signatory()
    jwks = {"keys": [{"kty": "OKP", "crv": "Ed25519", "x": x_of(signatory), "kid": signatory.public.kid}]}
    claims = {"deal": "deal_x", "place": 7, "priority_at": "2026-11-21T09:00:00Z"}
    steps = signatory.chain(2, **claims)
    before = sha256(steps[1].encode()).hexdigest()
    honest, moving = (signatory.sign(seq=3, prev=before, **claims | said) for said in ({}, moved))

    check_place(read_chain([*steps, honest], jwks))
    with pytest.raises(Wrong, match="moved"):
        check_place(read_chain([*steps, moving], jwks))


def x_of(signatory: Signatory) -> str:
    return urlsafe_b64encode(signatory.public.x).decode().rstrip("=")
