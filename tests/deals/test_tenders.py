"""Tenders: noted by the vendor, found for later registrations, taken back, moved with a merged customer."""

from datetime import date, timedelta

import pytest
from django.test import Client

from deals.conflicts.actions import assess_pending
from deals.registrations.models import Registration
from deals.tenders.actions import note_tender, withdraw_tender
from deals.tenders.models import Tender
from partners.merges.actions import merge, undo
from partners.models import Account
from prm.audit.models import Event
from prm.clocks.database import database_now
from prm.errors import InvalidInput, NotAllowed, StateConflict
from tests.factories import Cast, make_account, make_assessed, make_registration

ABOUT = {"customer_name": "Brauerei Oberland", "customer_website": "brauerei-oberland.de", "customer_country": "DE"}


def brewery() -> Account:
    return make_account("Brauerei Oberland", website="brauerei-oberland.de")


def noted(cast: Cast, account: Account, *, days: int = 3, product: str = "", source: str = "Gazette 12") -> Tender:
    now = database_now()
    about = {"published_on": now.date() - timedelta(days=days), "source": source, "by": cast.pam, "now": now}
    return note_tender(account=account, product=cast.products[product] if product else None, **about)


def kinds(registration: Registration) -> set[str]:
    assess_pending()
    return set(registration.findings.values_list("kind", flat=True))


def test_registration_after_the_publication_is_found(cast: Cast) -> None:
    noted(cast, brewery())
    registration = make_assessed(cast.helix, **ABOUT)

    finding = registration.findings.get(kind="tender")

    day = (database_now().date() - timedelta(days=3)).isoformat()
    assert (finding.band, finding.clause, finding.subject_type) == ("review", "3.5", "account")
    assert finding.evidence[0] == {
        "rule": "tender",
        "text": f"The need was published as a tender on {day} (Gazette 12).",
    }


def test_noting_and_taking_back_have_the_undecided_checked_again(cast: Cast) -> None:
    account = brewery()
    registration = make_assessed(cast.helix, **ABOUT)
    before = kinds(registration)

    tender = noted(cast, account, days=0)
    with_it = kinds(registration)
    withdraw_tender(tender=tender, by=cast.admin, now=database_now())

    assert (before, with_it, kinds(registration)) == ({"known_account"}, {"tender"}, {"known_account"})
    told = Event.objects.filter(kind__startswith="tender.").order_by("pk").values_list("kind", "organisation_id")
    assert list(told) == [("tender.noted", None), ("tender.withdrawn", None)]


def test_tender_of_one_product_says_nothing_of_others(cast: Cast) -> None:
    noted(cast, brewery(), product="telematics")

    assert kinds(make_registration(cast.helix, cast.products["fleet-cloud"], **ABOUT)) == {"known_account"}
    assert kinds(make_registration(cast.helix, cast.products["telematics"], **ABOUT)) == {"tender"}


def test_same_need_is_noted_once(cast: Cast) -> None:
    account = brewery()
    first = noted(cast, account)
    noted(cast, account, product="telematics")

    for product in ("", "telematics"):
        with pytest.raises(StateConflict, match="already"):
            noted(cast, account, product=product)

    withdraw_tender(tender=first, by=cast.pam, now=database_now())
    with pytest.raises(StateConflict, match="already"):
        withdraw_tender(tender=first, by=cast.pam, now=database_now())
    assert noted(cast, account).pk != first.pk


def test_what_is_missing_or_to_come_is_said_at_its_field(cast: Cast) -> None:
    with pytest.raises(InvalidInput) as refused:
        noted(cast, brewery(), days=-1, source=" ")

    assert sorted(refused.value.errors) == ["published_on", "source"]
    assert not Tender.objects.exists()


def test_only_who_decides_notes_tenders(cast: Cast) -> None:
    account = brewery()
    tender = noted(cast, account)
    now = database_now()

    for user in (cast.seller, cast.executive, cast.helix.admin):
        with pytest.raises(NotAllowed):
            note_tender(account=account, published_on=date(2026, 1, 5), source="x", by=user, now=now)
        with pytest.raises(NotAllowed):
            withdraw_tender(tender=tender, by=user, now=now)


def test_tender_moves_with_a_merged_customer_and_comes_back(cast: Cast) -> None:
    stays, goes = brewery(), make_account("Oberland Brauerei AG", website="")
    both, alone = noted(cast, goes), noted(cast, goes, product="telematics")
    kept = noted(cast, stays)

    done = merge(account=goes, into=stays, by=cast.pam, now=database_now())
    moved = dict(Tender.objects.values_list("pk", "account"))
    undo(given=done, by=cast.pam, now=database_now())

    assert moved == {both.pk: goes.pk, alone.pk: stays.pk, kept.pk: stays.pk}
    assert dict(Tender.objects.values_list("pk", "account")) == {
        both.pk: goes.pk,
        alone.pk: goes.pk,
        kept.pk: stays.pk,
    }


def test_page_notes_a_tender_and_takes_it_back(cast: Cast) -> None:
    account, client = brewery(), Client()
    client.force_login(cast.pam)
    address = f"/accounts/{account.public_id}/tender/"

    refused = client.post(address, {"published_on": "2100-01-01", "source": "Gazette 12"})
    today = database_now().date().isoformat()
    saved = client.post(address, {"published_on": today, "source": "Gazette 12", "product": "telematics"}, follow=True)
    tender = Tender.objects.get()
    again = client.post(f"/accounts/tenders/{tender.public_id}/withdraw/", follow=True)

    assert (refused.status_code, "was before" in refused.content.decode()) == (400, True)
    assert "Gazette 12" in saved.content.decode()
    assert "Gazette 12" not in again.content.decode().partition('id="names"')[0].partition("History")[0]
    tender.refresh_from_db()
    assert tender.withdrawn_by == cast.pam
