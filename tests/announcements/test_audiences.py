"""An announcement is for exactly those who have one of its codes: on the page and by mail alike."""

from datetime import timedelta

import pytest

from partners.states import BusinessModel
from prm.accounts.models import Membership
from prm.accounts.roles import ROLES
from prm.announcements.audiences import AUDIENCES, codes_of, labels, members_of
from prm.announcements.models import Announcement
from prm.clocks.database import database_now
from tests.announcements.saying import announce, everybody, told
from tests.factories import Cast, make_user

STAFF = {"pam", "pam2", "admin", "seller", "expert", "finance", "executive"}
HELIX = {"helix admin", "helix rep", "helix engineer", "helix marketing"}
ORBIT = {"orbit admin", "orbit rep", "orbit engineer", "orbit marketing"}


@pytest.mark.parametrize(
    ("audience", "reached"),
    [
        (["everyone"], STAFF | HELIX | ORBIT),
        (["vendor"], STAFF),
        (["partner"], HELIX | ORBIT),
        (["role:pam"], {"pam", "pam2"}),
        (["role:sales_rep"], {"helix rep", "orbit rep"}),
        (["model:msp"], HELIX),
        (["model:isv"], set()),
        (["model:msp", "role:marketing", "role:finance"], HELIX | {"orbit marketing", "finance"}),
        (["everyone", "role:pam"], STAFF | HELIX | ORBIT),
    ],
)
def test_audience_reaches_exactly_these(cast: Cast, audience: list[str], reached: set[str]) -> None:
    announcement = announce(cast, *audience)
    people = everybody(cast)
    mailed = Membership.objects.filter(members_of(announcement.audience)).values_list("user", flat=True)

    assert {name for name, user in people.items() if told(user)} == reached
    assert {name for name, user in people.items() if user.pk in set(mailed)} == reached
    assert len(mailed) == len(reached)


def test_every_role_and_model_can_be_meant() -> None:
    assert set(labels()) == {
        *("everyone", "partner", "vendor"),
        *(f"role:{slug}" for slug in ROLES),
        *(f"model:{model}" for model in BusinessModel.values),
    }
    assert sum(len(audience.options()) for audience in AUDIENCES) == len(labels())


def test_unknown_code_means_nobody(cast: Cast) -> None:
    assert not Membership.objects.filter(members_of(["model:gone", "role:gone"])).exists()


def test_who_belongs_nowhere_is_told_nothing(cast: Cast) -> None:
    announce(cast)
    stranger = make_user("nobody@helix.example", None)

    assert (codes_of(stranger), told(stranger)) == ([], [])


def test_who_changes_the_role_reads_what_is_for_the_new_one(cast: Cast) -> None:
    announce(cast, "role:support", title="Support")
    announce(cast, "role:sales_rep", title="Sales")
    rep = cast.helix.rep
    before = told(rep)
    rep.memberships.update(roles=["support"])
    del rep.membership

    assert (before, told(rep)) == (["Sales"], ["Support"])


def test_only_what_has_begun_is_told(cast: Cast) -> None:
    now = database_now()
    hour = timedelta(hours=1)
    announce(cast, title="Scheduled", now=now, starts_at=now + hour)
    announce(cast, title="Current", now=now)
    announce(cast, title="Ends", now=now, ends_at=now + hour)
    rep = cast.helix.rep

    assert told(rep) == ["Current", "Ends"]
    assert told(rep, now + 2 * hour) == ["Scheduled", "Current", "Ends"]
    assert current(now) == ["Current", "Ends"]
    # The end is no part of it, the beginning is.
    assert current(now + hour) == ["Scheduled", "Current"]


def current(now: object) -> list[str]:
    rows = Announcement.objects.current(now).order_by("pk")  # type: ignore[arg-type]
    return list(rows.values_list("title", flat=True))


def test_writers_see_all_of_them_others_what_they_were_told(cast: Cast) -> None:
    announce(cast, "vendor", title="Staff")
    announce(cast, "partner", title="Partners", starts_at=database_now() + timedelta(days=1))
    now = database_now()
    seen = {who.email: Announcement.objects.visible_to(who, now).count() for who in (cast.admin, cast.pam)}

    assert seen == {"admin@vendor.example": 2, "pam@vendor.example": 1}
    assert not Announcement.objects.visible_to(cast.helix.rep, now).exists()
