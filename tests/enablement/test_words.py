"""What is said, to whom, and what a history shows to whom."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from enablement.certificates import sweeps
from enablement.certificates.actions import revoke
from enablement.certificates.models import Certificate
from enablement.certificates.shown import row_of
from enablement.claims.actions import decide_claim
from prm.accounts.models import User
from prm.audit.kinds import KINDS
from prm.audit.models import Event
from prm.clocks.database import database_now
from prm.notices.kinds import group_of
from prm.notices.models import Notice
from prm.portal.sockets import NAVIGATION, SEARCH, SUBJECTS
from tests.enablement.making import awarded, claimed, make_certification, moved
from tests.factories import Cast

DAY = timedelta(days=1)


def said_to(user: User) -> list[str]:
    return list(Notice.objects.filter(user=user).order_by("pk").values_list("title", flat=True))


def of(cast: Cast, name: str) -> User:
    found: Any = cast
    for part in name.split("."):
        found = getattr(found, part)
    user: User = found
    return user


@pytest.fixture
def row(cast: Cast) -> Certificate:
    return awarded(cast, cast.helix.rep, make_certification(cast.admin, title="Route Planner Sales"))


def test_person_and_admins_are_told_in_their_own_words(cast: Cast, row: Certificate) -> None:
    [own], [theirs] = said_to(cast.helix.rep), said_to(cast.helix.admin)

    assert own.startswith("Route Planner Sales: your certificate is valid until ")
    assert theirs.startswith(f"{cast.helix.rep} holds Route Planner Sales until ")
    assert said_to(cast.orbit.admin) == said_to(cast.helix.engineer) == []


@pytest.mark.parametrize(
    ("before", "title"),
    [
        (90, "90 days to renew"),
        (30, "30 days to renew"),
        (7, "7 days to renew"),
        (0, "has ended, and counts until"),
    ],
)
def test_reminder_says_how_long_is_left(cast: Cast, row: Certificate, before: int, title: str) -> None:
    hours = timedelta(hours=6 if before else 0)
    sweeps.remind_due(now=row.ends_at - before * DAY - hours)

    assert title in said_to(cast.helix.rep)[-1]
    assert len(said_to(cast.helix.admin)) == 2


def test_expiry_says_that_it_counts_no_more(cast: Cast, row: Certificate) -> None:
    sweeps.expire_due(now=row.grace_ends_at)

    assert said_to(cast.helix.rep)[-1] == "Route Planner Sales has expired"
    notice = Notice.objects.filter(user=cast.helix.rep).latest("pk")
    assert "does not count any more" in notice.body
    assert notice.path == row.get_absolute_url()


def test_revocation_says_why_and_takes_reminders_back(cast: Cast, row: Certificate) -> None:
    sweeps.remind_due(now=row.ends_at - 90 * DAY)
    revoke(certificate=row, reason="misconduct", message="The exam was bought.", by=cast.admin, now=database_now())

    notice = Notice.objects.filter(user=cast.helix.rep).latest("pk")
    assert "The exam was bought." in notice.body
    assert "Misconduct" in notice.body
    assert not Notice.objects.filter(kind="certificate.reminded").exists()


def test_nothing_is_promised_twice(cast: Cast, row: Certificate) -> None:
    for _ in range(2):
        Certificate.objects.update(next_reminder_at=row.ends_at - 30 * DAY)
        sweeps.remind_due(now=row.ends_at - 30 * DAY)

    assert Notice.objects.filter(user=cast.helix.rep, kind="certificate.reminded").count() == 1


@pytest.mark.parametrize(
    "kind",
    ["certificate.awarded", "certificate.reminded", "certificate.ended", "claim.to_decide", "claim.decided"],
)
def test_people_choose_how_they_are_told(kind: str) -> None:
    assert group_of(kind) == "certificates"


SHOWN = {
    "certification.created": None,
    "certification.changed": None,
    "certification.archived": None,
    "certification.restored": None,
    "certificate.awarded": ("until", "certification"),
    "certificate.renewed": ("until", "certification"),
    "certificate.reminded": ("days",),
    "certificate.ended": (),
    "certificate.expired": (),
    "certificate.revoked": ("reason",),
    "claim.handed_in": ("certification",),
    "claim.granted": ("certificate",),
    "claim.declined": ("reason",),
    "claim.withdrawn": (),
    "capability.gained": ("competency", "level", "until"),
    "capability.moved": ("competency", "level", "until"),
    "capability.lost": ("competency", "level"),
}


@pytest.mark.parametrize("kind", SHOWN)
def test_partner_reads_of_an_event_what_the_table_says(kind: str) -> None:
    assert KINDS[kind].partner == SHOWN[kind]


def test_every_kind_of_the_wing_is_in_the_table() -> None:
    wing = ("certification.", "certificate.", "claim.", "capability.")

    assert {name for name in KINDS.names() if name.startswith(wing)} == set(SHOWN)


def test_events_name_nobody(cast: Cast) -> None:
    what = make_certification(cast.admin, title="Geheimnis der Flotte", description="Nur intern")
    claim = claimed(cast.helix.rep, what, issuer="Akademie am Hafen")
    decide_claim(claim=claim, accept=False, reason="other", message="Leider nein.", by=cast.pam, now=database_now())
    awarded(cast, cast.helix.engineer, what)

    told = str(list(Event.objects.values_list("data", flat=True)))
    for word in ("Geheimnis", "intern", "Akademie", "Leider", "helix", str(cast.helix.rep)):
        assert word not in told


DISTANCES = [
    (200, "valid", "200 days", False),
    (91, "valid", "91 days", False),
    (90, "renewal_open", "90 days", True),
    (1, "renewal_open", "1 day", True),
    (0, "renewal_open", "today", True),
    (-1, "in_grace", "1 day ago", True),
    (-30, "in_grace", "30 days ago", True),
    (-31, "expired", "", False),
]


@pytest.mark.parametrize(("ends_in", "state", "distance", "renews"), DISTANCES)
def test_row_says_how_far_the_end_is(
    cast: Cast, row: Certificate, ends_in: int, state: str, distance: str, renews: bool
) -> None:
    """At noon of the day on the wall of the certificate, whatever the time is."""
    now = row.ends_at.replace(hour=10) - ends_in * DAY

    shown = row_of(row, cast.helix.rep, now)

    assert (shown.state, shown.distance, shown.renews) == (state, distance, renews)
    assert row_of(row, cast.helix.admin, now).renews is False


def test_revoked_is_of_no_interest_any_more(cast: Cast, row: Certificate) -> None:
    found = revoke(certificate=row, reason="mistake", message="No.", by=cast.admin, now=database_now())

    shown = row_of(found, cast.helix.rep, database_now())
    assert (shown.state, shown.distance, shown.renews, shown.is_over) == ("revoked", "", False, True)


@pytest.mark.parametrize(
    ("who", "offered"),
    [
        ("helix.admin", True),
        ("helix.rep", True),
        ("helix.engineer", True),
        ("helix.marketing", True),
        ("pam", True),
        ("pam2", True),
        ("admin", True),
        ("executive", True),
        ("seller", False),
        ("expert", False),
        ("finance", False),
    ],
)
def test_navigation_offers_certifications(cast: Cast, who: str, offered: bool) -> None:
    assert NAVIGATION["certificates"].is_for(of(cast, who)) is offered
    hits = SEARCH["certifications"](of(cast, who), "fleet", 5)
    assert hits == []
    make_certification(cast.admin, title="Fleet of all kinds")
    assert bool(SEARCH["certifications"](of(cast, who), "fleet of", 5)) is offered


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("helix.rep", {"certificate", "certification", "claim"}),
        ("helix.admin", {"certificate", "certification", "claim"}),
        ("helix.engineer", {"certification"}),
        ("orbit.admin", {"certification"}),
        ("pam", {"certificate", "certification", "claim"}),
        ("pam2", {"certification"}),
        ("admin", {"certificate", "certification", "claim"}),
        ("executive", {"certificate", "certification", "claim"}),
        ("seller", set()),
        ("finance", set()),
    ],
)
def test_links_are_for_who_may_see_them(cast: Cast, who: str, seen: set[str]) -> None:
    row = moved(awarded(cast, cast.helix.rep), 20)
    claim = claimed(cast.helix.rep, row.certification)
    ids = {"certificate": row.public_id, "certification": row.certification.public_id, "claim": claim.public_id}

    found = {kind for kind, public_id in ids.items() if SUBJECTS[kind](of(cast, who), [public_id])}

    assert found == seen


@pytest.mark.parametrize("path", ["", "offered/", "claims/"])
def test_empty_list_teaches_the_first_step(cast: Cast, path: str) -> None:
    for person in (cast.admin, cast.helix.rep):
        client = Client()
        client.force_login(person)
        page = client.get(f"/certifications/{path}").content.decode()
        assert 'class="empty"' in page
        assert "<table" not in page or path == ""


@pytest.mark.parametrize("path", ["", "offered/", "claims/"])
def test_list_tells_nothing_matches_from_nothing_yet(cast: Cast, path: str) -> None:
    row = moved(awarded(cast, cast.helix.rep), 20)
    claimed(cast.helix.rep, row.certification)
    client = Client()
    client.force_login(cast.admin)

    some = client.get(f"/certifications/{path}", headers={"hx-request": "true"}).content.decode()
    none = client.get(f"/certifications/{path}?q=zzzz", headers={"hx-request": "true"}).content.decode()

    assert "<table" in some
    assert "<table" not in none
    assert "Try a part of the" in none
