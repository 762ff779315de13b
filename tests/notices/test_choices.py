"""What people choose, and how a promise follows it."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from deals.decisions.actions import approve
from prm.accounts.actions import change_profile, invite
from prm.audit.models import Event
from prm.clocks.database import database_now
from prm.errors import InvalidInput
from prm.notices.actions import promise
from prm.notices.choices.models import NoticeChoice
from prm.notices.choices.selectors import chosen
from prm.notices.kinds import GROUPS, KINDS, group_of
from prm.notices.models import Notice
from prm.notices.relay import LINKS
from tests.factories import Cast, make_registration, make_user
from tests.notices.telling import DECISION, MESSAGE, REMINDER, prefer, tell, ways

AT_ONCE, DAILY, PORTAL = "at_once", "daily", "portal"


def test_everything_comes_at_once_until_somebody_chooses(cast: Cast) -> None:
    rep, pam = cast.helix.rep, cast.pam
    tell(rep, kind=DECISION)
    tell(rep, kind=MESSAGE)

    assert chosen(rep) == {
        "decisions": AT_ONCE,
        "messages": AT_ONCE,
        "leads": AT_ONCE,
        "co-sell": AT_ONCE,
        "deadlines": AT_ONCE,
        "announcements": AT_ONCE,
        "earnings": AT_ONCE,
    }
    groups = ["decisions", "messages", "leads", "co-sell", "earnings", "deadlines", "partners", "library"]
    assert list(chosen(pam)) == [*groups, "announcements"]
    assert ways(rep) == [AT_ONCE, AT_ONCE]


def test_each_group_follows_its_own_choice(cast: Cast) -> None:
    rep = cast.helix.rep
    prefer(rep, decisions=DAILY, messages=PORTAL)
    for kind in (DECISION, MESSAGE, REMINDER):
        tell(rep, cast.helix.admin, kind=kind)

    assert ways(rep) == [DAILY, PORTAL, AT_ONCE]
    assert ways(cast.helix.admin) == [AT_ONCE] * 3


def test_daily_waits_for_the_morning_of_its_person(cast: Cast) -> None:
    rep = cast.helix.rep
    prefer(rep, decisions=DAILY)
    night = database_now().replace(year=2026, month=11, day=24, hour=2, minute=0, second=0, microsecond=0)
    tell(rep, now=night)
    rep.time_zone = "America/New_York"
    rep.save()
    tell(rep, now=night)

    assert [f"{due:%d %H:%M}" for due in Notice.objects.order_by("pk").values_list("due_at", flat=True)] == [
        "24 07:00",
        "24 13:00",
    ]


def test_only_what_comes_at_once_waits_for_the_relay(cast: Cast) -> None:
    rep = cast.helix.rep
    prefer(rep, decisions=DAILY, messages=PORTAL)
    for kind in (DECISION, MESSAGE, REMINDER):
        tell(rep, kind=kind)
    later = database_now() + timedelta(days=9)

    assert list(Notice.objects.deliverable(later).values_list("kind", flat=True)) == [REMINDER]
    assert list(Notice.objects.waiting().values_list("kind", flat=True)) == [DECISION]


def test_real_decision_follows_the_choice(cast: Cast) -> None:
    prefer(cast.helix.rep, decisions=PORTAL)
    approve(registration=make_registration(cast.helix), by=cast.pam, now=database_now())

    assert ways(cast.helix.rep) == [PORTAL, PORTAL]
    assert ways(cast.pam) == [AT_ONCE]


@pytest.mark.parametrize("kind", ["person.password_reset", "person.second_step_added", "nobody.declared"])
def test_what_nobody_chooses_goes_at_once(cast: Cast, kind: str) -> None:
    rep = cast.helix.rep
    prefer(rep, **dict.fromkeys(chosen(rep), PORTAL))
    tell(rep, kind=kind)

    assert ways(rep) == [AT_ONCE]


def test_link_that_is_a_key_goes_at_once(cast: Cast) -> None:
    rep = cast.helix.rep
    prefer(rep, decisions=PORTAL)
    tell(rep, path="/invitations/inv_x/", signed_path=True)

    assert ways(rep) == [AT_ONCE]


def test_mail_to_somebody_without_a_login_goes_at_once(cast: Cast) -> None:
    helix = cast.helix
    invite(organisation=helix.organisation, email="new@helix.example", roles=["support"], by=helix.admin, now=now())
    promise(key="x", kind=DECISION, to="other@helix.example", organisation=None, title="News", now=now())

    assert list(Notice.objects.values_list("delivery", flat=True)) == [AT_ONCE, AT_ONCE]


def now() -> Any:
    return database_now()


def test_every_kind_belongs_to_a_group_that_is_there() -> None:
    assert {KINDS[kind] for kind in KINDS.names()} == set(GROUPS.names())
    assert [kind for kind in LINKS.names() if group_of(kind)] == []


def test_promising_to_many_asks_no_more_than_promising_to_one(cast: Cast) -> None:
    people = [make_user(f"p{number}@helix.example", cast.helix.organisation, "sales_rep") for number in range(30)]
    for person in people:
        prefer(person, decisions=DAILY)
    assert queries(people[:1]) == queries(people) == 3


def queries(people: list[Any]) -> int:
    for person in people:
        assert person.organisation
    with CaptureQueriesContext(connection) as captured:
        tell(*people)
    return len(
        [query for query in captured if "COUNT(*)" not in query["sql"] and "clock_timestamp" not in query["sql"]]
    )


# Changing one's mind.


def test_at_once_releases_what_waits(cast: Cast) -> None:
    rep = cast.helix.rep
    prefer(rep, decisions=DAILY, deadlines=DAILY)
    tell(rep, kind=DECISION)
    tell(rep, kind=REMINDER)
    tell(rep, kind=MESSAGE)
    prefer(rep, decisions=AT_ONCE)

    assert ways(rep) == [AT_ONCE, DAILY, AT_ONCE]
    assert Notice.objects.deliverable(database_now()).count() == 2


def test_portal_keeps_what_waits_out_of_the_mail(cast: Cast) -> None:
    rep = cast.helix.rep
    prefer(rep, decisions=DAILY)
    tell(rep, cast.helix.admin)
    prefer(rep, decisions=PORTAL)

    assert ways(rep) == [PORTAL]
    assert ways(cast.helix.admin) == [AT_ONCE]
    assert not Notice.objects.waiting().exists()


def test_daily_leaves_alone_what_is_under_way(cast: Cast) -> None:
    rep = cast.helix.rep
    tell(rep)
    prefer(rep, decisions=DAILY)

    assert ways(rep) == [AT_ONCE]


def test_what_was_told_to_a_member_of_elsewhere_is_not_released(cast: Cast) -> None:
    rep = cast.helix.rep
    prefer(rep, decisions=DAILY)
    tell(rep)
    rep.memberships.update(ended_at=database_now())
    rep.memberships.create(organisation=cast.orbit.organisation, roles=["sales_rep"], created_at=database_now())
    del rep.membership
    prefer(rep, decisions=AT_ONCE)

    assert ways(rep) == [PORTAL]


def test_change_is_an_event_and_no_change_is_none(cast: Cast) -> None:
    rep = cast.helix.rep
    for _ in range(2):
        prefer(rep, decisions=DAILY, messages=AT_ONCE)
    events = Event.objects.filter(kind="person.notifications_changed")

    assert [(event.actor_id, event.organisation_id, event.subject_id, event.data) for event in events] == [
        (rep.pk, cast.helix.organisation.pk, rep.public_id, {"choices": ["decisions: daily"]})
    ]
    assert NoticeChoice.objects.count() == 1


def test_choice_of_the_vendors_people_belongs_to_no_partner(cast: Cast) -> None:
    prefer(cast.pam, partners=PORTAL)

    assert Event.objects.get(kind="person.notifications_changed").organisation_id is None


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"decisions": "weekly"}, "decisions"),
        ({"security": PORTAL}, "security"),
        ({"nothing": DAILY}, "nothing"),
        ({"messages": DAILY, "partners": DAILY}, "partners"),
    ],
)
def test_unknown_choice_changes_nothing(cast: Cast, values: dict[str, str], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        prefer(cast.helix.rep, **values)

    assert list(refused.value.errors) == [field]
    assert not NoticeChoice.objects.exists()


def test_other_time_zone_moves_what_waits(cast: Cast) -> None:
    rep = cast.helix.rep
    prefer(rep, decisions=DAILY)
    tell(rep)
    at = Notice.objects.get().due_at
    moment = database_now()
    profile = {"name": "Rep", "locale": "en", "user": rep, "by": rep, "now": moment}
    change_profile(time_zone="", **profile)
    same = Notice.objects.get().due_at
    change_profile(time_zone="Asia/Kolkata", **profile)
    moved = Notice.objects.get().due_at

    assert same == at
    assert (moved.hour, moved.minute) == (2, 30)


@pytest.mark.parametrize(
    "broken",
    [
        {"delivery": "weekly"},
        {"delivery": "portal", "user": None, "email": "x@y.example"},
        {"delivery": "at_once", "digest": True},
    ],
)
def test_database_refuses_what_makes_no_sense(cast: Cast, broken: dict[str, Any]) -> None:
    tell(cast.helix.rep)
    notice = Notice.objects.get()
    values = {**broken, **({"digest": notice} if "digest" in broken else {})}
    with pytest.raises(IntegrityError), transaction.atomic():
        Notice.objects.update(**values)


def test_database_keeps_one_choice_for_each_group(cast: Cast) -> None:
    prefer(cast.pam, decisions=DAILY)
    same = {"user": cast.pam, "group": "decisions", "changed_at": database_now()}
    for broken in ({"delivery": PORTAL}, {"group": "messages", "delivery": "weekly"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            NoticeChoice.objects.create(**{**same, **broken})
