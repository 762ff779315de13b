"""One text for the reviewer with everything, one for the partner that is the same whoever else is concerned."""

from typing import Any

import pytest
from django.test import Client
from django.utils.timezone import localtime

from deals.conflicts.actions import assess_pending
from deals.conflicts.reading import read_findings
from deals.conflicts.texts import evidence_wanted, own_of, partner_text, reviewer_text, way_text, ways_of
from deals.conflicts.ways import A_SECOND, FREE_FROM, WITHOUT
from deals.decisions import actions as decisions
from deals.precedence import CLAUSE_OF
from deals.registrations.models import Registration
from deals.rulebook import DealRules
from prm.accounts.models import User
from prm.clocks.database import database_now
from prm.policy.actions import publish_version
from prm.portal import formats
from tests.factories import MUELLER, Cast, make_approved, make_assessed, make_registration, make_token

SECRETS = ("Orbit", "DR-", "protected until")


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def contested(cast: Cast, *products: str) -> tuple[Registration, Registration]:
    """Orbit holds Müller for Fleet Cloud; Helix asks for the products."""
    held = make_approved(cast.orbit, cast.products["fleet-cloud"], **MUELLER)
    asked = make_assessed(cast.helix, *(cast.products[product] for product in products), **MUELLER)
    return held, asked


def rejected(cast: Cast, deal: Registration, reason: str = "already_protected") -> Registration:
    return decisions.reject(registration=deal, reason=reason, message="Sorry.", by=cast.pam, now=database_now())


def test_reviewer_reads_products_and_dates(cast: Cast) -> None:
    held, asked = contested(cast, "fleet-cloud", "route-planner")
    assert held.protected_until is not None

    found = ways_of(asked, read_findings(asked, reader=cast.pam))

    free = held.protected_until + A_SECOND
    assert [(way.kind, way.products, way.at) for way in found] == [
        (WITHOUT, ("Fleet Cloud",), None),
        (FREE_FROM, ("Fleet Cloud",), free),
    ]
    assert way_text(found[0]) == "Without Fleet Cloud it could be exclusive."
    assert way_text(found[1]) == f"Fleet Cloud: free from {formats.day(localtime(free))}."


def test_nothing_is_left_without_the_only_product(cast: Cast) -> None:
    _held, asked = contested(cast, "fleet-cloud")

    assert [way.kind for way in ways_of(asked, read_findings(asked, reader=cast.pam))] == [FREE_FROM]


def test_earlier_registration_frees_nothing_by_a_date(cast: Cast) -> None:
    make_registration(cast.orbit, cast.products["telematics"], **MUELLER)
    asked = make_assessed(cast.helix, cast.products["telematics"], cast.products["fleet-cloud"], **MUELLER)

    assert [way.kind for way in ways_of(asked, read_findings(asked, reader=cast.pam))] == [WITHOUT]


def test_text_of_the_reviewer_holds_everything(cast: Cast) -> None:
    held, asked = contested(cast, "fleet-cloud", "route-planner")

    text = reviewer_text(asked, read_findings(asked, reader=cast.pam)).splitlines()

    assert text[0] == "Recommended: Reject."
    assert any(line.startswith("Blocks: Protected for another partner") and held.reference in line for line in text)
    assert text[-1].startswith("What would change it: Without Fleet Cloud it could be exclusive. Fleet Cloud: free")
    assert "(rule 3.1)" in "".join(text)


def test_text_without_findings_says_so(cast: Cast) -> None:
    asked = make_assessed(cast.helix)

    assert reviewer_text(asked, read_findings(asked, reader=cast.pam)).splitlines() == [
        "Recommended: Approve and protect.",
        "Nothing stands in the way.",
    ]


def test_page_of_the_reviewer_shows_both_texts(cast: Cast) -> None:
    _held, asked = contested(cast, "fleet-cloud", "route-planner")

    page = browser(cast.pam).get(f"/deals/{asked.public_id}/").content.decode()

    assert "Without Fleet Cloud it could be exclusive." in page
    assert "What a partner would read of it" in page
    assert "The customer is already protected. Rule 3.1, One protection" in page
    assert "Everything in one text" in page


def test_api_gives_the_vendor_ways_and_text(cast: Cast) -> None:
    held, asked = contested(cast, "fleet-cloud", "route-planner")
    caller = Client(headers={"authorization": f"Bearer {make_token(cast.pam)}"})

    answer: dict[str, Any] = caller.get(f"/api/v1/deals/{asked.public_id}/findings").json()

    assert [(way["kind"], way["products"]) for way in answer["ways"]] == [
        ("without", ["Fleet Cloud"]),
        ("free_from", ["Fleet Cloud"]),
    ]
    assert answer["text"].startswith("Recommended: Reject.")
    assert answer["findings"][0]["until"] is not None
    assert held.reference in answer["text"]


@pytest.mark.parametrize(
    ("reason", "pieces"),
    [
        (
            "already_protected",
            [
                "the tax number of the customer, if it is another company",
                "a contact with a mailbox at the customer's own domain",
                "a need for other products, registered anew",
            ],
        ),
        ("outside_territory", ["that the site or entity that buys lies within your agreement"]),
        ("tender", ["that it is another need than the published one"]),
        ("not_qualified", ["what you have agreed with the customer since"]),
        ("other", []),
    ],
)
def test_partner_reads_what_it_could_show(cast: Cast, reason: str, pieces: list[str]) -> None:
    deal = rejected(cast, make_registration(cast.helix, **MUELLER), reason)

    page = browser(cast.helix.rep).get(f"/deals/{deal.public_id}/").content.decode()

    assert evidence_wanted(reason, own_of(deal)) == pieces
    assert [piece for piece in pieces if piece.replace("'", "&#x27;") not in page] == []
    assert ("What would change the answer" in page) == bool(pieces)


def test_text_of_the_partner_is_the_same_with_and_without_a_rival(cast: Cast) -> None:
    """The control is the reviewer's: those two differ."""
    _held, asked = contested(cast, "fleet-cloud")
    alone = make_assessed(cast.helix, cast.products["fleet-cloud"], customer_website="werft-nordsee.de")

    def both(deal: Registration) -> tuple[str, str]:
        reads = read_findings(deal, reader=cast.pam)
        clause = CLAUSE_OF["already_protected"]
        return (
            partner_text("already_protected", clause, own_of(deal), DealRules()),
            reviewer_text(deal, reads),
        )

    contested_texts, free_texts = both(asked), both(alone)

    assert contested_texts[0] == free_texts[0]
    assert contested_texts[1] != free_texts[1]
    assert [secret for secret in SECRETS if secret in contested_texts[0]] == []


def test_page_of_the_partner_names_nobody(cast: Cast) -> None:
    held, asked = contested(cast, "fleet-cloud")
    deal = rejected(cast, asked)

    page = browser(cast.helix.rep).get(f"/deals/{deal.public_id}/").content.decode()

    assert "Orbit" not in page
    assert held.reference not in page
    assert held.public_id not in page


def test_findings_are_weighed_again_when_other_rules_begin(cast: Cast) -> None:
    """Under the rules of the moment: the relay checks what is undecided once more."""
    deal = make_assessed(cast.helix, contact_email="jana@yopmail.com")
    before = deal.findings.get().band
    values = DealRules().model_dump(mode="json")
    values["precedence"]["email_domain"]["weight"] = "block"
    publish_version(schema="deals", values=values, after=1, by=cast.admin, now=database_now())
    assess_pending()

    assert (before, deal.findings.get().band) == ("review", "block")
