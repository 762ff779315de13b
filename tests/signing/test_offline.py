"""A receipt holds without the programme: by our own script, and by a library that knows nothing of it."""

import base64
import hashlib
import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import load_der_public_key
from django.test import Client

from deals.registrations import actions
from prm.clocks.database import database_now
from prm.signing.actions import rotate
from prm.signing.offline.verify_receipt import main
from prm.signing.publishing import publish_roots
from tests.factories import Cast, make_approved

Files = dict[str, Any]


@pytest.fixture
def files(cast: Cast, client: Client) -> Files:
    """What a partner keeps of a deal that was won, with a change of keys in between."""
    deal = make_approved(cast.helix)
    rotate(by=None, now=database_now(), at_once=True)
    actions.win(
        registration=deal,
        closed_on=database_now().date(),
        early_reason="Signed at once.",
        by=cast.helix.rep,
        now=database_now(),
    )
    publish_roots(now=database_now() + timedelta(days=2))
    client.force_login(cast.helix.rep)
    receipt = client.get(f"/deals/{deal.public_id}/receipt.json").json()
    client.logout()
    return {
        "receipt": receipt,
        "jwks": client.get("/.well-known/jwks.json").json(),
        "roots": client.get("/receipts/roots.json").json(),
    }


def test_script_as_it_is_given_away_verifies(files: Files, client: Client, tmp_path: Path) -> None:
    (tmp_path / "verify_receipt.py").write_bytes(client.get("/receipts/verify_receipt.py").content)
    for name, content in files.items():
        (tmp_path / f"{name}.json").write_text(json.dumps(content))
    command = [sys.executable, "verify_receipt.py", "receipt.json", "jwks.json", "roots.json"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True, env={})

    assert [line.split()[0] for line in done.stdout.splitlines()] == ["registered", "decided", "ended"]
    assert done.stdout.count("in its root") == 3


def changed(files: Files, where: str, change: Any) -> Files:
    copy: Files = json.loads(json.dumps(files))
    change(copy[where])
    return copy


def flip(text: str) -> str:
    return text[:150] + ("A" if text[150] != "A" else "B") + text[151:]


@pytest.mark.parametrize(
    ("where", "change"),
    [
        ("receipt", lambda r: r["receipt"].__setitem__(1, flip(r["receipt"][1]))),
        ("receipt", lambda r: r["receipt"].pop(1) and r["inclusion"].pop(1)),
        ("receipt", lambda r: r["receipt"].reverse()),
        ("receipt", lambda r: r["inclusion"][0]["path"][3].__setitem__(1, "0" * 64)),
        ("jwks", lambda j: j["keys"].pop(0)),
        ("jwks", lambda j: j["keys"][1].__setitem__("x", j["keys"][0]["x"])),
        ("jwks", lambda j: j["keys"][0].__setitem__("exp", j["keys"][0]["nbf"] - 900)),
        ("roots", lambda r: r["roots"].pop(0)),
    ],
)
def test_script_refuses_what_was_changed(files: Files, where: str, change: Any) -> None:
    main(files["receipt"], files["jwks"], files["roots"])
    other = changed(files, where, change)

    with pytest.raises((SystemExit, InvalidSignature, KeyError, ValueError)):
        main(other["receipt"], other["jwks"], other["roots"])


def test_another_reader_of_the_standards_verifies(files: Files) -> None:
    """Written from the RFCs alone: keys as SPKI (RFC 8410), signatures over the first two parts (RFC 7515)."""
    keys = {}
    for jwk in files["jwks"]["keys"]:
        spki = bytes.fromhex("302a300506032b6570032100") + base64.urlsafe_b64decode(jwk["x"] + "=")
        keys[jwk["kid"]] = load_der_public_key(spki)
    before, places = None, set()
    for number, text in enumerate(files["receipt"]["receipt"]):
        signed, _dot, signature = text.rpartition(".")
        header, claims = (json.loads(base64.urlsafe_b64decode(part + "==")) for part in signed.split("."))
        key: Any = keys[header["kid"]]
        key.verify(base64.urlsafe_b64decode(signature + "=="), signed.encode("ascii"))
        assert (claims["seq"], claims["prev"]) == (number + 1, before)
        before = hashlib.sha256(text.encode("ascii")).hexdigest()
        places.add((claims["priority_at"], claims["place"], claims["deal"]))

    assert len(places) == 1
    assert len(keys) == 2
