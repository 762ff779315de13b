"""People who belong nowhere: they keep their name and their keys, and nobody's log speaks of them."""

import pytest

from prm.accounts import actions
from prm.accounts.models import ApiToken, User
from prm.audit.models import Event
from prm.clocks.database import database_now
from prm.errors import InvalidInput
from prm.notices.actions import promise_all
from prm.notices.models import Notice
from tests.factories import make_user


@pytest.fixture
def loner(db: None) -> User:
    return make_user("loner@nowhere.example", None)


def test_person_without_an_organisation_changes_the_own_profile(loner: User) -> None:
    changed = actions.change_profile(
        user=loner, name="Lo Ner", time_zone="UTC", locale="en_GB", by=loner, now=database_now()
    )

    assert (changed.name, changed.time_zone) == ("Lo Ner", "UTC")
    assert Event.objects.count() == 0


def test_person_without_an_organisation_gets_no_key(loner: User) -> None:
    with pytest.raises(InvalidInput) as refused:
        actions.create_token(user=loner, name="A key", by=loner, now=database_now())

    assert list(refused.value.errors) == ["user"]
    assert ApiToken.objects.count() == 0


def test_person_without_an_organisation_gives_up_an_old_key(loner: User) -> None:
    now = database_now()
    token = ApiToken.objects.create(user=loner, name="Old", prefix="prm_", secret_hash="0" * 64, created_at=now)

    revoked = actions.revoke_token(token=token, by=loner, now=now)

    assert (revoked.revoked_at, revoked.revoked_by) == (now, loner)
    assert Event.objects.count() == 0


@pytest.mark.django_db
def test_no_promise_is_no_promise() -> None:
    promise_all([])

    assert Notice.objects.count() == 0
