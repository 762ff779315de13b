"""Doors that break their promises, each in its own way: what the walk over the document has to find."""

from typing import Any

from django.http import HttpResponse
from django.urls import include, path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from prm.accounts.models import Organisation
from prm.api.doors import Creates, Door, Lists
from prm.api.fields import PlainText
from prm.api.serializers import Given


class ThingOut(serializers.Serializer[Any]):
    name = serializers.CharField()


class ThingIn(Given):
    name = PlainText(max_length=20)


class Things(Creates[Organisation]):
    out, into = ThingOut, ThingIn

    def rows(self) -> Any:
        return Organisation.objects.visible_to(self.user)

    def may_create(self) -> bool:
        return True

    def create(self, given: dict[str, Any]) -> Any:
        return {"name": given["name"], "public_id": "thing"}

    def _created(self) -> Response:
        return Response({"name": self.given()["name"]}, status=201)


class Crashes(Things):
    def _created(self) -> Response:
        raise RuntimeError("a bug")


class Swallows(Things):
    def given(self, **_known: Any) -> dict[str, Any]:
        return {"name": "whatever"}


class UndemandingIn(ThingIn):
    name = PlainText(max_length=20, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "name" not in attrs:
            raise serializers.ValidationError({"name": ["This field is required."]})
        return attrs


class Demands(Things):
    into = UndemandingIn


class Teapot(Things):
    def _created(self) -> Response:
        return Response({"name": "tea"}, status=218)


class Lists_(Lists[Organisation]):  # noqa: N801 - the kind of door it breaks
    out = ThingOut

    def rows(self) -> Any:
        return Organisation.objects.visible_to(self.user)


class Lies(Lists_):
    def get(self, request: Request, **path: str) -> Response:
        return Response({"results": [{"name": 7}], "next": None, "previous": None})


class Mumbles(Lists_):
    def get(self, request: Request, **path: str) -> Any:
        super().get(request, **path)
        return HttpResponse("a list", content_type="text/plain")


class Tolerates(Lists_):
    def get(self, request: Request, **path: str) -> Response:
        return Response({"results": [], "next": None, "previous": None})


class Open(Door):
    """The document asks for a login, and nobody else does."""

    permission_classes = []

    @extend_schema(responses=ThingOut)
    def get(self, _request: Request) -> Response:
        return Response({"name": "for everybody"})


class Hidden(Lists_):
    """A method that the document keeps quiet about."""

    http_method_names = ["get", "put"]

    @extend_schema(exclude=True)
    def put(self, _request: Request) -> Response:
        return Response({"name": "put"})


BROKEN = {
    "POST crashes": "ServerError",
    "POST swallows": "AcceptedNegativeData",
    "POST demands": "CustomFailure",
    "POST teapot": "UndefinedStatusCode",
    "GET lies": "JsonSchemaError",
    "GET mumbles": "UndefinedContentType",
    "GET tolerates": "AcceptedNegativeData",
    "GET open": "IgnoredAuth",
    "GET hidden": "UnsupportedMethodResponse",
}
DOORS = (Things, Crashes, Swallows, Demands, Teapot, Lies, Mumbles, Tolerates, Open, Hidden)

urlpatterns = [
    path("api/v1/", include([path(door.__name__.lower(), door.as_view()) for door in DOORS])),
]
