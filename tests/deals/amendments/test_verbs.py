"""We propose lower terms; without the partner's consent nothing changes, with it only what is still to come."""

from datetime import timedelta
from decimal import Decimal
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction

from deals.amendments.actions import lapse_due
from deals.amendments.models import Amendment
from deals.earnings.actions import book_years_due, refund
from deals.protections.actions import expire_due
from deals.registrations import actions as registrations
from deals.registrations.models import Registration
from deals.registrations.selectors import calendar_of
from deals.reversals.actions import reverse
from deals.rulebook import SCHEMA, DealRules
from prm.audit.models import Event
from prm.clocks.database import database_now
from prm.errors import InvalidInput, NotAllowed, StateConflict
from prm.ledger.models import Entry
from prm.notices.models import Notice
from prm.policy.models import PolicyVersion
from prm.policy.selectors import values_of
from prm.signing import jws
from prm.signing.actions import leaving, sign_due
from prm.signing.selectors import chain_of
from tests.deals.amendments.proposing import MANAGED, WHY, answer, managed, propose, proposed, withdraw
from tests.deals.engagement import claiming
from tests.deals.engagement.claiming import appealed, approved, fresh, won
from tests.deals.teaming.conftest import Pair
from tests.deals.together.conftest import check_honest
from tests.factories import MUELLER, Cast, make_approved, make_registration

SECOND = timedelta(seconds=1)


def state_of(deal: Registration) -> list[str]:
    return list(Amendment.objects.filter(registration=deal).values_list("state", flat=True))


def told(kind: str) -> list[str]:
    return sorted(Notice.objects.filter(kind=f"deal.{kind}").values_list("user__email", flat=True))


def refused(call: Any, *given: Any, **more: Any) -> str:
    with pytest.raises(StateConflict) as conflict:
        call(*given, **more)
    return conflict.value.code


def test_proposal_changes_nothing_and_asks_the_partner(cast: Cast) -> None:
    deal = make_approved(cast.helix)
    found = propose(deal, cast.pam, once="0.15")

    assert (fresh(deal).terms, fresh(deal).version) == (deal.terms, deal.version)
    assert (found.state, found.tone, found.is_open, found.reason) == ("proposed", "warn", True, WHY)
    assert (found.terms_before, found.terms_after["rate"], found.terms_after["earns"]["amount"]) == (
        *(deal.terms, "0.15", "12960.00"),
    )
    assert found.due_at == calendar_of(deal.partner, found.proposed_at).due(found.proposed_at, 10)
    event = Event.objects.get(kind="deal.terms_proposed")
    shares = {"amendment": found.public_id, "once": "0.15", "once_before": "0.2"}
    assert (event.data, event.actor_id) == ({**shares, "due_at": found.due_at.isoformat()}, cast.pam.pk)
    (notice,) = Notice.objects.filter(kind="deal.terms_proposed")
    assert (notice.user, "15 % once" in notice.body, WHY in notice.body) == (cast.helix.rep, True, True)
    assert str(found) == f"{found.public_id}: proposed"


@pytest.mark.parametrize("admin", [False, True])
def test_consent_is_recorded_and_the_terms_are_frozen_anew(cast: Cast, admin: bool) -> None:
    deal = proposed(cast, **MANAGED)
    by = cast.helix.admin if admin else cast.helix.rep
    answer(deal, by, True, text="We have agreed on it by telephone.")

    found, row = Amendment.objects.get(), fresh(deal)
    assert (found.state, found.answered_by, found.text) == ("agreed", by, "We have agreed on it by telephone.")
    assert (row.terms, row.version) == (found.terms_after, deal.version + 1)
    assert (row.terms["rate"], [line["rate"] for line in row.terms["lines"]]) == ("0.15", ["0.15", "0.05"])
    assert (row.engagement, row.claimed_engagement) == (deal.engagement, deal.claimed_engagement)
    assert jws.read(chain_of("deal", deal.public_id)[-1].jws).claims["terms"] == row.terms
    assert told("terms_answered") == [cast.pam.email]
    won(deal)
    assert Entry.objects.get().amount == Decimal("12960.00")
    check_honest()


def test_steps_that_are_certified_late_say_the_terms_of_their_time(cast: Cast) -> None:
    with leaving():
        deal = approved(cast)
        claiming.appeal(deal, cast.helix.rep)
        claiming.decide(deal, cast.pam2, "upheld")
        propose(deal, cast.pam, once="0.15")
        answer(deal, cast.helix.rep, True)
    sign_due()

    links = [jws.read(link.jws).claims for link in chain_of("deal", deal.public_id)]
    said = [(link["outcome"], link["terms"] and link["terms"]["rate"]) for link in links]
    assert said == [
        *((None, None), ("exclusive", "0.12"), ("engagement_asked", "0.12"), ("engagement_upheld", "0.2")),
        *(("proposed", "0.2"), ("agreed", "0.15")),
    ]
    check_honest()


def test_decline_and_taking_back_leave_all_as_it_was(cast: Cast) -> None:
    deal = proposed(cast)
    answer(deal, cast.helix.rep, False, text="No.")
    propose(deal, cast.pam, once="0.1")
    withdraw(deal, cast.admin)

    assert (fresh(deal).terms, state_of(deal)) == (deal.terms, ["declined", "withdrawn"])
    for call in (lambda: answer(deal, cast.helix.rep, True), lambda: withdraw(deal, cast.pam)):
        assert refused(call) == "state_conflict"
    assert told("terms_answered") == [cast.pam.email]
    assert told("terms_ended") == sorted([cast.helix.rep.email, cast.pam.email])
    kinds = Event.objects.filter(kind__startswith="deal.terms_").order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == [f"deal.terms_{what}" for what in ("proposed", "declined", "proposed", "withdrawn")]


def test_silence_changes_nothing(cast: Cast) -> None:
    deal = proposed(cast)
    due = Amendment.objects.get().due_at
    assert refused(answer, deal, cast.helix.rep, True, now=due) == "state_conflict"
    assert [lapse_due(now=moment) for moment in (due - SECOND, due, due)] == [0, 1, 0]

    assert (fresh(deal).terms, state_of(deal)) == (deal.terms, ["lapsed"])
    assert Event.objects.get(kind="deal.terms_lapsed").actor_id is None
    assert told("terms_ended") == sorted([cast.helix.rep.email, cast.pam.email])
    again = propose(deal, cast.pam, once="0.1")
    answer(deal, cast.helix.rep, True, now=again.due_at - SECOND)
    assert fresh(deal).terms["rate"] == "0.1"


def test_only_who_may_decide_proposes_and_only_the_partner_consents(cast: Cast) -> None:
    deal = make_approved(cast.helix)
    for by in (cast.helix.admin, cast.pam2, cast.finance, cast.seller, cast.orbit.admin):
        with pytest.raises(NotAllowed):
            propose(deal, by, once="0.1")
    propose(deal, cast.admin, once="0.1")
    for by in (cast.pam, cast.admin, cast.helix.engineer, cast.orbit.admin):
        with pytest.raises(NotAllowed):
            answer(deal, by, True)
    with pytest.raises(NotAllowed):
        withdraw(deal, cast.helix.admin)

    assert state_of(deal) == ["proposed"]


def test_what_is_wrong_is_said_at_its_field(cast: Cast) -> None:
    plain, yearly, over = make_approved(cast.helix), managed(cast), won(make_approved(cast.helix, **MANAGED))
    Registration.objects.filter(pk=over.pk).update(next_yearly_on=None)
    raise_ = "This is not lower than the 20 % of the terms. A raise needs nobody's consent and is not proposed here."
    cases: list[tuple[Registration, dict[str, str], dict[str, str]]] = [
        (plain, {"once": "0.25"}, {"once": raise_}),
        (plain, {"once": "0.2", "yearly": "0.01"}, {"once": raise_, "yearly": "The terms do not pay this."}),
        (plain, {"once": "-0.1"}, {"once": "Give a share of at least nothing and at most all of it."}),
        (plain, {}, {"once": "Say which share is to be lower."}),
        (plain, {"once": "0.1", "reason": "  "}, {"reason": "Tell the partner why."}),
        (yearly, {"once": "0.1", "yearly": "0.01"}, {"once": EARNED}),
        (over, {"yearly": "0.01"}, {"yearly": EARNED}),
    ]
    for deal, given, expected in cases:
        with pytest.raises(InvalidInput) as wrong:
            propose(deal, cast.pam, **given)
        assert wrong.value.errors == {field: [sentence] for field, sentence in expected.items()}
    assert not Amendment.objects.exists()


EARNED = "This is earned already and stands in the ledger: it is not cut afterwards."


def test_reason_names_nobody(cast: Cast) -> None:
    deal = make_registration(cast.helix, cast.products["fleet-cloud"], **MUELLER)
    make_registration(cast.orbit, cast.products["fleet-cloud"], **MUELLER)
    registrations_approve(deal, cast)
    with pytest.raises(InvalidInput) as wrong:
        propose(deal, cast.pam, once="0.1", reason=f"{cast.orbit.organisation.name} asks for less.")

    assert list(wrong.value.errors) == ["reason"]


def registrations_approve(deal: Registration, cast: Cast) -> None:
    claiming.decisions.approve(registration=deal, by=cast.pam, now=database_now())


def test_one_thing_is_asked_at_a_time(cast: Cast) -> None:
    deal, waiting = proposed(cast), appealed(cast)
    assert refused(propose, deal, cast.pam, once="0.1") == "proposed_before"
    assert refused(propose, waiting, cast.pam, once="0.1") == "appealed"
    pair = Pair(cast, live=True)
    shared = pair.asked().rows[1]
    assert refused(propose, shared, cast.pam, once="0.1") == "shared"
    for state in ("draft", "submitted"):
        row = make_registration(cast.helix)
        Registration.objects.filter(pk=row.pk).update(state="submitted")
        assert refused(propose, row, cast.pam, once="0.1") == "state_conflict", state


def test_team_that_comes_about_closes_the_proposal_and_has_terms_of_its_own(cast: Cast) -> None:
    pair = Pair(cast, live=True)
    assert pair.other is not None
    propose(pair.other, cast.pam, once="0.1")
    shared = pair.agreed().rows[1]

    assert (state_of(shared), shared.terms["rate"]) == (["overtaken"], "0.2")
    assert refused(propose, shared, cast.pam, once="0.1") == "shared"


@pytest.mark.parametrize("end", ["lost", "expired", "reversed", "refunded"])
def test_end_of_the_deal_closes_the_proposal(cast: Cast, end: str) -> None:
    now = database_now()
    if end == "refunded":
        deal = managed(cast)
        propose(deal, cast.pam, yearly="0.01")
        part = {"registration": deal, "reason": "returned", "by": cast.pam, "now": now}
        refund(amount=Decimal(100), **part)
        assert state_of(deal) == ["proposed"]
        refund(amount=Decimal(86300), **part)
    else:
        deal = proposed(cast)
        if end == "lost":
            registrations.lose(registration=fresh(deal), reason="price", by=cast.helix.rep, now=now)
        elif end == "expired":
            Amendment.objects.update(due_at=now + timedelta(days=200))
            expire_due(now=now + timedelta(days=100))
        else:
            given = {"reason": "other", "clause": "3.2", "message": "Wrong."}
            reverse(registration=fresh(deal), by=cast.pam2, now=now, **given)

    assert state_of(deal) == ["overtaken"]
    assert Event.objects.filter(kind="deal.terms_overtaken").count() == 1
    assert refused(answer, deal, cast.helix.rep, True) == "state_conflict"


def test_win_closes_what_is_about_the_win_and_leaves_the_years(cast: Cast) -> None:
    deals = [make_approved(cast.helix, **MANAGED) for _number in range(2)]
    propose(deals[0], cast.pam, once="0.1", yearly="0.01")
    propose(deals[1], cast.pam, yearly="0.01")
    for deal in deals:
        won(deal)

    assert [state_of(deal) for deal in deals] == [["overtaken"], ["proposed"]]
    assert [entry.rate for entry in Entry.objects.all()] == [Decimal("0.2")] * 2


def test_cut_of_the_years_counts_for_those_that_have_not_ended(cast: Cast) -> None:
    deal = managed(cast, years=2)
    now = database_now()
    propose(deal, cast.pam, yearly="0.02")
    assert not Entry.objects.filter(kind="yearly").exists()
    answer(deal, cast.helix.admin, True)
    # Two years have ended and are booked as they were promised, with nothing of the ledger touched.
    earned = Entry.objects.filter(kind="yearly").order_by("pk")
    assert [entry.rate for entry in earned] == [Decimal("0.05")] * len(earned)
    before = list(Entry.objects.order_by("pk").values())
    book_years_due(now=now + timedelta(days=366))

    assert list(Entry.objects.order_by("pk").values())[: len(before)] == before
    assert [line["rate"] for line in fresh(deal).terms["lines"]] == ["0.2", "0.02"]
    assert fresh(deal).next_yearly_on is None or fresh(deal).next_yearly_on > deal.next_yearly_on


def test_appeal_about_the_engagement_and_a_cut_do_not_cross(cast: Cast) -> None:
    deal = approved(cast)
    propose(deal, cast.pam, once="0.05")
    claiming.appeal(deal, cast.helix.rep)
    assert state_of(deal) == ["overtaken"]
    claiming.decide(deal, cast.pam2, "upheld")
    propose(deal, cast.pam, once="0.15")
    answer(deal, cast.helix.rep, True)
    assert fresh(deal).terms["rate"] == "0.15"

    other = approved(cast)
    propose(other, cast.pam, once="0.05")
    answer(other, cast.helix.rep, True)
    assert refused(claiming.appeal, other, cast.helix.rep) == "nothing_lowered"


def test_database_keeps_the_consent_and_lets_nobody_pass_it(cast: Cast) -> None:
    deal, waiting = proposed(cast), proposed(cast)
    answer(deal, cast.helix.rep, True, text="Yes.")
    agreed = "where state = 'agreed'"
    refused_: list[str] = [
        f"update deals_amendment set text = 'No.' {agreed}",
        f"update deals_amendment set state = 'declined' {agreed}",
        f"update deals_amendment set answered_by_id = proposed_by_id {agreed}",
        f"update deals_amendment set terms_after = terms_before {agreed}",
        f"delete from deals_amendment {agreed}",
        f"update deals_registration set terms = (select terms_before from deals_amendment {agreed})"
        f" where id = {deal.pk}",
        # The terms that are proposed are no consent.
        f"update deals_registration set terms = (select terms_after from deals_amendment where state = 'proposed')"
        f" where id = {waiting.pk}",
        "update deals_amendment set terms_after = terms_before where state = 'proposed'",
        """update deals_amendment set terms_after = jsonb_set(terms_after, '{rate}', '"0.9"')"""
        " where state = 'proposed'",
        "update deals_amendment set once = null where state = 'proposed'",
        "update deals_amendment set once = 1.5 where state = 'proposed'",
        "update deals_amendment set reason = '' where state = 'proposed'",
        "update deals_amendment set state = 'agreed' where state = 'proposed'",
        "update deals_amendment set state = 'lapsed' where state = 'proposed'",
        "update deals_amendment set state = 'agreed', answered_at = due_at where state = 'proposed'",
        "update deals_amendment set due_at = proposed_at where state = 'proposed'",
    ]
    for sql in refused_:
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
    with connection.cursor() as cursor:
        cursor.execute("update deals_amendment set answered_by_id = null, proposed_by_id = null where state = 'agreed'")
    assert Amendment.objects.get(state="agreed").answered_by is None
    twin = Amendment.objects.get(state="proposed")
    twin.pk, twin.public_id = None, "amd_twin"
    with pytest.raises(IntegrityError, match="amendment_one_open"), transaction.atomic():
        twin.save(force_insert=True)


def test_versions_of_before_gain_the_days_of_a_consent(cast: Cast) -> None:
    version = PolicyVersion.objects.filter(schema=SCHEMA).earliest("number")
    values = {name: value for name, value in version.values.items() if name != "consent_business_days"}
    PolicyVersion.objects.filter(pk=version.pk).update(values=values)
    complete = import_module("deals.migrations.0005_rules_and_guards").complete_versions
    complete(apps, None)
    version.refresh_from_db()
    assert values_of(version, DealRules).consent_business_days == 10

    PolicyVersion.objects.filter(pk=version.pk).update(values={**values, "consent_business_days": 3})
    complete(apps, None)
    version.refresh_from_db()
    assert version.values["consent_business_days"] == 3
