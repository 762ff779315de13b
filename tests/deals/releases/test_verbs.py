"""A protection ends: who is told, in which order, what they may do, and what keeps newcomers away meanwhile."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from deals.conflicts.actions import assess_pending
from deals.conflicts.models import Finding
from deals.decisions.actions import approve, reject
from deals.earnings.actions import refund
from deals.protections.actions import expire_due
from deals.registrations.actions import answer, win, withdraw
from deals.registrations.models import Registration
from deals.releases.actions import decline, pass_on, take_up
from deals.releases.models import FirstRefusal, Release
from partners.models import Partner
from prm.audit.models import Event
from prm.clocks.database import database_now
from prm.errors import InvalidInput, NotAllowed, StateConflict
from prm.notices.models import Notice
from tests.deals.releases.asking import Line, lose, make_line, refused, set_free, states
from tests.factories import MUELLER, Cast, make_approved, make_asked, make_registration

DAY = timedelta(days=1)
TWO_WEEKS = timedelta(days=14)


@pytest.fixture
def line(cast: Cast) -> Line:
    return make_line(cast)


def told(kind: str) -> list[tuple[str, str]]:
    rows = Notice.objects.filter(kind=f"deal.{kind}").order_by("pk")
    return list(rows.values_list("user__email", "title"))


def offered(deal: Registration) -> FirstRefusal:
    return FirstRefusal.objects.get(registration=deal, state="offered")


def newcomer(line: Line) -> Registration:
    """Of the partner that has not asked while it was held."""
    return make_registration(line.cast.orbit, line.cast.products["fleet-cloud"], **MUELLER)


def test_first_in_line_is_told_without_names_dates_or_amounts(line: Line) -> None:
    now = set_free(line)

    assert states(line.holder) == ["offered", "waiting"]
    assert told("first_refusal") == [("rep@helix.example", "Müller Logistik GmbH is free: you have first refusal")]
    notice = Notice.objects.get(kind="deal.first_refusal")
    known = (line.holder.reference, line.holder.public_id, "Orbit", line.second.reference, "Aquila", "86")
    told_of_others = (notice.title + notice.body).replace(line.first.reference, "")
    assert [word for word in known if word in told_of_others] == []
    assert offered(line.first).offered_at == now
    event = Event.objects.get(kind="deal.refusal_offered")
    assert (event.subject_id, list(event.data)) == (line.first.public_id, ["due_at"])
    assert event.organisation_id == line.cast.helix.organisation.pk


def test_release_itself_is_the_vendors_to_read(line: Line) -> None:
    set_free(line)

    event = Event.objects.get(kind="deal.released")
    assert (event.subject_id, event.organisation_id, event.data) == (line.holder.public_id, None, {})


def test_taking_up_keeps_the_place_and_is_decided_as_ever(line: Line) -> None:
    now = set_free(line)
    close = now.date() + 60 * DAY
    work = "They have asked us for an offer again last week."
    made = take_up(registration=line.first, expected_close=close, work_done=work, by=line.cast.helix.rep, now=now)

    assert (made.state, made.priority_at, made.reference != line.first.reference) == (
        *("submitted", line.first.priority_at),
        True,
    )
    assert (made.expected_close, made.work_done, made.customer_name) == (close, work, MUELLER["customer_name"])
    assert [row.product.slug for row in made.lines.all()] == ["fleet-cloud"]
    assert made.decision_due_at is not None
    assert made.decision_due_at > now
    assert states(line.holder) == ["taken", "waiting"]
    assert pass_on(now + TWO_WEEKS) == 0

    assess_pending()
    approved = approve(registration=made, by=line.cast.pam, now=database_now())
    assert approved.state == "approved"
    assert states(line.holder) == ["taken", "over"]
    assert Release.objects.get().closed_at is not None
    assert told("refusal_passed") == []


def test_what_is_not_said_anew_is_said_as_before(line: Line) -> None:
    now = set_free(line)
    made = take_up(registration=line.first, by=line.cast.helix.admin, now=now)

    assert (made.work_done, made.expected_close) == (line.first.work_done, line.first.expected_close)
    assert made.created_by == line.cast.helix.admin


def test_old_date_of_closing_has_to_be_said_anew(line: Line) -> None:
    now = set_free(line)
    Registration.objects.filter(pk=line.first.pk).update(expected_close=now.date() - DAY)

    with pytest.raises(InvalidInput) as refusal:
        take_up(registration=line.first, by=line.cast.helix.rep, now=now)

    assert list(refusal.value.errors) == ["expected_close"]
    assert states(line.holder) == ["offered", "waiting"]


def test_declined_goes_to_the_next(line: Line) -> None:
    now = set_free(line)
    decline(registration=line.first, by=line.cast.helix.rep, now=now)
    pass_on(now)

    assert states(line.holder) == ["declined", "offered"]
    assert told("first_refusal")[1:] == [("rep@aquila.example", "Müller Logistik GmbH is free: you have first refusal")]


def test_silence_goes_to_the_next_and_everybody_has_the_whole_time(line: Line) -> None:
    now = set_free(line)
    late = now + TWO_WEEKS
    assert pass_on(offered(line.first).due_at - timedelta(seconds=1)) == 0  # type: ignore[operator]

    assert [pass_on(late), pass_on(late)] == [1, 0]
    assert states(line.holder) == ["silent", "offered"]
    assert told("refusal_passed") == [("rep@helix.example", "Your first refusal of Müller Logistik GmbH has ended")]
    due = offered(line.second).due_at
    assert due is not None
    assert due >= late + 2 * DAY

    pass_on(due)
    assert states(line.holder) == ["silent", "silent"]
    assert Release.objects.get().closed_at == due
    assert len(told("first_refusal")) == 2


def test_taken_up_and_not_approved_goes_to_the_next(line: Line) -> None:
    now = set_free(line)
    made = take_up(registration=line.first, by=line.cast.helix.rep, now=now)
    reject(registration=made, reason="not_qualified", message="No.", by=line.cast.pam, now=now)
    pass_on(now)

    assert states(line.holder) == ["ended", "offered"]


@pytest.mark.parametrize("verb", [take_up, decline])
def test_turn_is_answered_once_in_time_and_by_its_own_people(line: Line, verb: object) -> None:
    act = verb
    assert callable(act)
    rep, now = line.cast.helix.rep, database_now()
    with pytest.raises(StateConflict):
        act(registration=line.first, by=rep, now=now)
    set_free(line, now)

    with pytest.raises(NotAllowed):
        act(registration=line.first, by=line.third.rep, now=now)
    with pytest.raises(StateConflict):
        act(registration=line.second, by=line.third.rep, now=now)
    with pytest.raises(StateConflict):
        act(registration=line.first, by=rep, now=offered(line.first).due_at)
    act(registration=line.first, by=rep, now=now)
    with pytest.raises(StateConflict):
        act(registration=line.first, by=rep, now=now)


def test_newcomer_waits_while_first_refusal_runs(line: Line) -> None:
    now = set_free(line)
    deal = newcomer(line)
    assess_pending()

    found = Finding.objects.get(registration=deal, kind="first_refusal")
    assert (found.band, found.clause, found.subject_id) == ("block", "4.6", line.first.public_id)
    assert found.until == offered(line.first).due_at
    with pytest.raises(StateConflict, match="has first refusal"):
        approve(registration=deal, by=line.cast.pam, now=now)
    decline(registration=line.first, by=line.cast.helix.rep, now=now)
    decline_second(line, now)
    assert approve(registration=deal, by=line.cast.pam, now=database_now()).state == "approved"


def decline_second(line: Line, now: datetime) -> None:
    pass_on(now)
    decline(registration=line.second, by=line.third.rep, now=now)
    pass_on(now)


def test_sweep_that_is_late_opens_no_gap(line: Line) -> None:
    """The protection has ended by its date, and nobody has recorded it: the line holds nevertheless."""
    end = line.holder.protected_until
    assert end is not None
    with pytest.raises(StateConflict, match="has first refusal"):
        approve(registration=newcomer_later(line), by=line.cast.pam, now=end + DAY)
    approve_of_first = make_registration(line.cast.helix, line.cast.products["fleet-cloud"], **MUELLER)
    assert approve(registration=approve_of_first, override_reason="other", by=line.cast.pam, now=end + DAY)


def newcomer_later(line: Line) -> Registration:
    Registration.objects.filter(pk=line.holder.pk).update(customer_website="")
    return make_registration(line.third, line.cast.products["fleet-cloud"], **MUELLER)


def test_override_ends_the_line_and_tells_whose_turn_it_was(line: Line) -> None:
    now = set_free(line)
    approve(registration=newcomer(line), override_reason="customer_choice", by=line.cast.pam, now=now)

    assert states(line.holder) == ["over", "over"]
    assert told("refusal_passed") == [("rep@helix.example", "Your first refusal of Müller Logistik GmbH has ended")]
    with pytest.raises(StateConflict):
        take_up(registration=line.first, by=line.cast.helix.rep, now=now)


def test_other_products_are_nobodys_first_refusal(line: Line) -> None:
    now = set_free(line)
    deal = make_registration(line.cast.orbit, line.cast.products["telematics"], **MUELLER)

    assert approve(registration=deal, by=line.cast.pam, now=database_now()).state == "approved"
    assert states(line.holder) == ["offered", "waiting"]
    assert now


def test_expiry_releases_all_it_ends_at_once(line: Line) -> None:
    end = line.holder.protected_until
    assert end is not None
    expire_due(now=end + 3 * DAY)
    pass_on(end + 3 * DAY)
    expire_due(now=end + 4 * DAY)

    assert states(line.holder) == ["offered", "waiting"]
    assert offered(line.first).due_at > end + 4 * DAY  # type: ignore[operator]


def test_who_waits_is_first_in_line_without_being_asked(cast: Cast) -> None:
    holder = make_approved(cast.orbit, cast.products["fleet-cloud"], **MUELLER)
    waiting = make_registration(cast.helix, cast.products["fleet-cloud"], **MUELLER)
    assess_pending()
    lose(holder, cast.orbit.rep)
    pass_on()

    turn = FirstRefusal.objects.get()
    assert (turn.state, turn.taken_as, turn.due_at) == ("taken", waiting, None)
    assert told("first_in_line") == [
        ("rep@helix.example", "Müller Logistik GmbH is free: you are first in line"),
    ]
    withdraw(registration=waiting, reason="", by=cast.helix.rep, now=database_now())
    pass_on()
    assert states(holder) == ["ended"]


def test_lapsed_before_the_protection_counts_as_asked(cast: Cast) -> None:
    holder = make_approved(cast.orbit, cast.products["fleet-cloud"], **MUELLER)
    asked = make_asked(cast.helix, cast.products["fleet-cloud"], **MUELLER)
    assess_pending()
    assert asked.answer_due_at is not None
    expire_due(now=asked.answer_due_at)
    lose(holder, cast.orbit.rep)
    pass_on()

    assert FirstRefusal.objects.get().registration == asked


@pytest.mark.parametrize("reason", ["other", "duplicate", "not_qualified"])
def test_refused_for_another_reason_had_not_asked_for_it(cast: Cast, reason: str) -> None:
    holder = make_approved(cast.orbit, cast.products["fleet-cloud"], **MUELLER)
    asked = make_registration(cast.helix, cast.products["fleet-cloud"], **MUELLER)
    assess_pending()
    reject(registration=asked, reason=reason, message="No.", by=cast.pam, now=database_now())
    lose(holder, cast.orbit.rep)

    assert Release.objects.count() == 0


def test_refused_before_it_was_assessed_is_found_by_its_decision(cast: Cast) -> None:
    holder = make_approved(cast.orbit, cast.products["fleet-cloud"], **MUELLER)
    asked = make_registration(cast.helix, cast.products["fleet-cloud"], **MUELLER)
    reject(registration=asked, reason="already_protected", message="No.", by=cast.pam, now=database_now())
    lose(holder, cast.orbit.rep)

    assert FirstRefusal.objects.get().registration == asked


def test_win_releases_nothing_until_all_of_it_is_refunded(line: Line) -> None:
    now = database_now()
    said = {"closed_on": now.date(), "early_reason": "They had the order ready."}
    win(registration=line.holder, by=line.cast.orbit.rep, now=now, **said)
    assert Release.objects.count() == 0
    amount = line.holder.value
    assert amount is not None
    refund(registration=line.holder, amount=amount, reason="Returned.", by=line.cast.finance, now=database_now())

    assert states(line.holder) == ["waiting", "waiting"]


def test_whoever_is_no_partner_any_more_is_passed_over(line: Line) -> None:
    lose(line.holder, line.cast.orbit.rep)
    Partner.objects.filter(pk=line.cast.helix.partner.pk).update(state="suspended")
    pass_on()

    assert states(line.holder) == ["waiting", "offered"]


def test_second_time_of_the_same_partner_is_one_turn(line: Line) -> None:
    refused(line.cast.helix, line.cast)
    set_free(line)

    assert states(line.holder) == ["offered", "waiting"]


def test_nobody_asked_and_nothing_is_kept(cast: Cast) -> None:
    lose(make_approved(cast.orbit, cast.products["fleet-cloud"], **MUELLER), cast.orbit.rep)

    assert Release.objects.count() == 0
    assert pass_on() == 0


def test_two_turns_at_once_are_impossible(line: Line) -> None:
    set_free(line)

    with pytest.raises(IntegrityError), transaction.atomic():
        FirstRefusal.objects.filter(registration=line.second).update(
            state="offered", offered_at=database_now(), due_at=database_now() + DAY
        )


def test_answer_of_a_question_looks_at_the_line_again(line: Line) -> None:
    """A newcomer who is asked meanwhile keeps its finding until the turn is over."""
    now = set_free(line)
    deal = make_asked(line.cast.orbit, line.cast.products["fleet-cloud"], **MUELLER)
    assess_pending()
    decline(registration=line.first, by=line.cast.helix.rep, now=now)
    decline_second(line, now)
    answer(registration=deal, message="So.", values={}, fields=[], by=line.cast.orbit.rep, now=now)
    assess_pending()

    assert Finding.objects.filter(registration=deal, kind="first_refusal").count() == 0
