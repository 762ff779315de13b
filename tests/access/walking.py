"""Walks over every route, and what two answers have in common."""

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.apps import apps
from django.db import models
from django.http import HttpResponseBase
from django.test import Client
from django.urls import reverse

from prm.accounts.models import User
from prm.ids import LENGTH
from tests.access.table import WAYS
from tests.access.world import Side, World
from tests.house.routes import Route, own_routes
from tests.house.source import PACKAGES

UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
# Counters and traces of reading; everything else in the database is somebody's.
UNCOUNTED = {"AttemptWindow", "LoginSession", "LibraryUse"}
UNCOUNTED_COLUMNS = {"last_used_at", "last_login"}
# What is never cached expires at its own date.
VARYING_HEADERS = {"date", "expires", "x-request-id", "set-cookie"}
TOKENS = re.compile(rb'(name="csrf-token" content="|name="csrfmiddlewaretoken" value="|csrfToken": ")[A-Za-z0-9]+')
NONCES = re.compile(rb'(name="form_nonce" value=")[^"]+')
PREFIXES = {
    "deal": "deal",
    "account": "acc",
    "name": "nam",
    "merge": "mrg",
    "pair": "alk",
    "list": "lst",
    "import": "imp",
    "organisation": "org",
    "person": "usr",
    "decider": "usr",
    "invitation": "inv",
    "token": "tok",
    "notice": "ntc",
    "message": "msg",
    "filter": "flt",
    "announcement": "ann",
    "export": "exp",
    "run": "run",
    "payee": "pye",
    "tender": "tnd",
    "lead": "led",
    "offer": "lof",
    "opportunity": "dop",
    "touch": "dtc",
    "case": "cas",
    "co_sell": "csl",
    "mapped": "map",
    "market": "mof",
    "record": "por",
    "rate": "rat",
    "item": "lib",
    "file": "fil",
    "collection": "lbc",
}


@dataclass(frozen=True)
class Answer:
    """All that an asker can tell two answers apart by."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


def answer_of(response: HttpResponseBase, *, echo: str = "") -> Answer:
    """`echo` is what the asker put into the query and may be told again."""
    body = masked(body_of(response))
    if echo:
        body = body.replace(echo.encode(), b"")
    headers = [(name, value) for name, value in response.items() if name.lower() not in VARYING_HEADERS]
    return Answer(response.status_code, tuple(sorted(headers)), body)


def body_of(response: Any) -> bytes:
    """As its reader finds it: a workbook is a zip of texts."""
    body: bytes = b"".join(response.streaming_content) if response.streaming else response.content
    if not body.startswith(b"PK\x03\x04"):
        return body
    with zipfile.ZipFile(io.BytesIO(body)) as parts:
        # The moment of its making stands in every workbook.
        return b"\n".join(parts.read(name) for name in sorted(parts.namelist()) if name != "docProps/core.xml")


def masked(body: bytes) -> bytes:
    return NONCES.sub(rb"\1", TOKENS.sub(rb"\1", body))


def missing_id(kind: str) -> str:
    return f"{PREFIXES[kind]}_" + "2" * LENGTH


def address_of_nothing(route: Route) -> str:
    others: dict[str, str | int] = {"number": 1, "metric": "nothing", "uid": "x", "key": "y-z", "digest": "0" * 64}
    others |= {"schema": "deals", "policy": "pol_" + "2" * LENGTH, "replay": "rpl_" + "2" * LENGTH}
    kinds = WAYS[route.name].arguments
    return reverse(route.name, args=[missing_id(kind) if kind in PREFIXES else others[kind] for kind in kinds])


def methods_of(route: Route, client: Client) -> set[str]:
    """What the route takes: an API door says it by its class, a page when it is asked for something else."""
    if route.view_class is not None:
        names = getattr(route.view_class, "http_method_names", [])
        return {name.upper() for name in names if hasattr(route.view_class, name)} - {"OPTIONS", "TRACE"}
    allowed = client.generic("PUT", address_of_nothing(route)).headers.get("Allow", "GET, POST")
    return {name.strip() for name in allowed.split(",")} - {"OPTIONS"}


def send(client: Client, method: str, url: str, route: Route, **headers: str) -> HttpResponseBase:
    body = WAYS[route.name].posts
    if method not in UNSAFE:
        return client.generic(method, url, headers=headers)
    if route.is_api:
        return client.generic(method, url, json.dumps(body), content_type="application/json", headers=headers)
    if method == "POST":
        return client.post(url, body, headers=headers)
    return client.generic(method, url, headers=headers)


@dataclass(frozen=True)
class Question:
    """The same request twice: about something that exists elsewhere, and about nothing."""

    route: Route
    method: str
    theirs: str
    nothing: str

    def __str__(self) -> str:
        return f"{self.method} {self.theirs}"

    def ask(self, client: Client, url: str) -> Answer:
        return answer_of(send(client, self.method, url, self.route), echo=urlsplit(url).query.rpartition("=")[2])


def client_for(world: World, user: User, route: Route) -> Client:
    return world.caller(user) if route.is_api else world.browser(user)


def strange_questions(world: World, side: Side, *, most: int = 10) -> Iterator[Question]:
    """Every route × method with ids of that side, at most that many of a kind, in the path and in the query."""
    probe = world.browser(world.cast.admin)
    for route in own_routes():
        way = WAYS[route.name]
        kinds = [kind for kind in way.arguments if kind in PREFIXES]
        if kinds or way.queries:
            methods = methods_of(route, probe)
            yield from query_questions(route, side, methods)
            yield from path_questions(route, methods, {kind: side.ids(kind)[:most] for kind in kinds})


def path_questions(route: Route, methods: set[str], ids: dict[str, list[str]]) -> Iterator[Question]:
    """What the route takes is asked of every id, what it does not take of one."""
    for kind, public_ids in ids.items():
        nothing = reverse(route.name, args=[missing_id(kind)])
        for number, public_id in enumerate(public_ids):
            for method in sorted(methods | ({"HEAD", *UNSAFE} if number == 0 else set())):
                yield Question(route, method, reverse(route.name, args=[public_id]), nothing)


def query_questions(route: Route, side: Side, methods: set[str]) -> Iterator[Question]:
    if WAYS[route.name].arguments:
        return
    url = reverse(route.name)
    for query in WAYS[route.name].queries:
        theirs, nothing = filled(query, side), filled(query, None)
        if theirs != nothing:
            # A query of the API narrows a list, one of a page may say where a form goes.
            for method in sorted(methods & {"GET", "HEAD"} if route.is_api else methods):
                yield Question(route, method, f"{url}?{theirs}", f"{url}?{nothing}")


def filled(query: str, side: Side | None) -> str:
    for kind in PREFIXES:
        query = query.replace(f"{{{kind}}}", side.ids(kind)[0] if side else missing_id(kind))
    return query.replace("{reference}", side.submitted.reference if side else "DR-222222")


def digest() -> dict[str, str]:
    """By table, everything that the product remembers, except counters of attempts and when somebody came."""
    found = {}
    for model in apps.get_models():
        if model.__module__.partition(".")[0] in PACKAGES and model.__name__ not in UNCOUNTED:
            names = [field.attname for field in model._meta.concrete_fields if field.name not in UNCOUNTED_COLUMNS]
            rows = model._base_manager.order_by(*primary_key(model)).values_list(*names)
            found[model.__name__] = hashlib.sha256(repr(list(rows)).encode()).hexdigest()
    return found


def primary_key(model: type[models.Model]) -> list[str]:
    return [field.attname for field in model._meta.pk_fields]
