"""Protected until the vendor decides at last: when it begins, what bars it, and how it ends."""

import json
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from deals.conflicts.actions import assess_pending
from deals.decisions.actions import approve, ask, reject
from deals.protections.actions import expire_due
from deals.protections.models import Protection
from deals.punctuality.actions import escalate_due, protect_due
from deals.registrations.actions import lose, withdraw
from deals.registrations.models import Registration
from partners.models import Account
from prm.audit.models import Event
from prm.calendars.selectors import calendar_at
from prm.clocks.database import database_now
from prm.errors import StateConflict
from prm.notices.models import Notice
from tests.deals.punctuality.test_sweeps import late, swept, told
from tests.factories import MUELLER, Cast, make_account, make_approved, make_registration, make_token

LONG, DAY, SECOND = timedelta(days=9), timedelta(days=1), timedelta(seconds=1)


def held(deal: Registration) -> list[Protection]:
    return list(deal.protections.order_by("product"))


def forgotten(cast: Cast, **values: object) -> Registration:
    """Undecided for so long that it is protected."""
    deal = swept(late(make_registration(cast.helix, **values), LONG))
    assert deal.provisional_at
    return deal


def test_protection_begins_at_its_instant_and_has_no_end(cast: Cast) -> None:
    products = list(cast.products.values())[:2]
    deal = swept(late(make_registration(cast.helix, *products)))
    begins = deal.provisional_due_at
    assert begins
    assert protect_due(now=begins - SECOND) == 0
    assert protect_due(now=begins) == 1
    assert protect_due(now=begins + DAY) == 0

    deal.refresh_from_db()
    assert (deal.state, deal.provisional_at, deal.provisional_until) == ("submitted", begins, None)
    assert [(one.product, one.period.lower, one.period.upper) for one in held(deal)] == [
        (product, begins, None) for product in products
    ]
    assert list(Protection.objects.holding(begins + 1000 * DAY)) == held(deal)
    assert deal.account
    assert {one.account_id for one in held(deal)} == {deal.account_id}
    assert told("deal.protected_provisionally") == [cast.pam2.email, cast.pam.email, cast.helix.rep.email]


def test_known_customer_is_the_one_that_is_protected(cast: Cast) -> None:
    account = make_account("Müller Logistik GmbH", website="mueller-logistik.de", city="Hamburg")
    deal = forgotten(cast, **MUELLER)

    assert deal.account == account
    assert Account.objects.count() == 1


def test_somebody_elses_protection_bars_it(cast: Cast) -> None:
    make_approved(cast.orbit, **MUELLER)
    deal = swept(late(make_registration(cast.helix, **MUELLER), LONG))

    assert (deal.provisional_at, held(deal)) == (None, [])
    event = Event.objects.get(kind="deal.provisional_held_back")
    assert (event.data, event.subject_id) == ({"because": "blocking"}, deal.public_id)
    assert deal.provisional_due_at
    assert deal.provisional_due_at > database_now()
    # The next look says nothing new.
    Registration.objects.filter(pk=deal.pk).update(provisional_due_at=database_now())
    escalate_due(now=database_now())
    assert Event.objects.filter(kind="deal.provisional_held_back").count() == 1
    assert told("deal.protected_provisionally") == []


def test_earlier_undecided_rival_bars_it_until_it_is_decided(cast: Cast) -> None:
    first = make_registration(cast.orbit, **MUELLER)
    deal = swept(late(make_registration(cast.helix, **MUELLER), LONG))
    assert deal.provisional_at is None
    assert Event.objects.get(kind="deal.provisional_held_back").data == {"because": "earlier_undecided"}

    withdraw(registration=first, reason="", by=cast.orbit.rep, now=database_now())
    assert deal.provisional_due_at
    escalate_due(now=deal.provisional_due_at)
    deal.refresh_from_db()
    assert deal.provisional_at == deal.provisional_due_at


def test_why_it_is_held_back_is_the_vendors_alone(cast: Cast) -> None:
    make_approved(cast.orbit, **MUELLER)
    deal = swept(late(make_registration(cast.helix, **MUELLER), LONG))
    caller = Client(headers={"authorization": f"Bearer {make_token(cast.helix.rep)}"})
    timeline = caller.get(f"/api/v1/deals/{deal.public_id}/timeline").json()["results"]

    assert [entry["kind"] for entry in timeline] == ["deal.drafted", "deal.submitted", "deal.escalated"]
    assert set(timeline[-1]["data"]) == {"decision_due_at", "provisional_due_at"}


def test_open_question_waits_for_its_answer(cast: Cast) -> None:
    deal = swept(late(make_registration(cast.helix)))
    begins = deal.provisional_due_at
    assert begins
    ask(registration=deal, message="Who signs?", fields=["work_done"], by=cast.pam, now=database_now())

    assert protect_due(now=begins + LONG) == 0


def test_rival_is_not_approved_meanwhile(cast: Cast) -> None:
    forgotten(cast, **MUELLER)
    rival = make_registration(cast.orbit, **MUELLER)
    assess_pending()

    with pytest.raises(StateConflict) as refused:
        approve(registration=rival, override_reason="customer_choice", by=cast.pam, now=database_now())
    assert refused.value.code == "protected"


def test_approval_turns_it_into_the_real_one_without_a_gap(cast: Cast) -> None:
    deal = forgotten(cast, **MUELLER)
    since, now = deal.provisional_at, database_now()
    approved = approve(registration=deal, by=cast.pam2, now=now)

    assert [(one.period.lower, one.period.upper) for one in held(approved)] == [(since, approved.protected_until)]
    assert approved.provisional_ended_at == approved.provisional_until
    assert Protection.objects.count() == 1
    lost = lose(registration=approved, reason="price", by=cast.helix.rep, now=database_now())
    assert not Protection.objects.holding(lost.ended_at or now).exists()


def test_approval_for_another_customer_begins_with_itself(cast: Cast) -> None:
    deal = forgotten(cast)
    account = make_account()
    now = database_now()
    approved = approve(registration=deal, account=account.public_id, by=cast.pam, now=now)

    assert [(one.account, one.period.lower) for one in held(approved)] == [(account, now)]


def test_approval_in_part_leaves_the_rest_for_five_business_days(cast: Cast) -> None:
    products = list(cast.products.values())[:2]
    deal = swept(late(make_registration(cast.helix, *products), LONG))
    now = database_now()
    approved = approve(registration=deal, products=products[:1], by=cast.pam, now=now)

    assert [one.period.upper for one in held(approved)] == [
        approved.protected_until,
        calendar_at(cast.pam, now).due(now, 5),
    ]


def test_refusal_ends_it_after_five_business_days(cast: Cast) -> None:
    deal = forgotten(cast, **MUELLER)
    rival = make_registration(cast.orbit, **MUELLER)
    now = database_now()
    refused = reject(registration=deal, reason="not_qualified", message="No.", by=cast.pam, now=now)
    ends = calendar_at(cast.pam, now).due(now, 5)

    assert (refused.provisional_until, [one.period.upper for one in held(refused)]) == (ends, [ends])
    assert "stays protected for you" in Notice.objects.get(kind="deal.rejected").body
    assess_pending()
    with pytest.raises(StateConflict):
        approve(registration=rival, by=cast.pam, now=ends - SECOND)
    # Recorded once, and the rival is looked at again.
    assert [escalate_due(now=moment) for moment in (ends - SECOND, ends, ends)] == [1, 1, 0]
    refused.refresh_from_db()
    rival.refresh_from_db()
    assert (refused.provisional_ended_at, rival.assessed_at) == (ends, None)
    assert Event.objects.filter(kind="deal.provisional_ended").count() == 1
    assert approve(registration=rival, override_reason="other", by=cast.pam, now=ends + SECOND).state == "approved"


def test_withdrawal_ends_it_at_once(cast: Cast) -> None:
    deal = forgotten(cast)
    gone = withdraw(registration=deal, reason="", by=cast.helix.rep, now=database_now())

    assert gone.provisional_until == gone.provisional_ended_at == gone.ended_at
    assert not Protection.objects.holding(database_now()).exists()


def test_unanswered_question_ends_it(cast: Cast) -> None:
    deal = forgotten(cast)
    asked = ask(registration=deal, message="Who signs?", fields=["work_done"], by=cast.pam, now=database_now())
    assert Protection.objects.holding(database_now()).exists()
    assert asked.answer_due_at
    expire_due(now=asked.answer_due_at)

    asked.refresh_from_db()
    assert (asked.state, asked.provisional_ended_at) == ("lapsed", asked.answer_due_at)
    assert not Protection.objects.holding(asked.answer_due_at).exists()


def test_partner_reads_of_it_on_the_page_and_over_the_api(cast: Cast) -> None:
    deal = forgotten(cast)
    client, caller = Client(), Client(headers={"authorization": f"Bearer {make_token(cast.helix.rep)}"})
    client.force_login(cast.helix.rep)
    url = f"/api/v1/deals/{deal.public_id}"
    assert "Provisionally protected" in client.get(deal.get_absolute_url()).content.decode()
    shown = caller.get(url).json()["provisional"]
    assert (shown["due_at"], shown["until"], shown["since"] is None) == (None, None, False)

    body = json.dumps({"reason": "other", "message": "No."})
    decider = Client(headers={"authorization": f"Bearer {make_token(cast.pam)}"})
    decider.post(f"{url}/reject", body, content_type="application/json")
    assert caller.get(url).json()["provisional"]["until"] is not None
    assert "provisionally protected for you until" in client.get(deal.get_absolute_url()).content.decode()


def test_account_says_so_to_who_may_not_read_the_registration(cast: Cast) -> None:
    deal = forgotten(cast)
    assert deal.account
    client = Client()
    client.force_login(cast.seller)

    assert "is protected provisionally" in client.get(f"/accounts/{deal.account.public_id}/").content.decode()


def test_queries_and_the_row_agree(cast: Cast) -> None:
    now = database_now()
    refused = reject(registration=forgotten(cast), reason="other", message="No.", by=cast.pam, now=now)
    deals = [forgotten(cast), make_registration(cast.helix), make_approved(cast.helix), refused]
    for moment in (now, now + 30 * DAY):
        rows = set(Registration.objects.protected_provisionally(moment))
        assert rows == {deal for deal in deals if deal.is_provisional(moment)}
    assert deals[0].is_provisional(now)


@pytest.mark.parametrize(
    "broken",
    [
        {"escalated_to_id": 1},
        {"provisional_due_at": database_now},
        {"escalated_at": database_now},
        {"provisional_at": database_now},
        {"provisional_until": database_now},
        {"provisional_ended_at": database_now},
    ],
    ids=["a second without a date", "a next date alone", "no next date", "before", "an end alone", "ended alone"],
)
def test_database_refuses_half_an_escalation(cast: Cast, broken: dict[str, object]) -> None:
    deal = make_registration(cast.helix)
    values = {name: value() if callable(value) else cast.pam2.pk for name, value in broken.items()}
    with pytest.raises(IntegrityError), transaction.atomic():
        Registration.objects.filter(pk=deal.pk).update(**values)
