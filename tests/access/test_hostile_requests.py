"""Every operation and every page against bodies, parameters, dates and methods that nobody sends by mistake.

All of them are refused with a status of the caller's fault, and nothing in the database is another than before.
"""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from rest_framework import serializers
from rest_framework.pagination import CursorPagination
from rest_framework.parsers import JSONParser

from deals.registrations.api import Deals
from deals.registrations.given import DealIn
from prm.api import parsers
from prm.api import serializers as readers_of
from tests.access.table import WAYS
from tests.access.test_api_roles import BODIES, PEOPLE, address, person, rows
from tests.access.test_bodies import body_schema, schema, text_paths, with_id
from tests.access.test_hostile import careless
from tests.access.walking import address_of_nothing, client_for, digest
from tests.access.world import World
from tests.house.routes import own_routes

pytestmark = pytest.mark.timeout(400)

JSON, FORM, MULTIPART = "application/json", "application/x-www-form-urlencoded", "multipart/form-data"
PIECE = b'--B\r\nContent-Disposition: form-data; name="customer"\r\n\r\nx\r\n--B--\r\n'
HOSTILE_BODIES: dict[str, tuple[bytes, str]] = {
    "list": (b"[]", JSON),
    "text": (b'"x"', JSON),
    "null": (b"null", JSON),
    "unfinished": (b'{"a":', JSON),
    "depth 990": (b'{"a":' * 990 + b"1" + b"}" * 990, JSON),
    "depth 100,000": (b"[" * 100_000 + b"]" * 100_000, JSON),
    "5,000 digits": (b'{"a": ' + b"9" * 5000 + b"}", JSON),
    "the same name twice": (b'{"external_id": "a", "external_id": "b"}', JSON),
    "no UTF-8": (b'{"a": "\xff"}', JSON),
    "byte order mark": (b"\xef\xbb\xbf{}", JSON),
    "UTF-16": ('{"a": 1}'.encode("utf-16"), JSON),
    "UTF-7": (b"+AHsAIgBhACI-", f"{JSON}; charset=utf-7"),
    "IDNA": (b"{}", f"{JSON}; charset=idna"),
    "10 MB": (b'{"a": "' + b"x" * 10_000_000 + b'"}', JSON),
    "2,000 names": (json.dumps({f"f{number}": 1 for number in range(2000)}).encode(), JSON),
    "a form": (b"customer=x", FORM),
    "2,000 fields": (b"&".join(b"f%d=1" % number for number in range(2000)), FORM),
    "parts": (PIECE, f"{MULTIPART}; boundary=B"),
    "parts without a boundary": (PIECE, MULTIPART),
    "text that looks like JSON": (b"{}", "text/plain"),
}
# See also tests/partners/imports and tests/partners/lists for what they are given.
TAKING_LARGE_FILES = {"POST accounts/imports", "POST accounts/lists", "POST library/items/item/files"}
TAKING_FILES = TAKING_LARGE_FILES | {"POST leads/imports", "POST marketplace/imports"}
TAKING_FILES |= {"POST rates/imports", "POST direct/opportunities/imports", "POST direct/touches/imports"}
# Of the caller's fault; 409 would be the state's, 429 the throttle's.
REFUSED = {400, 405, 411, 413, 415}


def writing() -> dict[str, str]:
    """Operations with a body, each with somebody who may."""
    return {
        operation: next(name for name, status in zip(PEOPLE, statuses, strict=True) if status < 300)
        for operation, statuses in rows().items()
        if not operation.startswith("GET") and min(statuses) < 300
    }


def sent(world: World, operation: str, body: bytes, kind: str = JSON, **headers: str) -> int:
    """The answer's status; what it did stays."""
    method, path = operation.split()
    client = careless(person(world, writing()[operation]))
    return client.generic(method, address(world, path), body, kind, headers=headers).status_code


@pytest.mark.parametrize("operation", writing())
def test_hostile_body_is_refused_and_does_nothing(world: World, operation: str) -> None:
    before = digest()
    statuses = {name: sent(world, operation, *hostile) for name, hostile in HOSTILE_BODIES.items()}

    assert {name: status for name, status in statuses.items() if status not in REFUSED} == {}
    # A file may be that large, but it is no JSON.
    large = 415 if operation in TAKING_LARGE_FILES else 413
    assert (statuses["10 MB"], statuses["IDNA"], statuses["parts"]) == (large, 415, 415)
    assert digest() == before


def test_control_plain_parser_breaks_or_takes_them(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Deals, "parser_classes", [JSONParser])
    twice = b'{"customer": {"name": "A"}, "external_id": "a", "external_id": "b"}'

    assert sent(world, "POST deals", *HOSTILE_BODIES["depth 100,000"]) == 500
    assert sent(world, "POST deals", twice) == 201


HOSTILE_LEAVES = {"NUL": "a\u0000b", "lone surrogate": "a\ud800b"}


@pytest.mark.parametrize("operation", sorted(writing().keys() - TAKING_FILES))
def test_hostile_leaf_is_refused_and_does_nothing(world: World, operation: str) -> None:
    """At every place of the body that the document knows, as a value and as a name."""
    document = schema()
    paths = list(text_paths(document, body_schema(document, operation)))
    before = digest()
    statuses = {}
    for name, leaf in HOSTILE_LEAVES.items():
        for path in paths:
            body = with_id(BODIES.get(operation, {}), path, leaf)
            statuses[f"{name} at {'.'.join(path)}"] = sent(world, operation, json.dumps(body).encode())
        statuses[f"{name} as a name"] = sent(world, operation, json.dumps({leaf: 1}).encode())

    assert {name: status for name, status in statuses.items() if status != 400} == {}
    assert digest() == before


def test_control_without_the_look_at_texts_a_name_breaks_the_answer(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parsers, "_check_texts", lambda _value: None)

    assert sent(world, "POST deals", b'{"\\ud800": 1}') == 500


HOSTILE_QUERY = ("%00", "a%00b", "%ED%A0%80", "%FF", "%0d%0a", "%1b%5b31m", "%c2%85")
HOSTILE_PAGES = {
    "page_size": ("0", "-1", "abc", "1e9", "101", "1000000", "9" * 20, "1.0", "%2B5", "%EF%BC%91", ""),
    "cursor": ("", "cD1hYmM=", "cD0lMDA=", "p=abc", "abc", "'", "9" * 20, "x" * 5000, "W10:sig", "..:.."),
}


def reading() -> Iterator[tuple[str, str]]:
    """Every parameter of every operation that reads without naming a noun."""
    for path, operations in schema()["paths"].items():
        if "get" in operations and "{" not in path:
            yield from (
                (path, each["name"]) for each in operations["get"].get("parameters", []) if each["in"] == "query"
            )


def test_hostile_character_in_any_parameter_is_refused(world: World) -> None:
    client = careless(person(world, "programme"))
    statuses = {
        f"{path}?{name}={value}": client.get(f"{path}?{name}={value}").status_code
        for path, name in reading()
        for value in HOSTILE_QUERY
    }

    assert len(statuses) > 100
    assert {url: status for url, status in statuses.items() if status != 400} == {}


# Nobody of the vendor reads them.
OF_PARTNERS = {"/api/v1/mapping/lists"}


def reader(world: World, path: str) -> Client:
    return careless(person(world, "admin" if path in OF_PARTNERS else "programme"))


@pytest.mark.parametrize("name", HOSTILE_PAGES)
def test_page_that_is_none_is_refused_by_every_list(world: World, name: str) -> None:
    lists = [path for path, parameter in reading() if parameter == name]
    statuses = {
        f"{path} {value}": reader(world, path).get(f"{path}?{name}={value}").status_code
        for path in lists
        for value in HOSTILE_PAGES[name]
    }

    assert len(lists) > 3
    assert {asked: status for asked, status in statuses.items() if status != 400} == {}


class PlainCursors(CursorPagination):
    ordering = "-created_at"


def test_control_plain_cursor_breaks_the_list(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Deals, "pagination_class", PlainCursors)

    assert careless(person(world, "programme")).get("/api/v1/deals?cursor=cD1hYmM=").status_code == 500


@pytest.mark.parametrize(
    "lookup",
    ["name__regex", "customer_name__iregex", "customer__startswith", "partner__organisation", "pk", "ordering"],
)
def test_lookups_of_the_database_are_no_parameters(world: World, lookup: str) -> None:
    lists = {path for path, parameter in reading() if parameter == "cursor"}
    statuses = {path: reader(world, path).get(f"{path}?{lookup}=(").status_code for path in lists}

    assert statuses == dict.fromkeys(lists, 400)


HOSTILE_HEADERS = {
    "idempotency-key": ("", " ", "é", "a b", "x" * 201, "a\x00b", "\x7f"),
    "if-match": ("", "abc", '"unfinished', '"é"', "a\x00b", '"' + "x" * 2000 + '"', 'W/"a", b'),
}


@pytest.mark.parametrize("name", HOSTILE_HEADERS)
def test_hostile_header_is_refused_and_does_nothing(world: World, name: str) -> None:
    before = digest()
    statuses = {
        value[:20]: sent(world, "POST deals/draft/submit", b"{}", **{name: value}) for value in HOSTILE_HEADERS[name]
    }

    assert {value: status for value, status in statuses.items() if status != 400} == {}
    assert digest() == before


HOSTILE_DATES = (
    *("0001-01-01", "0000-00-00", "1899-12-31", "2100-01-01", "9999-12-31", "10000-01-01", "2027-02-30", "2027-13-01"),
    *("9999-12-31T23:59:59-12:00", "2027-06-30T00:00:00Z", "-2027-06-30", "2027-6-3", "20270630", "٢٠٢٧-٠٦-٣٠"),
    *("2027-06-30\u0000", "today", "1e9", "now()"),
)
DATED: dict[str, tuple[str, dict[str, Any]]] = {
    "POST deals": ("expected_close", BODIES["POST deals"]),
    "PATCH deals/draft": ("expected_close", {}),
    "POST deals/approved/win": ("closed_on", {}),
    "POST accounts": ("customer_since", BODIES["POST accounts"]),
    "PATCH accounts/account": ("customer_since", {}),
}


@pytest.mark.parametrize("operation", DATED)
def test_date_that_cannot_be_is_refused_at_its_field(world: World, operation: str) -> None:
    field, body = DATED[operation]
    before = digest()
    statuses = {
        given: sent(world, operation, json.dumps({**body, field: given}).encode())
        for given in (*HOSTILE_DATES, 0, -1, 20270630, True, 1e9)
    }

    assert {given: status for given, status in statuses.items() if status != 400} == {}
    assert digest() == before


@pytest.mark.parametrize("name", ["created_from", "created_until"])
def test_date_that_cannot_be_is_refused_as_a_parameter(world: World, name: str) -> None:
    client = careless(person(world, "programme"))
    statuses = {given: client.get("/api/v1/deals", {name: given}).status_code for given in HOSTILE_DATES}

    assert {given: status for given, status in statuses.items() if status != 400} == {}


def test_control_plain_date_is_taken_whatever_its_year(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(DealIn._declared_fields, "expected_close", serializers.DateField())
    # Readers are kept with the fields that they were made with.
    monkeypatch.setattr(readers_of._readers, "made", {})
    body = {**BODIES["POST deals"], "expected_close": "0001-01-01"}

    assert sent(world, "POST deals", json.dumps(body).encode()) == 201


FORMS = {
    "deal-new": ("rep", {"customer_name": "A new customer", "then": "draft"}, "expected_close"),
    "deal-win": ("rep", {"value": "100"}, "closed_on"),
    "account-new": ("programme", {"name": "A new customer", "country": "DE"}, "customer_since"),
}


@pytest.mark.parametrize("name", FORMS)
def test_date_that_cannot_be_is_shown_again_by_a_form(world: World, name: str) -> None:
    who, body, field = FORMS[name]
    user = world.cast.admin if who == "programme" else world.helix.people[who]
    route = next(route for route in own_routes() if route.name == name)
    url = address_of_nothing(route).replace("deal_" + "2" * 18, world.helix.approved.public_id)
    before = digest()
    statuses = {}
    # A person may leave zeros out ("2027-6-3"), which the odd ones do not.
    for given in HOSTILE_DATES[::2]:
        with transaction.atomic():
            statuses[given] = careless(world.browser(user)).post(url, {**body, field: given}).status_code

    assert {given: status for given, status in statuses.items() if not 400 <= status < 500} == {}
    assert digest() == before


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "BREW", "PROPFIND", "GETS", "X" * 500])
def test_unknown_method_is_refused_everywhere(world: World, method: str) -> None:
    user = world.helix.people["admin"]
    before = digest()
    statuses = {
        route.name: client_for(world, user, route).generic(method, address_of_nothing(route)).status_code
        for route in own_routes()
    }

    assert {name: status for name, status in statuses.items() if status != 405} == {}
    assert digest() == before


OVERRIDES = ("x-http-method-override", "x-http-method", "x-method-override")


@pytest.mark.parametrize("header", OVERRIDES)
def test_method_is_the_one_of_the_request(world: World, header: str) -> None:
    client = world.caller(world.helix.people["rep"])
    url = address(world, "deals/draft")
    before = digest()
    answer = client.post(url, {"competitor": "Changed"}, content_type=JSON, headers={header: "PATCH"})
    in_form = world.browser(world.helix.people["rep"]).post(url, {"_method": "PATCH", "competitor": "Changed"})

    assert (answer.status_code, in_form.status_code) == (405, 405)
    assert digest() == before


class Overriding:
    """The control: what some frameworks do of themselves."""

    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> Any:
        request.method = request.headers.get(OVERRIDES[0], request.method)
        return self.get_response(request)


def test_control_middleware_that_overrides_changes_the_draft(world: World, settings: Any) -> None:
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, f"{__name__}.Overriding"]
    client = world.caller(world.helix.people["rep"])
    answer = client.post(
        address(world, "deals/draft"), {"competitor": "Changed"}, content_type=JSON, headers={OVERRIDES[0]: "PATCH"}
    )

    assert (answer.status_code, answer.json()["competitor"]) == (200, "Changed")


HOSTILE_TEXT = ("%00", "a%00b", "%ED%A0%80", "%FF", "%1b%5b31m", "%c2%85")


def test_hostile_character_in_any_field_of_a_form_is_refused(world: World) -> None:
    before = digest()
    statuses = {}
    for route in own_routes():
        if route.is_api or not WAYS[route.name].posts:
            continue
        client = careless(world.browser(world.helix.people["admin"]))
        for field in WAYS[route.name].posts:
            for text in HOSTILE_TEXT:
                answer = client.post(address_of_nothing(route), f"{field}={text}", content_type=FORM)
                statuses[f"{route.name} {field}={text}"] = answer.status_code

    assert len(statuses) > 200
    assert {asked: status for asked, status in statuses.items() if status != 400} == {}
    assert digest() == before


def test_control_without_the_boundary_a_page_breaks(world: World, settings: Any) -> None:
    """The search asks the database for what was typed, as it was typed."""
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if "boundary" not in name]
    client = Client(raise_request_exception=False)
    client.force_login(world.helix.people["admin"])

    assert client.get("/search/?q=a%00bc").status_code == 500
