"""From the quote to the ledger: what was shown is frozen, what was frozen is booked, what is refunded goes back."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from deals.decisions import actions as decisions
from deals.earnings.actions import book_years_due, refund
from deals.earnings.models import Refund
from deals.earnings.rules import years_after
from deals.protections.models import Protection
from deals.records.models import PartnerOfRecord
from deals.registrations import actions
from deals.registrations.models import Registration
from deals.rulebook import SCHEMA, DealRules
from partners.models import RevenueFact
from partners.states import PartnerState
from prm.accounts.models import User
from prm.audit.models import Event
from prm.clocks.database import database_now
from prm.errors import InvalidInput, NotAllowed, StateConflict
from prm.ledger.models import Entry
from prm.ledger.selectors import balances
from prm.notices.models import Notice
from prm.policy.actions import publish
from tests.deals.test_api import Caller
from tests.factories import Cast, Team, make_approved, make_registration

VALUE = Decimal("86400.00")
MANAGED = {
    "motion": "managed",
    "recurring_amount": Decimal(2000),
    "recurring_per": "month",
    "recurring_months": 36,
}


def won(team: Team, value: str = "86400.00", *, by: User | None = None, **changes: Any) -> Registration:
    deal = make_approved(team, by=by or team.rep, **changes)
    now = database_now()
    return actions.win(
        registration=deal,
        closed_on=now.date(),
        early_reason="Signed at once.",
        value=Decimal(value),
        by=by or team.rep,
        now=now,
    )


def taken(cast: Cast, deal: Registration, amount: str, **changes: Any) -> Registration:
    given = {"reason": "Ten vehicles returned.", "by": cast.finance, "now": database_now(), **changes}
    return refund(registration=deal, amount=Decimal(amount), **given)


def amounts(deal: Registration) -> list[tuple[str, Decimal]]:
    return list(Entry.objects.about("deal", deal.public_id).order_by("pk").values_list("kind", "amount"))


def test_win_books_what_was_frozen_and_not_what_the_rules_say_now(cast: Cast) -> None:
    deal = make_registration(cast.helix)
    approved = decisions.approve(registration=deal, by=cast.pam, now=database_now())
    now = database_now()
    meaner = {**DealRules().model_dump(mode="json"), "rate_independent": "0.01", "payable_after_days": 90}
    publish(schema=SCHEMA, values=meaner, effective_from=now, by=cast.admin, now=now)
    now = database_now()
    actions.win(registration=approved, closed_on=now.date(), early_reason="Signed at once.", by=cast.helix.rep, now=now)

    [entry] = Entry.objects.all()
    assert (entry.kind, entry.amount, entry.currency) == ("once", Decimal("17280.00"), "EUR")
    assert (entry.rate, entry.base) == (Decimal("0.2"), VALUE)
    assert (entry.organisation, entry.seller) == (cast.helix.organisation, cast.helix.rep)
    assert entry.payable_from == entry.booked_on + timedelta(days=30)
    assert entry.label == f"{deal.reference} · {deal.customer_name}"


def test_win_for_another_value_earns_of_that(cast: Cast) -> None:
    assert amounts(won(cast.helix, "50000.00")) == [("once", Decimal("10000.00"))]


def test_admins_are_told_what_was_earned(cast: Cast) -> None:
    won(cast.helix)

    [told] = Notice.objects.filter(kind="earnings.earned")
    assert told.user == cast.helix.admin
    assert told.title.startswith("You earn €17,280 with Kunde Nummer")


def test_refund_takes_back_its_share_and_keeps_the_deal_won(cast: Cast) -> None:
    deal = taken(cast, won(cast.helix), "8640.00")

    assert (deal.state, deal.refunded_value) == ("won", Decimal("8640.00"))
    assert amounts(deal) == [("once", Decimal("17280.00")), ("reversal", Decimal("-1728.00"))]
    assert list(RevenueFact.objects.filter(kind="reversed").values_list("amount", flat=True)) == [Decimal("8640.00")]
    assert Protection.objects.holding(database_now()).exists()
    assert Event.objects.get(kind="deal.refunded").data == {"amount": "8640.00", "currency": "EUR"}
    [told] = Notice.objects.filter(kind="earnings.taken_back")
    assert (told.user, told.title.startswith("€1,728 is taken back")) == (cast.helix.admin, True)


def test_deal_is_reversed_when_everything_is_refunded(cast: Cast) -> None:
    deal = taken(cast, won(cast.helix, "0.07"), "0.03")
    deal = taken(cast, deal, "0.04")

    assert deal.state == "reversed"
    assert sum(amount for _kind, amount in amounts(deal)) == 0
    assert not Protection.objects.holding(database_now()).exists()
    [balance] = balances(Entry.objects.all(), database_now().date())
    assert balance.earned == balance.waiting == 0
    with pytest.raises(StateConflict):
        taken(cast, deal, "0.01")


@pytest.mark.parametrize(
    ("given", "error", "said"),
    [
        ({"amount": "86400.01"}, StateConflict, "At most 86400.00 EUR is left to refund."),
        ({"amount": "1.00", "currency": "USD"}, InvalidInput, "Please correct the marked fields."),
        ({"amount": "1.00", "reason": "  "}, InvalidInput, "Please correct the marked fields."),
    ],
)
def test_refund_that_cannot_be_changes_nothing(cast: Cast, given: Any, error: Any, said: str) -> None:
    deal = won(cast.helix)
    with pytest.raises(error) as refused:
        taken(cast, deal, **given)

    deal.refresh_from_db()
    assert refused.value.message == said
    assert (deal.refunded_value, Refund.objects.count()) == (Decimal(0), 0)


def test_refunds_are_for_finance_and_the_own_account_manager(cast: Cast) -> None:
    deal = won(cast.helix)
    for person in (cast.helix.admin, cast.helix.rep, cast.pam2, cast.admin, cast.executive, cast.orbit.admin):
        with pytest.raises(NotAllowed):
            taken(cast, deal, "1.00", by=person)
    taken(cast, deal, "1.00", by=cast.pam)

    assert Refund.objects.get().created_by == cast.pam


def test_managed_customer_brings_a_year_each_year_of_the_contract(cast: Cast) -> None:
    deal = won(cast.helix, **MANAGED)
    assert deal.closed_on is not None
    PartnerOfRecord.objects.filter(registration=deal).update(until=years_after(deal.closed_on, 4))
    found = []
    for year in (1, 2, 3, 4):
        then = database_now().replace(year=deal.closed_on.year + year) + timedelta(days=1)
        found.append((book_years_due(now=then), book_years_due(now=then)))
    deal.refresh_from_db()

    assert found == [(1, 0), (1, 0), (1, 0), (0, 0)]
    assert amounts(deal) == [("once", Decimal("17280.00"))] + [("yearly", Decimal("1200.00"))] * 3
    assert deal.next_yearly_on is None
    years = Entry.objects.filter(kind="yearly").order_by("pk").values_list("earned_on", flat=True)
    assert list(years) == [years_after(deal.closed_on, year) for year in (1, 2, 3)]


def test_year_is_of_what_was_not_refunded(cast: Cast) -> None:
    deal = taken(cast, won(cast.helix, **MANAGED), "43200.00")
    book_years_due(now=database_now() + timedelta(days=367))

    assert amounts(deal)[2:] == [("yearly", Decimal("600.00"))]


def test_who_is_no_partner_any_more_earns_no_further_year(cast: Cast) -> None:
    deal = won(cast.helix, **MANAGED)
    cast.helix.partner.state = next(state for state in PartnerState if state != PartnerState.ACTIVE)
    cast.helix.partner.save()
    book_years_due(now=database_now() + timedelta(days=367))
    deal.refresh_from_db()

    assert (len(amounts(deal)), deal.next_yearly_on) == (1, None)


def test_quote_says_line_by_line_what_would_be_earned(cast: Cast) -> None:
    asked = {
        "products": ["fleet-cloud"],
        "value": {"amount": "86400.00", "currency": "EUR"},
        "recurring": {"amount": "2000", "per": "month", "months": 36},
        "motion": "managed",
        "engagement": "shared",
    }
    answer = Caller(cast.helix.rep).post("deals/quote", asked)

    def euros(amount: str) -> dict[str, str]:
        return {"amount": amount, "currency": "EUR"}

    assert answer.status_code == 200
    assert answer.json() == {
        "lines": [
            {"what": "once", "rate": "0.12", "base": euros("86400.00"), "amount": euros("10368.00")},
            {"what": "yearly", "rate": "0.05", "base": euros("24000.00"), "amount": euros("1200.00")},
        ],
        "total": euros("11568.00"),
        "alternatives": [
            {"engagement": "assisted", "total": euros("4656.00")},
            {"engagement": "shared", "total": euros("11568.00")},
            {"engagement": "independent", "total": euros("18480.00")},
        ],
        "rebate": None,
        "price_hold_months": 0,
    }
    assert not Registration.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"engagement": None}, "engagement"),
        ({"motion": "theft"}, "motion"),
        ({"value": {"amount": "-5", "currency": "EUR"}}, "value.amount"),
        ({"value": {"amount": "NaN", "currency": "EUR"}}, "value.amount"),
        ({"products": ["nothing"]}, "products"),
        ({"recurring": {"amount": {"amount": "1", "currency": "USD"}, "per": "month", "months": 1}}, "recurring"),
        ({"surprise": 1}, "surprise"),
    ],
)
def test_quote_names_the_field_that_it_cannot_take(cast: Cast, changes: dict[str, Any], field: str) -> None:
    asked = {"value": {"amount": "1000", "currency": "EUR"}, "motion": "resale", "engagement": "shared", **changes}
    answer = Caller(cast.helix.rep).post("deals/quote", {k: v for k, v in asked.items() if v is not None})

    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])


def test_quote_of_a_flat_motion_needs_no_part(cast: Cast) -> None:
    asked = {"value": {"amount": "1000", "currency": "JPY"}, "motion": "referral", "opportunity": "renewal"}
    answer = Caller(cast.helix.rep).post("deals/quote", asked)

    assert answer.json()["total"] == {"amount": "50", "currency": "JPY"}


def test_refund_over_the_api_needs_the_key_to_be_safe(cast: Cast) -> None:
    deal = won(cast.helix)
    body = {"amount": {"amount": "8640.00", "currency": "EUR"}, "reason": "returned"}
    caller = Caller(cast.finance)
    first = caller.post(f"deals/{deal.public_id}/refund", body, **{"Idempotency-Key": "one"})
    again = caller.post(f"deals/{deal.public_id}/refund", body, **{"Idempotency-Key": "one"})
    too_much = caller.post(
        f"deals/{deal.public_id}/refund", {**body, "amount": {"amount": "77760.01", "currency": "EUR"}}
    )

    assert (first.status_code, again.status_code, too_much.status_code) == (200, 200, 409)
    assert first.json()["refunded"] == {"amount": "8640.00", "currency": "EUR"}
    assert Refund.objects.count() == 1
