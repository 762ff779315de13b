"""Two steps at login as people meet them: the set-up, the login itself, and who is led where."""

import html
import json
import re
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from prm.accounts.models import LoginSession, User
from prm.accounts.second_steps.selectors import has_second_step, steps_of
from tests.authenticators import SoftKey, browser, code_of, shown_secret, with_app
from tests.factories import PASSWORD, Cast

PLACE = "/profile/two-steps/"
LOGIN, STEP = "/auth/login/", "/auth/second-step/"


def log_in(user: User, client: Client | None = None) -> Client:
    client = client or Client()
    answer = client.post(LOGIN, {"login": user.email, "password": PASSWORD})
    assert answer.status_code == 302
    return client


def is_in(client: Client) -> bool:
    return client.get("/profile/").status_code == 200


def options_of(page: str) -> dict[str, Any]:
    found = re.search(r'data-options="([^"]+)"', page)
    assert found is not None
    options: dict[str, Any] = json.loads(html.unescape(found[1]))
    return options


def with_key(user: User, key: SoftKey) -> Client:
    client = browser(user)
    credential = key.create(options_of(client.get(f"{PLACE}key/").text))
    given = {"name": "blue", "password": PASSWORD, "credential": json.dumps(credential)}
    assert "Keep these codes" in client.post(f"{PLACE}key/", given).text
    return client


def test_app_is_set_up_from_its_page(cast: Cast) -> None:
    client = browser(cast.pam)
    page = client.get(f"{PLACE}app/").text
    secret = shown_secret(page)
    done = client.post(f"{PLACE}app/", {"code": code_of(secret), "password": PASSWORD}).text

    assert '<svg class="qr"' in page
    assert "Keep these codes" in done
    assert len(re.findall(r"\b\d{8}\b", done)) == 10
    assert has_second_step(cast.pam)
    assert "second_step.secret" not in client.session


def test_secret_on_its_way_is_the_same_in_every_tab_and_sealed(cast: Cast) -> None:
    client = browser(cast.pam)
    secrets = {shown_secret(client.get(f"{PLACE}app/").text) for _tab in range(2)}
    row = LoginSession.objects.get(user=cast.pam)

    assert len(secrets) == 1
    assert secrets.pop().replace(" ", "") not in json.dumps(row.get_decoded())


@pytest.mark.parametrize(
    ("code", "password", "said"),
    [
        (None, "not this one", "This is not your password."),
        ("000000", PASSWORD, "This is not the code of now."),
        ("", PASSWORD, "This field is required."),
        ("9" * 41, PASSWORD, "at most 40 characters"),
    ],
)
def test_set_up_that_is_refused_says_why(cast: Cast, code: str | None, password: str, said: str) -> None:
    client = browser(cast.pam)
    secret = shown_secret(client.get(f"{PLACE}app/").text)
    page = client.post(f"{PLACE}app/", {"code": code_of(secret) if code is None else code, "password": password}).text

    assert said in page
    assert shown_secret(page) == secret
    assert not has_second_step(cast.pam)


def test_codes_cannot_be_guessed_while_setting_up(cast: Cast) -> None:
    client = browser(cast.pam)
    secret = shown_secret(client.get(f"{PLACE}app/").text)
    for _number in range(5):
        client.post(f"{PLACE}app/", {"code": "000000", "password": PASSWORD})
    page = client.post(f"{PLACE}app/", {"code": code_of(secret), "password": PASSWORD}).text

    assert "Too many attempts" in page
    assert not has_second_step(cast.pam)


def test_password_alone_does_not_let_in(cast: Cast) -> None:
    with_app(cast.pam)
    client = log_in(cast.pam)

    assert not is_in(client)
    assert client.get("/api/v1/me").status_code == 401
    assert not LoginSession.objects.filter(user=cast.pam).exists()
    assert "One more step" in client.get(STEP).text


def test_code_lets_in_where_the_person_wanted_to_go(cast: Cast) -> None:
    secret, _recovery = with_app(cast.pam)
    client = Client()
    first = client.post(f"{LOGIN}?next=/people/", {"login": cast.pam.email, "password": PASSWORD, "next": "/rules/"})
    before = client.session.session_key
    second = client.post(STEP, {"code": code_of(secret, later=1)})

    assert (first["Location"], second["Location"]) == (STEP, "/rules/")
    assert is_in(client)
    assert client.session.session_key != before


def test_recovery_code_lets_in_once(cast: Cast) -> None:
    _secret, recovery = with_app(cast.pam)
    first, second = log_in(cast.pam), log_in(cast.pam)
    answers = [client.post(STEP, {"code": recovery[0]}).status_code for client in (first, second)]

    assert answers == [302, 200]
    assert (is_in(first), is_in(second)) == (True, False)


def test_sixth_guess_is_refused_even_when_it_is_right(cast: Cast) -> None:
    secret, _recovery = with_app(cast.pam)
    client = log_in(cast.pam)
    said = [client.post(STEP, {"code": f"00000{number}"}).text for number in range(5)]
    # Another browser is no second chance.
    refused = log_in(cast.pam).post(STEP, {"code": code_of(secret, later=1)}).text

    assert ["wrong or used already" in page for page in said] == [True] * 5
    assert "Too many attempts" in refused
    assert not is_in(client)


def test_success_forgets_the_guesses(cast: Cast) -> None:
    _secret, recovery = with_app(cast.pam)
    for number in range(2):
        client = log_in(cast.pam)
        for _guess in range(4):
            client.post(STEP, {"code": "000000"})
        client.post(STEP, {"code": recovery[number]})
        assert is_in(client)


@pytest.mark.parametrize("code", ["", "\x00", "9" * 5000, "<script>", "١٢٣٤٥٦", "💥"])
def test_odd_codes_are_refused_in_a_sentence(cast: Cast, code: str) -> None:
    with_app(cast.pam)
    client = log_in(cast.pam)

    assert client.post(STEP, {"code": code}).status_code in {200, 400}
    assert not is_in(client)


def test_second_step_is_no_way_in_by_itself(client: Client, cast: Cast) -> None:
    with_app(cast.pam)

    assert client.get(STEP)["Location"] == LOGIN
    assert client.post(STEP, {"code": "000000"})["Location"] == LOGIN


def test_key_is_added_and_lets_in(cast: Cast) -> None:
    key = SoftKey()
    with_key(cast.pam, key)
    client = log_in(cast.pam)
    answer = key.get(options_of(client.get(STEP).text))
    response = client.post(STEP, {"credential": json.dumps(answer)})

    assert response.status_code == 302
    assert is_in(client)
    assert [found.name for found in steps_of(cast.pam).keys] == ["blue"]
    assert steps_of(cast.pam).keys[0].last_used_at is not None


def test_answer_of_a_key_is_good_for_its_challenge_alone(cast: Cast) -> None:
    key = SoftKey()
    with_key(cast.pam, key)
    first, second = log_in(cast.pam), log_in(cast.pam)
    answer = json.dumps(key.get(options_of(first.get(STEP).text)))
    second.get(STEP)

    assert "did not answer as it should" in second.post(STEP, {"credential": answer}).text
    assert not is_in(second)
    assert first.post(STEP, {"credential": answer}).status_code == 302


def test_key_asked_by_a_forged_page_does_not_let_in(cast: Cast) -> None:
    key = SoftKey()
    with_key(cast.pam, key)
    client = log_in(cast.pam)
    key.origin = "https://localhost.evil.example"
    answer = key.get(options_of(client.get(STEP).text))
    client.post(STEP, {"credential": json.dumps(answer)})

    assert not is_in(client)


def test_key_of_somebody_else_does_not_let_in(cast: Cast) -> None:
    mine, theirs = SoftKey(), SoftKey()
    with_key(cast.pam, mine)
    client = log_in(cast.pam)
    client.post(STEP, {"credential": json.dumps(theirs.get(options_of(client.get(STEP).text)))})

    assert not is_in(client)


ODD = [
    *("", "{}", "[]", "null", "7", '"text"', "{", '{"id": "\\u0000"}', '{"response": 1}', "[" * 9000),
    '{"id": "x", "rawId": "x", "type": "public-key", "response": {"clientDataJSON": "eyJ9", "attestationObject": "o"}}',
    '{"id": "x", "rawId": "!", "type": "public-key", "response": {"clientDataJSON": [], "attestationObject": {}}}',
]


@pytest.mark.parametrize("credential", ODD)
def test_odd_answers_of_keys_are_refused_in_a_sentence(cast: Cast, credential: str) -> None:
    with_key(cast.pam, SoftKey())
    client, coming = browser(cast.pam), log_in(cast.pam)
    client.get(f"{PLACE}key/")
    coming.get(STEP)
    added = client.post(f"{PLACE}key/", {"name": "odd", "password": PASSWORD, "credential": credential})
    answered = coming.post(STEP, {"credential": credential})

    assert (added.status_code, answered.status_code) == (200, 200)
    assert ["The key did not answer" in page.text for page in (added, answered)] == [True, True]
    assert len(steps_of(cast.pam).keys) == 1
    assert not is_in(coming)


def test_of_a_key_only_what_is_needed_is_kept(cast: Cast) -> None:
    client, key = browser(cast.pam), SoftKey()
    credential = {**key.create(options_of(client.get(f"{PLACE}key/").text)), "planted": "x\u0000", "more": [1] * 500}
    client.post(f"{PLACE}key/", {"name": "blue", "password": PASSWORD, "credential": json.dumps(credential)})
    kept = Authenticator.objects.get(type="webauthn").data["credential"]

    assert sorted(kept) == ["clientExtensionResults", "id", "rawId", "response", "type"]


def test_key_needs_the_password(cast: Cast) -> None:
    client, key = browser(cast.pam), SoftKey()
    credential = json.dumps(key.create(options_of(client.get(f"{PLACE}key/").text)))
    page = client.post(f"{PLACE}key/", {"name": "blue", "password": "not this one", "credential": credential})

    assert "This is not your password." in page.text
    assert not has_second_step(cast.pam)


def test_host_of_a_request_does_not_change_the_address_of_keys(cast: Cast, settings: Any) -> None:
    settings.PRM_BASE_URL = "https://partners.example.com"
    settings.ALLOWED_HOSTS = ["*"]
    page = browser(cast.pam).get(f"{PLACE}key/", headers={"host": "evil.example"}).text

    assert options_of(page)["publicKey"]["rp"] == {"id": "partners.example.com", "name": settings.PRM_NAME}


def test_overview_tells_what_is_set_up(cast: Cast) -> None:
    before = browser(cast.pam).get(PLACE).text
    with_app(cast.pam)
    after = with_key(cast.pam2, SoftKey()).get(PLACE).text

    assert "Set up an app" in before
    assert "Remove the app" in browser(cast.pam).get(PLACE).text
    assert "10 codes left" in browser(cast.pam).get(PLACE).text
    assert "blue" in after
    assert "A second step is set up." in browser(cast.pam).get("/profile/").text


def test_removing_needs_the_password(cast: Cast) -> None:
    with_app(cast.pam)
    client = browser(cast.pam)
    form = client.get(f"{PLACE}remove/?which=app").text
    refused = client.post(f"{PLACE}remove/", {"which": "app", "password": "not this one"}).text
    kept = has_second_step(cast.pam)
    client.post(f"{PLACE}remove/", {"which": "app", "password": PASSWORD})

    assert 'value="app"' in form
    assert ("This is not your password." in refused, kept, has_second_step(cast.pam)) == (True, True, False)


def test_new_codes_are_shown_once(cast: Cast) -> None:
    with_app(cast.pam)
    client = browser(cast.pam)
    made = client.post(f"{PLACE}codes/", {"password": PASSWORD}).text
    code = re.findall(r"\b\d{8}\b", made)[0]

    assert code not in client.get(f"{PLACE}codes/").text
    assert code not in client.get(PLACE).text
