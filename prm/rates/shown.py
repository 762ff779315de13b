"""How a figure of several currencies is said: with the age of its rates, and with what it leaves out."""

from django.utils.translation import gettext as _

from prm.portal import formats
from prm.rates.rules import MOST_DAYS, Converted, Together


def about(found: Converted) -> str:
    named = {"amount": formats.money(found.money.amount, found.money.currency)}
    if found.on is None:
        return _("about %(amount)s") % named
    return _("about %(amount)s, rate of %(day)s") % {**named, "day": formats.day(found.on)}


def sentence(together: Together | None) -> str:
    """Empty where there is nothing to add up."""
    if together is None:
        return ""
    named = {
        "amount": formats.money(together.money.amount, together.money.currency),
        "day": formats.day(together.oldest) if together.oldest else "",
        "left": ", ".join(together.left_out),
        "days": MOST_DAYS,
    }
    if not together.is_of_several:
        return _("Cannot be added up: there is no rate of the last %(days)d days for %(left)s.") % named
    if together.left_out:
        told = _("Together about %(amount)s, rates of %(day)s; without %(left)s, for which there is no rate.")
        return told % named
    return _("Together about %(amount)s, rates of %(day)s.") % named
