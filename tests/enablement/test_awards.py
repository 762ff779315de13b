"""Certificates awarded, renewed and revoked, and what the partner can do by them."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from enablement.certificates.actions import award, revoke
from enablement.certificates.models import Certificate
from enablement.certificates.rules import months_after
from enablement.certificates.states import CertificateState, Change
from enablement.certificates.sweeps import expire_due
from enablement.certification.actions import archive_certification
from partners.capabilities.selectors import competencies_of, lacking, with_proofs
from partners.models import Capability, Partner
from prm.audit.models import Event
from prm.clocks.database import database_now
from prm.errors import InvalidInput, NotAllowed, StateConflict
from prm.notices.models import Notice
from tests.enablement.making import awarded, make_certification, moved
from tests.factories import Cast, make_user


def told(kind: str) -> list[str]:
    return sorted(Notice.objects.filter(kind=kind).values_list("user__email", flat=True))


def test_award_lasts_as_long_as_the_certification_says(cast: Cast) -> None:
    what, today = make_certification(cast.admin, validity_months=12), database_now().date()

    row = awarded(cast, cast.helix.rep, what, earned_on=today - timedelta(days=40))

    assert row.ends_on == months_after(today - timedelta(days=40), 12)
    assert row.state_at(database_now()) == CertificateState.VALID
    event = Event.objects.get(kind="certificate.awarded")
    assert event.organisation_id == cast.helix.organisation.pk
    assert event.data == {"until": row.ends_on.isoformat(), "certification": what.public_id}
    assert told("certificate.awarded") == ["admin@helix.example", "rep@helix.example"]


def test_admin_who_earns_something_is_told_once(cast: Cast) -> None:
    awarded(cast, cast.helix.admin)

    assert told("certificate.awarded") == ["admin@helix.example"]


@pytest.mark.parametrize("who", ["pam", "seller", "executive", "finance", "expert"])
def test_only_administrators_award_and_revoke(cast: Cast, who: str) -> None:
    what, by, now = make_certification(cast.admin), getattr(cast, who), database_now()
    row = awarded(cast, cast.orbit.rep, what)

    with pytest.raises(NotAllowed):
        award(certification=what, user=cast.helix.rep, earned_on=now.date(), by=by, now=now)
    with pytest.raises(NotAllowed):
        revoke(certificate=row, reason="mistake", message="No.", by=by, now=now)


def test_second_award_is_too_early(cast: Cast) -> None:
    row = awarded(cast, cast.helix.rep)

    with pytest.raises(StateConflict) as refused:
        awarded(cast, cast.helix.rep, row.certification)
    assert (refused.value.code, refused.value.state) == ("too_early", "valid")


@pytest.mark.parametrize("ends_in", [90, 30, 1, 0, -1, -29])
def test_renewal_continues_from_the_old_end(cast: Cast, ends_in: int) -> None:
    row = moved(awarded(cast, cast.helix.rep), ends_in)
    end = row.ends_on

    again, change = award(
        certification=row.certification,
        user=cast.helix.rep,
        earned_on=database_now().date(),
        by=cast.admin,
        now=database_now(),
    )

    assert (again.pk, change, again.ends_on) == (row.pk, Change.RENEWED, months_after(end, 24))
    assert again.renewed_by == cast.admin
    assert Event.objects.filter(kind="certificate.renewed").count() == 1


def test_after_grace_it_is_earned_anew(cast: Cast) -> None:
    row = moved(awarded(cast, cast.helix.rep), -40)

    again = awarded(cast, cast.helix.rep, row.certification)

    assert again.pk != row.pk
    row.refresh_from_db()
    assert row.expired_at is not None
    assert Certificate.objects.standing().get() == again


@pytest.mark.parametrize(
    ("days", "field"),
    [(1, "earned_on"), (-3700, "earned_on"), (-1000, "earned_on")],
)
def test_day_that_cannot_be_is_refused(cast: Cast, days: int, field: str) -> None:
    """In the future, too long ago, or so that it would be over by now."""
    with pytest.raises(InvalidInput) as refused:
        awarded(cast, cast.helix.rep, earned_on=database_now().date() + timedelta(days=days))

    assert list(refused.value.errors) == [field]


def test_what_is_needed_first_is_named(cast: Cast) -> None:
    first = make_certification(cast.admin, title="Basics")
    second = make_certification(cast.admin, prerequisites=[first])

    with pytest.raises(InvalidInput) as refused:
        awarded(cast, cast.helix.rep, second)
    assert "Basics" in refused.value.errors["certification"][0]

    awarded(cast, cast.helix.rep, first)
    assert awarded(cast, cast.helix.rep, second).pk is not None


def test_nobody_earns_what_is_archived(cast: Cast) -> None:
    what = make_certification(cast.admin)
    archive_certification(certification=what, by=cast.admin, now=database_now())

    with pytest.raises(StateConflict) as refused:
        awarded(cast, cast.helix.rep, what)
    assert refused.value.code == "archived"


def test_only_people_of_partners_are_awarded_something(cast: Cast) -> None:
    for person in (cast.pam, make_user("nowhere@x.example", None)):
        with pytest.raises(InvalidInput) as refused:
            awarded(cast, person)
        assert list(refused.value.errors) == ["user"]


def test_revoked_counts_no_more(cast: Cast) -> None:
    row, now = awarded(cast, cast.helix.rep), database_now()

    found = revoke(certificate=row, reason="mistake", message="Two people share a name.", by=cast.admin, now=now)

    assert found.state_at(now) == CertificateState.REVOKED
    assert not Capability.objects.filter(partner=cast.helix.partner).exists()
    assert Event.objects.get(kind="certificate.revoked").data == {"reason": "mistake"}
    assert told("certificate.ended") == ["admin@helix.example", "rep@helix.example"]
    with pytest.raises(StateConflict):
        revoke(certificate=row, reason="mistake", message="Again.", by=cast.admin, now=now)
    assert awarded(cast, cast.helix.rep, row.certification).pk != row.pk


@pytest.mark.parametrize(
    ("reason", "message", "fields"), [("", "Why", ["reason"]), ("mistake", " ", ["message"]), ("x", "", None)]
)
def test_revocation_says_why(cast: Cast, reason: str, message: str, fields: list[str] | None) -> None:
    row = awarded(cast, cast.helix.rep)

    with pytest.raises(InvalidInput) as refused:
        revoke(certificate=row, reason=reason, message=message, by=cast.admin, now=database_now())
    assert list(refused.value.errors) == (fields or ["reason", "message"])


def test_expired_is_not_revoked(cast: Cast) -> None:
    row = moved(awarded(cast, cast.helix.rep), -31)

    with pytest.raises(StateConflict):
        revoke(certificate=row, reason="mistake", message="Late.", by=cast.admin, now=database_now())


STATES = [(200, "valid"), (60, "renewal_open"), (-3, "in_grace"), (-40, "expired")]


@pytest.mark.parametrize(("ends_in", "state"), STATES)
def test_rows_and_properties_say_the_same(cast: Cast, ends_in: int, state: str) -> None:
    row, now = moved(awarded(cast, cast.helix.rep), ends_in), database_now()
    by_rows = [each for each in CertificateState.values if Certificate.objects.in_state(each, now).exists()]

    assert row.state_at(now) == state
    assert by_rows == [state]
    assert Certificate.objects.living(now).exists() is row.is_living(now) is (state != "expired")


def test_capability_follows_at_once(cast: Cast) -> None:
    what = make_certification(cast.admin, competency="cold-chain", level="professional")
    first, second = awarded(cast, cast.helix.rep, what), awarded(cast, cast.helix.engineer, what)

    held = Capability.objects.get(partner=cast.helix.partner)
    assert (held.competency, held.level, held.holders) == ("cold-chain", "professional", 2)
    assert held.valid_until == max(first.grace_ends_at, second.grace_ends_at)

    revoke(certificate=first, reason="mistake", message="No.", by=cast.admin, now=database_now())
    held.refresh_from_db()
    assert held.holders == 1
    revoke(certificate=second, reason="mistake", message="No.", by=cast.admin, now=database_now())
    assert not Capability.objects.exists()
    kinds = Event.objects.filter(kind__startswith="capability.").order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["capability.gained", "capability.lost"]


def test_capability_ends_by_the_clock_even_if_nobody_records_it(cast: Cast) -> None:
    what = make_certification(cast.admin, competency="cold-chain")
    row, partner = awarded(cast, cast.helix.rep, what), cast.helix.partner
    wanted = {("cold-chain", "associate")}

    assert lacking(partner, wanted, row.grace_ends_at - timedelta(seconds=1)) == set()
    assert lacking(partner, wanted, row.grace_ends_at) == wanted
    assert expire_due(now=row.grace_ends_at) == 1
    assert not Capability.objects.exists()


@pytest.mark.parametrize(
    ("held", "wanted", "missing"),
    [
        ("associate", "associate", False),
        ("expert", "associate", False),
        ("expert", "professional", False),
        ("associate", "professional", True),
        ("professional", "expert", True),
    ],
)
def test_higher_level_counts_for_a_lower_one(cast: Cast, held: str, wanted: str, missing: bool) -> None:
    awarded(cast, cast.helix.rep, make_certification(cast.admin, competency="cold-chain", level=held))

    found = lacking(cast.helix.partner, {("cold-chain", wanted)}, database_now())
    assert bool(found) is missing
    assert lacking(cast.orbit.partner, {("cold-chain", wanted)}, database_now()) != set()


def test_what_is_entered_by_hand_goes_on_counting(cast: Cast) -> None:
    partner, now = cast.helix.partner, database_now()
    partner.competencies = ["docks"]
    partner.save()
    awarded(cast, cast.helix.rep, make_certification(cast.admin, competency="cold-chain"))

    found = {row.pk: competencies_of(row) for row in with_proofs(Partner.objects.all(), now)}
    assert found == {partner.pk: {"docks", "cold-chain"}, cast.orbit.partner.pk: frozenset()}
    assert lacking(partner, {("docks", "expert"), ("cold-chain", "associate")}, now) == set()
    partner.refresh_from_db()
    assert partner.competencies == ["docks"]


@pytest.mark.parametrize(
    "changes",
    [
        {"source": "gift"},
        {"revocation": "mistake"},
        {"revoked_because": "x"},
        {"earned_on": "2099-01-01"},
        {"renewal_opens_at": "2099-01-01T00:00:00Z"},
        {"grace_ends_at": "2001-01-01T00:00:00Z"},
    ],
)
def test_database_keeps_certificates_whole(cast: Cast, changes: dict[str, Any]) -> None:
    row = awarded(cast, cast.helix.rep)

    with pytest.raises(IntegrityError), transaction.atomic():
        Certificate.objects.filter(pk=row.pk).update(**changes)


def test_database_knows_one_living_of_each(cast: Cast) -> None:
    row = awarded(cast, cast.helix.rep)
    row.pk, row.public_id = None, "crd_" + "2" * 18

    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)
