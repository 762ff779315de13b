"""Keys: made once, followed by others, published for ever."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client

from prm.audit.models import Event
from prm.clocks.database import database_now
from prm.errors import NotAllowed, StateConflict
from prm.signing import jws, rules
from prm.signing.actions import forget_retired, rotate
from prm.signing.checking import verify
from prm.signing.keys import current_signer
from prm.signing.models import Link, SigningKey
from prm.signing.selectors import chain_of
from tests.factories import Cast, make_approved, make_registration

DAY = timedelta(days=1)


def published(client: Client) -> list[dict[str, Any]]:
    answer = client.get("/.well-known/jwks.json")
    assert answer["Content-Type"] == "application/jwk-set+json"
    return list(answer.json()["keys"])


def test_first_receipt_makes_the_first_key(cast: Cast, client: Client) -> None:
    """Where no upgrade has made it."""
    SigningKey.objects.all().delete()
    assert published(client) == []
    make_registration(cast.helix)
    key = SigningKey.objects.get()

    assert published(client) == [
        {
            "kty": "OKP",
            "crv": "Ed25519",
            "alg": "EdDSA",
            "use": "sig",
            "kid": key.kid,
            "x": key.public,
            "nbf": int(key.signs_from.timestamp()),
        }
    ]
    assert jws.read(Link.objects.get().jws).kid == key.kid


def test_private_half_is_sealed(cast: Cast) -> None:
    with transaction.atomic():
        private = current_signer().key.private_bytes_raw()

    assert jws.b64(private) not in SigningKey.objects.get().sealed
    assert private.hex() not in SigningKey.objects.get().sealed


def test_new_key_is_published_a_day_before_it_signs(cast: Cast, client: Client) -> None:
    deal = make_registration(cast.helix)
    old = SigningKey.objects.get()
    new = rotate(by=cast.admin, now=database_now())
    with transaction.atomic():
        signing = current_signer().kid

    assert signing == old.kid
    assert new.signs_from - new.created_at == rules.OVERLAP
    assert [key["kid"] for key in published(client)] == [old.kid, new.kid]
    assert published(client)[0]["exp"] == published(client)[1]["nbf"]
    assert jws.read(chain_of("deal", deal.public_id)[0].jws).kid == old.kid
    assert Event.objects.filter(kind="signing.key_made").count() == 1


def test_chain_goes_on_with_the_next_key(cast: Cast) -> None:
    make_registration(cast.orbit)
    old = SigningKey.objects.get()
    new = rotate(by=cast.admin, now=database_now(), at_once=True)
    deal = make_approved(cast.helix)

    assert {jws.read(link.jws).kid for link in chain_of("deal", deal.public_id)} == {new.kid}
    assert {jws.read(link.jws).kid for link in Link.objects.exclude(subject_id=deal.public_id)} == {old.kid}
    assert verify(now=database_now()) == []
    # The same secret: places of before and after can be compared.
    assert SigningKey.objects.values("secret").distinct().count() == 1


def test_same_wish_twice_makes_one_key(cast: Cast) -> None:
    now = database_now()
    rotate(by=cast.admin, now=now)
    with pytest.raises(StateConflict):
        rotate(by=cast.admin, now=now)
    # Lost meanwhile: what is waiting was sealed like it.
    at_once = rotate(by=cast.admin, now=now + timedelta(minutes=2), at_once=True)
    with pytest.raises(StateConflict):
        rotate(by=cast.admin, now=now + timedelta(minutes=2, seconds=1), at_once=True)

    assert SigningKey.objects.latest("signs_from") == at_once
    assert SigningKey.objects.count() == 2


def test_key_that_signs_no_more_is_forgotten(cast: Cast) -> None:
    now = database_now()
    rotate(by=None, now=now)
    kept = [forget_retired(now), forget_retired(now + DAY)]
    done = [forget_retired(now + DAY + timedelta(hours=1)), forget_retired(now + 2 * DAY)]

    assert (kept, done) == ([0, 0], [1, 0])
    assert [bool(key.sealed) for key in SigningKey.objects.order_by("signs_from")] == [False, True]


def test_only_administrators_make_keys(cast: Cast, client: Client) -> None:
    with pytest.raises(NotAllowed):
        rotate(by=cast.pam, now=database_now())
    client.force_login(cast.pam)

    assert client.get("/receipts/keys/").status_code == 403
    assert client.post("/receipts/keys/rotate/").status_code == 403
    assert SigningKey.objects.count() == 1


def test_page_makes_a_key(cast: Cast, client: Client) -> None:
    make_registration(cast.helix)
    client.force_login(cast.admin)
    done = [client.post("/receipts/keys/rotate/", follow=True).text for _time in range(2)]
    page = client.get("/receipts/keys/").text

    assert "The new key is published." in done[0]
    assert "waits for its time" in done[1]
    assert all(text in page for text in ("Signs now", "Waits for its time", str(cast.admin)))
    assert SigningKey.objects.count() == 2


def test_command_makes_a_key(db: None, capsys: Any) -> None:
    call_command("rotate_signing_key")
    new = SigningKey.objects.latest("signs_from")
    with pytest.raises(CommandError, match="waits for its time"):
        call_command("rotate_signing_key")

    assert capsys.readouterr().out.startswith(f"{new.kid} signs from ")
