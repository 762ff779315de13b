"""Whom a registration meets who looks after the customer already: what the reviewer reads, what the partner reads."""

import pytest

from deals.conflicts.actions import assess_pending
from deals.conflicts.reading import read_findings
from deals.conflicts.texts import reviewer_text
from deals.decisions import actions as decisions
from deals.records.actions import end_record
from deals.registrations.models import Registration
from prm.clocks.database import database_now
from prm.errors import StateConflict
from tests.deals.records.asking import appointed
from tests.deals.test_api import Caller
from tests.factories import MUELLER, Cast, make_account, make_assessed, make_registration

NAMED = {"name": "Müller Logistik GmbH", "city": "Hamburg", "website": "mueller-logistik.de", "country": "DE"}


def found(deal: Registration) -> list[tuple[str, str, str]]:
    assess_pending()
    rows = deal.findings.filter(kind__in=("partner_of_record", "existing_customer")).order_by("kind")
    return [(row.kind, row.band, row.clause) for row in rows]


@pytest.mark.parametrize(
    ("opportunity", "helix", "orbit"),
    [
        ("renewal", ("existing_customer", "hint", "3.4"), ("partner_of_record", "block", "3.9")),
        ("expansion", ("existing_customer", "hint", "3.4"), ("partner_of_record", "block", "3.9")),
        ("new", ("existing_customer", "review", "3.4"), ("partner_of_record", "review", "3.9")),
    ],
)
def test_partner_of_record_prevails_for_what_follows(
    cast: Cast, opportunity: str, helix: tuple[str, str, str], orbit: tuple[str, str, str]
) -> None:
    since = database_now().date().replace(month=1, day=1)
    appointed(cast, cast.helix, make_account(**NAMED, customer_since=since))
    own = make_registration(cast.helix, **MUELLER, opportunity=opportunity)
    others = make_registration(cast.orbit, cast.products["telematics"], **MUELLER, opportunity=opportunity)

    assert found(own) == [helix]
    assert found(others) == [("existing_customer", "review", "3.4"), orbit]


def test_renewal_of_a_rival_needs_an_override_until_the_record_ends(cast: Cast) -> None:
    record = appointed(cast, cast.helix, make_account(**NAMED))
    deal = make_assessed(cast.orbit, **MUELLER, opportunity="renewal")
    reads = read_findings(deal, reader=cast.pam)
    told = reviewer_text(deal, reads)
    assert "Recommended: Reject." in told
    assert "The customer consents to this partner, or the other's year ends without proof." in told
    assert "free from" in told
    with pytest.raises(StateConflict) as refused:
        decisions.approve(registration=deal, by=cast.pam, now=database_now())
    assert (refused.value.code, "rule 3.9" in refused.value.message) == ("stands_in_the_way", True)
    shown = Caller(cast.orbit.rep)
    before = [shown.get(f"deals/{deal.public_id}{path}").text for path in ("", "/timeline", "/receipt")]
    assert not any("of record" in text or cast.helix.organisation.name in text for text in before)

    end_record(record=record, reason="The customer asked for it.", by=cast.pam, now=database_now())
    assess_pending()
    decisions.reject(
        registration=deal, reason="partner_of_record", message="Ask the customer.", by=cast.pam, now=database_now()
    )

    answer = shown.get(f"deals/{deal.public_id}").text
    assert "partner_of_record" in answer
    assert cast.helix.organisation.name not in answer
