"""Whoever is behind a session comes with the present membership, in one question."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from prm.accounts.backend import Backend
from prm.accounts.models import Membership, User
from prm.clocks.database import database_now
from tests.factories import Cast

pytestmark = pytest.mark.django_db


def test_person_comes_with_the_membership_in_one_query(cast: Cast) -> None:
    Backend().get_user(cast.pam.pk)

    with CaptureQueriesContext(connection) as asked:
        found = {name: Backend().get_user(person.pk) for name, person in (("pam", cast.pam), ("rep", cast.helix.rep))}
        seen = {name: (user, user.organisation, user.granted) for name, user in found.items() if user}

    assert len(asked) == 2
    assert seen == {
        "pam": (cast.pam, cast.vendor, cast.pam.granted),
        "rep": (cast.helix.rep, cast.helix.organisation, cast.helix.rep.granted),
    }


def test_who_has_left_belongs_nowhere_and_who_comes_back_to_the_new_place(cast: Cast) -> None:
    rep, now = cast.helix.rep, database_now()
    Membership.objects.filter(user=rep).update(ended_at=now)
    left = Backend().get_user(rep.pk)
    Membership.objects.create(user=rep, organisation=cast.orbit.organisation, roles=["marketing"], created_at=now)

    back = Backend().get_user(rep.pk)

    assert left is not None
    assert back is not None
    assert (left.membership, left.granted) == (None, frozenset())
    assert (back.organisation, back.membership and back.membership.roles) == (cast.orbit.organisation, ["marketing"])


def test_who_may_not_log_in_is_nobody(cast: Cast) -> None:
    User.objects.filter(pk=cast.helix.rep.pk).update(is_active=False)

    assert Backend().get_user(cast.helix.rep.pk) is None
    assert Backend().get_user(2**40) is None


def test_roles_that_change_count_from_the_next_request_on(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.helix.rep)
    before = client.get("/deals/new/").status_code
    Membership.objects.filter(user=cast.helix.rep).update(roles=["marketing"])

    assert (before, client.get("/deals/new/").status_code) == (200, 403)
