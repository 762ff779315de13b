from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from prm.accounts import actions
from prm.accounts.models import Membership, Organisation, User
from prm.clocks.database import database_now

API = "/api/v1"
Tokens = Callable[..., Client]


@pytest.fixture(autouse=True)
def own_urls(settings: Any) -> None:
    settings.ROOT_URLCONF = "tests.api.urls"
    settings.ALLOWED_HOSTS = ["*"]


def person(organisation: Organisation, *roles: str, email: str = "") -> User:
    user = User.objects.create_user(email or f"{roles[0]}@{organisation.name.lower()}.example", None, name=roles[0])
    Membership.objects.create(user=user, organisation=organisation, roles=list(roles), created_at=database_now())
    return user


def secret_of(user: User) -> str:
    return actions.create_token(user=user, name="test", by=None, now=database_now())[1]


def bearer(user: User) -> Client:
    return Client(headers={"authorization": f"Bearer {secret_of(user)}"})


@pytest.fixture
def vendor(db: None) -> Organisation:
    return Organisation.objects.create(kind="vendor", name="Vendor")


@pytest.fixture
def helix(db: None) -> Organisation:
    return Organisation.objects.create(kind="partner", name="Helix")


@pytest.fixture
def orbit(db: None) -> Organisation:
    return Organisation.objects.create(kind="partner", name="Orbit")


@pytest.fixture
def admin(helix: Organisation) -> User:
    return person(helix, "partner_admin")


@pytest.fixture
def support(helix: Organisation) -> User:
    return person(helix, "support")


@pytest.fixture
def pam(vendor: Organisation) -> User:
    return person(vendor, "pam")


@pytest.fixture
def as_admin(admin: User) -> Client:
    return bearer(admin)


@pytest.fixture
def as_support(support: User) -> Client:
    return bearer(support)


@pytest.fixture
def as_pam(pam: User) -> Client:
    return bearer(pam)
