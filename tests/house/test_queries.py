"""Every page and endpoint asks the database as often for 100 rows as for one."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from prm.accounts.models import User
from prm.metrics.registry import METRICS
from prm.payments.models import Payee
from prm.rates.models import Rate
from tests.access.table import WAYS
from tests.access.walking import methods_of
from tests.factories import make_cast, make_token
from tests.founding import Founding
from tests.house.growing import Programme
from tests.house.routes import Route, own_routes

# All addresses are asked before the first assertion.
pytestmark = [pytest.mark.django_db, pytest.mark.timeout(400)]

SIZES = (1, 100)
# The frame asks for the session, the person, the membership and the unread notices; insight once or more for each
# figure of the programme.
MOST_FOR_PAGES = 36
MOST_FOR_ENDPOINTS = 12
# Reads nothing of the programme, or is no page.
WITHOUT_ROWS = {"theme", "brand-logo", "schema", "docs", "healthz", "readyz", "metrics"}
WITHOUT_ROWS |= {"account_logout", "invitation", "mfa_authenticate"}
# One row in one form, or a file of one thing that is at hand only after something was done with it.
WITHOUT_ROWS |= {"deal-refund", "deal-extension", "deal-take-up", "payment-run-file", "api-payment-run-file"}
WITHOUT_ROWS |= {"deal-appeal", "deal-appeal-decide", "api-deal-first-refusal", "lead-edit", "deal-record"}
WITHOUT_ROWS |= {"deal-engagement", "deal-engagement-decide", "deal-amendment"}
WITHOUT_ROWS |= {"policy-acknowledgements-export", "replay-differences-export"}
# Leads to the list that it narrows.
WITHOUT_ROWS |= {"filter"}

# For an address that this person cannot read.
UNREADABLE = -1

Counts = dict[str, dict[int, int]]


@pytest.fixture(scope="module")
def counts(founding: Founding, django_db_blocker: Any) -> Counts:
    """Queries by `who address` and size; nothing is ever committed."""
    with django_db_blocker.unblock(), founding.another():
        programme = Programme(make_cast())
        clients = {name: (browser(user), caller(user)) for name, user in readers(programme).items()}
        found: Counts = {}
        for size in SIZES:
            programme.grow(size)
            with connection.cursor() as cursor:
                # Nothing of this is ever committed, so nobody else tells the planner how much there is.
                cursor.execute("analyze")
            for name, (browsing, calling) in clients.items():
                for label, client, url, headers in addresses(programme, browsing, calling):
                    by_size = found.setdefault(f"{name} {label}", {})
                    if not by_size:
                        # What a process keeps is there from its first answer on.
                        client.get(url, headers=headers)
                    if by_size.get(SIZES[0]) != UNREADABLE:
                        by_size[size] = queries(client, url, headers)
    return {label: by_size for label, by_size in found.items() if by_size[SIZES[0]] != UNREADABLE}


def readers(programme: Programme) -> dict[str, User]:
    cast = programme.cast
    return {
        "partner admin": programme.team.admin,
        "pam": cast.pam,
        "programme admin": cast.admin,
    }


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def caller(user: User) -> Client:
    return Client(headers={"authorization": f"Bearer {make_token(user)}"})


def addresses(programme: Programme, browsing: Client, calling: Client) -> Iterator[tuple[str, Client, str, Any]]:
    for route in own_routes():
        if route.name in WITHOUT_ROWS or "GET" not in methods_of(route, browsing):
            continue
        for label, url in named(route, programme):
            yield label, calling if route.is_api else browsing, url, {}
            if not (route.is_api or route.names):
                yield f"{label} (fragment)", browsing, url, {"hx-request": "true"}


def named(route: Route, programme: Programme) -> list[tuple[str, str]]:
    """The route's addresses: of each deal that is in another state, else the one of its kind."""
    deals = {state: getattr(programme, state) for state in ("draft", "submitted", "asked", "approved")}
    kinds = WAYS[route.name].arguments
    if kinds == ("metric",):
        names = METRICS.names()
        return [(f"{route.name} {name}", f"{reverse(route.name, args=[name])}?by=partner") for name in names]
    if kinds == ("deal",):
        return [(f"{route.name} {name}", reverse(route.name, args=[deal.public_id])) for name, deal in deals.items()]
    account = programme.approved.account
    ids = {
        "account": account.public_id if account else "",
        "export": programme.export.public_id,
        "list": programme.company_list.public_id,
        "import": programme.account_import.public_id,
        "filter": programme.saved_filter.public_id,
        "announcement": programme.announcement.public_id,
        "organisation": programme.team.organisation.public_id,
        "person": programme.colleague.public_id,
        "decider": programme.cast.pam.public_id,
        "lead": programme.offer.lead.public_id,
        "offer": programme.offer.public_id,
        "run": programme.run.public_id if programme.run else "",
        "payee": Payee.objects.earliest("pk").public_id,
        "rate": Rate.objects.earliest("pk").public_id,
        "number": 1,
        "schema": "deals",
        "policy": programme.policy.public_id,
        "replay": programme.replay.public_id,
        "market": programme.market.public_id,
        "opportunity": programme.direct.opportunity.public_id,
        "case": programme.direct.case.public_id,
        "co_sell": programme.direct.co_sell.public_id,
        "mapped": programme.direct.mapped.public_id,
        "record": programme.record.public_id,
        "item": programme.library.item.public_id,
        "file": programme.library.file.public_id,
        "collection": programme.library.collection.public_id,
    }
    return [(route.name, reverse(route.name, args=[ids[kind] for kind in kinds]))] if set(kinds) <= set(ids) else []


def queries(client: Client, url: str, headers: dict[str, str]) -> int:
    with CaptureQueriesContext(connection) as captured:
        response = client.get(url, headers=headers)
        b"".join(response)
    # When a key was used is written once a minute, whatever is read with it.
    reads = [query for query in captured if query["sql"].startswith("SELECT")]
    return len(reads) if response.status_code == 200 else UNREADABLE


def test_number_of_queries_is_small_and_does_not_grow(counts: Counts) -> None:
    """One test, because the programme is grown once for each process that has a part in it."""
    growing = {label: by_size for label, by_size in counts.items() if len(set(by_size.values())) > 1}
    costly = {label: by_size[100] for label, by_size in counts.items() if by_size[100] > most_for(label)}

    assert growing == {}
    assert costly == {}
    assert left_out(counts) == []


def most_for(label: str) -> int:
    return MOST_FOR_ENDPOINTS if " api-" in label else MOST_FOR_PAGES


def left_out(counts: Counts) -> list[str]:
    """Routes that can be read and were not measured."""
    measured = {word for label in counts for word in label.split()} | WITHOUT_ROWS
    probe = Client()
    readable = [route.name for route in own_routes() if "GET" in methods_of(route, probe)]
    return [name for name in readable if name not in measured and not name.startswith("account_")]
