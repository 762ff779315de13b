"""Is the process alive, can it do its work? Public, and silent about everything else."""

from django.db import Error, connection
from django.db.migrations.loader import MigrationLoader
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

ALIVE, READY, NOT_READY = "alive\n", "ready\n", "not ready\n"

_migrated = False


@never_cache
@require_safe
def healthz(_request: HttpRequest) -> HttpResponse:
    return HttpResponse(ALIVE, content_type="text/plain")


@never_cache
@require_safe
def readyz(_request: HttpRequest) -> HttpResponse:
    try:
        ready = _database_answers() and _is_migrated()
    except Error:
        ready = False
    content, status = (READY, 200) if ready else (NOT_READY, 503)
    return HttpResponse(content, status=status, content_type="text/plain")


def _database_answers() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("select 1")
        return cursor.fetchone() is not None


def _is_migrated() -> bool:
    """Compared until it is so; a process is never newer than the migrations it has seen."""
    global _migrated
    if not _migrated:
        loader = MigrationLoader(connection)
        _migrated = set(loader.disk_migrations or {}) <= set(loader.applied_migrations or {})
    return _migrated
