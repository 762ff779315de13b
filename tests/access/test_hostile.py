"""Whatever is thrown at a door, it answers: nothing is a server error, and nothing that was typed becomes code."""

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, quote_from_bytes

import pytest
from django.db import transaction
from django.test import Client

from deals.registrations.models import Registration
from prm.accounts.models import User
from tests.access.table import WAYS
from tests.access.test_bodies import body_schema, schema, text_paths, with_id
from tests.access.test_canaries import pages
from tests.access.walking import address_of_nothing, body_of, methods_of
from tests.access.world import World, complete
from tests.factories import make_registration
from tests.house.routes import Route, own_routes

pytestmark = pytest.mark.timeout(400)

# As they stand in an address.
HOSTILE = {
    "nul": "%00",
    "lone surrogate": "%ED%A0%80",
    "not utf-8": "%FF%FE",
    "very long": "a" * 5000,
    "huge number": "9" * 40,
    "exponent": "1e400",
    "other digits": quote("١٢٣"),
    "quote": quote("' or 1=1 --"),
    "regular expression": quote("((((*"),
    "format": quote("%s %(x)s {0.__class__} {{ 7*7 }}"),
    "line break": "%0d%0aX-Injected:%20yes",
    "direction": quote("\u202e"),
    "path": quote("../../etc/passwd", safe=""),
    "markup": quote("<script>alert(1)</script>"),
}
PARAMETERS = (
    *("q", "cursor", "page_size", "state", "partner", "product", "due", "mine", "period", "organisation", "next"),
    *("value", "currency", "reference", "created_from", "by", "owner", "model", "kind", "subject", "country"),
)
LEAVES: dict[str, Any] = {
    "null": None,
    "list": [],
    "object": {"a": {"b": []}},
    "true": True,
    "float": 0.1,
    "huge": 10**40,
    "minus": -1,
    "nan text": "NaN",
    "infinity text": "Infinity",
    "underscore": "1_000",
    "full width": "１２",
    "nul": "a\u0000b",
    "lone surrogate": "a\ud800b",
    "long": "x" * 20000,
    "blank": "   ",
    "markup": "<img src=x onerror=alert(1)>",
    "date": "9999-12-31",
    "no date": "2027-02-30",
}


def readers(world: World) -> dict[str, User]:
    return {"partner admin": world.helix.people["admin"], "pam": world.cast.pam}


def careless(client: Client) -> Client:
    """Answers with the error page instead of raising, as a server does."""
    client.raise_request_exception = False
    return client


def client_of(world: World, user: User, route: Route) -> Client:
    return careless(world.caller(user) if route.is_api else world.browser(user))


@pytest.mark.parametrize("who", ["partner admin", "pam"])
def test_no_parameter_breaks_a_page(world: World, who: str) -> None:
    user = readers(world)[who]
    broken = []
    for route in own_routes():
        if route.names or "GET" not in methods_of(route, world.browser(user)) or route.name in {"schema", "docs"}:
            continue
        client, url = client_of(world, user, route), address_of_nothing(route)
        for number, (name, hostile) in enumerate(HOSTILE.items()):
            # All of them, and one alone: a page that refuses the first never reads the second.
            alone = PARAMETERS[number % len(PARAMETERS)]
            for query in ("&".join(f"{parameter}={hostile}" for parameter in PARAMETERS), f"{alone}={hostile}"):
                response = client.get(f"{url}?{query}")
                broken += [f"{url} {name} in {query[:9]}"] if response.status_code >= 500 else []

    assert broken == []


@pytest.mark.parametrize("name", HOSTILE)
def test_no_address_breaks_a_page(world: World, name: str) -> None:
    user = world.helix.people["admin"]
    broken = []
    for route in own_routes():
        if route.names and route.name != "rules-version":
            url = re.sub(r"(deal|acc|org|usr|inv|tok|ntc)_2{18}|nothing", HOSTILE[name], address_of_nothing(route))
            response = client_of(world, user, route).get(url)
            if response.status_code not in {302, 400, 403, 404, 405}:
                broken.append(f"{url}: {response.status_code}")

    assert [line for line in broken if not line.startswith("/auth/")] == []


def api_leaves() -> Iterator[tuple[str, ...]]:
    yield from text_paths(schema(), body_schema(schema(), "POST deals"))


def test_no_leaf_of_a_body_breaks_the_api(world: World) -> None:
    client = careless(world.caller(world.helix.people["rep"]))
    answers = {}
    for path in api_leaves():
        for name, leaf in LEAVES.items():
            body = with_id({"customer": {"name": "A new customer"}}, path, leaf)
            with transaction.atomic():
                response = client.post("/api/v1/deals", json.dumps(body), content_type="application/json")
                transaction.set_rollback(True)
            answers[f"{'.'.join(path)} {name}"] = response.status_code

    assert len(answers) > 300
    assert {name: status for name, status in answers.items() if status not in {201, 400}} == {}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b'"text"',
        b"1e999",
        b"{",
        b'{"a": 1, "a": 2}',
        b"\xff\xfe",
        b"\xef\xbb\xbf{}",
        b"[" * 100_000,
        b'{"a":' * 2_000 + b"1" + b"}" * 2_000,
        b'{"customer": {"name": ' + b"9" * 6_000 + b"}}",
    ],
    ids=lambda body: f"{body[:12]!r} × {len(body)}",
)
def test_no_body_breaks_the_api(world: World, body: bytes) -> None:
    client = careless(world.caller(world.helix.people["rep"]))
    response = client.generic("POST", "/api/v1/deals", body, content_type="application/json")

    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"


def test_no_field_breaks_a_form(world: World) -> None:
    user = world.helix.people["admin"]
    broken = []
    for route in own_routes():
        if route.is_api or route.name.startswith("account_") or "POST" not in methods_of(route, world.browser(user)):
            continue
        for field in WAYS[route.name].posts:
            for name, hostile in HOSTILE.items():
                body = f"{field}={hostile}"
                with transaction.atomic():
                    response = careless(world.browser(user)).post(
                        address_of_nothing(route), body, content_type="application/x-www-form-urlencoded"
                    )
                    transaction.set_rollback(True)
                broken += [f"{route.name} {field} {name}"] if response.status_code >= 500 else []

    assert broken == []


MARKUP = "\"'><script>alert(1)</script><b onload=x>{{ 7|add:62710554 }}{% now 'Y' %}"
CODE = ("<script>alert(1)", "<b onload", "62710561")


def test_markup_is_drawn_as_text(world: World) -> None:
    """Every text of a registration, of its people and of its answers, on every page of both sides."""
    typed = {
        name: MARKUP
        for name in ("customer_name", "customer_city", "contact_name", "contact_title", "competitor", "work_done")
    }
    deal = make_registration(world.helix.team, *world.cast.products.values(), **complete(typed))
    Registration.objects.filter(pk=deal.pk).update(answer_message=MARKUP, own_services=[{"name": MARKUP}])
    User.objects.filter(pk=world.helix.team.rep.pk).update(name=MARKUP)
    for user in (world.helix.people["admin"], world.cast.pam):
        told = [world.browser(user).get(url).text for url in (f"/deals/{deal.public_id}/", "/deals/")]
        told += [text for url, text in pages(world, user) if not url.startswith("/api/") and "export" not in url]

        assert sum("&lt;script&gt;" in text for text in told) > 1
        assert [word for text in told for word in CODE if word in text] == []


def test_typed_line_breaks_reach_no_header(world: World) -> None:
    typed = {"customer_name": "Brave\r\nBcc: spy@new.example"}
    client = world.caller(world.helix.people["rep"])
    answer = client.post(
        "/api/v1/deals", json.dumps({"customer": {"name": typed["customer_name"]}}), content_type="application/json"
    )

    assert answer.status_code == 400


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example",
        "https:evil.example",
        "\\\\evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "/%0d%0a//x",
    ],
)
def test_login_leads_nowhere_else(world: World, target: str) -> None:
    user = world.helix.people["rep"]
    form = {"login": user.email, "password": "correct horse battery"}
    response = careless(Client()).post(f"/auth/login/?next={quote(target, safe='%')}", form)

    assert response.status_code in {302, 400}
    assert response.get("Location", "/").startswith("/")
    assert not response.get("Location", "/").startswith(("//", "/\\"))


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "localhost:80@evil.example", "a b"])
def test_foreign_host_is_refused(world: World, settings: Any, host: str) -> None:
    settings.ALLOWED_HOSTS = ["localhost"]
    response = careless(world.browser(world.helix.people["rep"])).get("/deals/", headers={"host": host})

    assert response.status_code == 400
    assert b"evil" not in body_of(response)


def test_bytes_that_are_no_text_stay_out(world: World) -> None:
    url = "/search/?q=" + quote_from_bytes(bytes(range(128, 256)))

    assert careless(world.browser(world.helix.people["rep"])).get(url).status_code == 400
