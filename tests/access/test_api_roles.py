"""The table of people and nouns, as the API answers it. One line is an operation, one column a person.

Helix's things: `shared` are the draft, the submitted and the approved registration, read by its engineer.
401 comes first, then what cannot be seen (404), then what may not be done (403).
"""

import json
import re
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from prm.accounts.models import User
from tests.access.table import TODAY
from tests.access.world import World

PEOPLE = (
    *("admin", "rep", "colleague", "engineer", "support", "marketing"),
    *("pam", "other_pam", "seller", "expert", "programme", "finance", "executive"),
    *("stranger", "nobody"),
)
TABLE = """
    #                             partner                         vendor
    #                             adm rep col eng sup mar         pam oth sel exp pro fin exe     str nob
    GET  me                       200 200 200 200 200 200         200 200 200 200 200 200 200     200 401
    GET  me/notifications         200 200 200 200 200 200         200 200 200 200 200 200 200     200 401
    PATCH me/notifications        200 200 200 200 200 200         200 200 200 200 200 200 200     200 401
    GET  branding                 200 200 200 200 200 200         200 200 200 200 200 200 200     200 401
    PATCH branding                403 403 403 403 403 403         403 403 403 403 200 403 403     403 401
    GET  announcements            200 200 200 200 200 200         200 200 200 200 200 200 200     200 401
    POST announcements            403 403 403 403 403 403         403 403 403 403 201 403 403     403 401
    GET  products                 200 200 200 200 200 200         200 200 200 200 200 200 200     200 401
    GET  deals                    200 200 200 200 200 200         200 200 200 200 200 200 200     200 401
    POST deals                    201 201 201 403 403 403         403 403 403 403 403 403 403     201 401
    GET  deals/draft              200 200 200 200 404 200         404 404 404 404 404 404 404     404 401
    GET  deals/submitted          200 200 200 200 404 200         200 200 404 404 200 404 200     404 401
    GET  deals/asked              200 200 200 404 404 200         200 200 404 404 200 404 200     404 401
    GET  deals/won                200 200 200 404 404 200         200 200 404 404 200 200 200     404 401
    PATCH deals/draft             200 200 403 403 404 403         404 404 404 404 404 404 404     404 401
    POST deals/draft/submit       200 200 403 403 404 403         404 404 404 404 404 404 404     404 401
    POST deals/asked/answer       200 200 403 404 404 403         403 403 404 404 403 404 403     404 401
    POST deals/submitted/withdraw 200 200 403 403 404 403         403 403 404 404 403 404 403     404 401
    POST deals/approved/win       200 200 403 403 404 403         403 403 404 404 403 404 403     404 401
    POST deals/approved/lose      200 200 403 403 404 403         403 403 404 404 403 404 403     404 401
    POST deals/submitted/approve  403 403 403 403 404 403         200 403 404 404 200 404 403     404 401
    POST deals/submitted/reject   403 403 403 403 404 403         200 403 404 404 200 404 403     404 401
    POST deals/submitted/ask      403 403 403 403 404 403         200 403 404 404 200 404 403     404 401
    POST deals/won/reject         403 403 403 404 404 403         409 403 404 404 409 403 403     404 401
    GET  deals/submitted/findings 403 403 403 403 404 403         200 200 404 404 200 404 200     404 401
    GET  deals/submitted/findings/compare 404 404 404 404 404 404 200 200 404 404 200 404 200     404 401
    POST deals/submitted/findings/judge   404 404 404 404 404 404 200 403 404 404 200 404 403     404 401
    GET  deals/submitted/timeline 200 200 200 200 404 200         200 200 404 404 200 404 200     404 401
    GET  deals/draft/messages     404 404 404 404 404 404         404 404 404 404 404 404 404     404 401
    POST deals/draft/messages     404 404 404 404 404 404         404 404 404 404 404 404 404     404 401
    GET  deals/submitted/messages 200 200 200 200 404 200         200 200 404 404 200 404 200     404 401
    POST deals/submitted/messages 201 201 201 201 404 403         201 201 404 404 201 404 403     404 401
    GET  deals/won/messages       200 200 200 404 404 200         200 200 404 404 200 200 200     404 401
    POST deals/won/messages       201 201 201 404 404 403         201 201 404 404 201 403 403     404 401
    GET  accounts                 403 403 403 403 403 403         200 200 200 403 200 403 200     403 401
    POST accounts                 403 403 403 403 403 403         403 403 201 403 201 403 403     403 401
    GET  accounts/account         404 404 404 404 404 404         200 200 200 404 200 404 200     404 401
    PATCH accounts/account        404 404 404 404 404 404         403 403 200 404 200 404 403     404 401
    GET  accounts/account/names   404 404 404 404 404 404         200 200 200 404 200 404 200     404 401
    POST accounts/account/names   404 404 404 404 404 404         403 403 201 404 201 404 403     404 401
    POST accounts/names/name/remove 404 404 404 404 404 404       403 403 200 404 200 404 403   404 401
    GET  accounts/lists           403 403 403 403 403 403         200 200 403 403 200 403 403     403 401
    POST accounts/lists           403 403 403 403 403 403         201 201 403 403 201 403 403     403 401
    GET  accounts/lists/list      404 404 404 404 404 404         200 200 404 404 200 404 404     404 401
    POST accounts/lists/list/start 404 404 404 404 404 404        409 409 404 404 409 404 404     404 401
    GET  accounts/lists/list/rows 404 404 404 404 404 404         200 200 404 404 200 404 404     404 401
    GET  accounts/alike           403 403 403 403 403 403         200 200 403 403 200 403 403     403 401
    GET  accounts/alike/searches  403 403 403 403 403 403         200 200 403 403 200 403 403     403 401
    POST accounts/alike/searches  403 403 403 403 403 403         201 201 403 403 201 403 403     403 401
    POST accounts/alike/pair/dismiss 404 404 404 404 404 404      200 200 404 404 200 404 404     404 401
    GET  accounts/merges          403 403 403 403 403 403         200 200 403 403 200 403 403     403 401
    POST accounts/merges          403 403 403 403 403 403         400 400 403 403 400 403 403     403 401
    POST accounts/merges/merge/undo 404 404 404 404 404 404       200 200 404 404 200 404 404     404 401
    GET  accounts/imports         403 403 403 403 403 403         403 403 403 403 200 403 403     403 401
    POST accounts/imports         403 403 403 403 403 403         403 403 403 403 201 403 403     403 401
    GET  accounts/imports/import  404 404 404 404 404 404         404 404 404 404 200 404 404     404 401
    GET  accounts/imports/import/findings 404 404 404 404 404 404 404 404 404 404 200 404 404     404 401
    POST accounts/imports/import/check 404 404 404 404 404 404    404 404 404 404 200 404 404     404 401
    POST accounts/imports/import/start 404 404 404 404 404 404    404 404 404 404 409 404 404     404 401
    POST accounts/imports/import/undo 404 404 404 404 404 404     404 404 404 404 409 404 404     404 401
    GET  events                   200 200 200 403 403 403         200 200 403 403 200 403 200     200 401
    GET  metrics                  200 200 200 403 403 403         200 200 403 403 200 403 200     200 401
    GET  matching/quality         403 403 403 403 403 403         200 200 403 403 200 403 200     403 401
    GET  matching/judgements      403 403 403 403 403 403         200 200 403 403 200 403 200     403 401
    GET  matching/thresholds      403 403 403 403 403 403         200 200 403 403 200 403 200     403 401
    POST matching/thresholds      403 403 403 403 403 403         403 403 403 403 201 403 403     403 401
    GET  schema/                  200 200 200 200 200 200         200 200 200 200 200 200 200     200 200
    GET  docs/                    200 200 200 200 200 200         200 200 200 200 200 200 200     200 200
"""
BODIES: dict[str, dict[str, Any]] = {
    "POST deals": {"customer": {"name": "A new customer"}},
    "PATCH deals/draft": {"competitor": "Somebody"},
    "POST deals/asked/answer": {"message": "Here", "work_done": "Three workshops with the head of fleet."},
    "POST deals/approved/win": {"closed_on": TODAY},
    "POST deals/approved/lose": {"reason": "price"},
    # Orbit asked for the same customer before.
    "POST deals/submitted/approve": {"override_reason": "customer_choice"},
    "POST deals/submitted/findings/judge": {"verdict": "different"},
    "POST deals/submitted/reject": {"reason": "other", "message": "No."},
    "POST deals/won/reject": {"reason": "other", "message": "No."},
    "POST deals/submitted/ask": {"message": "Who signs?", "fields": ["work_done"]},
    "POST deals/draft/messages": {"text": "Who signs?"},
    "POST deals/submitted/messages": {"text": "Who signs?"},
    "POST deals/won/messages": {"text": "Who signs?"},
    "POST matching/thresholds": {"review_from": "0.70", "block_from": "0.95", "after": 1},
    "POST accounts": {"name": "A new customer", "country": "DE"},
    "POST accounts/account/names": {"name": "Another name"},
    "POST accounts/lists/list/start": {"columns": ["name"]},
    "POST accounts/merges": {"account": "acc_x", "into": "acc_y"},
    "PATCH me/notifications": {"decisions": "daily"},
    "POST announcements": {"title": "News", "text": "All of it.", "audience": ["everyone"]},
    "PATCH branding": {"name": "Another name"},
    "PATCH accounts/account": {"city": "Bremen"},
    "POST accounts/imports/import/check": {"columns": ["external_id", "name"]},
}


FILES = {
    "POST accounts/imports": ("text/csv", b"id,name\nx1,Acme\n"),
    "POST accounts/lists": ("text/csv", b"name\nAcme\n"),
}


def rows() -> dict[str, list[int]]:
    found = {}
    for line in TABLE.strip().splitlines():
        if not line.strip().startswith("#"):
            method, path, *statuses = line.split()
            found[f"{method} {path}"] = [int(status) for status in statuses]
    return found


def person(world: World, name: str) -> Client:
    """A caller of the API by the name of the column."""
    user = user_of(world, name)
    return world.caller(user) if user else Client()


def user_of(world: World, name: str) -> User | None:
    staff = {"other_pam": "pam2", "programme": "admin"}
    if name == "nobody":
        return None
    if name == "stranger":
        return world.orbit.people["admin"]
    if name in world.helix.people:
        return world.helix.people[name]
    user: User = getattr(world.cast, staff.get(name, name))
    return user


def address(world: World, path: str) -> str:
    path = re.sub(r"/import\b", f"/{world.helix.account_import.public_id}", path)
    path = re.sub(r"/name\b", f"/{world.helix.account_name.public_id}", path)
    path = re.sub(r"/list\b", f"/{world.helix.company_list.public_id}", path)
    path = re.sub(r"/merge\b", f"/{world.helix.account_merge.public_id}", path)
    path = re.sub(r"/pair\b", f"/{world.helix.pair.public_id}", path)
    for name in ("draft", "submitted", "asked", "approved", "won", "account"):
        path = path.replace(f"/{name}", f"/{getattr(world.helix, name).public_id}")
    return f"/api/v1/{path}"


def status(world: World, operation: str, name: str) -> int:
    """The answer's status; what it did is undone, so that the next person meets the same state."""
    method, path = operation.split()
    kind, body = FILES.get(operation, ("application/json", json.dumps(BODIES.get(operation, {})).encode()))
    if method == "GET":
        kind, body = "", b""
    with transaction.atomic():
        response = person(world, name).generic(method, address(world, path), body, content_type=kind)
        transaction.set_rollback(True)
    return response.status_code


@pytest.mark.parametrize("operation", rows())
def test_operation_answers_each_person_as_the_table_says(world: World, operation: str) -> None:
    answers = {name: status(world, operation, name) for name in PEOPLE}

    assert answers == dict(zip(PEOPLE, rows()[operation], strict=True))


def test_every_operation_is_in_the_table(world: World) -> None:
    """Read from the schema, so that a new operation is missed here."""
    schema = json.loads(Client().get("/api/v1/schema/").content)
    known = {generic(operation) for operation in rows()}
    offered = {
        (method.upper(), path.removeprefix("/api/v1/"))
        for path, methods in schema["paths"].items()
        for method in methods
        if method in {"get", "post", "patch", "put", "delete"}
    }

    assert offered - known == {("GET", "metrics/{name}")}


def generic(operation: str) -> tuple[str, str]:
    method, path = operation.split()
    first, *rest = path.split("/")
    place = 1 if rest[:1] and rest[0] in {"imports", "names", "alike", "merges", "lists"} else 0
    if first in {"deals", "accounts"} and len(rest) > place and rest[place] != "searches":
        rest[place] = "{public_id}"
    return method, "/".join((first, *rest))


def test_own_fields_are_absent_not_null(world: World) -> None:
    url = address(world, "deals/submitted")
    partner = person(world, "rep").get(url).json()
    vendor = person(world, "pam").get(url).json()

    assert set(vendor) - set(partner) == {"account", "override_reason"}


def test_seller_reads_of_others_customers_only_who_and_where(world: World) -> None:
    foreign = world.helix.approved.account
    assert foreign is not None
    seen = person(world, "seller").get(f"/api/v1/accounts/{foreign.public_id}").json()

    assert set(seen) == {"id", "name", "country", "city"}


def test_seller_cannot_change_others_customers(world: World) -> None:
    foreign = world.helix.approved.account
    assert foreign is not None
    url = f"/api/v1/accounts/{foreign.public_id}"
    answer = person(world, "seller").patch(url, json.dumps({"city": "Bremen"}), content_type="application/json")

    assert answer.status_code == 403


def test_nobody_decides_what_they_submitted(world: World) -> None:
    deal = world.helix.submitted
    deal.submitted_by = world.cast.pam
    deal.save(update_fields=["submitted_by"])

    assert status(world, "POST deals/submitted/reject", "pam") == 403
