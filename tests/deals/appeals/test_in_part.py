"""An approval of some of the products refuses the others: that can be appealed like a rejection."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from deals.appeals.actions import escalate_due
from deals.appeals.models import Appeal, contested
from deals.decisions import actions as decisions
from deals.protections.models import Protection
from deals.registrations import actions as registrations
from deals.registrations.models import Registration
from deals.registrations.rules import part_of, share_of_list
from deals.reversals.actions import reverse
from deals.sockets import decisions_waiting
from prm.audit.models import Event
from prm.clocks.database import database_now
from prm.errors import NotAllowed, StateConflict
from prm.ledger.models import Entry
from tests.deals.appeals.asking import WHY, appeal, decide, following, fresh
from tests.factories import MUELLER, Cast, make_approved, make_registration

BOTH = ("fleet-cloud", "route-planner")


def in_part(cast: Cast, *refused: str, **changes: Any) -> Registration:
    """Two product lines of which one is approved."""
    deal = make_registration(cast.helix, *(cast.products[slug] for slug in BOTH), **{**MUELLER, **changes})
    kept = [cast.products[slug] for slug in BOTH if slug not in (refused or BOTH[1:])]
    return decisions.approve(registration=deal, products=kept, by=cast.pam, now=database_now())


def products_of(deal: Registration) -> list[str]:
    return [line.product.slug for line in fresh(deal).lines.all()]


def test_refused_lines_are_registered_again_in_the_old_place_and_the_others_stay_protected(cast: Cast) -> None:
    deal = in_part(cast, value=Decimal("10000.00"))
    protected = list(Protection.objects.values_list("product__slug", "period"))
    assert [line.product.slug for line in contested(fresh(deal))] == ["route-planner"]

    asked = appeal(deal, cast.helix.rep)
    found = Appeal.objects.get()
    assert (asked.state, found.decider, found.assigned_to) == ("approved", cast.pam, cast.pam2)
    assert [item.what for item in decisions_waiting(cast.pam2, database_now(), 5)] == [
        f"Decide the appeal of {deal.reference}"
    ]
    decided = decide(deal, cast.pam2, "reinstated")

    row = following(deal)
    assert (decided.state, decided.appeal.outcome, row.state, row.place) == (
        "approved",
        "reinstated",
        "submitted",
        deal.place,
    )
    assert products_of(row) == ["route-planner"]
    prices = [line.product.list_price * line.quantity for line in fresh(deal).lines.all()]
    assert row.value == (Decimal("10000.00") * prices[1] / sum(prices)).quantize(Decimal("0.01"))
    assert list(Protection.objects.values_list("product__slug", "period")) == protected
    approved = decisions.approve(registration=fresh(row), by=cast.pam2, now=database_now())
    assert (approved.account, Protection.objects.count()) == (fresh(deal).account, 2)


@pytest.mark.parametrize("end", ["win", "lose"])
def test_answer_comes_also_when_the_deal_is_closed_meanwhile(cast: Cast, end: str) -> None:
    deal, now = in_part(cast), database_now()
    if end == "lose":
        appeal(deal, cast.helix.rep)
        registrations.lose(registration=fresh(deal), reason="price", by=cast.helix.rep, now=now)
    else:
        registrations.win(
            registration=fresh(deal), closed_on=now.date(), early_reason="Signed.", by=cast.helix.rep, now=now
        )
        appeal(deal, cast.helix.rep)

    assert Appeal.objects.to_decide_by(cast.pam2).count() == 1
    assert escalate_due(now=Appeal.objects.get().due_at) == 1
    decide(deal, cast.pam2, "reinstated")
    assert (products_of(following(deal)), following(deal).place) == (["route-planner"], deal.place)


def test_what_was_approved_whole_and_what_was_lost_is_not_appealed(cast: Cast) -> None:
    whole = make_approved(cast.helix, cast.products["fleet-cloud"], **MUELLER)
    with pytest.raises(StateConflict) as refused:
        appeal(whole, cast.helix.rep)
    assert refused.value.code == "nothing_refused"

    registrations.lose(registration=fresh(whole), reason="price", by=cast.helix.rep, now=database_now())
    with pytest.raises(StateConflict):
        appeal(whole, cast.helix.rep)
    part = in_part(cast)
    with pytest.raises(NotAllowed):
        appeal(part, cast.orbit.rep)
    with pytest.raises(StateConflict):
        decide(part, cast.pam2, "refused")
    assert Appeal.objects.count() == Event.objects.filter(kind="deal.appealed").count() == 0


def test_rival_who_is_protected_for_the_refused_line_leaves_money_alone(cast: Cast) -> None:
    """And one who is protected for the approved line does not exist: that is the partner's own."""
    deal = appeal(in_part(cast), cast.helix.rep)
    with pytest.raises(StateConflict) as refused:
        decide(deal, cast.pam2, "compensated")
    assert refused.value.code == "free"
    rival = make_registration(cast.orbit, cast.products["route-planner"], **MUELLER)
    decisions.approve(registration=rival, override_reason="customer_choice", by=cast.pam, now=database_now())
    with pytest.raises(StateConflict) as refused:
        decide(deal, cast.pam2, "reinstated")
    assert refused.value.code == "protected"

    decide(deal, cast.pam2, "compensated", amount=Decimal("120.00"))

    assert [(entry.organisation, entry.amount) for entry in Entry.objects.all()] == [
        (cast.helix.organisation, Decimal("120.00"))
    ]


def test_own_registration_of_the_refused_line_has_to_go_first(cast: Cast) -> None:
    deal = appeal(in_part(cast), cast.helix.rep)
    again = make_registration(cast.helix, cast.products["route-planner"], **MUELLER)
    with pytest.raises(StateConflict) as refused:
        decide(deal, cast.pam2, "reinstated")
    assert (refused.value.code, again.reference in refused.value.message) == ("own_duplicate", True)


def test_approval_that_an_appeal_has_completed_can_still_be_reversed(cast: Cast) -> None:
    deal = decide(appeal(in_part(cast), cast.helix.rep), cast.pam2, "reinstated")

    done = reverse(
        registration=fresh(deal), reason="other", clause="3.2", message="Wrong.", by=cast.admin, now=database_now()
    )

    assert (done.state, following(deal).state) == ("reversed", "submitted")


def test_reversal_leaves_no_appeal_to_answer(cast: Cast) -> None:
    deal = appeal(in_part(cast), cast.helix.rep)
    reverse(registration=fresh(deal), reason="other", clause="3.2", message="Wrong.", by=cast.admin, now=database_now())

    assert Appeal.objects.waiting().count() == 0
    with pytest.raises(StateConflict):
        decide(deal, cast.pam2, "refused")


@pytest.mark.parametrize(
    ("some", "lines", "share"),
    [
        ((30,), (30, 70), "0.3"),
        ((30, 70), (30, 70), "1"),
        ((0,), (0, 0, 0, 0), "0.25"),
        ((0,), (0, 100), "0"),
    ],
)
def test_share_of_the_list_price(some: tuple[int, ...], lines: tuple[int, ...], share: str) -> None:
    assert share_of_list([Decimal(one) for one in some], [Decimal(one) for one in lines]) == Decimal(share)


@pytest.mark.parametrize(
    ("amount", "share", "currency", "part"),
    [
        ("100.00", "0.3", "EUR", "30.00"),
        ("99.99", "1", "EUR", "99.99"),
        ("1000.00", "0.3335", "JPY", "334.00"),
        ("0.01", "0.3", "EUR", "0.01"),
        ("5.00", "0.001", "JPY", "1.00"),
        ("0.00", "0.5", "EUR", "0.00"),
        (None, "0.5", "EUR", None),
    ],
)
def test_part_of_a_value_is_payable(amount: str | None, share: str, currency: str, part: str | None) -> None:
    found = part_of(Decimal(amount) if amount else None, Decimal(share), currency)

    assert found == (Decimal(part) if part else None)


def test_pages_name_what_was_refused(cast: Cast, client: Any) -> None:
    deal, planner = in_part(cast), cast.products["route-planner"].name
    client.force_login(cast.helix.rep)
    shown = client.get(deal.get_absolute_url()).text
    assert ("Is this wrong?" in shown, f"Not approved: {planner}." in shown) == (True, True)
    assert f"Not approved: {planner}" in client.get(f"/deals/{deal.public_id}/appeal/").text
    assert client.post(f"/deals/{deal.public_id}/appeal/", {"text": WHY}).status_code == 302
    assert "An answer is due by" in client.get(deal.get_absolute_url()).text

    client.force_login(cast.pam2)
    assert f"Not approved: {planner}." in client.get(f"/deals/{deal.public_id}/appeal/decide/").text
    whole = make_approved(cast.orbit, cast.products["telematics"])
    client.force_login(cast.orbit.rep)
    assert "Is this wrong?" not in client.get(whole.get_absolute_url()).text
    assert Appeal.objects.get().due_at > database_now() + timedelta(days=1)
