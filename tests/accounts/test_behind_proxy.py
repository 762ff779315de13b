"""Attempts are counted by the address of the person, also where a proxy stands before the application."""

import pytest
from django.http import HttpResponse
from django.test import Client
from pytest_django.fixtures import Settings

from prm.accounts.models import AttemptWindow

LIMIT = 3
PROXY = "10.0.0.2"


@pytest.fixture(autouse=True)
def few_attempts(settings: Settings, db: None) -> None:
    settings.PRM_LOGIN_ATTEMPTS_PER_HOST = LIMIT


@pytest.fixture
def behind_proxy(settings: Settings) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1


def guess(number: int, *, forwarded: str = "", address: str = PROXY) -> HttpResponse:
    """Each for another person, so that only the address can be what is counted."""
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    values = {"login": f"person{number}@example.com", "password": "a wrong password"}
    response: HttpResponse = Client().post("/auth/login/", values, headers=headers, REMOTE_ADDR=address)
    return response


def is_refused(response: HttpResponse) -> bool:
    return "Too many attempts" in response.text


@pytest.mark.usefixtures("behind_proxy")
def test_one_guesser_does_not_lock_out_the_others() -> None:
    answers = [guess(number, forwarded="203.0.113.9") for number in range(LIMIT + 1)]
    other = guess(50, forwarded="203.0.113.10")

    assert [is_refused(answer) for answer in answers] == [False] * LIMIT + [True]
    assert not is_refused(other)


@pytest.mark.usefixtures("behind_proxy")
def test_claimed_addresses_change_nothing() -> None:
    """The proxy appends what it saw; what stands before it is the guesser's own invention."""
    answers = [guess(number, forwarded=f"198.51.100.{number}, 203.0.113.9") for number in range(LIMIT + 1)]

    assert is_refused(answers[-1])
    assert AttemptWindow.objects.get(key="login-host:203.0.113.9").count == LIMIT + 1


def test_without_a_proxy_the_header_is_not_believed() -> None:
    answers = [guess(number, forwarded=f"203.0.113.{number}", address="192.0.2.1") for number in range(LIMIT + 1)]

    assert is_refused(answers[-1])
    assert AttemptWindow.objects.get(key="login-host:192.0.2.1").count == LIMIT + 1


@pytest.mark.usefixtures("behind_proxy")
@pytest.mark.parametrize("forwarded", ["nonsense", "203.0.113.9, ", "'; drop table", "x" * 5000, "1.2.3.4.5", "::ggg"])
def test_address_that_is_none_gets_no_attempt(forwarded: str) -> None:
    assert guess(1, forwarded=forwarded).status_code == 403
    assert not AttemptWindow.objects.filter(key__startswith="login-host").exists()


@pytest.mark.usefixtures("behind_proxy")
@pytest.mark.parametrize("address", ["2001:db8::1", "203.0.113.9"])
def test_both_kinds_of_address_are_counted(address: str) -> None:
    guess(1, forwarded=address)

    assert AttemptWindow.objects.filter(key=f"login-host:{address}").exists()
