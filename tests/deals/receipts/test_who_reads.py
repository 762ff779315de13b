"""Receipts are read by whoever reads the registration, and tell nothing of anybody else."""

import json
import re
from datetime import timedelta

import pytest
from django.test import Client

from deals.protections.actions import expire_due
from deals.registrations.models import Registration
from prm.clocks.database import database_now
from prm.ids import ALPHABET
from prm.signing import jws
from prm.signing.models import Due
from prm.signing.publishing import publish_roots
from prm.signing.selectors import chain_of
from tests.factories import MUELLER, Cast, make_approved, make_registration, make_token

PLACES = ("/deals/{}/receipt/", "/deals/{}/receipt.json", "/deals/{}/receipt.jws")
ENDPOINTS = ("/api/v1/deals/{}/receipt", "/api/v1/deals/{}/receipt/inclusion")


VENDOR = {
    "pam": 200,
    "pam2": 200,
    "admin": 200,
    "executive": 200,
    # Reads what was won.
    "finance": 404,
    "expert": 403,
    "seller": 404,
}


def test_vendor_reads_what_it_reads_of_the_deal(cast: Cast, client: Client) -> None:
    deal = make_approved(cast.helix)
    for path in PLACES:
        answers = {}
        for who in VENDOR:
            client.force_login(getattr(cast, who))
            answers[who] = client.get(path.format(deal.public_id)).status_code
        assert answers == VENDOR


def test_rival_and_stranger_read_none(cast: Cast, client: Client) -> None:
    deal = make_approved(cast.helix)
    addresses = [path.format(name) for path in PLACES for name in (deal.public_id, "deal_" + ALPHABET[0] * 18)]
    strangers = {client.get(address).status_code for address in addresses}
    client.force_login(cast.orbit.rep)

    assert strangers == {302}
    assert {client.get(address).status_code for address in addresses} == {404}


@pytest.mark.parametrize("path", ENDPOINTS)
def test_rival_reads_none_over_the_api(cast: Cast, path: str) -> None:
    deal = make_approved(cast.helix)
    rival = Client(headers={"authorization": f"Bearer {make_token(cast.orbit.rep)}"})
    theirs, nothing = (rival.get(path.format(name)) for name in (deal.public_id, "deal_" + ALPHABET[0] * 18))

    assert (theirs.status_code, theirs.content) == (nothing.status_code, nothing.content)
    assert theirs.status_code == 404


@pytest.mark.parametrize("path", ENDPOINTS)
def test_unknown_parameters_are_refused(cast: Cast, path: str) -> None:
    own = Client(headers={"authorization": f"Bearer {make_token(cast.helix.rep)}"})
    deal = make_registration(cast.helix)

    assert own.get(f"{path.format(deal.public_id)}?seq=1").status_code == 400


def said(deal: Registration) -> str:
    """All that the receipt tells, with the paths to the roots."""
    claims = [jws.read(link.jws).claims for link in chain_of("deal", deal.public_id)]
    return json.dumps(claims)


def test_contested_receipt_looks_like_a_free_one(cast: Cast) -> None:
    """Two after one customer, and one alone: the same claims, of the same shapes."""
    rivals = [make_registration(team, **MUELLER) for team in (cast.orbit, cast.helix)]
    alone = make_registration(cast.helix)
    shapes = [shape(said(deal)) for deal in (*rivals, alone)]

    assert shapes[0] == shapes[1] == shapes[2]
    assert cast.orbit.organisation.public_id not in said(rivals[1])


def shape(text: str) -> str:
    """Without ids, moments and numbers."""
    return re.sub(r"\d+", "0", re.sub(r"(deal|org|evt)_[a-z0-9]+", "id", text))


def test_control_shapes_differ_with_the_steps(cast: Cast) -> None:
    assert shape(said(make_approved(cast.helix))) != shape(said(make_registration(cast.orbit)))


def test_receipts_name_no_person_and_no_company(cast: Cast) -> None:
    deal = make_approved(cast.helix)
    publish_roots(now=database_now() + timedelta(days=1))
    told = said(deal)

    for secret in (deal.customer_name, deal.customer_website, cast.helix.organisation.name, cast.pam.name, "Kunde"):
        assert secret not in told


def test_quiet_and_busy_days_give_paths_of_one_length(cast: Cast) -> None:
    own = Client(headers={"authorization": f"Bearer {make_token(cast.helix.rep)}"})
    lengths = []
    for others in (0, 5):
        for _number in range(others):
            make_registration(cast.orbit)
        deal = make_registration(cast.helix)
        publish_roots(now=database_now() + timedelta(days=1 + len(lengths)))
        (entry,) = own.get(f"/api/v1/deals/{deal.public_id}/receipt/inclusion").json()["results"]
        lengths.append(len(entry["path"]))

    assert lengths == [10, 10]


def test_page_says_that_a_receipt_is_being_issued(cast: Cast, client: Client) -> None:
    deal = make_approved(cast.helix)
    assert deal.protected_until is not None
    expire_due(now=deal.protected_until)
    client.force_login(cast.helix.rep)
    waiting = client.get(f"/deals/{deal.public_id}/receipt/").text

    assert Due.objects.count() == 1
    assert "It was approved on" in waiting
    assert "The protection ended on" not in waiting
