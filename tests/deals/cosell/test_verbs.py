"""Selling together: asked by either side, answered by the other, worked on by both, ended by either or by the deal."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from deals.conflicts.actions import assess_pending
from deals.cosell import actions, stepping
from deals.cosell.models import CoSell, CoSellStep
from deals.decisions import actions as decisions
from deals.leads.selectors import calendar_of_partner
from deals.protections.actions import expire_due
from deals.registrations import actions as registrations
from deals.registrations.models import Registration
from deals.registrations.selectors import calendar_of
from prm.audit.models import Event
from prm.clocks.calendar import end_of_day
from prm.clocks.database import database_now
from prm.errors import InvalidInput, NotAllowed, StateConflict
from prm.notices.models import Notice
from tests.deals.cosell.asking import ROLES, WHY, active, add, ask, asked, fresh, step
from tests.factories import Cast, make_approved, make_draft, make_registration, make_user


def told(found: CoSell, what: str) -> list[str]:
    rows = Notice.objects.filter(key__startswith=f"{found.public_id}-{what}-")
    return sorted(rows.values_list("user__email", flat=True))


def recorded(found: CoSell) -> list[str]:
    rows = Event.objects.filter(kind__startswith="deal.co_sell", subject_id=found.registration.public_id)
    return [kind.removeprefix("deal.co_sell_") for kind in rows.order_by("pk").values_list("kind", flat=True)]


def test_partner_asks_and_the_vendor_names_its_seller(cast: Cast) -> None:
    now = database_now()
    found = asked(cast, now=now, steps=[step("vendor"), step("partner", text="Send the requirements")])
    deal = found.registration

    assert (found.state, found.asked_side, found.waits_for) == ("asked", "partner", "vendor")
    assert (found.partner_person, found.vendor_person) == (cast.helix.rep, None)
    assert (found.partner_roles, found.vendor_roles, found.message) == (["lead"], ["technical"], WHY)
    assert found.due_at == calendar_of(deal.partner, now).due(now, 2)
    assert told(found, "asked") == [cast.pam.email]
    assert [row.side for row in found.steps.all()] == ["vendor", "partner"]

    found = actions.accept(found=found, person=cast.seller, text="Gladly.", by=cast.pam, now=now)

    assert (found.state, found.vendor_person, found.waits_for) == ("active", cast.seller, None)
    assert (told(found, "answered"), told(found, "named")) == ([cast.helix.rep.email], [cast.seller.email])
    assert recorded(found) == ["asked", "accepted"]
    event = Event.objects.get(kind="deal.co_sell_asked")
    assert (event.organisation_id, event.data) == (
        cast.helix.organisation.pk,
        {"co_sell": found.public_id, "due_at": found.due_at.isoformat()},
    )


def test_vendor_asks_and_the_partner_answers_on_its_own_calendar(cast: Cast) -> None:
    now = database_now()
    found = asked(cast, by=cast.pam, person=cast.seller, now=now)

    assert (found.asked_side, found.vendor_person, found.partner_person) == ("vendor", cast.seller, None)
    assert found.due_at == calendar_of_partner(cast.helix.partner).due(now, 2)
    assert told(found, "asked") == [cast.helix.rep.email]
    with pytest.raises(InvalidInput):
        actions.decline(found=found, reason="other", text=" ", by=cast.helix.rep, now=now)
    with pytest.raises(InvalidInput):
        actions.decline(found=found, reason="never", by=cast.helix.rep, now=now)
    found = actions.decline(found=found, reason="other", text="In spring.", by=cast.helix.rep, now=now)
    assert (found.state, found.reason, found.text) == ("declined", "other", "In spring.")
    assert told(found, "answered") == sorted([cast.pam.email])
    assert recorded(found) == ["asked", "declined"]


def test_seller_of_the_customer_is_asked_too(cast: Cast) -> None:
    """Whoever has left is nobody's addressee any more."""
    deal = make_approved(cast.helix)
    assert deal.account is not None
    deal.account.owner = cast.seller
    deal.account.save()
    found = ask(deal, cast.helix.admin)

    assert told(found, "asked") == [cast.pam.email, cast.seller.email]
    found = actions.accept(found=found, by=cast.seller, now=database_now())
    assert found.vendor_person == cast.seller
    cast.helix.admin.memberships.update(ended_at=database_now(), ended_by=cast.admin)
    actions.end(found=found, result="done", by=cast.seller, now=database_now())
    assert told(found, "ended") == [cast.helix.rep.email]


def test_both_sides_note_steps_and_each_ticks_off_its_own(cast: Cast) -> None:
    found, now = active(cast), database_now()
    own, theirs = step("partner", text="Send the requirements"), step("vendor")
    found = add(add(found, cast.helix.rep, theirs), cast.helix.rep, own)

    rows = {row.side: row for row in found.steps.all()}
    assert rows["vendor"].due_at == end_of_day(theirs.due_on, cast.helix.organisation.time_zone)
    assert told(found, f"{rows['vendor'].public_id}-added") == [cast.seller.email]
    assert told(found, f"{rows['partner'].public_id}-added") == []
    for refused, kind in ((rows["vendor"].public_id, NotAllowed), ("cst_nothing", InvalidInput)):
        with pytest.raises(kind):
            stepping.complete_step(found=found, step=refused, by=cast.helix.rep, now=now)
    found = stepping.complete_step(found=found, step=rows["vendor"].public_id, by=cast.seller, now=now)
    with pytest.raises(StateConflict):
        stepping.complete_step(found=found, step=rows["vendor"].public_id, by=cast.seller, now=now)
    done = found.steps.get(side="vendor")
    assert (done.done_at, done.done_by, done.remind_at) == (now, cast.seller, None)
    assert recorded(found)[2:] == ["step_added", "step_added", "step_done"]
    add(found, cast.helix.rep, theirs)


def test_person_hands_over_to_a_colleague(cast: Cast) -> None:
    found, now = active(cast), database_now()
    other = make_user("seller2@vendor.example", cast.vendor, "direct_seller")
    with pytest.raises(StateConflict):
        actions.hand_over(found=found, person=cast.seller, by=cast.pam, now=now)
    with pytest.raises(InvalidInput):
        actions.hand_over(found=found, person=other, by=cast.seller, now=now)
    found = actions.hand_over(found=found, person=other, by=cast.pam, now=now)

    assert (found.vendor_person, told(found, f"named-{found.version}")) == (other, [other.email])
    assert told(found, "handed") == [cast.helix.rep.email]
    found = actions.hand_over(found=found, person=cast.helix.admin, by=cast.helix.rep, now=now)
    assert (found.partner_person, told(found, f"named-{found.version}")) == (cast.helix.admin, [cast.helix.admin.email])
    assert recorded(found)[2:] == ["handed_over"] * 2


@pytest.mark.parametrize("by", ["rep", "seller"])
def test_either_side_ends_it_with_a_result(cast: Cast, by: str) -> None:
    people = {"rep": cast.helix.rep, "seller": cast.seller}
    found = active(cast)
    with pytest.raises(InvalidInput):
        actions.end(found=found, result="won", by=people[by], now=database_now())
    found = actions.end(found=found, result="done", text="They ordered.", by=people[by], now=database_now())

    assert (found.state, found.result, found.text, found.ended_by) == ("ended", "done", "They ordered.", people[by])
    assert told(found, "ended") == [person.email for name, person in people.items() if name != by]
    assert ask(found.registration, cast.helix.rep).state == "asked"


def test_request_is_taken_back_by_the_side_that_asked(cast: Cast) -> None:
    found = asked(cast)
    with pytest.raises(NotAllowed):
        actions.withdraw(found=found, by=cast.pam, now=database_now())
    found = actions.withdraw(found=found, by=cast.helix.admin, now=database_now())

    assert (found.state, found.ended_by) == ("withdrawn", cast.helix.admin)
    assert (told(found, "asked"), told(found, "withdrawn")) == ([], [cast.pam.email])


def test_every_verb_twice_is_a_conflict_and_changes_nothing(cast: Cast) -> None:
    now = database_now()
    found = asked(cast)
    again: list[Callable[[], Any]] = [lambda: ask(found.registration, cast.pam)]
    _refused(again, found)
    actions.accept(found=found, person=cast.seller, by=cast.pam, now=now)
    noted = add(found, cast.helix.rep, step("vendor"))
    again = [
        lambda: ask(found.registration, cast.helix.rep),
        lambda: actions.accept(found=found, by=cast.pam, now=now),
        lambda: actions.decline(found=found, reason="too_early", by=cast.pam, now=now),
        lambda: actions.withdraw(found=found, by=cast.helix.rep, now=now),
        lambda: add(noted, cast.pam, step("vendor")),
    ]
    _refused(again, found)
    actions.end(found=found, result="stopped", by=cast.pam, now=now)
    again = [
        lambda: actions.end(found=found, result="stopped", by=cast.pam, now=now),
        lambda: actions.hand_over(found=found, person=cast.helix.admin, by=cast.helix.rep, now=now),
        lambda: add(found, cast.pam, step("vendor", text="Another one")),
        lambda: stepping.complete_step(found=found, step=noted.steps.get().public_id, by=cast.seller, now=now),
    ]
    _refused(again, found)


def _refused(calls: list[Callable[[], Any]], found: CoSell) -> None:
    before, events = fresh(found).version, Event.objects.count()
    for call in calls:
        with pytest.raises(StateConflict):
            call()
    assert (fresh(found).version, Event.objects.count()) == (before, events)


def test_bad_input_is_refused_at_its_field(cast: Cast) -> None:
    deal = make_approved(cast.helix)
    table: list[tuple[dict[str, Any], str]] = [
        ({"help": "money"}, "help"),
        ({"message": "  "}, "message"),
        ({"roles": {}}, "roles"),
        ({"roles": {"lead": "rival"}}, "roles"),
        ({"roles": {"king": "vendor"}}, "roles"),
        ({"steps": [step("nobody")]}, "steps.0.side"),
        ({"steps": [step("vendor"), step("vendor", text=" ")]}, "steps.1.text"),
        ({"steps": [step("vendor", days=-2)]}, "steps.0.due_on"),
    ]
    for changes, field in table:
        with pytest.raises(InvalidInput) as refused:
            ask(deal, cast.helix.rep, **changes)
        assert list(refused.value.errors) == [field]
    assert not CoSell.objects.exists()


def test_only_people_of_the_own_side_who_sell_are_named(cast: Cast) -> None:
    deal = make_approved(cast.helix)
    people = (cast.seller, cast.helix.marketing, cast.helix.engineer, cast.orbit.rep)
    for person in people:
        with pytest.raises(InvalidInput):
            ask(deal, cast.helix.rep, person=person)
    registrations.share(registration=deal, colleague=cast.helix.engineer, by=cast.helix.rep, now=database_now())
    found = ask(deal, cast.helix.rep, person=cast.helix.engineer)

    assert found.partner_person == cast.helix.engineer
    for person in (cast.helix.rep, cast.finance, cast.expert):
        with pytest.raises(InvalidInput):
            actions.accept(found=found, person=person, by=cast.pam, now=database_now())
    found = actions.accept(found=found, person=cast.pam2, by=cast.pam, now=database_now())
    assert add(found, cast.helix.engineer, step("partner")).version == 3


def test_who_may_ask_and_answer(cast: Cast) -> None:
    deal = make_approved(cast.helix)
    colleague = make_user("colleague@helix.example", cast.helix.organisation, "sales_rep")
    strangers = (colleague, cast.helix.marketing, cast.orbit.admin, cast.seller, cast.pam2, cast.executive)
    for person in strangers:
        with pytest.raises(NotAllowed):
            ask(deal, person)
    found = ask(deal, cast.helix.rep)
    for person in (*strangers, cast.helix.rep, cast.helix.admin):
        with pytest.raises(NotAllowed):
            actions.accept(found=found, by=person, now=database_now())
    actions.accept(found=found, person=cast.seller, by=cast.admin, now=database_now())


def test_drafts_and_what_is_over_are_not_sold_together(cast: Cast) -> None:
    draft, lost = make_draft(cast.helix), make_approved(cast.helix)
    lost = registrations.lose(registration=lost, reason="price", by=cast.helix.rep, now=database_now())
    for deal in (draft, lost):
        with pytest.raises(StateConflict):
            ask(deal, cast.helix.rep)
    registrations.discard_draft(registration=draft, by=cast.helix.rep, now=database_now())
    with pytest.raises(StateConflict):
        ask(Registration(pk=draft.pk or 10**9), cast.helix.rep)


def test_our_own_people_name_no_other_partner(cast: Cast) -> None:
    values = {"customer_name": "Streit Logistik", "customer_website": "streit-logistik.de"}
    deal = make_registration(cast.helix, **values)
    rival = make_registration(cast.orbit, **values)
    assess_pending()
    for field, changes in (
        ("message", {"message": f"{rival.reference} is after it, too."}),
        ("steps.0.text", {"steps": [step("vendor", text="Ask Orbit Solutions")]}),
    ):
        with pytest.raises(InvalidInput) as refused:
            ask(deal, cast.pam, **changes)
        assert list(refused.value.errors) == [field]
    found = ask(deal, cast.pam)
    actions.accept(found=found, by=cast.helix.rep, now=database_now())
    with pytest.raises(InvalidInput):
        actions.end(found=found, result="stopped", text="Orbit Solutions was first.", by=cast.pam, now=database_now())


def win(deal: Registration, cast: Cast) -> Any:
    soon = {"early_reason": "Signed at once."}
    now = database_now()
    return registrations.win(registration=deal, closed_on=now.date(), by=cast.helix.rep, now=now, **soon)


@pytest.mark.parametrize(
    ("ends", "result", "by"),
    [
        (win, "won", "rep"),
        (lambda deal, cast: registrations.lose(
            registration=deal, reason="price", by=cast.helix.rep, now=database_now()
        ), "lost", "rep"),
        (lambda deal, cast: expire_due(now=database_now() + timedelta(days=200)), "deal_ended", None),
    ],
)  # fmt: skip
def test_what_becomes_of_the_deal_ends_it(cast: Cast, ends: Any, result: str, by: str | None) -> None:
    found = active(cast)
    ends(found.registration, cast)
    found = fresh(found)

    assert (found.state, found.result) == ("ended", result)
    assert found.ended_by == (cast.helix.rep if by else None)
    assert told(found, "ended") == sorted(
        person.email for person in (cast.helix.rep, cast.seller) if not (by and person == cast.helix.rep)
    )
    assert recorded(found)[-1] == "ended"


def test_request_ends_unanswered_with_its_deal(cast: Cast) -> None:
    found = ask(make_registration(cast.helix), cast.helix.rep)
    other = asked(cast)
    decisions.reject(
        registration=found.registration, reason="not_qualified", message="No project.", by=cast.pam, now=database_now()
    )

    assert (fresh(found).state, fresh(found).result, fresh(found).answered_at) == ("ended", "deal_ended", None)
    assert fresh(other).state == "asked"


def test_steps_are_called_to_mind_once_a_day_before(cast: Cast) -> None:
    found = active(cast)
    add(found, cast.helix.rep, step("vendor"))
    add(found, cast.pam, step("partner"))
    add(found, cast.helix.rep, step("partner", days=0, text="Today"))
    due = CoSellStep.objects.get(side="vendor").due_at
    before = due - timedelta(days=1, seconds=1)

    assert [stepping.remind_steps(now=moment) for moment in (before, due, due)] == [0, 2, 0]
    names = {row.side: row.public_id for row in found.steps.filter(text="Show the demo")}
    assert [told(found, f"{names[side]}-due") for side in ("vendor", "partner")] == [
        [cast.seller.email],
        [cast.helix.rep.email],
    ]


def test_steps_of_what_is_over_are_not_called(cast: Cast) -> None:
    """… nor those of somebody who has left."""
    found, other = active(cast), active(cast)
    add(found, cast.helix.rep, step("vendor"))
    add(other, cast.helix.rep, step("partner"))
    cast.seller.is_active = False
    cast.seller.save()
    actions.end(found=other, result="done", by=cast.helix.rep, now=database_now())

    assert stepping.remind_steps(now=database_now() + timedelta(days=30)) == 1
    assert not Notice.objects.filter(kind="co_sell.step", key__contains="-due-").exists()


def test_steps_are_bounded(cast: Cast) -> None:
    found = active(cast)
    many = [step("vendor", text=f"Step {number}") for number in range(stepping.MOST_TO_DO)]
    stepping.note_steps(found, many, by=cast.pam, now=database_now())

    with pytest.raises(StateConflict):
        add(found, cast.pam, step("vendor", text="One too many"))


def test_database_refuses_what_cannot_be(cast: Cast) -> None:
    found = add(active(cast), cast.helix.rep, step("vendor"))
    row = found.steps.get()
    past = database_now() - timedelta(days=900)
    table: list[tuple[CoSell | CoSellStep, str, dict[str, Any]]] = [
        (found, "co_sell_one_open", {"pk": None, "public_id": "csl_other"}),
        (found, "co_sell_answered_whole", {"state": "wished"}),
        (found, "co_sell_asked_for_something", {"message": ""}),
        (found, "co_sell_asked_for_something", {"help": "money"}),
        (found, "co_sell_roles_known", {"vendor_roles": ["king"]}),
        (found, "co_sell_role_taken_once", {"vendor_roles": sorted(ROLES)}),
        (found, "co_sell_due_later", {"due_at": past}),
        (found, "co_sell_answered_whole", {"answered_at": None}),
        (found, "co_sell_declined_with_reason", {"state": "declined"}),
        (found, "co_sell_declined_with_reason", {"reason": "too_early"}),
        (found, "co_sell_ended_whole", {"state": "ended"}),
        (found, "co_sell_ended_whole", {"result": "done"}),
        (row, "co_sell_step_says_who_and_what", {"side": "rival"}),
        (row, "co_sell_step_says_who_and_what", {"text": ""}),
        (row, "co_sell_step_done_is_not_called", {"done_at": past}),
        (row, "co_sell_step_once", {"pk": None, "public_id": "cst_other"}),
    ]
    for noun, name, changes in table:
        broken = type(noun)._base_manager.get(pk=noun.pk)
        for field, value in changes.items():
            setattr(broken, field, value)
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            broken.save(force_insert=broken.pk is None)
