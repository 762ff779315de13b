"""When an announcement may begin and end, and where its link may lead."""

from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

# Whoever fills in a form takes a while.
GRACE = timedelta(minutes=15)
FARTHEST = timedelta(days=5 * 366)


def faults_of_period(starts_at: datetime, ends_at: datetime | None, now: datetime) -> dict[str, list[str]]:
    """Sentences by field; none when the period can be taken."""
    errors: dict[str, list[str]] = {}
    if starts_at < now - GRACE:
        errors["starts_at"] = [_("This is past. Leave it empty to begin now.")]
    elif starts_at > now + FARTHEST:
        errors["starts_at"] = [_("Choose a moment within five years.")]
    if ends_at is not None and ends_at <= max(starts_at, now):
        errors["ends_at"] = [_("The end must come after the beginning.")]
    elif ends_at is not None and ends_at > now + 2 * FARTHEST:
        errors["ends_at"] = [_("Choose a moment within ten years.")]
    return errors


def is_link(link: str) -> bool:
    """A page of the portal, or one elsewhere over http(s) without a login in it."""
    if not link.isprintable() or " " in link or "\\" in link:
        return False
    if link.startswith("/"):
        return not link.startswith("//")
    try:
        parts = urlsplit(link)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.username is None
    except ValueError:
        return False
