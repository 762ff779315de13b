"""Differences of a replay as people read them."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from deals.conflicts.sentences import OUTCOMES
from deals.precedence import KINDS
from deals.replays.rules import ADVICE, EARNINGS, FREE, OVERRIDE, PROTECTED, PROTECTION, REASON, WAY
from deals.rulebook import KIND_WORDS, percent
from deals.rulewords import OPTIONS, WORDS

ASPECTS = {
    ADVICE: gettext_lazy("Recommendation"),
    REASON: gettext_lazy("What is named first"),
    WAY: gettext_lazy("Way of the approval"),
    PROTECTION: gettext_lazy("Days of protection"),
    EARNINGS: gettext_lazy("Rate"),
}
WAYS = {
    FREE: gettext_lazy("free"),
    OVERRIDE: gettext_lazy("only with a reason to override"),
    PROTECTED: gettext_lazy("impossible: protected for another"),
}


def told(difference: Mapping[str, Any]) -> dict[str, Any]:
    """{aspect, before, after, clause, why [sentence]} in words."""
    aspect = difference["aspect"]
    return {
        "aspect": str(ASPECTS[aspect]),
        "before": _value(aspect, difference["before"]),
        "after": _value(aspect, difference["after"]),
        "clause": difference["clause"],
        "why": [_reason(why) for why in difference["why"]],
    }


def _value(aspect: str, value: str) -> str:
    match aspect:
        case "advice":
            return str(OUTCOMES[value])
        case "reason":
            return str(KIND_WORDS[value])
        case "way":
            return str(WAYS[value])
        case "rate":
            return percent(Decimal(value)) if value else "–"
    return value


def _reason(why: str) -> str:
    """`named_account: review > block` and `protection_days: 90 > 60`, with the words for each."""
    what, _mark, moved = why.partition(": ")
    before, _mark, after = moved.partition(" > ")
    about = {"what": _label(what), "before": OPTIONS.get(before, before), "after": OPTIONS.get(after, after)}
    if before == "none":
        return _("%(what)s: %(after)s, was not found") % about
    if after == "none":
        return _("%(what)s: is not found any more") % about
    return _("%(what)s: %(after)s instead of %(before)s") % about


def _label(what: str) -> str:
    if what in KINDS:
        return str(KIND_WORDS[what])
    return str(WORDS[what].label) if what in WORDS else what
