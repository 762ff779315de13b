"""What a registration says for itself: its e-mail domain, its territory, and how its partner stands."""

from datetime import date, datetime, timedelta

import pytest

from deals.conflicts.actions import assess_pending
from deals.conflicts.asked import asked_of, business_of, flaw_of_mail
from deals.conflicts.rules import Agreement, Business, open_before_a_look
from deals.conflicts.texts import own_of
from deals.conflicts.ways import Own
from deals.registrations import actions
from deals.registrations.models import Registration
from deals.rulebook import DealRules
from prm.clocks.database import database_now
from tests.factories import Cast, make_approved, make_asked, make_assessed, make_draft, make_registration


@pytest.mark.parametrize(
    ("address", "flaw"),
    [
        ("", ""),
        ("einkauf@brauerei-oberland.de", ""),
        ("einkauf@BRAUEREI-OBERLAND.DE", ""),
        ("jana.roth@gmail.com", ""),
        ("jana@sub.brauerei-oberland.co.uk", ""),
        # Reserved for examples: they mislead nobody.
        ("rep@helix.example", ""),
        ("jana@mailinator.com", "throwaway"),
        ("jana@MAILINATOR.com", "throwaway"),
        ("jana@mailinator.com.", "throwaway"),
        ("jana@anything.mailinator.com", "throwaway"),
        ("jana@guerrillamail.com", "throwaway"),
        ("jana@10minutemail.com", "throwaway"),
        ("jana@yopmail.com", "throwaway"),
        # A name that only contains one.
        ("jana@notmailinator-gmbh.de", ""),
        ("jana@localhost", "incomplete"),
        ("jana@brauerei", "incomplete"),
        ("jana@brauerei.invalid", "incomplete"),
        ("jana@brauerei.nosuchtoplevel", "incomplete"),
        ("jana@de", "incomplete"),
        ("jana@", ""),
    ],
)
def test_flaw_of_a_mail_address(address: str, flaw: str) -> None:
    assert flaw_of_mail(address) == flaw


def ended(cast: Cast, state: str, *, days_ago: int = 10, count: int = 1) -> None:
    """Registrations of Helix that ended so long ago."""
    moment = database_now() - timedelta(days=days_ago)
    for _number in range(count):
        deal = make_approved(cast.helix)
        Registration.objects.filter(pk=deal.pk).update(state=state, ended_at=moment)


def test_open_ones_and_those_that_ended_in_a_year_are_counted(cast: Cast) -> None:
    make_draft(cast.helix)
    make_registration(cast.helix)
    make_asked(cast.helix)
    make_approved(cast.helix)
    make_registration(cast.orbit)
    ended(cast, "won")
    ended(cast, "lost")
    ended(cast, "expired")
    ended(cast, "withdrawn")
    ended(cast, "won", days_ago=366)
    ended(cast, "lapsed", days_ago=364)

    assert business_of(cast.helix.partner.pk, database_now()) == Business(open=3, progressed=2, closed=5)
    assert business_of(cast.orbit.partner.pk, database_now()) == Business(open=1, progressed=0, closed=0)


def test_size_of_the_partner_plays_no_part(cast: Cast) -> None:
    make_registration(cast.helix)
    limits = set()
    for size in ("micro", "small", "large"):
        cast.helix.partner.size = size
        business = business_of(cast.helix.partner.pk, database_now())
        limits.add(open_before_a_look(business, DealRules()))

    assert limits == {20}


def test_asked_holds_plain_values_of_the_registration_and_its_partner(cast: Cast) -> None:
    cast.helix.partner.regions, cast.helix.partner.segments = ["DE", "AT"], ["mid_market"]
    cast.helix.partner.save()
    deal = make_registration(
        *(cast.helix, cast.products["telematics"]),
        customer_country="FR",
        segment="enterprise",
        contact_email="jana@mailinator.com",
    )

    asked = asked_of(deal, database_now())

    assert (asked.products, asked.country, asked.segment) == (
        frozenset({cast.products["telematics"].pk}),
        "FR",
        "enterprise",
    )
    assert asked.agreement == Agreement(frozenset({"AT", "DE"}), frozenset({"mid_market"}))
    assert (asked.mail, asked.has_proof, asked.business.open) == ("throwaway", True, 1)


@pytest.mark.parametrize(
    ("zone", "moment", "day"),
    [
        ("UTC", "2026-11-24T23:30:00+00:00", date(2026, 11, 24)),
        ("Asia/Kolkata", "2026-11-24T23:30:00+00:00", date(2026, 11, 25)),
        ("America/New_York", "2026-11-25T02:00:00+00:00", date(2026, 11, 24)),
    ],
)
def test_day_of_the_registration_is_that_of_the_partners_wall(cast: Cast, zone: str, moment: str, day: date) -> None:
    deal = make_registration(cast.helix)
    deal.priority_at = datetime.fromisoformat(moment)
    deal.partner.organisation.time_zone = zone

    assert asked_of(deal, database_now()).registered_on == day


def test_draft_has_nothing_to_assess(cast: Cast) -> None:
    with pytest.raises(ValueError, match="place in line"):
        asked_of(make_draft(cast.helix), database_now())


@pytest.mark.parametrize(
    ("given", "own"),
    [
        ({}, Own(website=True, tax_number=False, mailbox=False)),
        ({"customer_website": ""}, Own(website=False, tax_number=False, mailbox=False)),
        ({"contact_email": "jana@werft-nordsee.de"}, Own(website=True, tax_number=False, mailbox=True)),
        ({"contact_email": "jana@gmail.com"}, Own(website=True, tax_number=False, mailbox=False)),
        ({"customer_tax_number": "DE136695976"}, Own(website=True, tax_number=True, mailbox=False)),
    ],
)
def test_own_evidence_is_what_the_partner_gave(cast: Cast, given: dict[str, str], own: Own) -> None:
    assert own_of(make_draft(cast.helix, **given)) == own


@pytest.mark.parametrize(
    ("values", "kind", "clause"),
    [
        ({"customer_country": "FR"}, "outside_territory", "3.5"),
        ({"segment": "enterprise"}, "outside_territory", "3.5"),
        ({"contact_email": "jana@yopmail.com"}, "email_domain", "1.4"),
        ({"contact_email": "jana@brauerei.invalid"}, "email_domain", "1.4"),
    ],
)
def test_assessment_stores_what_it_finds(cast: Cast, values: dict[str, str], kind: str, clause: str) -> None:
    cast.helix.partner.regions, cast.helix.partner.segments = ["DE"], ["mid_market"]
    cast.helix.partner.save()

    deal = make_assessed(cast.helix, **values)

    assert list(deal.findings.values_list("kind", "band", "clause", "subject_type")) == [(kind, "review", clause, "")]


def test_who_has_many_open_ones_observes_nothing_of_it(cast: Cast) -> None:
    """The finding is the reviewer's: the answer to a submission is the same, and nothing is refused."""
    first = make_registration(cast.helix)
    for _number in range(20):
        make_registration(cast.helix)
    last = make_registration(cast.helix)
    while assess_pending():
        continue
    last.refresh_from_db()

    assert [finding.kind for finding in last.findings.all()] == ["hoarding"]
    assert (last.state, last.decision_due_at is None) == (first.state, first.decision_due_at is None)
    assert [finding.kind for finding in Registration.objects.get(pk=first.pk).findings.all()] == ["hoarding"]


def test_withdrawing_what_does_not_move_makes_room(cast: Cast) -> None:
    deals = [make_registration(cast.helix) for _number in range(21)]
    actions.withdraw(registration=deals[0], reason="gone", by=cast.helix.rep, now=database_now())

    business = business_of(cast.helix.partner.pk, database_now())

    assert business == Business(open=20, progressed=0, closed=1)
    # 20 × 2.5 ÷ 6 = 8.3
    assert open_before_a_look(business, DealRules()) == 18
