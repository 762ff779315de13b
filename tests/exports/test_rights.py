"""Who may have a long export: only who asked, only with the rights of the moment, while it is made and when it is
fetched."""

import pytest

from prm.accounts import actions as people
from prm.accounts.models import Membership, User
from prm.clocks.database import database_now
from prm.errors import NotAllowed
from prm.exports.actions import ask
from prm.exports.models import Export
from prm.exports.states import State
from prm.jobs.actions import work
from prm.jobs.models import Job
from prm.notices.models import Notice
from tests.exports.conftest import browser, finish_work, table
from tests.factories import Cast, make_account, make_registration, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("short")]


def asked(user: User, listing: str = "accounts", query: str = "", file: str = "csv") -> Export:
    organisation = user.organisation
    assert organisation is not None
    return ask(listing=listing, file=file, query=query, organisation=organisation, by=user, now=database_now())


def statuses(user: User, export: Export) -> tuple[int, int]:
    client = browser(user)
    return client.get(export.get_absolute_url()).status_code, client.post(
        f"{export.get_absolute_url()}file/"
    ).status_code


def give(user: User, *roles: str) -> User:
    Membership.objects.filter(user=user).update(roles=list(roles))
    return User.objects.get(pk=user.pk)


@pytest.fixture
def export(cast: Cast) -> Export:
    for number in range(5):
        make_account(f"Customer {number} Works")
    return asked(cast.pam)


def test_nobody_else_finds_it(cast: Cast, export: Export) -> None:
    finish_work()

    assert statuses(cast.pam, export) == (200, 200)
    assert {statuses(user, export) for user in (cast.admin, cast.helix.admin, cast.executive)} == {(404, 404)}


def test_who_may_not_see_the_list_cannot_ask(cast: Cast) -> None:
    for user, listing in ((cast.finance, "accounts"), (cast.helix.rep, "people"), (cast.pam, "audit")):
        with pytest.raises(NotAllowed):
            asked(user, listing)
        answer = browser(user).post("/exports/", {"listing": listing, "file": "csv", "query": ""})
        assert answer.status_code == 403
    assert Export.objects.count() == 0


def test_who_lost_the_role_may_not_fetch(cast: Cast, export: Export) -> None:
    finish_work()
    give(cast.pam, "finance")

    assert statuses(cast.pam, export) == (200, 403)


def test_who_left_finds_nothing(cast: Cast, export: Export) -> None:
    finish_work()
    membership = Membership.objects.get(user=cast.pam)
    people.end_membership(membership=membership, by=cast.admin, now=database_now())

    assert statuses(cast.pam, export) == (403, 403)


def test_who_works_elsewhere_now_finds_nothing(cast: Cast, export: Export) -> None:
    finish_work()
    Membership.objects.filter(user=cast.pam).update(organisation=cast.helix.organisation, roles=["partner_admin"])

    assert statuses(cast.pam, export) == (404, 404)


@pytest.mark.parametrize("portions", [0, 1, 2])
@pytest.mark.parametrize("loss", ["role", "membership", "login"])
def test_rights_that_end_while_it_is_made_end_it(cast: Cast, export: Export, portions: int, loss: str) -> None:
    for _portion in range(portions):
        work()
    match loss:
        case "role":
            give(cast.pam, "finance")
        case "membership":
            Membership.objects.filter(user=cast.pam).update(ended_at=database_now(), ended_by=cast.admin)
        case "login":
            User.objects.filter(pk=cast.pam.pk).update(is_active=False)
    finish_work()
    export.refresh_from_db()

    assert (export.state, export.made_at, export.parts.count()) == (State.FAILED, None, 0)
    assert Notice.objects.filter(kind__startswith="export.").count() == 0
    assert Job.objects.unfinished().count() == 0


def test_control_with_the_rights_it_is_made(cast: Cast, export: Export) -> None:
    finish_work()
    export.refresh_from_db()

    assert (export.state, export.rows) == (State.READY, 5)


def test_row_that_may_no_longer_be_seen_is_not_written(cast: Cast) -> None:
    """Its key was taken while it might; what is read later is asked for again."""
    first = next(iter(cast.products.values()))
    deals = [make_registration(cast.helix, first) for _number in range(4)]
    client, reader = browser(cast.helix.rep), cast.helix.rep
    export = asked(reader, "deals")
    work()
    moved = deals[0]
    moved.partner, moved.created_by = cast.orbit.partner, cast.orbit.rep
    moved.save()
    finish_work()
    rows = table(b"".join(client.post(f"{export.get_absolute_url()}file/")))  # type: ignore[arg-type]

    assert moved.reference not in {row[0] for row in rows}
    assert {row[0] for row in rows[1:]} == {deal.reference for deal in deals[1:]}


def test_partner_gets_the_own_rows_alone(cast: Cast) -> None:
    first = next(iter(cast.products.values()))
    own = [make_registration(cast.helix, first).reference for _number in range(4)]
    make_registration(cast.orbit, first)
    export = asked(cast.helix.admin, "deals")
    finish_work()
    content = b"".join(browser(cast.helix.admin).post(f"{export.get_absolute_url()}file/"))  # type: ignore[arg-type]

    assert {row[0] for row in table(content)[1:]} == set(own)


def test_less_is_told_to_who_may_see_less_now(cast: Cast, export: Export) -> None:
    """The role changed, the list stayed open: the cells are those of the moment."""
    work()
    give(cast.pam, "direct_seller")
    finish_work()
    content = b"".join(browser(cast.pam).post(f"{export.get_absolute_url()}file/"))  # type: ignore[arg-type]

    assert {row[0] for row in table(content)[1:]} == {""}


def test_person_without_an_organisation_has_none(cast: Cast, export: Export) -> None:
    nobody = make_user("nobody@alone.example", None)

    assert list(Export.objects.visible_to(nobody)) == []
    assert list(Export.objects.visible_to(cast.pam)) == [export]
