"""What is said of leads, to whom and in which words; and what a partner reads of the log."""

from datetime import timedelta

import pytest

from deals.leads import actions, answers, offering
from deals.leads.models import LeadOffer
from prm.audit.kinds import KINDS
from prm.audit.selectors import timeline
from prm.notices.kinds import group_of
from prm.notices.models import Notice
from tests.deals.leads.asking import MONDAY, TICK, WEDNESDAY
from tests.factories import Cast, make_user, offer_to

NAME = "Kaiwerk Spedition"
SECRETS = ("Ina Brink", "ina.brink@transporte.example")


@pytest.fixture
def offer(cast: Cast) -> LeadOffer:
    return offer_to(cast.helix, cast.pam, customer_name=NAME, now=MONDAY)


def said(kind: str, to: str) -> tuple[str, str]:
    notice = Notice.objects.get(kind=f"lead.{kind}", user__email=to)
    return notice.title, notice.body


def test_offer_says_until_when_on_the_readers_wall(cast: Cast) -> None:
    rep, admin = cast.helix.rep, cast.helix.admin
    rep.time_zone = "America/New_York"
    rep.save()
    offer_to(cast.helix, cast.pam, customer_name=NAME, now=MONDAY)

    assert said("offered", admin.email) == (
        f"A lead for you: {NAME}",
        "Accept or decline it by Wed 18 Nov 2026, 10:00; without an answer it goes to the next partner.",
    )
    assert "Wed 18 Nov 2026, 04:00" in said("offered", rep.email)[1]


def test_only_those_who_may_answer_are_asked(cast: Cast, offer: LeadOffer) -> None:
    colleague = make_user("colleague@helix.example", cast.helix.organisation, "sales_rep", is_active=False)
    told = set(Notice.objects.filter(kind="lead.offered").values_list("user__email", flat=True))

    assert told == {cast.helix.rep.email, cast.helix.admin.email}
    assert colleague.email not in told


def test_reminder_is_taken_back_by_an_answer(cast: Cast, offer: LeadOffer) -> None:
    offering.offers_due(now=MONDAY + timedelta(days=1))
    assert said("reminded", cast.helix.rep.email) == (
        f"Still to be answered: the lead {NAME}",
        "We need your answer by Wed 18 Nov 2026, 10:00. If you have no time for it, a word is enough, and the next "
        "one is asked.",
    )

    answers.decline(offer=offer, reason="known", by=cast.helix.rep, now=WEDNESDAY - TICK)

    assert Notice.objects.filter(kind="lead.reminded").count() == 0


def test_after_a_long_silence_only_the_end_is_told(cast: Cast, offer: LeadOffer) -> None:
    offering.offers_due(now=WEDNESDAY + timedelta(days=5))

    assert Notice.objects.filter(kind="lead.reminded").count() == 0
    assert said("lapsed", cast.helix.rep.email) == (
        f"The lead {NAME} went on",
        "Nobody of you answered by Wed 18 Nov 2026, 10:00. Your turn comes again with another lead.",
    )


def test_vendor_reads_who_took_it_and_what_was_lost(cast: Cast, offer: LeadOffer) -> None:
    answers.accept(offer=offer, by=cast.helix.rep, now=MONDAY)
    answers.lose_lead(offer=offer, reason="price", text="Too dear.", by=cast.helix.rep, now=MONDAY)

    assert said("accepted", cast.pam.email)[0] == f"Helix Systems takes the lead {NAME}"
    assert said("lost", cast.pam.email) == (f"Helix Systems has lost the lead {NAME}", "Price\n\nToo dear.")


def test_each_round_that_ends_is_told(cast: Cast, offer: LeadOffer) -> None:
    answers.decline(offer=offer, reason="known", by=cast.helix.rep, now=MONDAY)
    again = actions.offer_again(lead=offer.lead, by=cast.pam, now=MONDAY)
    answers.decline(offer=again.offers.get(state="open"), reason="known", by=cast.helix.rep, now=MONDAY)

    assert Notice.objects.filter(kind="lead.returned", user=cast.pam).count() == 2


def test_nobody_is_told_whom_to_call(cast: Cast, offer: LeadOffer) -> None:
    """Mails are read on strange screens; the page tells it."""
    offering.offers_due(now=MONDAY + timedelta(days=1))
    answers.accept(offer=offer, by=cast.helix.rep, now=MONDAY)
    answers.lose_lead(offer=offer, reason="price", by=cast.helix.rep, now=MONDAY)
    texts = " ".join(f"{notice.title} {notice.body}" for notice in Notice.objects.all())

    assert [secret for secret in SECRETS if secret in texts] == []


def test_every_kind_can_be_chosen_in_its_group() -> None:
    kinds = ("offered", "reminded", "lapsed", "offer_withdrawn", "accepted", "returned", "lost")

    assert {group_of(f"lead.{kind}") for kind in kinds} == {"leads"}


OF_PARTNERS = {
    "lead.entered": None,
    "lead.changed": None,
    "lead.returned": None,
    "lead.again": None,
    "lead.withdrawn": None,
    "lead.offered": ("due_at",),
    "lead.reminded": ("due_at",),
    "lead.accepted": (),
    "lead.declined": ("reason",),
    "lead.lapsed": (),
    "lead.offer_withdrawn": (),
    "lead.reported": ("stage",),
    "lead.registering": ("deal",),
    "lead.converted": ("deal",),
    "lead.lost": ("reason",),
}


def test_what_a_partner_reads_of_each_event_is_written_down_twice() -> None:
    declared = {name: KINDS[name].partner for name in KINDS.names() if name.startswith("lead.")}

    assert declared == OF_PARTNERS


def test_history_of_an_offer_in_sentences(cast: Cast, offer: LeadOffer) -> None:
    offering.offers_due(now=MONDAY + timedelta(days=1))
    answers.accept(offer=offer, by=cast.helix.rep, now=MONDAY)
    answers.report(offer=offer, stage="meeting", text="In Kiel.", by=cast.helix.rep, now=MONDAY)
    answers.lose_lead(offer=offer, reason="price", text="Too dear.", by=cast.helix.rep, now=MONDAY)

    entries = timeline("lead_offer", offer.public_id, reader=cast.helix.admin)
    assert [(entry.kind, entry.actor) for entry in entries] == [
        ("lead.offered", str(cast.pam)),
        ("lead.reminded", "The system"),
        ("lead.accepted", str(cast.helix.rep)),
        ("lead.reported", str(cast.helix.rep)),
        ("lead.lost", str(cast.helix.rep)),
    ]
    assert [entry.text for entry in entries[2:]] == ["Accepted", "Reported: meeting", "Lost: price"]
    assert all("lead" not in entry.data for entry in entries)
    assert timeline("lead_offer", offer.public_id, reader=cast.orbit.admin) == []
    assert timeline("lead", offer.lead.public_id, reader=cast.helix.admin) == []
