"""An approval confirms a smaller part than was registered: one appeal, another judge, terms anew or a reason."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from psycopg.types.json import Jsonb

from deals.appeals.selectors import asked_first
from deals.decisions import actions as decisions
from deals.earnings.actions import refund
from deals.engagement import actions
from deals.engagement.models import EngagementAppeal
from deals.engagement.selectors import appealable_until, help_given
from deals.registrations import actions as registrations
from deals.registrations.models import Registration
from deals.registrations.selectors import calendar_of
from deals.rulebook import SCHEMA, DealRules
from prm.audit.models import Event
from prm.calendars.selectors import calendar_at
from prm.clocks.database import database_now
from prm.errors import InvalidInput, NotAllowed, StateConflict
from prm.ledger.models import Entry
from prm.notices.models import Notice
from prm.policy.actions import publish
from prm.signing import jws
from prm.signing.selectors import chain_of
from tests.access.selling import sell_together
from tests.deals.engagement.claiming import WHY, appeal, appealed, approved, decide, fresh, won
from tests.deals.teaming.conftest import Pair
from tests.deals.together.conftest import check_honest, sums
from tests.factories import MUELLER, Cast, make_approved, make_registration, make_user
from tests.signing.tampering import tamper

SECOND = timedelta(seconds=1)


def entries() -> list[tuple[str, Decimal, Decimal | None, Decimal | None]]:
    return list(Entry.objects.order_by("pk").values_list("kind", "amount", "rate", "base"))


def code_of(deal: Registration, cast: Cast, **given: object) -> str:
    with pytest.raises(StateConflict) as refused:
        appeal(deal, cast.helix.rep, **given)  # type: ignore[arg-type]
    return refused.value.code


def test_approval_keeps_what_was_registered(cast: Cast) -> None:
    deal = approved(cast)
    assert (deal.claimed_engagement, deal.engagement, deal.terms["rate"]) == ("independent", "shared", "0.12")
    same = make_approved(cast.helix)
    assert (same.claimed_engagement, same.engagement) == ("independent", "independent")


def test_appeal_goes_to_another_manager_with_a_date_in_their_calendar(cast: Cast) -> None:
    deal = appealed(cast)
    found = EngagementAppeal.objects.get()

    assert (found.claimed, found.confirmed, found.state, found.tone) == ("independent", "shared", "waiting", "warn")
    assert (found.decider, found.assigned_to, found.asked_by) == (cast.pam, cast.pam2, cast.helix.rep)
    assert asked_first(fresh(deal)) == cast.pam2
    assert found.due_at == calendar_at(cast.pam2, found.asked_at).due(found.asked_at, 5)
    event = Event.objects.get(kind="deal.engagement_appealed")
    assert (event.data, event.actor_id) == ({"due_at": found.due_at.isoformat()}, cast.helix.rep.pk)
    (told,) = Notice.objects.filter(kind="deal.engagement_to_decide")
    assert (told.user, WHY in told.body) == (cast.pam2, True)
    assert chain_of("deal", deal.public_id)[-1].kind == "appealed"
    assert str(found) == f"{deal.pk}: waiting"
    assert (fresh(deal).terms, fresh(deal).engagement) == (deal.terms, "shared")


def test_appeal_is_possible_once_and_in_time(cast: Cast) -> None:
    deal = approved(cast)
    until = appealable_until(fresh(deal))
    assert deal.decided_at is not None
    assert until == calendar_of(deal.partner, deal.decided_at).due(deal.decided_at, 10)
    assert code_of(deal, cast, now=until) == "too_late"
    for text in ("", " ", "x" * 19):
        with pytest.raises(InvalidInput) as short:
            appeal(deal, cast.helix.rep, text=text)
        assert list(short.value.errors) == ["text"]
    for by in (cast.helix.engineer, cast.orbit.admin, cast.pam, cast.admin):
        with pytest.raises(NotAllowed):
            appeal(deal, by)

    appeal(deal, cast.helix.admin, now=until - SECOND)
    assert code_of(deal, cast) == "appealed_before"
    decide(deal, cast.pam2, "kept")
    assert code_of(deal, cast) == "appealed_before"
    assert Event.objects.filter(kind="deal.engagement_appealed").count() == 1


def test_what_was_confirmed_or_raised_is_not_appealed(cast: Cast) -> None:
    raised = approved(cast, "independent", engagement="assisted")
    for deal in (make_approved(cast.helix), raised):
        assert code_of(deal, cast) == "nothing_lowered"
    before = approved(cast)
    # Of before the part was kept: nobody knows what was registered.
    tamper("update deals_registration set claimed_engagement = '' where id = %s", before.pk)
    assert code_of(before, cast) == "nothing_lowered"


def test_what_two_share_is_not_appealed_and_ends_an_appeal(cast: Cast) -> None:
    shared = Pair(cast, live=False).agreed(engagement="shared").rows[0]
    assert code_of(shared, cast) == "shared"
    deal = appealed(cast)
    Registration.objects.filter(pk=deal.pk).update(outcome="teaming")

    assert not EngagementAppeal.objects.waiting().exists()
    with pytest.raises(StateConflict) as refused:
        decide(deal, cast.pam2, "upheld")
    assert refused.value.code == "shared"


@pytest.mark.parametrize("outcome", ["upheld", "kept"])
def test_who_approved_it_never_answers(cast: Cast, outcome: str) -> None:
    deal = appealed(cast)
    EngagementAppeal.objects.update(escalated_at=database_now())
    for by in (cast.pam, cast.helix.rep, cast.seller, cast.finance):
        with pytest.raises(NotAllowed):
            decide(deal, by, outcome)
    answered = decide(deal, cast.admin, outcome)

    assert answered.engagement_appeal.decided_by == cast.admin
    with pytest.raises(StateConflict):
        decide(deal, cast.pam2, outcome)


def test_answer_says_what_and_why_and_names_nobody(cast: Cast) -> None:
    deal = make_registration(cast.helix, cast.products["fleet-cloud"], **MUELLER)
    make_registration(cast.orbit, cast.products["fleet-cloud"], **MUELLER)
    given = {"engagement": "assisted", "message": "Our engineers run it."}
    decisions.approve(registration=deal, by=cast.pam, now=database_now(), **given)
    appeal(deal, cast.helix.rep)
    wrong: list[tuple[dict[str, str], list[str]]] = [
        ({"outcome": "refused"}, ["outcome"]),
        ({"outcome": "kept", "reason": "because", "message": " "}, ["reason", "message"]),
        ({"outcome": "upheld", "message": ""}, ["message"]),
        ({"outcome": "upheld", "message": f"As {cast.orbit.organisation.name} says."}, ["message"]),
    ]
    for answer, fields in wrong:
        with pytest.raises(InvalidInput) as refused:
            decide(deal, cast.pam2, **answer)
        assert list(refused.value.errors) == fields

    assert EngagementAppeal.objects.get().decided_at is None


def test_upheld_restores_the_part_with_the_rates_of_the_approval(cast: Cast) -> None:
    deal = approved(cast, motion="managed", recurring_amount=Decimal(2000), recurring_per="month", recurring_months=36)
    before = deal.terms | {"holds": [{"product": "x"}]}
    tamper("update deals_registration set terms = %s where id = %s", Jsonb(before), deal.pk)
    appeal(deal, cast.helix.rep)
    now = database_now()
    meaner = {**DealRules().model_dump(mode="json"), "rate_independent": "0.01", "payable_after_days": 90}
    publish(schema=SCHEMA, values=meaner, effective_from=now, by=cast.admin, now=now)
    found = decide(deal, cast.pam2, "upheld").engagement_appeal

    row = fresh(deal)
    assert (row.engagement, row.claimed_engagement, row.version) == ("independent", "independent", deal.version + 1)
    assert (row.terms["rate"], row.terms["earns"]["amount"]) == ("0.2", "17280.00")
    changed = {name for name in row.terms if row.terms[name] != before[name]}
    assert (changed, set(row.terms)) == ({"engagement", "rate", "earns", "lines"}, set(before))
    assert [line["rate"] for line in row.terms["lines"]] == ["0.2", "0.05"]
    assert (found.terms_before, found.terms_after, found.tone) == (before, row.terms, "good")
    assert Event.objects.get(kind="deal.engagement_upheld").data == {"engagement": "independent"}
    assert jws.read(chain_of("deal", deal.public_id)[-1].jws).claims["terms"] == row.terms
    told = Notice.objects.filter(kind="deal.engagement_decided").order_by("pk").values_list("user__email", flat=True)
    assert list(told) == [cast.helix.rep.email, cast.pam.email]
    assert entries() == []
    check_honest()


def test_upheld_after_the_win_books_the_difference_once(cast: Cast) -> None:
    deal = won(appealed(cast))
    decide(deal, cast.pam2, "upheld")

    assert entries() == [
        ("once", Decimal("10368.00"), Decimal("0.12"), Decimal("86400.00")),
        ("once", Decimal("6912.00"), Decimal("0.08"), Decimal("86400.00")),
    ]
    first, more = Entry.objects.order_by("pk")
    assert (more.earned_on, more.organisation, more.seller) == (first.earned_on, first.organisation, first.seller)
    refund(registration=fresh(deal), amount=Decimal("86400.00"), reason="returned", by=cast.pam, now=database_now())
    assert sum(entry.amount for entry in Entry.objects.all()) == 0


def test_share_that_was_refunded_before_is_taken_off_the_difference_alone(cast: Cast) -> None:
    deal = won(appealed(cast))
    quarter = {"amount": Decimal("21600.00"), "reason": "returned", "by": cast.pam}
    refund(registration=fresh(deal), now=database_now(), **quarter)
    decide(deal, cast.pam2, "upheld")
    assert [amount for _kind, amount, _rate, _base in entries()] == [
        *(Decimal("10368.00"), Decimal("-2592.00"), Decimal("6912.00"), Decimal("-1728.00")),
    ]
    refund(registration=fresh(deal), now=database_now(), **quarter)

    # As if it had been right from the beginning: half of 20 % of it.
    assert sum(entry.amount for entry in Entry.objects.all()) == Decimal("8640.00")
    assert sums(cast.helix.organisation)["once"] == Decimal("17280.00")


def test_flat_motion_restores_the_part_and_books_nothing(cast: Cast) -> None:
    deal = won(appealed(cast, motion="referral"))
    decide(deal, cast.pam2, "upheld")

    assert (fresh(deal).engagement, fresh(deal).terms["rate"]) == ("independent", "0.1")
    assert [kind for kind, *_rest in entries()] == ["once"]


def test_kept_changes_nothing_but_is_told(cast: Cast) -> None:
    deal = appealed(cast)
    found = decide(deal, cast.pam2, "kept", reason="nothing_new").engagement_appeal

    assert (fresh(deal).terms, fresh(deal).engagement) == (deal.terms, "shared")
    assert (found.reason, found.terms_before, found.terms_after, found.tone) == ("nothing_new", None, None, "bad")
    assert Event.objects.get(kind="deal.engagement_kept").data == {"reason": "nothing_new"}
    assert chain_of("deal", deal.public_id)[-1].kind == "appealed"


def test_end_of_the_deal_ends_the_appeal(cast: Cast) -> None:
    deal = appealed(cast)
    registrations.lose(registration=fresh(deal), reason="price", by=cast.helix.rep, now=database_now())

    assert not EngagementAppeal.objects.waiting().exists()
    with pytest.raises(StateConflict) as refused:
        decide(deal, cast.pam2, "upheld")
    assert refused.value.state == "lost"
    assert code_of(deal, cast) == "state_conflict"


def test_late_answers_are_everybodys_and_told_once(cast: Cast) -> None:
    deal = appealed(cast)
    due = EngagementAppeal.objects.get().due_at
    third = make_user("pam3@vendor.example", cast.vendor, "pam")
    with pytest.raises(NotAllowed):
        decide(deal, third, "kept")
    assert [actions.escalate_due(now=moment) for moment in (due - SECOND, due, due)] == [0, 1, 0]

    told = Notice.objects.filter(kind="deal.engagement_late").order_by("user__email")
    assert [notice.user for notice in told] == [cast.admin, cast.helix.rep]
    assert Event.objects.get(kind="deal.engagement_appeal_escalated").data == {"due_at": due.isoformat()}
    assert decide(deal, third, "kept").engagement_appeal.outcome == "kept"


def test_without_another_manager_the_administrators_are_asked(cast: Cast) -> None:
    cast.pam2.is_active = False
    cast.pam2.save()
    deal = appealed(cast)

    assert EngagementAppeal.objects.get().assigned_to is None
    assert [notice.user for notice in Notice.objects.filter(kind="deal.engagement_to_decide")] == [cast.admin]
    assert decide(deal, cast.admin, "kept").engagement_appeal.decided_by == cast.admin


def test_help_that_we_gave_is_shown_and_takes_nothing(cast: Cast) -> None:
    deal, asked = approved(cast), approved(cast)
    sell_together(cast, [asked, deal], said="Please.")

    assert [row.registration for row in help_given(cast.helix.rep, fresh(deal))] == [deal]
    assert help_given(cast.helix.rep, fresh(asked)) == help_given(cast.orbit.admin, fresh(deal)) == []
    assert fresh(deal).terms == deal.terms


@pytest.mark.parametrize(
    "sql",
    [
        """update deals_registration set terms = jsonb_set(terms, '{rate}', '"0.01"')""",
        """update deals_registration set terms = jsonb_set(terms, '{rate}', '"0.9"')""",
        "update deals_registration set terms = '{}'",
        "update deals_registration set engagement = 'assisted'",
        "update deals_registration set claimed_engagement = 'shared'",
        """update deals_registration set outcome = 'teaming', terms = jsonb_set(terms, '{rate}', '"0.01"')""",
    ],
)
def test_database_lets_nobody_else_change_the_terms(cast: Cast, sql: str) -> None:
    appealed(cast)
    with pytest.raises(IntegrityError, match="stays promised"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_database_holds_what_an_appeal_is(cast: Cast) -> None:
    appealed(cast)
    wrong: list[dict[str, object]] = [
        {"text": ""},
        {"claimed": "shared"},
        {"claimed": "alone"},
        {"due_at": database_now() - timedelta(days=9)},
        {"outcome": "kept", "reason": "stands"},
        {"outcome": "upheld", "message": "x", "decided_at": database_now()},
        {"outcome": "kept", "message": "x", "decided_at": database_now()},
        {"terms_before": {}, "terms_after": {}},
        {
            "outcome": "kept",
            "reason": "stands",
            "message": "x",
            "decided_at": database_now(),
            "decided_by": cast.pam,
        },
    ]
    for values in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            EngagementAppeal.objects.update(**values)
    with pytest.raises(IntegrityError), transaction.atomic():
        Registration.objects.filter(decided_at__isnull=False).update(claimed_engagement="alone")
