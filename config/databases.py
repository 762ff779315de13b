"""From a DATABASE_URL to Django's settings."""

from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

# A request never waits for a lock or a statement longer than a person waits for a page.
GUARDS = "-c lock_timeout=3s -c statement_timeout=15s -c idle_in_transaction_session_timeout=30s"
# Seconds that a request waits for a database that restarts: longer than that takes, shorter than a worker may live.
POOL_PATIENCE = 12


def parse(url: str, *, pooled: bool) -> dict[str, Any]:
    """`pooled` for web processes, which then wait out a database restart; others keep one connection."""
    parts = _split(url)
    options: dict[str, Any] = dict(parse_qsl(parts.query))
    host = options.pop("host", "") or (unquote(parts.hostname) if parts.hostname else "")
    options.setdefault("options", GUARDS)
    # Values go to the server beside the statement, so that prm.questions can have it planned once.
    options["server_side_binding"] = True
    settings: dict[str, Any] = {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.removeprefix("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": options.pop("port", "") or (str(parts.port) if parts.port else ""),
        "OPTIONS": options,
        "CONN_HEALTH_CHECKS": True,
        "CONN_MAX_AGE": 0,
    }
    if pooled:
        options["pool"] = {"min_size": 1, "max_size": 2, "timeout": POOL_PATIENCE}
    return settings


def _split(url: str) -> SplitResult:
    """What is wrong is said without the address, which holds a password: one that is not encoded ends up anywhere."""
    try:
        parts = urlsplit(url)
        is_readable = parts.port is None or parts.port > 0
    except ValueError:
        is_readable = False
    if not is_readable:
        raise ImproperlyConfigured("DATABASE_URL cannot be read: write / : @ # ? [ ] % in names and passwords as %XX.")
    if parts.scheme not in {"postgresql", "postgres"}:
        raise ImproperlyConfigured("DATABASE_URL must start with postgresql://.")
    if not parts.path.strip("/"):
        raise ImproperlyConfigured("DATABASE_URL must name a database, such as postgresql://host/prm.")
    return parts
