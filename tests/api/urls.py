"""The API's own endpoints, and doors over organisations that stand for those of the wings."""

import time
import zlib
from typing import Any

from django.db import OperationalError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from psycopg.errors import LockNotAvailable
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from prm.accounts.models import Organisation
from prm.accounts.roles import Permission
from prm.api.doors import Acts, Changes, Creates, Door, Lists, Reads
from prm.api.fields import Choice, Day, MoneyField, NounField, PlainText, StrictBoolean, StrictInteger
from prm.api.filters import Filter
from prm.api.problems import not_found, problem_response
from prm.api.serializers import Given, Nothing
from prm.errors import InvalidInput, NotAllowed, StateConflict, TooOften


class ThingOut(serializers.Serializer[Organisation]):
    id = serializers.CharField(source="public_id")
    name = serializers.CharField()
    country = serializers.CharField()


class NameIn(Given):
    name = PlainText(max_length=200)
    country = PlainText(max_length=2, required=False)


class Rows:
    user: Any

    def rows(self) -> QuerySet[Organisation]:
        return Organisation.objects.visible_to(self.user)

    def version(self, noun: Organisation) -> object:
        return zlib.crc32(noun.name.encode())


class Things(Rows, Lists[Organisation], Creates[Organisation]):
    """Things, by name."""

    out, into = ThingOut, NameIn
    order = ("name", "-public_id")
    filters = {
        "name": Filter(PlainText(max_length=200), "name__icontains"),
        "kind": Filter(Choice(Organisation.Kind), "kind"),
        "since": Filter(Day(), "created_at__date__gte"),
    }

    def may_create(self) -> bool:
        return self.user.may(Permission.DEALS_REGISTER, Permission.PEOPLE_MANAGE_ALL)

    def create(self, given: dict[str, Any]) -> Organisation:
        if given["name"].startswith("slow"):
            time.sleep(0.3)
        if given["name"] == "refused":
            Organisation.objects.create(kind="partner", name="written before the refusal")
            raise StateConflict("It is decided.", state="approved")
        return Organisation.objects.create(kind="partner", **given)


class ThingsWithoutMemory(Things):
    """The control: as if nobody had thought of idempotency."""

    def post(self, _request: Request, **_path: str) -> Response:
        return self._created()


class Thing(Rows, Reads[Organisation], Changes[Organisation]):
    """One thing."""

    out, into = ThingOut, NameIn

    def may_change(self, noun: Organisation) -> bool:
        return self.user.may(Permission.DEALS_MANAGE_ORGANISATION)

    def change(self, noun: Organisation, given: dict[str, Any]) -> Organisation:
        for name, value in given.items():
            setattr(noun, name, value)
        noun.save()
        return noun


class Close(Rows, Acts[Organisation]):
    """A verb without fields; closing twice does not fit the state."""

    out, into = ThingOut, Nothing

    def may(self, noun: Organisation) -> bool:
        return self.user.may(Permission.DEALS_MANAGE_ORGANISATION)

    def act(self, noun: Organisation, given: dict[str, Any]) -> Organisation:
        noun = Organisation.objects.select_for_update().get(pk=noun.pk)
        if noun.country == "XX":
            raise StateConflict("This is closed already.", state="closed")
        noun.country = "XX"
        noun.name += " (closed)"
        noun.save()
        return noun


class ContactIn(Given):
    name = PlainText(max_length=20)


class EverythingIn(Given):
    value = MoneyField(required=False)
    rebate = MoneyField(required=False, zero=True)
    note = PlainText(max_length=50, lines=True, required=False)
    count = StrictInteger(min_value=0, max_value=1000, required=False)
    yes = StrictBoolean(required=False)
    day = Day(required=False)
    kind = Choice(Organisation.Kind, required=False)
    partner = NounField(rows=lambda user: Organisation.objects.visible_to(user), required=False)
    contacts = ContactIn(many=True, required=False)


class EverythingOut(serializers.Serializer[Any]):
    value = MoneyField()
    partner = NounField(rows=lambda user: Organisation.objects.visible_to(user))


class Echo(Rows, Creates[Any]):
    """What the fields make of a body."""

    out, into = EverythingOut, EverythingIn

    def may_create(self) -> bool:
        return True

    def _created(self) -> Response:
        given = self.given()
        return Response({name: repr(value) for name, value in given.items()}, status=201)

    def create(self, given: dict[str, Any]) -> Any:
        return given


def busy() -> OperationalError:
    error = OperationalError("canceling statement due to lock timeout")
    error.__cause__ = LockNotAvailable()
    return error


FAILURES: dict[str, Exception] = {
    "not-allowed": NotAllowed("No."),
    "invalid": InvalidInput({"customer.name": ["Say who."]}),
    "too-often": TooOften("Enough.", wait_seconds=77),
    "bug": RuntimeError("a bug"),
    "away": OperationalError("connection to server at 10.0.0.1 refused"),
    "busy": busy(),
}


class Fail(Door):
    def get(self, _request: Request, how: str) -> Response:
        raise FAILURES[how]


def page(request: HttpRequest) -> HttpResponse:
    """Stands for a page of the portal: reads what it was sent."""
    texts = [*request.GET.values(), *request.POST.values(), *request.COOKIES.values()]
    return HttpResponse("|".join(texts))


def unlucky(request: HttpRequest, how: str) -> HttpResponse:
    """A page whose database is away, or busy, or which has a bug."""
    raise FAILURES[how]


def missing(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return problem_response(not_found())


handler404 = missing
handler500 = "prm.portal.errors.server_error"

urlpatterns = [
    path(
        "api/v1/",
        include(
            [
                path("", include("prm.api.urls")),
                path("things", Things.as_view()),
                path("forgetful", ThingsWithoutMemory.as_view()),
                path("things/<str:public_id>", Thing.as_view()),
                path("things/<str:public_id>/close", Close.as_view()),
                path("echo", Echo.as_view()),
                path("fail/<str:how>", Fail.as_view()),
            ]
        ),
    ),
    path("page", page),
    path("unlucky/<str:how>", unlucky),
    path("", include("prm.api.health_urls")),
    path("", include("prm.portal.urls")),
]
