"""Product lines that only partners with a competency register."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from deals.decisions.actions import approve
from deals.leads.selectors import ranked
from deals.products.models import ProductLine
from deals.products.requirements import closed_to
from deals.registrations import actions
from partners.models import Capability
from prm.clocks.database import database_now
from prm.errors import InvalidInput
from tests.enablement.making import awarded, make_certification
from tests.factories import MUELLER, Cast, deal_values, make_draft, make_lead, make_registration, make_token

SKILL = {"required_competency": "cold-chain", "required_level": "professional"}


@pytest.fixture
def closed(cast: Cast) -> ProductLine:
    """A line that needs what nobody has proved yet."""
    product = cast.products["fleet-cloud"]
    for name, value in SKILL.items():
        setattr(product, name, value)
    product.save()
    return product


def prove(cast: Cast, level: str = "professional") -> None:
    awarded(cast, cast.helix.engineer, make_certification(cast.admin, competency="cold-chain", level=level))


def caller(cast: Cast) -> Client:
    return Client(headers={"authorization": f"Bearer {make_token(cast.helix.rep)}"})


def asked(client: Client, path: str, **body: Any) -> Any:
    return client.post(f"/api/v1/{path}", body, content_type="application/json")


QUOTE = {"value": {"amount": "100.00", "currency": "EUR"}, "motion": "resale", "engagement": "shared"}


@pytest.mark.parametrize(
    ("level", "is_open"), [("", False), ("associate", False), ("professional", True), ("expert", True)]
)
def test_line_is_open_to_whoever_has_the_level(cast: Cast, closed: ProductLine, level: str, is_open: bool) -> None:
    if level:
        prove(cast, level)
    products, now = list(cast.products.values()), database_now()

    assert closed_to(cast.helix.partner, products, now) == ([] if is_open else [closed])
    assert closed_to(cast.orbit.partner, products, now) == [closed]


def test_entered_by_hand_opens_it_too(cast: Cast, closed: ProductLine) -> None:
    cast.helix.partner.competencies = ["cold-chain"]
    cast.helix.partner.save()

    assert make_registration(cast.helix, closed).state == "submitted"


def test_verbs_refuse_at_the_products(cast: Cast, closed: ProductLine) -> None:
    draft = make_draft(cast.helix, cast.products["telematics"])
    now, rep = database_now(), cast.helix.rep
    for verb in (
        lambda: make_draft(cast.helix, closed),
        lambda: actions.update_draft(registration=draft, values={}, lines=[(closed, 1)], by=rep, now=now),
        lambda: actions.register(values=deal_values(), lines=[(closed, 1)], by=rep, now=now),
    ):
        with pytest.raises(InvalidInput) as refused:
            verb()
        assert list(refused.value.errors) == ["products"]
        assert "cold-chain" in refused.value.errors["products"][0]


def test_draft_is_not_submitted_once_the_capability_is_gone(cast: Cast, closed: ProductLine) -> None:
    prove(cast)
    draft = make_draft(cast.helix, closed)
    Capability.objects.update(valid_until=database_now())

    with pytest.raises(InvalidInput) as refused:
        actions.submit(registration=draft, by=cast.helix.rep, now=database_now())
    assert list(refused.value.errors) == ["products"]


def test_what_is_submitted_is_decided_as_before(cast: Cast, closed: ProductLine) -> None:
    prove(cast)
    deal = make_registration(cast.helix, closed)
    Capability.objects.all().delete()

    assert approve(registration=deal, by=cast.pam, now=database_now()).state == "approved"


def test_api_says_so_before_anything_is_registered(cast: Cast, closed: ProductLine) -> None:
    client = caller(cast)
    bodies = {
        "deals/quote": {**QUOTE, "products": ["fleet-cloud"]},
        "deals": {"customer": {"name": "Acme"}, "products": ["fleet-cloud"]},
    }
    for path, body in bodies.items():
        answer = asked(client, path, **body)
        assert answer.status_code == 400
        assert "cold-chain" in answer.json()["errors"]["products"][0]

    prove(cast)
    assert [asked(client, path, **body).status_code for path, body in bodies.items()] == [200, 201]


def test_page_says_so_before_typing(cast: Cast, closed: ProductLine) -> None:
    client = Client()
    client.force_login(cast.helix.rep)

    page = client.get("/deals/new/").content.decode()
    assert "Fleet Cloud needs the competency cold-chain (Professional)" in page
    assert 'value="fleet-cloud" disabled' in page

    given = {"customer_name": MUELLER["customer_name"], "products": ["fleet-cloud"], "then": "draft"}
    refused = client.post("/deals/new/", given)
    assert refused.status_code == 400
    assert "cold-chain" in refused.context["form"].errors["products"][0]
    assert 'value="fleet-cloud" checked' in refused.content.decode()


def test_page_is_silent_once_it_is_proved(cast: Cast, closed: ProductLine) -> None:
    prove(cast)
    client = Client()
    client.force_login(cast.helix.rep)

    assert "needs the competency" not in client.get("/deals/new/").content.decode()


def test_leads_find_what_was_proved(cast: Cast) -> None:
    prove(cast)
    lead = make_lead(cast.pam, competency="cold-chain")

    able = {row.partner: row.place.candidate.competencies for row in ranked(lead, database_now())}
    assert able[cast.helix.partner] == {"cold-chain"}
    assert able[cast.orbit.partner] == frozenset()
    assert lead.offers.get().partner == cast.helix.partner


@pytest.mark.parametrize(
    "changes", [{"required_competency": "x"}, {"required_level": "expert"}, {**SKILL, "required_level": "master"}]
)
def test_database_keeps_requirements_whole(cast: Cast, changes: dict[str, str]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        ProductLine.objects.filter(slug="fleet-cloud").update(**changes)
