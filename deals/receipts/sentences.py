"""Receipts as people read them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from deals.receipts.states import Kind
from prm.portal import formats


def told(claims: Mapping[str, Any]) -> str:
    """One step in one sentence; of whatever somebody pasted, too."""
    words = {
        "deal": claims.get("deal"),
        "place": claims.get("priority_at"),
        "until": _moment(claims.get("protected_until")),
        "at": _moment(claims.get("at")),
    }
    return _sentence(claims) % words


def _sentence(claims: Mapping[str, Any]) -> str:
    outcome = claims.get("outcome")
    match claims.get("kind"):
        case Kind.REGISTERED:
            return _registered(outcome)
        case Kind.DECIDED:
            return _decided(outcome)
        case Kind.EXTENDED if outcome == "provisional":
            return _("The decision was late: from %(at)s the customer is protected until there is one.")
        case Kind.EXTENDED if outcome == "asked":
            return _("An extension was asked for on %(at)s; until it is decided the protection lasts to %(until)s.")
        case Kind.EXTENDED if outcome == "refused":
            return _("The extension was refused on %(at)s; the protection lasts until %(until)s.")
        case Kind.EXTENDED:
            return _("The protection was extended on %(at)s, until %(until)s.")
        case Kind.ENDED:
            return _ended(outcome)
        case Kind.APPEALED:
            return _appealed(outcome)
        case Kind.AMENDED:
            return _amended(outcome)
    return _("Something happened on %(at)s.")


def _decided(outcome: object) -> str:
    match outcome:
        case "rejected":
            return _("It was not approved, on %(at)s.")
        case "teaming":
            return _("It was approved for two partners on %(at)s; the customer is protected for both until %(until)s.")
        case "non_exclusive":
            return _("It was approved on %(at)s, without a protection.")
    return _("It was approved on %(at)s, and the customer is protected until %(until)s.")


def _registered(outcome: object) -> str:
    if outcome == "first_refusal":
        return _("First refusal was taken up on %(at)s, with the place in line kept at %(place)s.")
    return _("%(deal)s was registered, with its place in line at %(place)s.")


def _ended(outcome: object) -> str:
    match outcome:
        case "won":
            return _("The deal was closed as won on %(at)s.")
        case "lost":
            return _("The deal was closed as lost on %(at)s; the protection ended with it.")
        case "withdrawn":
            return _("It was withdrawn on %(at)s, and the place in line given up.")
        case "reversed":
            return _("The decision was reversed on %(at)s, and what it promised ended with it.")
        case "lapsed":
            return _("It lapsed on %(at)s, because a question was not answered in time.")
        case "provisional":
            return _("The provisional protection ended on %(at)s.")
        case "expired":
            return _("The protection ended on %(until)s.")
    return _("It ended on %(at)s.")


def _appealed(outcome: object) -> str:
    match outcome:
        case "reinstated":
            return _("The appeal was upheld on %(at)s: another registration has its place in line.")
        case "compensated":
            return _("The appeal was upheld on %(at)s, and the partner compensated.")
        case "refused":
            return _("The appeal was refused on %(at)s.")
        case "engagement_asked":
            return _("An appeal about the partner's part in the deal was made on %(at)s.")
        case "engagement_kept":
            return _("The partner's part in the deal was kept as confirmed, on %(at)s.")
        case "engagement_upheld":
            return _("The partner's part in the deal was restored on %(at)s, and the terms frozen anew.")
    return _("An appeal was made on %(at)s.")


def _amended(outcome: object) -> str:
    match outcome:
        case "agreed":
            return _("The partner consented to other terms on %(at)s, and they were frozen anew.")
        case "declined":
            return _("The partner did not consent to other terms, on %(at)s; they stayed as they were.")
    return _("Other terms were proposed on %(at)s; without consent nothing changes.")


def _moment(text: object) -> str:
    try:
        return formats.dated(datetime.fromisoformat(str(text)))
    except ValueError:
        return "…"
