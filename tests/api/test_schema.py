"""The OpenAPI document says what the doors do."""

import json
import re
from typing import Any

import pytest
from django.test import Client
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema

from tests.api.conftest import API

# The name in the title is asked of the branding.
pytestmark = pytest.mark.django_db


@pytest.fixture
def schema() -> Any:
    with GENERATOR_STATS.silence():
        return SchemaGenerator(urlconf="tests.api.urls").get_schema(request=None, public=True)


def headers(operation: Any, status: str) -> set[str]:
    return set(operation["responses"][status].get("headers", {}))


def parameters(operation: Any) -> dict[str, Any]:
    return {parameter["name"]: parameter for parameter in operation.get("parameters", [])}


@pytest.mark.parametrize("urlconf", ["tests.api.urls", "config.urls"])
def test_schema_is_valid_openapi_31_without_warnings(urlconf: str) -> None:
    GENERATOR_STATS.reset()
    with GENERATOR_STATS.silence():
        made = SchemaGenerator(urlconf=urlconf).get_schema(request=None, public=True)
    said = [*GENERATOR_STATS._warn_cache, *GENERATOR_STATS._error_cache]
    validate_schema(made)
    assert said == []
    assert made["openapi"] == "3.1.0"


def test_operations_have_speaking_names(schema: Any) -> None:
    names = {operation["operationId"] for path in schema["paths"].values() for operation in path.values()}
    assert {"me", "events_list", "metrics", "metrics_read", "things_list", "things_create"} <= names
    assert {"things_read", "things_change", "things_close"} <= names


def test_list_documents_filters_and_paging(schema: Any) -> None:
    known = parameters(schema["paths"]["/api/v1/things"]["get"])
    assert sorted(known) == ["cursor", "kind", "name", "page_size", "since"]
    assert known["kind"]["schema"]["enum"] == ["vendor", "partner"]
    assert known["since"]["schema"] == {"type": "string", "format": "date"}
    page = schema["components"]["schemas"]["PaginatedThingOutList"]
    assert page["required"] == ["results", "next", "previous"]


def test_detail_documents_its_tag(schema: Any) -> None:
    operation = schema["paths"]["/api/v1/things/{public_id}"]["get"]
    assert sorted(parameters(operation)) == ["If-None-Match", "public_id"]
    assert headers(operation, "200") == {"ETag"}
    assert sorted(operation["responses"]) == ["200", "304", "400", "401", "403", "404", "429", "503"]


def test_create_documents_key_address_and_problems(schema: Any) -> None:
    operation = schema["paths"]["/api/v1/things"]["post"]
    assert sorted(parameters(operation)) == ["Idempotency-Key"]
    assert headers(operation, "201") == {"ETag", "Location", "Idempotency-Replayed"}
    problem = operation["responses"]["422"]["content"]
    assert problem == {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    assert operation["requestBody"]["content"] == {
        "application/json": {"schema": {"$ref": "#/components/schemas/NameInRequest"}}
    }


def test_verb_documents_key_and_precondition(schema: Any) -> None:
    operation = schema["paths"]["/api/v1/things/{public_id}/close"]["post"]
    assert sorted(parameters(operation)) == ["Idempotency-Key", "If-Match", "public_id"]
    statuses = ["200", "400", "401", "403", "404", "409", "412", "413", "415", "422", "429", "503"]
    assert sorted(operation["responses"]) == statuses


def test_money_and_choices_are_in_the_schema(schema: Any) -> None:
    given = schema["components"]["schemas"]["EverythingInRequest"]["properties"]
    assert given["value"]["required"] == ["amount", "currency"]
    assert "EUR" in given["value"]["properties"]["currency"]["enum"]
    assert "DEM" not in given["value"]["properties"]["currency"]["enum"]


def test_both_ways_in_are_declared(schema: Any) -> None:
    schemes = schema["components"]["securitySchemes"]
    assert schemes["token"]["scheme"] == "bearer"
    assert schemes["session"]["in"] == "cookie"
    assert schema["paths"]["/api/v1/me"]["get"]["security"] == [{"token": []}, {"session": []}]


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        ("*/*", "application/json; charset=utf-8"),
        ("application/yaml", "application/yaml; charset=utf-8"),
        ("application/vnd.oai.openapi+json", "application/vnd.oai.openapi+json; charset=utf-8"),
    ],
)
def test_schema_is_public_in_json_and_yaml(accept: str, content_type: str) -> None:
    answer = Client().get(f"{API}/schema/", headers={"accept": accept})
    assert answer.status_code == 200
    assert answer["Content-Type"] == content_type
    if "json" in content_type:
        assert json.loads(answer.content)["openapi"] == "3.1.0"


@pytest.mark.parametrize("query", ["?lang=xx", "?version=9", "?format=doc", "?x=1"])
def test_schema_refuses_other_parameters(query: str) -> None:
    assert Client().get(f"{API}/schema/{query}").status_code in {400, 404}


def test_docs_have_neither_inline_code_nor_foreign_addresses() -> None:
    answer = Client().get(f"{API}/docs/")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert re.findall(r"<style|style=|<script>|\son\w+=", page) == []
    addresses = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert len(addresses) == 5
    assert all(address.startswith("/") and not address.startswith("//") for address in addresses)
    assert "unsafe" not in answer["Content-Security-Policy"]


def test_docs_script_is_a_file_of_its_own() -> None:
    answer = Client().get(f"{API}/docs/?script=")
    assert answer["Content-Type"] == "application/javascript"
    assert 'url: "/api/v1/schema/"' in answer.content.decode()


def test_docs_refuse_other_parameters() -> None:
    assert Client().get(f"{API}/docs/?lang=de").status_code == 400


def test_amount_may_be_given_as_a_number_and_is_shown_as_text(schema: Any) -> None:
    shapes = schema["components"]["schemas"]
    given = shapes["EverythingInRequest"]["properties"]["value"]["properties"]["amount"]
    shown = shapes["EverythingOut"]["properties"]["value"]["properties"]["amount"]

    assert (given["type"], given["maximum"]) == (["string", "number"], 100_000_000_000)
    assert shown["type"] == "string"


def test_unknown_names_are_ruled_out_of_what_is_given_alone(schema: Any) -> None:
    shapes = schema["components"]["schemas"]
    ruled_out = {name for name, shape in shapes.items() if shape.get("additionalProperties") is False}

    assert {"NameInRequest", "PatchedNameInRequest", "EverythingInRequest", "ContactInRequest"} <= ruled_out
    assert [name for name in ruled_out if not name.endswith("Request")] == []
