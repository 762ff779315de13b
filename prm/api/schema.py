"""What the OpenAPI document says about a door, read from the door itself."""

from http import HTTPStatus
from typing import Any, Literal

from django.conf import settings
from drf_spectacular.extensions import OpenApiAuthenticationExtension, OpenApiSerializerFieldExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import force_instance
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse

from prm.api.doors import Acts, Changes, Creates, Door, FileDoor, GivenDoor, Lists, Reads, TakesFile
from prm.api.filters import Filter, Filters
from prm.api.problems import CONTENT_TYPE
from prm.api.serializers import Given, Problem
from prm.currencies import CURRENCIES, LARGEST

HEADER: Literal["header"] = "header"
QUERY: Literal["query"] = "query"

IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    str,
    HEADER,
    pattern=r"^[\x21-\x7e]{1,200}$",
    description="The same key with the same request within 24 hours gives the same answer and changes nothing.",
)
IF_MATCH = OpenApiParameter(
    "If-Match", str, HEADER, description="The ETag you know: 412 when the object has changed since."
)
IF_NONE_MATCH = OpenApiParameter("If-None-Match", str, HEADER, description="304 when nothing has changed.")
ETAG = OpenApiParameter("ETag", str, HEADER, response=[200, 201], description="Names this state of the object.")
LOCATION = OpenApiParameter("Location", str, HEADER, response=[201], description="The address of what was created.")
REPLAYED = OpenApiParameter(
    "Idempotency-Replayed", str, HEADER, response=[200, 201], description="`true` on an answer given before."
)

# Which failures a kind of operation may answer with.
ALWAYS = (400, 401, 403, 429, 503)
OF_A_NOUN = (404,)
OF_A_CHANGE = (409, 413, 415)


class Schema(AutoSchema):
    def get_operation_id(self) -> str:
        """`deals_list`, `deals_create`, `deals_read`, `deals_change`, `deals_submit`."""
        parts = [part.replace("-", "_") for part in self._tokenize_path()]
        match self.method, self.view:
            case "GET", Lists():
                parts.append("list")
            case "GET", _ if self.path.endswith("}"):
                parts.append("read")
            case "POST", Creates():
                parts.append("create")
            case "PATCH", _:
                parts.append("change")
        return "_".join(parts)

    def get_request_serializer(self) -> Any:
        if self.method == "POST" and isinstance(self.view, TakesFile):
            return dict.fromkeys((parser.media_type for parser in self.view.parser_classes), OpenApiTypes.BINARY)
        return self.view.into if self.method != "GET" and isinstance(self.view, GivenDoor) else None

    def get_response_serializers(self) -> Any:
        """The `out` of the door, and the problems it can answer with."""
        if isinstance(self.view, FileDoor):
            files: dict[Any, Any] = dict.fromkeys(((200, kind) for kind in self.view.media_types), OpenApiTypes.BINARY)
            return files | self._problems()
        success = 201 if self.method == "POST" and isinstance(self.view, Creates) else 200
        responses: dict[Any, Any] = {success: getattr(self.view, "out", None)}
        if self.method == "GET" and isinstance(self.view, Reads):
            responses[304] = None
        return responses | self._problems()

    def _problems(self) -> dict[Any, Any]:
        return {(status, CONTENT_TYPE): _problem(status) for status in self._failures()}

    def _map_basic_serializer(self, serializer: Any, direction: str) -> Any:
        """A name that is not known is refused, so the document says it."""
        shape = super()._map_basic_serializer(serializer, direction)  # type: ignore[no-untyped-call]
        is_strict = isinstance(force_instance(serializer), Given)  # type: ignore[no-untyped-call]
        return {**shape, "additionalProperties": False} if is_strict else shape

    def get_override_parameters(self) -> list[Any]:
        parameters = [*self._filter_parameters()]
        changing = isinstance(self.view, Acts | Changes) and self.method != "GET"
        if self.method == "POST":
            parameters += [IDEMPOTENCY_KEY, REPLAYED]
        if changing:
            parameters.append(IF_MATCH)
        if changing or isinstance(self.view, Reads) or self.method == "POST":
            parameters.append(ETAG)
        if self.method == "GET" and isinstance(self.view, Reads):
            parameters.append(IF_NONE_MATCH)
        if self.method == "POST" and isinstance(self.view, Creates) and self.view.has_address:
            parameters.append(LOCATION)
        return parameters

    def _failures(self) -> list[int]:
        failures = list(ALWAYS)
        if "{" in self.path:
            failures += OF_A_NOUN
        if self.method != "GET":
            failures += OF_A_CHANGE
            if isinstance(self.view, Acts | Changes):
                failures.append(412)
            if self.method == "POST":
                failures.append(422)
        return sorted(failures)

    def _filter_parameters(self) -> list[OpenApiParameter]:
        filters: Filters = {}
        if self.method == "GET" and isinstance(self.view, Door):
            filters = self.view.filters
        elif self.method == "POST" and isinstance(self.view, TakesFile):
            filters = self.view.about
        return [
            OpenApiParameter(name, self._shape_of(known), QUERY, description=known.description)
            for name, known in filters.items()
        ]

    def _shape_of(self, known: Filter) -> dict[str, Any]:
        return dict(self._map_serializer_field(known.field, "request"))  # type: ignore[no-untyped-call]

    def _is_list_view(self, _serializer: Any = None) -> bool:
        return self.method == "GET" and isinstance(self.view, Lists)

    def _get_paginator(self) -> Any:
        return self.view.pagination_class() if isinstance(self.view, Lists) else None


def _problem(status: int) -> OpenApiResponse:
    return OpenApiResponse(Problem, description=HTTPStatus(status).phrase)


class MoneyShape(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]
    target_class = "prm.api.fields.MoneyField"

    def map_serializer_field(self, _auto_schema: AutoSchema, direction: str) -> dict[str, Any]:
        text = {"type": "string", "pattern": r"^[0-9]{1,18}(\.[0-9]{1,2})?$", "examples": ["86400.00"]}
        given = {**text, "type": ["string", "number"], "minimum": 0, "maximum": int(LARGEST)}
        amount = given if direction == "request" else text
        currency = {"type": "string", "enum": sorted(CURRENCIES), "examples": ["EUR"]}
        return {
            "type": "object",
            "properties": {"amount": amount, "currency": currency},
            "required": ["amount", "currency"],
            "additionalProperties": False,
        }


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "prm.api.authentication.BearerAuthentication"
    name = "token"

    def get_security_definition(self, _auto_schema: AutoSchema) -> dict[str, Any]:
        return {"type": "http", "scheme": "bearer", "description": "An API token of yours, from your profile."}


class PortalSessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "prm.api.authentication.PortalSessionAuthentication"
    name = "session"

    def get_security_definition(self, _auto_schema: AutoSchema) -> dict[str, Any]:
        return {
            "type": "apiKey",
            "in": "cookie",
            "name": settings.SESSION_COOKIE_NAME,
            "description": "The portal's own session; changing requests carry the CSRF token as X-CSRFToken.",
        }
