"""Publishing, taking back and acknowledging: who may, who is told, and what a second call does."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, connection, transaction

from deals.registrations import actions as registrations
from deals.rulebook import SCHEMA, DealRules
from prm.accounts.models import User
from prm.audit.models import Event
from prm.clocks.database import database_now
from prm.errors import InvalidInput, NotAllowed, StateConflict
from prm.matching.rulebook import SCHEMA as MATCHING
from prm.matching.rulebook import MatchingRules
from prm.notices.models import Notice
from prm.policy.actions import acknowledge, publish_version, take_back
from prm.policy.clauses import digest
from prm.policy.models import Acknowledgement, PolicyVersion
from prm.policy.papers import clauses_of, text_of
from prm.policy.selectors import changes, current, readers_of, to_acknowledge, version_in_force
from tests.factories import Cast, make_draft

DEFAULTS = DealRules().model_dump(mode="json")


def published(cast: Cast, *, days: int = 10, after: int = 1, by: User | None = None, **values: Any) -> PolicyVersion:
    now = database_now()
    begins = now + timedelta(days=days) if days else None
    return publish_version(
        schema=SCHEMA, values={**DEFAULTS, **values}, effective_from=begins, after=after, by=by or cast.admin, now=now
    )


def read(version: PolicyVersion) -> str:
    return digest(text_of(version))


def acknowledged(version: PolicyVersion, by: User) -> Acknowledgement:
    return acknowledge(version=version, read=read(version), by=by, now=database_now())


def told(kind: str) -> list[tuple[str, str]]:
    return sorted(Notice.objects.filter(kind=kind).values_list("user__email", "path"))


def test_partner_admins_are_told_once_of_a_new_version(cast: Cast) -> None:
    published(cast, protection_days=60)

    path = "/rules/2/"
    assert told("policy.published") == [(cast.helix.admin.email, path), (cast.orbit.admin.email, path)]


def test_newer_version_takes_the_place_of_what_was_not_mailed(cast: Cast) -> None:
    published(cast, protection_days=60)
    published(cast, protection_days=61, after=2)

    assert told("policy.published") == [(cast.helix.admin.email, "/rules/3/"), (cast.orbit.admin.email, "/rules/3/")]


def test_thresholds_are_nobodys_but_the_vendors(cast: Cast) -> None:
    now = database_now()
    values = MatchingRules().model_dump(mode="json")

    version = publish_version(schema=MATCHING, values=values, after=1, by=cast.admin, now=now)

    assert version.effective_from == now
    assert told("policy.published") == []
    assert clauses_of(version) == []


def test_publishing_beside_a_newer_version_is_a_conflict(cast: Cast) -> None:
    published(cast, protection_days=60)

    with pytest.raises(StateConflict) as refused:
        published(cast, protection_days=61, after=1)

    assert (refused.value.code, refused.value.state) == ("published_meanwhile", "2")
    assert PolicyVersion.objects.filter(schema=SCHEMA).count() == 2


def test_publishing_and_taking_back_are_for_whoever_runs_the_programme(cast: Cast) -> None:
    version = published(cast)
    for user in (cast.pam, cast.executive, cast.helix.admin):
        with pytest.raises(NotAllowed):
            published(cast, after=2, by=user)
        with pytest.raises(NotAllowed):
            take_back(version=version, by=user, now=database_now())


def test_planned_version_is_taken_back_once(cast: Cast) -> None:
    version = published(cast, protection_days=60)
    Notice.objects.filter(user=cast.helix.admin).update(sent_at=database_now())

    take_back(version=version, by=cast.admin, now=database_now())

    assert version_in_force(SCHEMA, version.effective_from + timedelta(days=1)).number == 1
    # Orbit's mail was not sent yet, so Orbit hears of neither.
    assert told("policy.taken_back") == [(cast.helix.admin.email, "/rules/")]
    assert told("policy.published") == [(cast.helix.admin.email, "/rules/2/")]
    event = Event.objects.get(kind="policy.taken_back")
    assert (event.data, event.organisation_id) == ({"schema": SCHEMA, "number": 2}, None)
    with pytest.raises(StateConflict, match="already"):
        take_back(version=version, by=cast.admin, now=database_now())
    assert published(cast, after=2).number == 3


def test_version_that_has_begun_stays(cast: Cast) -> None:
    version = published(cast, days=0)

    with pytest.raises(StateConflict, match="has begun"):
        take_back(version=version, by=cast.admin, now=database_now())

    version.refresh_from_db()
    assert version.withdrawn_at is None


def test_database_refuses_to_take_back_what_has_begun(cast: Cast) -> None:
    version = published(cast, days=0)

    with pytest.raises(IntegrityError), transaction.atomic():
        PolicyVersion.objects.filter(pk=version.pk).update(withdrawn_at=version.effective_from, withdrawn_by=cast.admin)


def test_acknowledgement_keeps_who_when_and_which_text(cast: Cast) -> None:
    version = published(cast, protection_days=60)

    made = acknowledged(version, cast.helix.admin)

    assert (made.organisation, made.acknowledged_by) == (cast.helix.organisation, cast.helix.admin)
    assert made.digest == read(version) != read(version_in_force(SCHEMA, database_now()))
    event = Event.objects.get(kind="policy.acknowledged")
    assert event.organisation_id == cast.helix.organisation.pk
    with pytest.raises(StateConflict, match="already"):
        acknowledged(version, cast.helix.admin)
    assert Acknowledgement.objects.count() == 1


def test_another_text_is_not_acknowledged(cast: Cast) -> None:
    first = version_in_force(SCHEMA, database_now())

    with pytest.raises(StateConflict, match="reads differently"):
        acknowledge(
            version=published(cast, protection_days=60), read=read(first), by=cast.helix.admin, now=database_now()
        )

    assert not Acknowledgement.objects.exists()


def test_only_an_admin_of_a_partner_acknowledges(cast: Cast) -> None:
    version = version_in_force(SCHEMA, database_now())

    for user in (cast.helix.rep, cast.helix.engineer, cast.admin, cast.pam):
        with pytest.raises(NotAllowed):
            acknowledged(version, user)


def test_version_that_was_taken_back_is_not_acknowledged(cast: Cast) -> None:
    version = published(cast)
    taken = take_back(version=version, by=cast.admin, now=database_now())

    with pytest.raises(NotAllowed):
        acknowledged(taken, cast.helix.admin)
    with pytest.raises(StateConflict, match="taken back"):
        acknowledged(version, cast.helix.admin)


def test_what_is_in_force_and_planned_waits_until_it_is_acknowledged(cast: Cast) -> None:
    now = database_now()
    first, planned = version_in_force(SCHEMA, now), published(cast, protection_days=60)

    before = to_acknowledge(cast.helix.organisation.pk, now)
    acknowledged(first, cast.helix.admin)
    after = to_acknowledge(cast.helix.organisation.pk, now)
    acknowledged(planned, cast.helix.admin)

    assert (before, after) == ([first, planned], [planned])
    assert to_acknowledge(cast.helix.organisation.pk, now) == []
    assert to_acknowledge(cast.orbit.organisation.pk, now) == [first, planned]


def test_vendor_sees_who_has_not(cast: Cast) -> None:
    version = version_in_force(SCHEMA, database_now())
    acknowledged(version, cast.helix.admin)

    rows = readers_of(version).order_by("name")

    assert [(row.name, row.acknowledged_by, row.acknowledged_at is None) for row in rows] == [
        ("Helix Systems", cast.helix.admin.name, False),
        ("Orbit Solutions", None, True),
    ]


def test_rows_are_read_by_whom_they_concern(cast: Cast) -> None:
    version = version_in_force(SCHEMA, database_now())
    mine = acknowledged(version, cast.helix.admin)
    acknowledged(version, cast.orbit.admin)

    assert list(Acknowledgement.objects.visible_to(cast.helix.rep)) == [mine]
    assert Acknowledgement.objects.visible_to(cast.pam).count() == 2
    assert not Acknowledgement.objects.visible_to(cast.seller).exists()
    assert not Acknowledgement.objects.visible_to(AnonymousUser()).exists()


def test_registration_waits_for_an_acknowledgement_only_where_the_rules_say_so(cast: Cast) -> None:
    free = registrations.submit(registration=make_draft(cast.helix), by=cast.helix.rep, now=database_now())
    version = published(cast, days=0, acknowledgement_needed=True)
    draft = make_draft(cast.helix)

    with pytest.raises(StateConflict) as refused:
        registrations.submit(registration=draft, by=cast.helix.rep, now=database_now())
    acknowledged(version, cast.helix.admin)
    then = registrations.submit(registration=draft, by=cast.helix.rep, now=database_now())

    assert (free.state, refused.value.code, then.state) == ("submitted", "rules_not_acknowledged", "submitted")


def test_changes_are_told_by_value_and_clause() -> None:
    new = {**DEFAULTS, "protection_days": 60}

    found = changes(SCHEMA, DEFAULTS, new)

    assert [(value.path, value.before, value.after) for value in found.values] == [("protection_days", 90, 60)]
    assert [(clause.number, clause.after is not None) for clause in found.clauses] == [("4.1", True)]
    assert changes(SCHEMA, DEFAULTS, DEFAULTS).is_empty
    # What an old version does not know is read as its default.
    old = {name: value for name, value in DEFAULTS.items() if name != "precedence"}
    assert changes(SCHEMA, old, DEFAULTS).is_empty


def test_value_that_does_not_fit_is_named_by_its_path(cast: Cast) -> None:
    precedence = {**DEFAULTS["precedence"], "tender": {"weight": "forbid", "place": 3}}

    with pytest.raises(InvalidInput) as refused:
        published(cast, precedence=precedence)

    assert list(refused.value.errors) == ["precedence.tender.weight"]


def test_two_admins_acknowledge_at_once(live_cast: Cast) -> None:
    version = version_in_force(SCHEMA, database_now())
    text = read(version)

    def one(_number: int) -> bool:
        try:
            acknowledge(version=version, read=text, by=live_cast.helix.admin, now=database_now())
        except StateConflict:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(one, range(8)))

    assert (done.count(True), Acknowledgement.objects.count()) == (1, 1)
    assert Event.objects.filter(kind="policy.acknowledged").count() == 1


def test_version_in_force_is_current(cast: Cast) -> None:
    version = published(cast, days=0, protection_days=60)

    assert current(SCHEMA, DealRules, now=database_now()).version == version
