"""What templates of the portal are written with."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import template
from django.core.exceptions import ImproperlyConfigured
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from prm.accounts import demo
from prm.accounts.roles import ROLES
from prm.clocks.database import database_now
from prm.portal import charts, formats
from prm.portal import markdown as markdowns
from prm.portal.icons import ICONS
from prm.portal.panels import panels_for

register = template.Library()

NOTHING = "–"
TONES = {"", "good", "warn", "bad", "accent"}


@register.filter
def money(value: Decimal | int | None, currency: str) -> str:
    return NOTHING if value is None else formats.money(value, currency)


@register.filter
def short_money(value: Decimal | int | None, currency: str) -> str:
    return NOTHING if value is None else formats.short_money(value, currency)


@register.filter
def number(value: Decimal | int | float | None) -> str:
    return NOTHING if value is None else formats.number(value)


@register.filter
def percent(value: Decimal | float | None) -> str:
    return NOTHING if value is None else formats.percent(value)


@register.filter
def rate(value: Decimal | None) -> str:
    return NOTHING if value is None else formats.rate(value)


@register.filter
def when(value: datetime | None) -> str:
    if value is None:
        return NOTHING
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), formats.moment(value))


@register.filter
def markdown(text: str) -> SafeString:
    return markdowns.render(text)


@register.simple_tag
def now_here() -> str:
    """The moment of drawing, for what is printed; nothing is decided by it."""
    return formats.dated(timezone.now())


@register.filter
def day(value: date | datetime | None) -> str:
    if value is None:
        return NOTHING
    if isinstance(value, datetime):
        value = timezone.localtime(value).date()
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), formats.day(value))


@register.filter
def month(value: date) -> str:
    return formats.month(value)


@register.filter
def ago(value: datetime | None) -> str:
    if value is None:
        return NOTHING
    text = formats.ago(value, timezone.now())
    return format_html('<time datetime="{}" title="{}">{}</time>', value.isoformat(), formats.moment(value), text)


@register.filter
def country(code: str | None) -> str:
    return formats.country(code) if code else NOTHING


@register.filter
def role_titles(slugs: Sequence[str]) -> str:
    return ", ".join(str(ROLES[slug].title) if slug in ROLES else slug for slug in slugs)


@register.simple_tag
def due(moment: datetime, now: datetime) -> SafeString:
    """When it is due, marked when that is today or past."""
    text, local = formats.moment(moment), timezone.localtime(moment)
    if moment < now:
        return format_html(
            '<span class="tone-bad"><time datetime="{}">{}</time> · {}</span>', moment.isoformat(), text, _("overdue")
        )
    if local.date() == timezone.localtime(now).date():
        return format_html(
            '<span class="tone-warn"><time datetime="{}">{}</time> · {}</span>', moment.isoformat(), text, _("today")
        )
    return format_html('<time datetime="{}">{}</time>', moment.isoformat(), text)


@register.simple_tag
def pill(text: object, tone: str = "") -> SafeString:
    return format_html('<span class="pill {}">{}</span>', tone if tone in TONES else "", text)


@register.simple_tag
def icon(name: str) -> SafeString:
    if name not in ICONS:
        raise ImproperlyConfigured(f"There is no icon {name!r}.")
    return format_html(
        '<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d="{}"/></svg>', ICONS[name]
    )


@register.inclusion_tag("portal/components/meter.html")
def meter(value: charts.Figure, maximum: charts.Figure, label: str, tone: str = "") -> dict[str, Any]:
    return {"value": value, "maximum": maximum, "label": label, "tone": tone, "length": charts.share(value, maximum)}


@register.inclusion_tag("portal/components/bars.html")
def bars(rows: Sequence[Any], label: str = "", legend: str = "", part_legend: str = "") -> dict[str, Any]:
    drawn = charts.columns(charts.rows_of(rows), width=640, height=150)
    return {"bars": drawn, "label": label, "legend": legend, "part_legend": part_legend}


@register.inclusion_tag("portal/components/sparkline.html")
def sparkline(values: Sequence[charts.Figure], label: str = "") -> dict[str, Any]:
    line = charts.points(values, width=196, height=26)
    return {"points": " ".join(f"{x + 2},{y + 4}" for x, y in line), "values": values, "label": label}


@register.inclusion_tag("portal/components/funnel.html")
def funnel(rows: Sequence[Any], label: str = "") -> dict[str, Any]:
    steps = charts.rows_of(rows)
    top = max((row.value for row in steps), default=0)
    return {"steps": [(row, charts.share(row.value, top)) for row in steps], "label": label}


@register.simple_tag(takes_context=True)
def panels(context: template.Context, place: str, subject: object = None) -> SafeString:
    """Whatever hangs at that place for the person, in order."""
    request = context["request"]
    now = context.get("now") or database_now()
    drawn = panels_for(place, request.user, subject, now)
    html = [render_to_string(panel.template, {"now": now, **panel.context}, request) for panel in drawn]
    return SafeString("".join(html))


@register.filter
def first_word(text: str) -> str:
    return text.split()[0] if text.split() else ""


@register.simple_tag
def demo_logins() -> list[Any]:
    return demo.LOGINS
