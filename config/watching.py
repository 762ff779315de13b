"""Sentry, where an operator has one: errors with their place in the code, and nothing about people."""

from typing import Any

from django.core.exceptions import ImproperlyConfigured

from prm.api.logs import told

# What of a request may leave the house: where it went and how, not what it said or who sent it.
HARMLESS = ("method", "url")


def start(dsn: str) -> None:
    """Without an address nothing is loaded; with one, the package has to be there."""
    if not dsn:
        return
    try:
        import sentry_sdk  # noqa: PLC0415 - only where it is wanted
    except ImportError:
        raise ImproperlyConfigured(
            "SENTRY_DSN is set, but sentry-sdk is not installed: pip install sentry-sdk."
        ) from None
    sentry_sdk.init(
        dsn=dsn,
        send_default_pii=False,
        max_request_body_size="never",
        include_local_variables=False,
        max_breadcrumbs=0,
        before_send=without_people,
    )


def without_people(event: dict[str, Any], _hint: dict[str, Any]) -> dict[str, Any]:
    event.pop("user", None)
    request = {name: value for name, value in event.get("request", {}).items() if name in HARMLESS}
    if request:
        event["request"] = request | {"url": told(str(request.get("url", "")).partition("?")[0])}
    return event
