"""Django's admin: for a superuser, through the one login there is."""

import pytest
from django.test import Client

from prm.accounts.models import User
from tests.factories import PASSWORD, Cast, make_user


def test_superuser_comes_in(client: Client, db: None) -> None:
    client.force_login(User.objects.create_superuser("root@example.com", PASSWORD))

    assert client.get("/admin/").status_code == 200


@pytest.mark.parametrize("who", ["admin", "executive"])
def test_vendor_staff_finds_nothing(client: Client, cast: Cast, who: str) -> None:
    client.force_login(getattr(cast, who))

    assert client.get("/admin/", follow=True).status_code == 404


def test_staff_flag_alone_opens_nothing(client: Client, db: None) -> None:
    client.force_login(make_user("staff@example.com", None, is_staff=True))

    assert client.get("/admin/", follow=True).status_code == 404


def test_strangers_log_in_where_attempts_are_counted(client: Client, db: None) -> None:
    response = client.get("/admin/", follow=True)

    assert response.redirect_chain[-1][0].startswith("/auth/login/?next=")
    assert "Welcome back" in response.text


def test_admin_takes_no_password_itself(client: Client, db: None) -> None:
    User.objects.create_superuser("root@example.com", PASSWORD)
    client.post("/admin/login/", {"username": "root@example.com", "password": PASSWORD})

    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("elsewhere", ["//evil.example", "https://evil.example/"])
def test_next_of_the_admin_stays_here(client: Client, db: None, elsewhere: str) -> None:
    User.objects.create_superuser("root@example.com", PASSWORD)
    login = client.get("/admin/login/", {"next": elsewhere})["Location"]
    response = client.post(login, {"login": "root@example.com", "password": PASSWORD, "next": elsewhere})

    assert response["Location"].startswith("/")
    assert not response["Location"].startswith("//")
