"""Whoever wins a managed customer is its partner of record, and earns its years while that is so."""

from datetime import timedelta
from decimal import Decimal

import pytest

from deals.earnings.actions import book_years_due
from deals.earnings.rules import years_after
from deals.records.actions import end_record
from deals.records.models import PartnerOfRecord
from deals.registrations.actions import win
from deals.registrations.face import promised
from deals.registrations.models import Registration
from prm.audit.models import Event
from prm.clocks.database import database_now
from prm.ledger.models import Entry
from tests.deals.records.asking import appointed, moved, won_deal
from tests.deals.teaming.conftest import Pair
from tests.deals.test_earning import MANAGED
from tests.factories import Cast, make_account
from tests.signing.tampering import tamper

DAY = timedelta(days=1)


def yearly(deal: Registration) -> list[Decimal]:
    rows = Entry.objects.about("deal", deal.public_id).filter(kind="yearly").order_by("pk")
    return list(rows.values_list("amount", flat=True))


def book(deal: Registration, years: int) -> None:
    assert deal.closed_on is not None
    for year in range(1, years + 1):
        book_years_due(now=database_now().replace(year=deal.closed_on.year + year) + DAY)


def test_winner_of_a_managed_deal_is_partner_of_record_for_its_first_year(cast: Cast) -> None:
    deal, other = won_deal(cast.helix, **MANAGED), won_deal(cast.helix)
    record = PartnerOfRecord.objects.get()
    assert deal.closed_on is not None
    assert (record.registration, record.account, record.source) == (deal, deal.account, "won")
    assert (record.since, record.until) == (deal.closed_on, years_after(deal.closed_on, 1) - DAY)
    assert (deal.terms["while_of_record"], "while_of_record" in other.terms) == (True, False)
    shown = [promised(row.terms) for row in (deal, other)]
    assert [row.while_of_record for row in shown if row] == [True, False]
    event = Event.objects.get(kind="record.won")
    assert event.data == {"since": record.since.isoformat(), "until": record.until.isoformat()}

    book(deal, 2)

    assert yearly(deal) == [Decimal("1200.00")]
    kinds = Event.objects.filter(kind__startswith="deal.year").order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["deal.year_earned", "deal.year_not_earned"]
    deal.refresh_from_db()
    assert deal.next_yearly_on == years_after(deal.closed_on, 3)


def test_year_is_paid_for_the_days_of_the_partner_of_record(cast: Cast) -> None:
    deal = won_deal(cast.helix, **MANAGED)
    assert deal.closed_on is not None
    record = PartnerOfRecord.objects.get()
    last = record.since + timedelta(days=72)
    end_record(record=record, on=last, reason="It chose us.", by=cast.pam, now=database_now())
    book(deal, 1)

    year = (years_after(deal.closed_on, 1) - deal.closed_on).days
    base = (Decimal(24000) * 73 / year).quantize(Decimal("0.01"))
    entry = Entry.objects.get(kind="yearly")
    assert (entry.base, entry.rate) == (base, Decimal("0.05"))
    assert entry.amount == pytest.approx(base / 20, abs=Decimal("0.005"))


def test_terms_of_before_promise_every_year(cast: Cast) -> None:
    deal = won_deal(cast.helix, **MANAGED)
    PartnerOfRecord.objects.all().delete()
    tamper("update deals_registration set terms = terms - 'while_of_record' where id = %s", deal.pk)
    deal.refresh_from_db()
    book(deal, 3)

    assert yearly(deal) == [Decimal("1200.00")] * 3


def test_another_partner_of_record_stays_it_when_somebody_else_wins(cast: Cast) -> None:
    account = make_account("Nordwerk Anlagen", website="nordwerk-anlagen.de", country="DE")
    first = appointed(cast, cast.orbit, account)
    same = {"customer_name": "Nordwerk Anlagen", "customer_website": "nordwerk-anlagen.de"}
    deal = won_deal(cast.helix, **MANAGED, **same)
    assert deal.account == account
    assert list(PartnerOfRecord.objects.all()) == [first]

    book(deal, 1)

    assert yearly(deal) == []


def test_first_year_begins_when_the_one_before_is_over(cast: Cast) -> None:
    account = make_account("Nordwerk Anlagen", website="nordwerk-anlagen.de", country="DE")
    before = moved(appointed(cast, cast.orbit, account), 364)
    before.until = before.until - 5 * DAY
    before.save()
    deal = won_deal(cast.helix, **MANAGED, customer_name="Nordwerk Anlagen", customer_website="nordwerk-anlagen.de")

    assert deal.account == account
    assert PartnerOfRecord.objects.get(registration=deal).since == deal.closed_on


@pytest.mark.parametrize(("who", "paid"), [("helix", True), ("orbit", True), ("", False)])
def test_years_of_a_team_are_paid_while_one_of_it_is_partner_of_record(pair: Pair, who: str, paid: bool) -> None:
    assert pair.other is not None
    managed = Registration.objects.filter(pk__in=[pair.deal.pk, pair.other.pk])
    managed.update(**MANAGED)
    deal, _other = pair.agreed(60).rows
    now, cast = database_now(), pair.cast
    deal = win(registration=deal, closed_on=now.date(), early_reason="At once.", by=cast.helix.rep, now=now)
    PartnerOfRecord.objects.all().delete()
    if who:
        made = appointed(cast, getattr(cast, who), deal.account)
        PartnerOfRecord.objects.filter(pk=made.pk).update(since=deal.closed_on)
    book(deal, 1)

    amounts = [Decimal("720.00"), Decimal("480.00")] if paid else []
    assert sorted(yearly(deal), reverse=True) == amounts
