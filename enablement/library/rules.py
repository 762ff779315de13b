"""Until when something is shown, and what may be said of it."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

NEW_FOR = timedelta(days=30)
FARTHEST = timedelta(days=3 * 366)
MOST_TAGS, LONGEST_TAG = 12, 40
MOST_COMPETENCIES = 10
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


@dataclass(frozen=True)
class Flaw:
    """`code` names its sentence in actions."""

    field: str
    code: str


def is_stale(review_on: date, today: date) -> bool:
    """From its review date on. See also: LibraryItemQuerySet.stale."""
    return review_on <= today


def last_hidden_review(today: date, hide_days: int) -> date:
    """What should have been looked at by then is hidden from partners."""
    return today - timedelta(days=hide_days)


def is_tag(text: str) -> bool:
    return len(text) <= LONGEST_TAG and _SLUG.fullmatch(text) is not None


def flaws(values: Mapping[str, Any], *, known: Mapping[str, Collection[str]], today: date) -> list[Flaw]:
    """`known` are the codes that there are, by field."""
    found = [Flaw(name, "unknown") for name, codes in known.items() if not set(values.get(name, ())) <= set(codes)]
    if any(not is_tag(tag) for tag in values.get("tags", ())) or len(values.get("tags", ())) > MOST_TAGS:
        found.append(Flaw("tags", "tags"))
    needed = values.get("competencies", ())
    if any(not is_tag(slug) for slug in needed) or len(needed) > MOST_COMPETENCIES:
        found.append(Flaw("competencies", "competencies"))
    review_on = values.get("review_on")
    if review_on is not None and not today < review_on <= today + FARTHEST:
        found.append(Flaw("review_on", "review_on"))
    return found
