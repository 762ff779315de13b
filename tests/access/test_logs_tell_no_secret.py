"""Nothing that opens a door, and nothing that was written to somebody, is ever in the log."""

import json
import logging
import re
from typing import Any

from django.core import mail
from django.test import Client
from django.urls import reverse

from prm.accounts.models import User
from prm.accounts.resets import promise_reset, reset_path
from prm.api.logs import JsonLines
from prm.clocks.database import database_now
from prm.notices import relay
from prm.notices.models import Notice
from tests.access.table import WAYS
from tests.access.walking import address_of_nothing, client_for, methods_of
from tests.access.world import World
from tests.authenticators import code_of
from tests.factories import PASSWORD
from tests.house.routes import own_routes
from tests.lines import Lines, everything_logged

SECRET = "Geheimnis-4711"
NAMES = ("password", "password1", "oldpassword", "code", "token", "secret", "credential", "note")


def test_no_door_writes_down_what_it_was_sent(world: World, lines: Lines) -> None:
    """Every route, with a secret in each field, in a header and in the query."""
    user = world.helix.people["admin"]
    asked = 0
    for route in own_routes():
        client, url = client_for(world, user, route), address_of_nothing(route)
        client.raise_request_exception = False
        sent = {**dict.fromkeys(WAYS[route.name].posts, SECRET), **dict.fromkeys(NAMES, SECRET)}
        for method in sorted(methods_of(route, world.browser(user))):
            body = json.dumps(sent) if route.is_api else "&".join(f"{name}={value}" for name, value in sent.items())
            kind = "application/json" if route.is_api else "application/x-www-form-urlencoded"
            client.generic(method, f"{url}?token={SECRET}", body, kind, headers={"x-api-key": SECRET})
            asked += 1

    assert asked > 100
    assert [line for line in lines.written if SECRET in line] == []


def test_passwords_codes_and_tokens_are_not_written_down(world: World, lines: Lines) -> None:
    user = world.helix.people["rep"]
    client = Client(raise_request_exception=False)
    wrong = client.post(reverse("account_login"), {"login": user.email, "password": SECRET})
    right = client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    secret = world.secrets[user.pk]
    for call in (
        lambda: Client().get("/api/v1/me", headers={"authorization": f"Bearer {secret}"}),
        lambda: Client().get("/api/v1/me", headers={"authorization": f"Bearer {secret}x"}),
        lambda: Client().get(f"/api/v1/me?token={secret}"),
        lambda: world.caller(user).get(f"/api/v1/deals/{secret}"),
        lambda: world.browser(user).get(f"/deals/{secret}/"),
    ):
        call()

    assert (wrong.status_code, right.status_code) == (200, 302)
    assert [line for line in lines.written if SECRET in line or PASSWORD in line or secret in line] == []


def test_codes_of_second_steps_are_not_written_down(world: World, lines: Lines) -> None:
    user = world.helix.people["rep"]
    client = world.browser(user)
    page = client.get(reverse("second-step-app"))
    app_secret = page.context["secret"]
    code = code_of(app_secret)
    shown = client.post(reverse("second-step-app"), {"code": code, "password": PASSWORD}, follow=True)
    codes = list(shown.context["codes"])
    newcomer = Client()
    newcomer.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    newcomer.post(reverse("mfa_authenticate"), {"code": codes[0]})

    assert len(codes) > 5
    assert [line for line in lines.read() if re.search(rf"\b{code}\b", line["message"])] == []
    assert [line for line in lines.written if any(each in line for each in (app_secret, *codes))] == []


def reset_link(user: User) -> str:
    promise_reset(user, database_now())
    return reset_path(Notice.objects.filter(user=user).latest("pk"))


def use(client: Client, link: str) -> list[int]:
    """Opened, opened with another method, sent without a token, and spoilt on the way."""
    strict = Client(enforce_csrf_checks=True)
    return [
        client.get(link).status_code,
        strict.post(link, {"password1": SECRET, "password2": SECRET}).status_code,
        client.put(link).status_code,
        client.get(f"{link}more/").status_code,
        client.get(f"{link}%00").status_code,
    ]


def test_key_of_a_new_password_is_not_written_down(world: World, lines: Lines) -> None:
    link = reset_link(world.helix.people["rep"])
    key = link.rstrip("/").rpartition("-")[2]
    statuses = use(Client(), link)

    assert statuses[0] == 302
    assert [status for status in statuses if status in {400, 403}] == [403, 400]
    assert [line for line in lines.written if key in line] == []
    assert any("/auth/password/reset/key/***" in line.get("path", "") for line in lines.read())


def test_control_plain_lines_have_the_key(world: World) -> None:
    with everything_logged(logging.Formatter("%(message)s")) as written:
        link = reset_link(world.helix.people["rep"])
        use(Client(), link)

    assert [line for line in written.written if link.rstrip("/").rpartition("-")[2] in line] != []


def test_mails_are_not_written_down(world: World, lines: Lines) -> None:
    reset_link(world.helix.people["rep"])
    relay.run()

    said = [line for message in mail.outbox for line in str(message.body).splitlines() if len(line) > 20]
    assert said
    assert [line for line in lines.written if any(each in line for each in said)] == []


class Talkative:
    """The control: a middleware that somebody left in while looking for a mistake."""

    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> Any:
        logging.getLogger("prm.test").debug("Got %s %s", request.get_full_path(), request.POST.dict())
        return self.get_response(request)


def test_control_talkative_middleware_is_found_out(world: World, settings: Any, lines: Lines) -> None:
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, f"{__name__}.Talkative"]
    Client().post(reverse("account_login"), {"login": "rep@helix.example", "password": SECRET})

    assert [line for line in lines.written if SECRET in line] != []


FORGED = 'Eve\n{"level": "info", "logger": "prm.audit", "message": "approved"}'


def test_line_break_in_a_name_forges_no_line(world: World, lines: Lines) -> None:
    User.objects.filter(pk=world.helix.people["rep"].pk).update(name=FORGED)
    logging.getLogger("prm.test").warning("%s did something", User.objects.get(pk=world.helix.people["rep"].pk))
    Client().get("/nothing/%0a%7b%22level%22:%22info%22%7d")

    assert all("\n" not in line for line in lines.written)
    assert [line for line in lines.read() if line["logger"] == "prm.audit"] == []


def test_control_plain_line_is_forged() -> None:
    record = logging.LogRecord("prm.test", logging.WARNING, __file__, 1, "%s did something", (FORGED,), None)

    assert len(logging.Formatter("%(message)s").format(record).splitlines()) == 2
    assert len(JsonLines().format(record).splitlines()) == 1
