"""The public pages: whoever holds a receipt learns what it proves."""

import json
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from deals.registrations import actions
from deals.registrations.models import Registration
from prm.clocks.database import database_now
from prm.signing.models import Root
from prm.signing.pasted import MOST_BYTES
from prm.signing.publishing import publish_roots
from prm.signing.selectors import chain_of, inclusion_of
from tests.factories import Cast, make_approved, make_registration
from tests.signing.chains import Signatory

DAY = timedelta(days=1)
SIGNED = "The signature is this programme’s"


def texts_of(deal: Registration) -> list[str]:
    return [link.jws for link in chain_of("deal", deal.public_id)]


def checked(client: Client, text: str, status: int = 200) -> str:
    answer = client.post("/receipts/", {"text": text})
    assert answer.status_code == status
    return answer.text.replace("&#x27;", "’").replace("'", "’")


def test_stranger_learns_what_is_proved(cast: Cast, client: Client) -> None:
    deal = make_approved(cast.helix)
    page = checked(client, "\n".join(texts_of(deal)))

    assert SIGNED in page
    assert "All 2 steps are there" in page
    assert f"{deal.public_id} was registered" in page
    assert "It was approved on" in page
    assert "is not in a published root yet" in page
    assert "What this does not prove" in page
    assert deal.customer_name not in page
    assert cast.helix.organisation.name not in page


def test_published_root_is_told(cast: Cast, client: Client) -> None:
    deal = make_approved(cast.helix)
    publish_roots(now=database_now() + DAY)
    links = chain_of("deal", deal.public_id)
    file = json.loads(json.dumps({"receipt": texts_of(deal), "inclusion": inclusion_of(links)}))
    own, found = checked(client, json.dumps(file)), checked(client, json.dumps(file["receipt"]))
    file["inclusion"][0]["path"][0][1] = "0" * 64
    wrong = checked(client, json.dumps(file))

    assert "Its steps are in the published roots of" in own
    assert "Its steps are in the published roots of" in found
    assert "Step 1 is not in the published root" in wrong


def test_file_can_be_given(cast: Cast, client: Client) -> None:
    text = json.dumps({"receipt": texts_of(make_registration(cast.helix))})
    answer = client.post("/receipts/", {"file": SimpleUploadedFile("receipt.json", text.encode())})
    too_large = client.post("/receipts/", {"file": SimpleUploadedFile("receipt.json", b"x" * (MOST_BYTES + 1))})

    assert answer.status_code == 200
    assert "was registered" in answer.text
    assert too_large.status_code == 400
    assert "too large for a receipt" in too_large.text


def test_who_was_first_is_told_of_two(cast: Cast, client: Client) -> None:
    one, other = make_registration(cast.helix), make_registration(cast.orbit)
    page = checked(client, "\n".join(texts_of(other) + texts_of(one)))

    assert f"{one.public_id} stands before {other.public_id} in line." in page


@pytest.mark.parametrize("change", ["flipped", "missing", "reordered", "foreign", "mixed"])
def test_what_was_changed_is_said(cast: Cast, client: Client, change: str) -> None:
    deal = make_approved(cast.helix)
    actions.lose(registration=deal, reason="price", by=cast.helix.rep, now=database_now())
    texts = texts_of(deal)
    given = {
        "flipped": [texts[0], texts[1][:-30] + ("A" if texts[1][-30] != "A" else "B") + texts[1][-29:]],
        "missing": [texts[0], texts[2]],
        "reordered": texts[::-1],
        "foreign": Signatory().chain(2),
        "mixed": [texts[0], texts[0]],
    }[change]
    page = checked(client, "\n".join(given))

    assert "note bad" in page
    assert SIGNED not in page


def test_middle_of_a_receipt_says_so(cast: Cast, client: Client) -> None:
    page = checked(client, texts_of(make_approved(cast.helix))[1])

    assert "It begins with step 2" in page
    assert SIGNED in page


def test_what_cannot_be_read_is_said_at_the_field(client: Client, db: None) -> None:
    for text in ("", "{", '{"receipt": 1}'):
        assert "errorlist" in checked(client, text, 400)


def test_text_that_is_no_receipt_is_told_as_such(client: Client, db: None) -> None:
    assert "cannot be read as one" in checked(client, "no.receipt.here")


def test_too_many_checks_are_refused(client: Client, db: None) -> None:
    """A minute may end meanwhile, and then as many are taken again."""
    statuses: list[int] = []
    while 429 not in statuses and len(statuses) <= 61:
        statuses.append(client.post("/receipts/", {"text": "a.b.c"}).status_code)

    assert (statuses[-1], set(statuses[:-1])) == (429, {200})
    assert 31 <= len(statuses) <= 61


def test_roots_are_public_page_by_page(cast: Cast, client: Client) -> None:
    assert "No roots yet" in client.get("/receipts/roots/").text
    make_registration(cast.helix)
    publish_roots(now=database_now() + 62 * DAY)
    roots = list(Root.objects.order_by("-day"))
    first = client.get("/receipts/roots/")
    rest = client.get(f"/receipts/roots/?before={roots[59].day}")

    assert [root.root in first.text for root in roots] == [True] * 60 + [False] * 2
    assert [root.root in rest.text for root in roots] == [False] * 60 + [True] * 2
    assert f"before={roots[59].day}" in first.text
    assert client.get("/receipts/roots.json").json() == {"roots": [root.jws for root in roots[::-1]]}
    assert client.get("/receipts/roots/?before=yesterday").status_code == 404


def test_members_see_the_pages_in_their_shell(cast: Cast, client: Client) -> None:
    client.force_login(cast.admin)
    page = client.get("/receipts/").text

    assert "/receipts/keys/" in page
    assert "Check it without us" in page
    client.force_login(cast.helix.rep)
    assert "/receipts/keys/" not in client.get("/receipts/").text


def test_control_stranger_sees_no_shell(client: Client, db: None) -> None:
    assert 'class="shell"' not in client.get("/receipts/").text
