"""What tests begin with is there for each as it was made, and for no other."""

import pytest
from django.db import connection

from prm.accounts.models import Organisation, User
from tests.factories import Cast

# In this order, as they stand here.
RENAMED = "Somebody else"


def test_what_is_changed_is_changed_here(cast: Cast) -> None:
    User.objects.filter(pk=cast.pam.pk).update(name=RENAMED)
    cast.pam.name = RENAMED
    Organisation.objects.create(kind="partner", name=RENAMED, country="DE")

    assert User.objects.get(pk=cast.pam.pk).name == RENAMED


def test_the_next_finds_people_as_they_were_made(cast: Cast) -> None:
    assert cast.pam.name == User.objects.get(pk=cast.pam.pk).name != RENAMED
    assert not Organisation.objects.filter(name=RENAMED).exists()


@pytest.mark.django_db
def test_without_them_nobody_is_there() -> None:
    assert not Organisation.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_who_commits_stands_alone() -> None:
    assert not connection.in_atomic_block
    assert not Organisation.objects.exists()
