"""Approved without a protection: terms are frozen, nobody is kept away, nothing ends by a date."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from deals.conflicts.models import Finding
from deals.decisions.actions import approve
from deals.extensions.actions import ask_extension
from deals.protections.actions import expire_due, remind_due
from deals.protections.models import Protection
from deals.punctuality.actions import escalate_due
from deals.registrations.actions import lose, win
from deals.registrations.models import Registration
from deals.replays.models import DecisionBasis
from deals.replays.selectors import bases, judged
from prm.audit.models import Event
from prm.clocks.database import database_now
from prm.errors import InvalidInput, StateConflict
from prm.ledger.models import Entry
from prm.notices.models import Notice
from tests.deals.portal.conftest import login  # noqa: F401 - a fixture
from tests.deals.portal.doing import open_page, page, send
from tests.deals.portal.reading import main
from tests.deals.punctuality.test_provisional import forgotten
from tests.deals.test_api import Caller
from tests.factories import MUELLER, Cast, make_approved, make_assessed, make_registration

PROOF = "Two meetings with the board and an offer since the approval."


def openly(deal: Registration, cast: Cast, **given: Any) -> Registration:
    return approve(registration=deal, outcome="non_exclusive", by=cast.pam, now=database_now(), **given)


@pytest.fixture
def deal(cast: Cast) -> Registration:
    return openly(make_registration(cast.helix, cast.products["fleet-cloud"], **MUELLER), cast, message="Both may try.")


def test_terms_are_frozen_and_nobody_is_kept_away(deal: Registration, cast: Cast) -> None:
    assert (deal.state, deal.outcome, deal.decision_clause) == ("approved", "non_exclusive", "4.4")
    assert (deal.protected_until, deal.next_reminder_at) == (None, None)
    assert deal.terms["earns"] == {"amount": "17280.00", "currency": "EUR"}
    assert deal.account is not None
    assert not Protection.objects.exists()
    assert not DecisionBasis.objects.get().decided["protected"]


def test_no_date_ends_it_and_nobody_is_reminded(deal: Registration) -> None:
    much_later = database_now() + timedelta(days=800)

    assert (remind_due(now=much_later), expire_due(now=much_later), escalate_due(now=much_later)) == (0, 0, 0)
    deal.refresh_from_db()
    assert deal.state == "approved"


def test_it_is_told_and_recorded_as_what_it_is(deal: Registration, cast: Cast) -> None:
    told = Notice.objects.get(kind="deal.approved")

    assert told.user == cast.helix.rep
    assert told.title == "Approved, not exclusive: Müller Logistik GmbH"
    assert "without a protection" in told.body
    assert told.body.endswith("Both may try.")
    event = Event.objects.get(kind="deal.approved_non_exclusive")
    assert set(event.data) == {"outcome", "account"}
    assert not Event.objects.filter(kind="deal.approved").exists()


def test_later_registration_is_free_and_the_reviewer_knows(deal: Registration, cast: Cast) -> None:
    later = make_assessed(cast.orbit, cast.products["fleet-cloud"], **MUELLER)

    finding = Finding.objects.get(registration=later, subject_id=deal.public_id)
    assert (finding.kind, finding.band) == ("earlier_registration", "hint")
    assert finding.evidence[0]["text"] == "It is approved without a protection and keeps nobody away."
    done = approve(registration=later, by=cast.pam, now=database_now())
    assert done.outcome == "exclusive"
    assert Protection.objects.get().registration == later


def test_two_may_be_approved_side_by_side(deal: Registration, cast: Cast) -> None:
    other = openly(make_registration(cast.orbit, cast.products["fleet-cloud"], **MUELLER), cast)

    assert (other.state, other.account) == ("approved", deal.account)


def test_protection_of_another_stands_in_the_way_of_this_too(cast: Cast) -> None:
    make_approved(cast.orbit, cast.products["fleet-cloud"], **MUELLER)
    deal = make_registration(cast.helix, cast.products["fleet-cloud"], **MUELLER)

    with pytest.raises(StateConflict) as refused:
        openly(deal, cast)

    assert refused.value.code == "protected"


def test_earlier_undecided_one_asks_for_a_reason_as_ever(cast: Cast) -> None:
    make_registration(cast.orbit, cast.products["fleet-cloud"], **MUELLER)
    deal = make_registration(cast.helix, cast.products["fleet-cloud"], **MUELLER)

    with pytest.raises(StateConflict):
        openly(deal, cast)
    assert openly(deal, cast, override_reason="customer_choice").state == "approved"


def test_win_pays_the_frozen_terms(deal: Registration, cast: Cast) -> None:
    said = {"closed_on": database_now().date(), "early_reason": "Signed at once."}
    won = win(registration=deal, by=cast.helix.rep, now=database_now(), **said)

    assert (won.state, won.won_value) == ("won", Decimal("86400.00"))
    assert Entry.objects.get().amount == Decimal("17280.00")


def test_loss_leaves_no_trace_of_a_protection(deal: Registration, cast: Cast) -> None:
    lost = lose(registration=deal, reason="price", by=cast.helix.rep, now=database_now())

    assert (lost.state, lost.protected_until) == ("lost", None)


def test_there_is_nothing_to_extend(deal: Registration, cast: Cast) -> None:
    with pytest.raises(StateConflict, match="no protection that could be made longer"):
        ask_extension(registration=deal, proof=PROOF, by=cast.helix.rep, now=database_now())


def test_part_of_the_products_is_approved_alone(cast: Cast) -> None:
    fleet, planner = cast.products["fleet-cloud"], cast.products["route-planner"]
    deal = openly(make_registration(cast.helix, fleet, planner), cast, products=[planner])

    assert list(deal.lines.order_by("pk").values_list("approved", flat=True)) == [False, True]


@pytest.mark.parametrize("outcome", ["", "teaming", "shared", "EXCLUSIVE"])
def test_other_outcomes_are_refused_at_their_field(cast: Cast, outcome: str) -> None:
    deal = make_registration(cast.helix)

    with pytest.raises(InvalidInput) as refused:
        approve(registration=deal, outcome=outcome, by=cast.pam, now=database_now())

    assert list(refused.value.errors) == ["outcome"]


def test_table_refuses_a_date_beside_it(deal: Registration) -> None:
    for changed in ({"protected_until": database_now() + timedelta(days=9)}, {"next_reminder_at": database_now()}):
        with pytest.raises(IntegrityError, match="non_exclusive_protects_nobody"), transaction.atomic():
            Registration.objects.filter(pk=deal.pk).update(**changed)


def test_provisional_protection_lasts_as_long_as_after_a_refusal(cast: Cast) -> None:
    now = database_now()
    deal = openly(forgotten(cast), cast)

    assert deal.provisional_until is not None
    assert deal.provisional_until > now
    assert deal.is_provisional(now)
    assert list(Registration.objects.protected_provisionally(now)) == [deal]
    assert Protection.objects.get().period.upper == deal.provisional_until
    assert escalate_due(now=deal.provisional_until) == 1
    assert not Registration.objects.get(pk=deal.pk).is_provisional(deal.provisional_until)
    assert Event.objects.filter(kind="deal.provisional_ended").count() == 1


@pytest.mark.parametrize("verb", ["win", "lose"])
def test_closing_it_ends_the_provisional_protection(cast: Cast, verb: str) -> None:
    by = {"registration": openly(forgotten(cast), cast), "by": cast.helix.rep, "now": database_now()}

    said = {"closed_on": by["now"].date(), "early_reason": "Signed at once."}
    closed = win(**said, **by) if verb == "win" else lose(reason="price", **by)

    assert closed.provisional_ended_at == Protection.objects.get().period.upper
    assert not closed.is_provisional(closed.provisional_ended_at)


def test_replay_knows_that_no_days_were_promised(deal: Registration) -> None:
    (found,) = judged(bases(), None)

    assert found.differences == []
    assert DecisionBasis.objects.get().ruling["days"] == 0


def test_api_approves_it_and_says_so(cast: Cast) -> None:
    deal = make_registration(cast.helix, cast.products["fleet-cloud"])
    pam, rep, path = Caller(cast.pam), Caller(cast.helix.rep), f"deals/{deal.public_id}"

    done = pam.post(f"{path}/approve", {"outcome": "non_exclusive", "products": ["fleet-cloud"]})

    assert done.status_code == 200
    assert done.json()["protected_until"] is None
    assert rep.get(path).json()["decision"] | {"decided_at": ""} == {
        "outcome": "non_exclusive",
        "reason": "",
        "clause": "4.4",
        "message": "",
        "decided_at": "",
    }
    assert pam.post(f"{path}/approve", {"outcome": "non_exclusive"}).status_code == 409
    steps = rep.get(f"{path}/timeline").json()["results"]
    assert (steps[-1]["text"], steps[-1]["data"]) == ("Approved without a protection", {"outcome": "non_exclusive"})


def test_pages_say_plainly_that_it_is_not_exclusive(cast: Cast, login: Any) -> None:  # noqa: F811
    deal = make_assessed(cast.helix, cast.products["fleet-cloud"])
    pam, rep = login(cast.pam), login(cast.helix.rep)
    assert "Not exclusive: terms are frozen, nobody is kept away" in main(open_page(pam, deal))

    done = send(pam, deal, "approve", follow=True, outcome="non_exclusive", products=["fleet-cloud"])

    assert "has terms for" in main(done)
    said = page(rep, deal)
    assert "Approved, and not exclusive: your terms are frozen" in said
    assert "Protected until" not in said
    assert "The protection ends" not in said
    assert "without a protection" in said  # the receipt
    assert "Approved, not exclusive" in main(rep.get("/deals/"))
    assert "Approved, not exclusive" in main(pam.get("/deals/"))
