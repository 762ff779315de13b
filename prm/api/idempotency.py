"""The same request twice has one effect: `Idempotency-Key` on every authenticated POST."""

import hashlib
import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import connection
from django.http import HttpRequest
from django.utils.translation import gettext as _
from rest_framework.exceptions import APIException, ParseError
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response

from prm.accounts.models import User
from prm.api.models import IdempotencyKey

KEPT = timedelta(hours=24)
REMEMBERED_HEADERS = ("ETag", "Location")
_KEY = re.compile(r"[\x21-\x7e]{1,200}")
TABLE = IdempotencyKey._meta.db_table


class KeyReused(APIException):
    status_code = 422
    default_code = "idempotency_key_reused"


def key_of(request: HttpRequest) -> str | None:
    key = request.META.get("HTTP_IDEMPOTENCY_KEY")
    if key is None:
        return None
    if not _KEY.fullmatch(key):
        raise ParseError(_("An Idempotency-Key has 1 to 200 visible ASCII characters."))
    return str(key)


def once(
    request: HttpRequest, *, by: User, now: datetime, produce: Callable[[], Response], body: bytes | None = None
) -> Response:
    """Run `produce` unless this request was answered before; then give that answer again.

    `body` is the request's where it was read already: a file is longer than what Django keeps.
    Must be called inside the transaction of the verb. A concurrent twin waits for that transaction:
    at most the three seconds set here, after which the database's refusal becomes a 409.
    """
    key = key_of(request)
    if key is None:
        return produce()
    fingerprint = fingerprint_of(request, request.body if body is None else body)
    row = _claim(by.pk, key, fingerprint, now)
    if row is None:
        return _again(IdempotencyKey.objects.get(principal=by, key=key), fingerprint)
    response = produce()
    IdempotencyKey.objects.filter(pk=row).update(
        status=response.status_code,
        headers={name: response[name] for name in REMEMBERED_HEADERS if name in response},
        body=JSONRenderer().render(response.data).decode(),
    )
    return response


def fingerprint_of(request: HttpRequest, body: bytes) -> str:
    what = f"{request.method}\n{request.get_full_path()}\n".encode() + body
    return hashlib.sha256(what).hexdigest()


def _claim(principal_id: int, key: str, fingerprint: str, now: datetime) -> int | None:
    """The id of our row, or None when a living one was there. One statement, so nothing slips in between."""
    with connection.cursor() as cursor:
        cursor.execute("set local lock_timeout = '3s'")
        cursor.execute(
            f"insert into {TABLE} as k (principal_id, key, fingerprint, created_at, status, headers, body) "  # noqa: S608 - a constant name
            "values (%s, %s, %s, %s, 0, '{}', '') on conflict (principal_id, key) do update "
            "set fingerprint = excluded.fingerprint, created_at = excluded.created_at "
            "where k.created_at <= %s returning id",
            [principal_id, key, fingerprint, now, now - KEPT],
        )
        row: tuple[int] | None = cursor.fetchone()
    return row[0] if row else None


def _again(remembered: IdempotencyKey, fingerprint: str) -> Response:
    if remembered.fingerprint != fingerprint:
        raise KeyReused(_("This Idempotency-Key was used for another request."))
    headers = {**remembered.headers, "Idempotency-Replayed": "true"}
    return Response(json.loads(remembered.body), status=remembered.status, headers=headers)


def forget_before(moment: datetime) -> int:
    return IdempotencyKey.objects.filter(created_at__lt=moment).delete()[0]
