"""What is told of a part that was lowered and of terms that are to be lowered: word for word, and to whom."""

from typing import Any

from django.db.models import Max

from deals.amendments.actions import lapse_due
from deals.amendments.models import Amendment
from deals.engagement.actions import escalate_due
from deals.engagement.models import EngagementAppeal
from deals.registrations.models import Registration
from deals.registrations.notices import on_wall
from prm.audit.selectors import timeline
from prm.notices.models import Notice
from tests.deals.amendments.proposing import MANAGED, WHY, answer, propose, withdraw
from tests.deals.engagement import claiming
from tests.factories import Cast, make_approved

Told = list[tuple[str, str, str]]


def said(kind: str, after: int = 0) -> Told:
    """Address, title and body of each, in the order in which they were written."""
    rows = Notice.objects.filter(kind=f"deal.{kind}", pk__gt=after).order_by("pk")
    return list(rows.values_list("user__email", "title", "body"))


def last() -> int:
    found = Notice.objects.aggregate(last=Max("pk"))["last"]
    return int(found or 0)


def events_of(deal: Registration, reader: Any) -> list[tuple[str, dict[str, Any]]]:
    known = ("deal.engagement", "deal.terms")
    rows = timeline("deal", deal.public_id, reader=reader)
    return [(row.kind, dict(row.data)) for row in rows if row.kind.startswith(known)]


def test_appeal_about_the_engagement_is_told_word_for_word(cast: Cast) -> None:
    deal = claiming.appealed(cast)
    found = EngagementAppeal.objects.get()
    about = f"{deal.reference}: {deal.customer_name}"
    due = on_wall(found.due_at, cast.pam2, deal)
    parts = "“Independent: we run the whole sales cycle”, confirmed was “Shared: we do it together”"
    asked = f"Helix Systems appeals: it registered {parts}. Answer by {due}.\n\n{claiming.WHY}"
    assert said("engagement_to_decide") == [
        (cast.pam2.email, f"Please decide about the engagement in {about}", asked),
    ]

    escalate_due(now=found.due_at)
    late = "The answer was due by {}. Every account manager but the one who approved it may give it now."
    title = f"The appeal about the engagement in {about}".replace(f"{deal.reference}:", f"{deal.reference} is late:")
    assert said("engagement_late") == [
        (user.email, title, late.format(on_wall(found.due_at, user, deal))) for user in (cast.helix.rep, cast.admin)
    ]

    claiming.decide(deal, cast.pam2, "kept", message="Our engineers ran it.")
    kept = "“Shared: we do it together” counts, and the terms stay as they are.\n\nOur engineers ran it."
    title = f"The engagement in {deal.reference} stays as it was confirmed: {deal.customer_name}"
    assert said("engagement_decided") == [(user.email, title, kept) for user in (cast.helix.rep, cast.pam)]


def test_upheld_appeal_is_told_word_for_word(cast: Cast) -> None:
    deal = claiming.won(claiming.appealed(cast))
    before = last()
    claiming.decide(deal, cast.pam2, "upheld", message="You did.")

    title = f"You were right about your part in {deal.reference}: {deal.customer_name}"
    body = "“Independent: we run the whole sales cycle” counts, and the terms are frozen anew with it.\n\nYou did."
    assert said("engagement_decided") == [(user.email, title, body) for user in (cast.helix.rep, cast.pam)]
    told = Notice.objects.filter(kind="earnings.earned", pk__gt=before).order_by("user__email")
    assert {notice.title for notice in told} == {f"You earn €6,912 with {deal.customer_name}"}
    assert {notice.organisation for notice in told} == {cast.helix.organisation}


def test_lower_terms_are_told_word_for_word(cast: Cast) -> None:
    deal = make_approved(cast.helix, **MANAGED)
    about, rep, pam = f"{deal.reference}: {deal.customer_name}", cast.helix.rep, cast.pam
    found = propose(deal, pam, once="0.15", yearly="0.04")
    due = on_wall(found.due_at, rep, deal)
    asked = (
        f"Proposed: 15 % once, 4 % each year. Nothing changes unless you consent by {due}; without an answer all stays "
        f"as it is.\n\n{WHY}"
    )
    title = f"Please say whether you consent to other terms for {about}"
    assert said("terms_proposed") == [(rep.email, title, asked)]
    answer(deal, rep, False, text="We cannot.")
    title = f"Helix Systems does not consent to other terms for {about}"
    assert said("terms_answered") == [(pam.email, title, "The terms stay as they are.\n\nWe cannot.")]

    before = last()
    propose(deal, cast.admin, yearly="0.04")
    answer(deal, cast.helix.admin, True)
    title = f"Helix Systems has consented to other terms for {about}"
    body = "4 % each year from now on. What is booked stays as it is."
    assert said("terms_answered", before) == [(user.email, title, body) for user in (cast.admin, pam)]


def test_closed_proposals_are_told_to_both_sides(cast: Cast) -> None:
    deal = make_approved(cast.helix)
    title = f"The proposal of other terms for {deal.reference} is closed: {deal.customer_name}"
    people = [cast.helix.rep.email, cast.pam.email]
    propose(deal, cast.pam, once="0.1")
    withdraw(deal, cast.pam)
    assert said("terms_ended") == [(who, title, "Taken back. The terms stay as they were frozen.") for who in people]
    before = last()
    found = propose(deal, cast.pam, once="0.1")
    lapse_due(now=found.due_at)
    body = "Not answered in time. The terms stay as they were frozen."
    assert said("terms_ended", before) == [(who, title, body) for who in people]
    before = last()
    propose(deal, cast.pam, once="0.1")
    claiming.won(deal)
    body = "Overtaken by what became of the deal. The terms stay as they were frozen."
    assert said("terms_ended", before) == [(who, title, body) for who in people]


def test_both_sides_read_the_same_steps_and_a_rival_none(cast: Cast) -> None:
    deal = claiming.appealed(cast)
    due = EngagementAppeal.objects.get().due_at
    claiming.decide(deal, cast.pam2, "upheld")
    found = propose(deal, cast.pam, once="0.15")
    answer(deal, cast.helix.rep, True)
    shares = {"amendment": found.public_id, "once": "0.15", "once_before": "0.2"}
    expected = [
        ("deal.engagement_appealed", {"due_at": due.isoformat()}),
        ("deal.engagement_upheld", {"engagement": "independent"}),
        ("deal.terms_proposed", {**shares, "due_at": found.due_at.isoformat()}),
        ("deal.terms_agreed", shares),
    ]

    for reader in (cast.helix.rep, cast.helix.admin, cast.pam, cast.admin):
        assert events_of(deal, reader) == expected
    assert Amendment.objects.visible_to(cast.helix.engineer).count() == 0
    assert Amendment.objects.visible_to(cast.orbit.admin).count() == 0
    assert list(Amendment.objects.visible_to(cast.helix.admin)) == [found]
