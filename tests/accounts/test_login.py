"""The login: attempts are counted before a password is hashed, and no answer tells who has one."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.conf import settings
from django.contrib.auth import hashers
from django.db import connection
from django.test import Client
from django.urls import reverse

from prm.accounts.attempts import attempt, forget_before
from prm.accounts.models import AttemptWindow, User
from prm.clocks.database import database_now
from tests.factories import PASSWORD, Cast

LOGIN = "/auth/login/"
LIMIT = settings.PRM_LOGIN_ATTEMPTS_PER_ADDRESS


def log_in(client: Client, email: str, password: str, **extra: str):
    return client.post(LOGIN, {"login": email, "password": password, **extra})


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every password that was hashed to be compared."""
    seen: list[str] = []
    real = hashers.verify_password

    def verify(password, encoded, preferred="default"):
        seen.append(password)
        return real(password, encoded, preferred)

    monkeypatch.setattr(hashers, "verify_password", verify)
    return seen


def test_login_leads_home(client: Client, cast: Cast) -> None:
    response = log_in(client, cast.helix.rep.email, PASSWORD)

    assert (response.status_code, response["Location"]) == (302, "/")
    assert client.get("/").status_code == 200


def test_login_reads_addresses_without_case(client: Client, cast: Cast) -> None:
    assert log_in(client, cast.helix.rep.email.upper(), PASSWORD).status_code == 302


def test_login_draws_a_new_session(client: Client, cast: Cast) -> None:
    client.get(LOGIN)
    client.cookies[settings.SESSION_COOKIE_NAME] = "chosen-by-somebody-else"
    log_in(client, cast.helix.rep.email, PASSWORD)

    assert client.cookies[settings.SESSION_COOKIE_NAME].value != "chosen-by-somebody-else"
    assert len(client.session.session_key) == 32


def test_eleventh_guess_is_refused_unhashed(client: Client, cast: Cast, hashed: list[str]) -> None:
    for number in range(LIMIT):
        assert "Too many attempts" not in log_in(client, cast.pam.email, f"guess {number}").text
    checked = len(hashed)
    refused = log_in(client, cast.pam.email, PASSWORD)

    assert "Too many attempts" in refused.text
    assert len(hashed) == checked == LIMIT
    assert not refused.wsgi_request.user.is_authenticated


def test_limit_is_per_address(client: Client, cast: Cast) -> None:
    for number in range(LIMIT + 1):
        log_in(client, cast.pam.email, f"guess {number}")

    assert log_in(client, cast.helix.rep.email, PASSWORD).status_code == 302


def test_spelling_of_the_address_makes_no_second_account_of_attempts(client: Client, cast: Cast) -> None:
    spellings = [cast.pam.email, cast.pam.email.upper(), f" {cast.pam.email} "]
    for number in range(LIMIT):
        log_in(client, spellings[number % 3], f"guess {number}")

    assert "Too many attempts" in log_in(client, cast.pam.email.title(), PASSWORD).text


def test_host_is_limited_over_all_addresses(client: Client, cast: Cast, settings) -> None:
    settings.PRM_LOGIN_ATTEMPTS_PER_HOST = 3
    for number in range(3):
        log_in(client, f"nobody{number}@example.com", "guess")

    assert "Too many attempts" in log_in(client, cast.pam.email, PASSWORD).text


def test_forwarded_address_is_not_believed(client: Client, cast: Cast, settings) -> None:
    settings.PRM_LOGIN_ATTEMPTS_PER_HOST = 3
    for number in range(3):
        client.post(
            LOGIN, {"login": f"n{number}@example.com", "password": "x"}, HTTP_X_FORWARDED_FOR=f"10.0.0.{number}"
        )
    refused = client.post(LOGIN, {"login": "n@example.com", "password": "x"}, HTTP_X_FORWARDED_FOR="10.0.0.99")

    assert "Too many attempts" in refused.text


def test_success_forgets_the_guesses(client: Client, cast: Cast) -> None:
    for number in range(LIMIT - 1):
        log_in(client, cast.pam.email, f"guess {number}")
    log_in(client, cast.pam.email, PASSWORD)

    assert not AttemptWindow.objects.filter(key__startswith="login-address:").exists()


def test_table_of_attempts_holds_no_address(client: Client, cast: Cast) -> None:
    log_in(client, cast.pam.email, "guess")
    keys = list(AttemptWindow.objects.values_list("key", flat=True))

    assert keys != []
    assert [key for key in keys if "@" in key] == []


def test_known_and_unknown_addresses_get_the_same_answer(client: Client, cast: Cast) -> None:
    known = log_in(client, cast.pam.email, "wrong password").text
    unknown = log_in(client, "pax@vendor.example", "wrong password").text

    assert anonymous(known, cast.pam.email) == anonymous(unknown, "pax@vendor.example")


def anonymous(page: str, email: str) -> str:
    lines = [line for line in page.splitlines() if "csrf" not in line]
    return "\n".join(lines).replace(email, "")


def test_closed_login_does_not_come_in(client: Client, cast: Cast) -> None:
    User.objects.filter(pk=cast.helix.rep.pk).update(is_active=False)
    log_in(client, cast.helix.rep.email, PASSWORD)

    assert client.get("/")["Location"] == f"{LOGIN}?next=/"


@pytest.mark.parametrize(
    "elsewhere",
    [
        "//evil.example/",
        "https://evil.example/",
        "https:evil.example",
        r"\\evil.example",
        r"/\evil.example",
        "javascript:alert(1)",
        "https://localhost@evil.example/",
        "//evil。example",
        "///evil.example",
        "http:///evil.example",
    ],
)
def test_next_stays_on_this_host(client: Client, cast: Cast, elsewhere: str) -> None:
    response = client.post(
        f"{LOGIN}?next={elsewhere}", {"login": cast.pam.email, "password": PASSWORD, "next": elsewhere}
    )
    target = response["Location"]

    assert response.status_code == 302
    assert target.startswith("/")
    assert not target.startswith(("//", "/\\"))


def test_next_with_a_line_break_adds_no_header(client: Client, cast: Cast) -> None:
    response = log_in(client, cast.pam.email, PASSWORD, next="/\r\nSet-Cookie: planted=1")

    assert response["Location"] == "/%0D%0ASet-Cookie:%20planted=1"
    assert "planted" not in response.cookies


def test_next_leads_to_a_page_here(client: Client, cast: Cast) -> None:
    response = log_in(client, cast.helix.admin.email, PASSWORD, next="/people/?q=ana")

    assert response["Location"] == "/people/?q=ana"


def test_logout_ends_the_session_on_the_server(client: Client, cast: Cast) -> None:
    log_in(client, cast.helix.rep.email, PASSWORD)
    kept = client.cookies[settings.SESSION_COOKIE_NAME].value
    client.post("/auth/logout/")
    client.cookies[settings.SESSION_COOKIE_NAME] = kept

    assert client.get("/")["Location"] == f"{LOGIN}?next=/"


def test_logout_asks_before_it_happens(client: Client, cast: Cast) -> None:
    log_in(client, cast.helix.rep.email, PASSWORD)

    assert "Log out?" in client.get("/auth/logout/").text
    assert client.get("/").status_code == 200


def test_new_password_ends_other_sessions(cast: Cast) -> None:
    here, elsewhere = Client(), Client()
    for client in (here, elsewhere):
        log_in(client, cast.helix.rep.email, PASSWORD)
    new = "a different horse altogether"
    changed = here.post(
        reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": new, "password2": new}
    )

    assert changed.status_code == 302
    assert here.get("/").status_code == 200
    assert elsewhere.get("/").status_code == 302


@pytest.mark.parametrize(
    "path", ["email/", "confirm-email/", "password/set/", "reauthenticate/", "login/code/confirm/", "signup/passkey/"]
)
def test_pages_nobody_needs_do_not_exist(client: Client, cast: Cast, path: str) -> None:
    client.force_login(cast.helix.admin)

    assert client.get(f"/auth/{path}").status_code == 404


def test_signup_is_closed_and_takes_nothing(client: Client, db: None) -> None:
    page = client.get("/auth/signup/")
    sent = client.post("/auth/signup/", {"email": "new@example.com", "password1": PASSWORD})

    assert "People join by invitation" in page.text
    assert sent.status_code == 405
    assert not User.objects.filter(email="new@example.com").exists()


@pytest.mark.django_db(transaction=True)
def test_burst_of_attempts_is_counted_exactly() -> None:
    """Forty at once: ten pass, as if they had come one after another."""
    with ThreadPoolExecutor(8) as pool:
        waits = list(pool.map(_one_attempt, range(40)))

    assert sum(wait == 0 for wait in waits) == 10
    assert AttemptWindow.objects.get(key="burst").count == 40


def _one_attempt(_number: int) -> int:
    try:
        return attempt("burst", limit=10, window_seconds=86_400)
    finally:
        connection.close()


def test_wait_ends_with_the_window(db: None) -> None:
    waits = [attempt("key", limit=1, window_seconds=600) for _ in range(2)]

    assert waits[0] == 0
    assert 1 <= waits[1] <= 600


def test_old_windows_are_forgotten(db: None) -> None:
    attempt("key", limit=1, window_seconds=600)

    assert forget_before(database_now()) == 1
    assert attempt("key", limit=1, window_seconds=600) == 0
