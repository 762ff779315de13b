"""The API keeps what its OpenAPI document promises, to each role, whatever is sent.

`make fuzz` asks more often: PRM_FUZZ_EXAMPLES says how many cases are drawn, PRM_FUZZ_SEED which.
"""

from functools import cache
from typing import Any

import pytest
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator

from prm.metrics.registry import METRICS
from tests.access.broken_doors import BROKEN
from tests.access.fuzzing import ask, cases_of, read_document
from tests.access.test_api_roles import PEOPLE, address, generic, rows, user_of
from tests.access.test_bodies import body_schema, resolved, schema
from tests.access.world import World
from tests.serving import one_transaction

pytestmark = pytest.mark.timeout(600)

METRIC = "GET metrics/{name}"


@cache
def operations() -> dict[str, str]:
    """By operation of the document, the row of the table of roles that tells who may and about which noun."""
    found = {" ".join(generic(row)): row for row in rows() if not row.endswith("/") and able(row)}
    return {**found, METRIC: "GET metrics"}


def able(row: str) -> str:
    """The first who may, "" when nobody does."""
    return next((name for name, status in zip(PEOPLE, rows()[row], strict=True) if status < 300), "")


def secret_of(world: World, name: str) -> str | None:
    user = user_of(world, name)
    return world.secrets[user.pk] if user else None


@pytest.fixture(scope="module")
def promised(made: World) -> Any:
    return read_document(schema())


@pytest.mark.parametrize("operation", operations())
def test_operation_keeps_its_promises_to_each_role(world: World, promised: Any, operation: str) -> None:
    method, path = operation.split()
    row = operations()[operation]
    real = {"public_id": noun_of(address(world, row.split()[1])), "name": [next(iter(METRICS)).name]}

    broken = []
    with one_transaction():
        for number, case in enumerate(cases_of(promised[f"/api/v1/{path}"][method])):
            for name in case.path_parameters:
                if number % 3:
                    case.path_parameters[name] = real[name][0]
            for name in {able(row), PEOPLE[number % len(PEOPLE)]}:
                broken += [f"{name}: {said}" for said in ask(case, secret_of(world, name))]

    assert broken == []


def noun_of(url: str) -> list[str]:
    """The id in the address, if there is one."""
    return [part for part in url.split("/")[4:] if "_" in part][:1]


@pytest.mark.usefixtures("world")
def test_cases_are_the_same_at_every_run() -> None:
    operations = [read_document(schema())["/api/v1/deals"]["POST"] for _time in range(2)]

    drawn = [[case.as_curl_command() for case in cases_of(operation)] for operation in operations]

    assert drawn[0] == drawn[1]
    assert len(drawn[0]) > 20


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize(
    ("operation", "required"),
    [("POST deals", {"name"}), ("PATCH deals/draft", set()), ("POST deals/asked/answer", set())],
)
def test_document_says_when_a_customer_needs_a_name(operation: str, required: set[str]) -> None:
    document = schema()
    body = body_schema(document, operation)
    customer = resolved(document, body["properties"]["customer"])

    assert set(customer.get("required", [])) == required
    assert ("customer" in body.get("required", [])) == bool(required)


@pytest.mark.parametrize(("body", "path"), [({}, "customer.name"), ({"customer": {}}, "customer.name")])
def test_draft_without_a_name_is_refused_at_the_name(world: World, body: dict[str, Any], path: str) -> None:
    answer = world.caller(world.helix.people["rep"]).post("/api/v1/deals", body, content_type="application/json")

    assert (answer.status_code, answer.json()["errors"]) == (400, {path: ["A draft needs the customer's name."]})


def kinds_of_breach(world: World, operation: str) -> set[str]:
    method, path = operation.split()
    with GENERATOR_STATS.silence():
        document = SchemaGenerator(urlconf="tests.access.broken_doors").get_schema(request=None, public=True)
    with one_transaction():
        cases = cases_of(read_document(document)[f"/api/v1/{path}"][method])
        said = [line for case in cases for line in ask(case, secret_of(world, "pam"))]
    return {line.partition(":")[0] for line in said}


@pytest.mark.parametrize("operation", BROKEN)
def test_control_broken_promise_is_found(world: World, settings: Any, operation: str) -> None:
    settings.ROOT_URLCONF = "tests.access.broken_doors"

    assert BROKEN[operation] in kinds_of_breach(world, operation)


def test_control_door_that_keeps_its_promises_is_left_alone(world: World, settings: Any) -> None:
    settings.ROOT_URLCONF = "tests.access.broken_doors"

    assert kinds_of_breach(world, "POST things") == set()
