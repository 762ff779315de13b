"""A rival's id in a body is as wrong as one that nobody has."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from tests.access.test_api_roles import BODIES, address, generic, person, rows
from tests.access.test_oracle import same
from tests.access.walking import answer_of, digest, masked, missing_id
from tests.access.world import World

CHANCE = re.compile(
    r"(?:deal|acc|evt|msg|csl|cst|map)_[2-9a-z]{18}|DR-\d{6}|\d{4}-\d\d-\d\dT[\d:.]+Z"  # drawn or taken from a clock
)
CHANCE_HEADERS = {"ETag", "Location"}
# Bodies of the partner's operations; the vendor sees both sides anyway.
OPERATIONS = [operation for operation in rows() if not operation.startswith("GET") and "accounts" not in operation]
OPERATIONS = [operation for operation in OPERATIONS if not operation.endswith(("/imports", "/files"))]


def schema() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(Client().get("/api/v1/schema/").content)
    return found


def body_schema(document: dict[str, Any], operation: str) -> dict[str, Any]:
    method, path = generic(operation)
    described = document["paths"][f"/api/v1/{path}"][method.lower()].get("requestBody")
    return resolved(document, described["content"]["application/json"]["schema"]) if described else {}


def resolved(document: dict[str, Any], part: dict[str, Any]) -> dict[str, Any]:
    reference = part.get("$ref") or next((each["$ref"] for each in part.get("allOf", []) if "$ref" in each), "")
    return document["components"]["schemas"][reference.rpartition("/")[2]] if reference else part


def text_paths(document: dict[str, Any], part: dict[str, Any]) -> Iterator[tuple[str, ...]]:
    """Where in a body a text may stand, lists by their first item."""
    for name, described in resolved(document, part).get("properties", {}).items():
        inner = resolved(document, described)
        if inner.get("type") == "object" or "properties" in inner:
            yield from ((name, *rest) for rest in text_paths(document, inner))
        elif inner.get("type") == "array":
            yield (name, "0")
        else:
            yield (name,)


def with_id(body: dict[str, Any], path: tuple[str, ...], public_id: str) -> dict[str, Any]:
    first, *rest = path
    if rest == ["0"]:
        return {**body, first: [public_id]}
    inner = with_id(dict(body.get(first, {})), tuple(rest), public_id) if rest else public_id
    return {**body, first: inner}


def answered(world: World, operation: str, who: str, body: dict[str, Any], given: str) -> tuple[int, Any, str]:
    method, path = operation.split()
    with transaction.atomic():
        response = person(world, who).generic(
            method, address(world, path), json.dumps(body), content_type="application/json"
        )
        answer = answer_of(response)
        transaction.set_rollback(True)
    headers = [(name, value) for name, value in answer.headers if name not in CHANCE_HEADERS]
    return answer.status, headers, CHANCE.sub("*", answer.body.decode().replace(given, "given"))


@pytest.mark.parametrize("operation", OPERATIONS)
def test_rivals_ids_in_bodies_are_as_good_as_none(world: World, operation: str) -> None:
    who = "pam" if operation.endswith(("approve", "reject", "ask")) else "rep"
    document = schema()
    before = digest()
    for path in text_paths(document, body_schema(document, operation)):
        for kind in ("deal", "person", "organisation") if who == "rep" else ("deal",):
            theirs, nothing = world.orbit.ids(kind)[0], missing_id(kind)
            bodies = [with_id(BODIES.get(operation, {}), path, given) for given in (theirs, nothing)]
            seen = [
                answered(world, operation, who, body, given)
                for body, given in zip(bodies, (theirs, nothing), strict=True)
            ]
            assert seen[0] == seen[1], f"{kind} in {'.'.join(path)}"

    assert digest() == before


def test_bodies_are_found_in_the_schema(db: None) -> None:
    document = schema()
    paths = set(text_paths(document, body_schema(document, "POST deals")))

    assert {("customer", "name"), ("customer", "contact", "email"), ("products", "0"), ("external_id",)} <= paths


def test_every_field_of_the_model_is_ignored_or_refused(world: World) -> None:
    """Mass assignment: names that are no input change nothing, whatever they are."""
    deal = world.helix.draft
    fields = [field.name for field in deal._meta.concrete_fields]
    inputs = set(body_schema(schema(), "PATCH deals/draft")["properties"])
    before = digest()
    statuses = {
        name: answered(world, "PATCH deals/draft", "rep", {name: "1"}, "-")[0] for name in fields if name not in inputs
    }

    assert len(statuses) > 30
    assert set(statuses.values()) == {400}
    assert digest() == before


def test_sharing_with_a_rival_is_as_wrong_as_with_nobody(world: World) -> None:
    client = world.browser(world.helix.people["rep"])
    url = f"/deals/{world.helix.draft.public_id}/share/"
    before = digest()
    theirs, nothing = (
        same(client.post(url, {"colleague": given}).content.decode().replace(given, ""))
        for given in (world.orbit.ids("person")[0], missing_id("person"))
    )

    assert masked(theirs.encode()) == masked(nothing.encode())
    assert digest() == before


def test_inviting_into_a_rival_is_as_wrong_as_into_nothing(world: World) -> None:
    client = world.browser(world.helix.people["admin"])
    form = {"email": "spy@new.example", "roles": ["partner_admin"]}
    before = digest()
    seen = [
        answer_of(client.post(f"/people/invite/?organisation={given}", form), echo=given)
        for given in (world.orbit.ids("organisation")[0], missing_id("organisation"))
    ]

    assert seen[0] == seen[1]
    assert seen[0].status == 404
    assert digest() == before
