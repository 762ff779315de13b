"""How a registration is written in lists and cards."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from babel.dates import format_time
from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from deals.decisions.forms import askable_choices
from deals.programme.writing import quarter, written
from deals.quality.rules import Precision
from deals.registrations.face import SOON_DAYS, VERY_SOON_DAYS, days_between
from deals.registrations.models import Registration
from deals.registrations.states import LossReason, Outcome, State
from prm.currencies import Money
from prm.matching import Band
from prm.metrics.registry import Metric
from prm.policy.clauses import Clause
from prm.portal import formats
from prm.portal.templatetags.portal import NOTHING, day, pill
from prm.rates.rules import Converted
from prm.rates.shown import about

register = template.Library()


@register.filter
def product_names(registration: Registration) -> str:
    return ", ".join(line.product.name for line in registration.lines.all()) or NOTHING


@register.simple_tag
def state_pill(registration: Registration, now: datetime) -> SafeString:
    until = registration.protected_until
    if registration.teaming_due_at is not None:
        return pill(_("Team proposed"), "warn")
    if registration.state == State.APPROVED and until and days_between(now, until) <= SOON_DAYS:
        return pill(_("Ends soon"), "warn")
    if registration.state == State.APPROVED and registration.outcome == Outcome.NON_EXCLUSIVE:
        return pill(_("Approved, not exclusive"), registration.tone)
    return pill(registration.get_state_display(), registration.tone)


@register.simple_tag
def protection(registration: Registration, now: datetime) -> SafeString:
    """`12 Dec · 22 days` while it holds, else a dash."""
    until = registration.protected_until
    if registration.state != State.APPROVED or until is None or until <= now:
        return format_html('<span class="muted">{}</span>', NOTHING)
    left = days_between(now, until)
    tone = "tone-bad" if left <= VERY_SOON_DAYS else "tone-warn" if left <= SOON_DAYS else "muted"
    return format_html('{} <small class="{} nowrap">· {}</small>', day(until), tone, days(left))


@register.filter
def days(count: int) -> str:
    return ngettext("%(n)d day", "%(n)d days", count) % {"n": count} if count else _("today")


@register.filter
def exact(moment: datetime) -> SafeString:
    """A place in line to the second, with its zone: who came first is read from it."""
    local = localtime(moment)
    clock = format_time(local, "long", locale=formats.current())
    return format_html('<time datetime="{}">{}, {}</time>', moment.isoformat(), formats.day(local), clock)


@register.filter
def when_text(moment: datetime) -> str:
    return formats.moment(moment)


@register.filter
def anchor(number: str) -> str:
    return Clause(number, "", "").anchor


@register.filter
def asked_labels(registration: Registration) -> str:
    labels = dict(askable_choices())
    return ", ".join(str(labels.get(path, path)) for path in registration.asked_fields)


@register.filter
def end_reason_text(registration: Registration) -> str:
    return f"{LossReason(registration.end_reason).label}." if registration.end_reason in LossReason.values else ""


@register.filter
def lookup(names: dict[str, str], key: str) -> str:
    return names.get(key, key)


@register.filter
def of_band(found: dict[Band, Precision], band: Band) -> Precision:
    return found[band]


@register.filter
def main_money(amounts: list[Money]) -> str:
    """In the programme's currency, or in the first of the others."""
    return formats.short_money(amounts[0].amount, amounts[0].currency) if amounts else formats.number(0)


@register.filter
def other_money(amounts: list[Money]) -> str:
    return "".join(f" · {formats.short_money(money.amount, money.currency)}" for money in amounts[1:])


@register.filter
def worth(registration: Registration, known: Mapping[Money, Converted] | None) -> str:
    """What its value is worth in the programme's currency; empty where that is its own, or no rate is known."""
    found = known and known.get(Money(registration.value or Decimal(0), registration.currency))
    return about(found) if found else ""


@register.filter
def figure(value: Decimal | None, metric: Metric) -> str:
    return written(value, metric)


@register.filter
def quarter_name(label: str) -> str:
    return quarter(label)


@register.filter
def size(change: Decimal) -> str:
    """A change without its sign, which an arrow shows."""
    return formats.percent(abs(change))
