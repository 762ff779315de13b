"""A test that committed leaves nothing behind for the next one."""

import pytest
from django.apps import apps
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection

from tests.emptying import empty
from tests.factories import Cast, make_approved


def written() -> set[str]:
    nouns = [model for model in apps.get_models() if model._meta.managed]
    return {noun._meta.label for noun in nouns if noun._default_manager.exists()}


@pytest.mark.django_db(transaction=True)
def test_everything_that_was_committed_is_removed(live_cast: Cast) -> None:
    made = written()
    make_approved(live_cast.helix)
    more = written()

    if not empty():
        # The role of the tests is no superuser: Django empties, and nothing of ours is to be shown.
        return

    assert len(more) > len(made) > 5
    assert written() == {Permission._meta.label, ContentType._meta.label}
    with connection.cursor() as cursor:
        cursor.execute("show session_replication_role")
        assert cursor.fetchone() == ("origin",)
