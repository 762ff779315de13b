"""Who is told what at each step, and what waits for whom. No text names another partner."""

from datetime import timedelta

import pytest
from django.utils.timezone import override as zone_of

from deals.conflicts.actions import assess_pending
from deals.decisions import actions as decisions
from deals.protections.actions import expire_due, remind_due
from deals.registrations import actions
from deals.registrations.models import Registration
from deals.registrations.notices import on_wall, partner_people
from prm.accounts.models import Membership, User
from prm.clocks.database import database_now
from prm.notices.models import Notice
from prm.portal.sockets import work_for
from tests.factories import MUELLER, Cast, make_approved, make_asked, make_draft, make_registration


def told(kind: str) -> list[tuple[str, str]]:
    """(address, title) of the notices of a kind."""
    rows = Notice.objects.filter(kind=kind).order_by("user__email")
    return [(notice.recipient, notice.title) for notice in rows]


def waiting(user: User) -> list[str]:
    return [item.what for item in work_for(User.objects.get(pk=user.pk), database_now())]


def test_submission_tells_the_rep_and_the_pam(cast: Cast) -> None:
    deal = make_registration(cast.helix, **MUELLER)

    assert told("deal.submitted") == [("rep@helix.example", f"{deal.reference} is registered: Müller Logistik GmbH")]
    assert told("deal.to_decide") == [("pam@vendor.example", f"Please decide {deal.reference}: Müller Logistik GmbH")]


def test_question_and_answer_tell_the_other_side_each_time(cast: Cast) -> None:
    deal = make_registration(cast.helix)
    for _ in range(2):
        decisions.ask(registration=deal, message="Who signs?", fields=[], by=cast.pam, now=database_now())
        actions.answer(
            registration=deal, message="The board.", values={}, fields=[], by=cast.helix.rep, now=database_now()
        )

    assert [address for address, _title in told("deal.asked")] == ["rep@helix.example"] * 2
    assert [address for address, _title in told("deal.answered")] == ["pam@vendor.example"] * 2
    assert "Who signs?" in Notice.objects.filter(kind="deal.asked")[0].body
    assert Notice.objects.filter(kind="deal.answered")[0].body == "The board."


def test_end_by_the_partner_tells_the_pam(cast: Cast) -> None:
    withdrawn, lost = make_registration(cast.helix), make_approved(cast.helix)
    actions.withdraw(registration=withdrawn, reason="", by=cast.helix.rep, now=database_now())
    actions.lose(registration=lost, reason="price", by=cast.helix.rep, now=database_now())

    assert [address for address, _title in told("deal.withdrawn") + told("deal.lost")] == ["pam@vendor.example"] * 2


def test_end_by_time_tells_both_sides(cast: Cast) -> None:
    make_approved(cast.helix)
    make_asked(cast.helix)
    expire_due(now=database_now() + timedelta(days=100))

    both = ["pam@vendor.example", "rep@helix.example"]
    assert [address for address, _title in told("deal.expired")] == both
    assert [address for address, _title in told("deal.lapsed")] == both


def test_departed_registrant_is_followed_by_the_admins(cast: Cast) -> None:
    deal = make_registration(cast.helix)
    Membership.objects.filter(user=cast.helix.rep).update(ended_at=database_now())

    assert partner_people(deal) == [cast.helix.admin]
    decisions.approve(registration=deal, by=cast.pam, now=database_now())
    assert [address for address, _title in told("deal.approved")] == ["admin@helix.example"]


def test_partner_without_a_pam_tells_no_pam(cast: Cast) -> None:
    cast.helix.partner.pam = None
    cast.helix.partner.save()
    make_registration(cast.helix)

    assert told("deal.to_decide") == []


def test_moments_are_told_on_the_readers_wall(cast: Cast) -> None:
    deal = make_registration(cast.helix)
    moment = database_now().replace(year=2026, month=1, day=5, hour=12, minute=30)
    cast.pam.time_zone = "America/New_York"

    with zone_of("Asia/Tokyo"):
        assert on_wall(moment, cast.pam, deal) == "Mon 5 Jan 2026, 07:30"
        assert on_wall(moment, cast.helix.rep, deal) == "Mon 5 Jan 2026, 13:30"
        assert on_wall(moment, None, deal) == "Mon 5 Jan 2026, 13:30"


@pytest.mark.parametrize(("days", "said"), [(30, "30"), (14, "14"), (3, "3")])
def test_reminder_says_how_many_days_are_left(cast: Cast, days: int, said: str) -> None:
    deal = make_approved(cast.helix, **MUELLER)
    assert deal.protected_until is not None
    remind_due(now=deal.protected_until - timedelta(days=days))

    assert told("deal.reminded") == [
        ("rep@helix.example", f"{said} days left: the protection of Müller Logistik GmbH"),
    ]


def test_no_notice_to_a_partner_names_the_rival(cast: Cast) -> None:
    holder = make_approved(cast.orbit, **MUELLER)
    deal = make_registration(cast.helix, **MUELLER)
    assess_pending()
    decisions.ask(registration=deal, message="Which site?", fields=[], by=cast.pam, now=database_now())
    actions.answer(registration=deal, message="North.", values={}, fields=[], by=cast.helix.rep, now=database_now())
    decisions.reject(
        registration=deal, reason="already_protected", message="Protected.", by=cast.pam, now=database_now()
    )

    texts = " ".join(f"{n.title} {n.body} {n.path}" for n in Notice.objects.filter(user=cast.helix.rep))
    for secret in ("Orbit", holder.reference, holder.public_id, "rep@orbit"):
        assert secret not in texts


def test_pam_has_decisions_waiting_the_most_urgent_first(cast: Cast) -> None:
    first, second = make_registration(cast.helix), make_registration(cast.orbit)
    Registration.objects.filter(pk=second.pk).update(decision_due_at=database_now() - timedelta(hours=1))

    assert waiting(cast.pam) == [f"Decide registration {second.reference}", f"Decide registration {first.reference}"]
    assert waiting(cast.pam2) == []
    assert waiting(cast.executive) == []


def test_question_waits_for_the_rep_and_the_admin(cast: Cast) -> None:
    asked = make_asked(cast.helix)
    sentence = f"Answer the question about {asked.reference}"

    assert waiting(cast.helix.rep) == [sentence]
    assert waiting(cast.helix.admin) == [sentence]
    assert waiting(cast.helix.marketing) == []
    assert waiting(cast.orbit.rep) == []
    assert waiting(cast.pam) == []


def test_draft_and_ending_protection_wait_for_the_rep(cast: Cast) -> None:
    make_draft(cast.helix)
    ending = make_approved(cast.helix)
    assert waiting(cast.helix.rep) == ["Finish the draft: only a registration has a place in line"]

    Registration.objects.filter(pk=ending.pk).update(protected_until=database_now() + timedelta(days=10))
    assert waiting(cast.helix.rep) == [
        f"Close the deal or say that it is lost ({ending.reference})",
        "Finish the draft: only a registration has a place in line",
    ]


def test_decided_registration_waits_for_nobody(cast: Cast) -> None:
    deal = make_registration(cast.helix)
    decisions.reject(registration=deal, reason="other", message="No.", by=cast.pam, now=database_now())

    assert waiting(cast.pam) == []
    assert waiting(cast.helix.rep) == []


def test_queue_is_cut_at_its_limit(cast: Cast) -> None:
    for _ in range(4):
        make_registration(cast.helix)

    assert len(work_for(cast.pam, database_now(), limit=3)) == 3
