"""The doors of the API: one class for each kind of operation, so that an endpoint only says what is its own.

Order of answers: authentication 401, object 404, role 403, If-Match 412, body 400, state 409.
A changing door opens the one outer transaction that holds the idempotency key, the verb, its events and notices.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar, Generic, TypeVar

from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import Http404
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.views import APIView

from prm.accounts.models import User
from prm.api.etags import PreconditionFailed, allows_change, is_unchanged, tag_of
from prm.api.filters import PAGING, Filters, narrowed, parsed
from prm.api.idempotency import once
from prm.api.pagination import CursorPage
from prm.api.serializers import Nothing, read
from prm.api.throttling import RequestsPerMinute
from prm.clocks.database import database_now
from prm.errors import NotAllowed
from prm.rows import one_or_none

N = TypeVar("N", bound=Model)


class AcceptHeader(DefaultContentNegotiation):
    """`?format=` is a parameter like any other unknown one."""

    class settings:  # noqa: N801 - the name that the base class reads
        URL_FORMAT_OVERRIDE = None


class Door(APIView):
    """What all doors share: who asks, when, the parameters, and headers of the answer."""

    http_method_names = ["get", "head", "post", "patch"]
    throttle_classes = [RequestsPerMinute]
    content_negotiation_class = AcceptHeader
    filters: ClassVar[Filters] = {}

    @property
    def user(self) -> User:
        user = self.request.user
        if not isinstance(user, User):
            raise TypeError("A door without a user must not ask for one.")
        return user

    @cached_property
    def now(self) -> datetime:
        return getattr(self.request, "counted_at", None) or database_now()

    def parameters(self, *, also: frozenset[str] = frozenset()) -> dict[str, Any]:
        return parsed(self.request.query_params, self.filters, also=also)

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        final = super().finalize_response(request, response, *args, **kwargs)
        final.headers.setdefault("Cache-Control", "private, no-cache")
        patch_vary_headers(final, ["Authorization", "Cookie"])
        return final


def require(allowed: bool) -> None:
    if not allowed:
        raise NotAllowed(_("Your role does not allow this."))


class NounDoor(Door, ABC, Generic[N]):
    """Doors of one noun: which rows the caller sees (`rows`) and how one is shown (`out`)."""

    out: ClassVar[type[BaseSerializer[Any]]]
    lookup: ClassVar[str] = "public_id"

    @abstractmethod
    def rows(self) -> QuerySet[N]:
        """What the caller may see, with everything `out` needs: `Noun.objects.visible_to(self.user)…`."""

    def version(self, noun: N) -> object:
        return getattr(noun, "version", "0")

    def noun(self, *, whole: bool = True) -> N:
        """The row that the path names; what is not visible does not exist. Without `whole` what hangs on it waits."""
        rows = self.rows() if whole else self.rows().prefetch_related(None)
        found = one_or_none(rows.filter(**{self.lookup: self.kwargs[self.lookup]}))
        if found is None:
            raise Http404
        return found

    def show(self, noun: N) -> Any:
        return self.out(noun, context={"request": self.request, "view": self}).data

    def answer(self, noun: N, status: int = 200) -> Response:
        data = self.show(noun)
        tag = tag_of(self.version(noun), JSONRenderer().render(data))
        return Response(data, status=status, headers={"ETag": tag})


class Lists(NounDoor[N]):
    """GET of a collection."""

    order: ClassVar[tuple[str, ...]] = ("-pk",)
    pagination_class: ClassVar[type[CursorPage]] = CursorPage

    def may_list(self) -> bool:
        return True

    def get(self, _request: Request, **_path: str) -> Response:
        require(self.may_list())
        values = self.parameters(also=PAGING)
        page = self.pagination_class()
        nouns = page.paginate_queryset(self.narrow(self.rows(), values), self.request, self)
        return page.get_paginated_response(self.show_all(nouns))

    def show_all(self, nouns: list[N]) -> Any:
        return self.out(nouns, many=True, context={"request": self.request, "view": self}).data

    def narrow(self, rows: QuerySet[N], values: Mapping[str, Any]) -> QuerySet[N]:
        return narrowed(rows, self.filters, values)


class Reads(NounDoor[N]):
    """GET of one noun, with ETag and 304."""

    def get(self, _request: Request, **_path: str) -> Response:
        noun = self.noun()
        self.parameters()
        response = self.answer(noun)
        known = self.request.META.get("HTTP_IF_NONE_MATCH")
        if known is not None and is_unchanged(known, response["ETag"]):
            return Response(status=304, headers={"ETag": response["ETag"]})
        return response


class AnyAnswer(AcceptHeader):
    """For doors whose answer is a file: what the caller would rather have is not asked."""

    def select_renderer(self, _request: Request, renderers: Any, _format: str | None = None) -> Any:
        return renderers[0], renderers[0].media_type


class FileDoor(NounDoor[N]):
    """GET of a file of one noun. `media_types` are what it may be."""

    content_negotiation_class = AnyAnswer
    media_types: ClassVar[tuple[str, ...]]

    @abstractmethod
    def may(self) -> bool: ...

    @abstractmethod
    def file(self, noun: N, asked: dict[str, Any]) -> HttpResponseBase: ...

    def get(self, _request: Request, **_path: str) -> HttpResponseBase:
        noun = self.noun()
        require(self.may())
        return self.file(noun, self.parameters())


class GivenDoor(NounDoor[N]):
    """Doors with a body: `into` reads it."""

    into: ClassVar[type[BaseSerializer[Any]]] = Nothing

    def given(self, *, noun: N | None = None, partial: bool = False) -> dict[str, Any]:
        self.parameters()
        context = {"request": self.request, "view": self, "noun": noun}
        return dict(read(self.into, dict(self.request.data), partial=partial, context=context))

    def matched(self, noun: N) -> N:
        """The noun as the caller knows it: with If-Match its row is locked and compared, or 412."""
        header = self.request.META.get("HTTP_IF_MATCH")
        if header is None:
            return noun
        type(noun)._base_manager.select_for_update().filter(pk=noun.pk).values_list("pk").first()
        noun = self.noun()
        if not allows_change(header, self.version(noun)):
            raise PreconditionFailed(_("This has changed since you read it. Read it again."))
        return noun


class Creates(GivenDoor[N]):
    """POST to a collection: 201 with the noun, its ETag and its address, where it has one of its own."""

    has_address: ClassVar[bool] = True

    @abstractmethod
    def may_create(self) -> bool: ...

    @abstractmethod
    def create(self, given: dict[str, Any]) -> N: ...

    def post(self, _request: Request, **_path: str) -> Response:
        with transaction.atomic():
            require(self.may_create())
            return once(self.request._request, by=self.user, now=self.now, produce=self._created)

    def _created(self) -> Response:
        noun = self.create(self.given())
        response = self.answer(noun, status=201)
        if self.has_address:
            response["Location"] = f"{self.request.path}/{getattr(noun, self.lookup)}"
        return response


class TakesFile(Creates[N]):
    """POST of a file, which is the whole body: its media types are those of `parser_classes`."""

    # What the address says about it.
    about: ClassVar[Filters] = {}
    takes_bytes: ClassVar[int]

    @abstractmethod
    def read(self, content: bytes, about: Mapping[str, Any]) -> N: ...

    def create(self, given: dict[str, Any]) -> N:
        return self.read(given["content"], parsed(self.request.query_params, self.about))

    def given(self, *, noun: N | None = None, partial: bool = False) -> dict[str, Any]:
        return {"content": dict(self.request.data).get("content", b"")}

    def post(self, _request: Request, **_path: str) -> Response:
        with transaction.atomic():
            require(self.may_create())
            body = dict(self.request.data).get("content", b"")
            return once(self.request._request, by=self.user, now=self.now, produce=self._created, body=body)


class Changes(GivenDoor[N]):
    """PATCH of one noun."""

    @abstractmethod
    def may_change(self, noun: N) -> bool: ...

    @abstractmethod
    def change(self, noun: N, given: dict[str, Any]) -> N: ...

    def patch(self, _request: Request, **_path: str) -> Response:
        with transaction.atomic():
            noun = self.noun()
            require(self.may_change(noun))
            noun = self.matched(noun)
            return self.answer(self.change(noun, self.given(noun=noun, partial=True)))


class Acts(GivenDoor[N]):
    """POST of a verb: 200 with the noun as it is now."""

    @abstractmethod
    def may(self, noun: N) -> bool: ...

    @abstractmethod
    def act(self, noun: N, given: dict[str, Any]) -> N: ...

    def post(self, _request: Request, **_path: str) -> Response:
        with transaction.atomic():
            noun = self.noun(whole=False)
            require(self.may(noun))
            return once(self.request._request, by=self.user, now=self.now, produce=lambda: self._acted(noun))

    def _acted(self, noun: N) -> Response:
        noun = self.matched(noun)
        return self.answer(self.act(noun, self.given(noun=noun)))
