"""Dates and money in the person's own zone and way of writing."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.template import Context, Template
from django.test import Client
from django.utils import timezone

from prm.accounts.models import User
from prm.portal import formats
from tests.factories import Cast

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def plain(text: str) -> str:
    """Typographic spaces as blanks."""
    for space in ("\xa0", "\u202f", "\u2009"):
        text = text.replace(space, " ")
    return text


@pytest.mark.parametrize(
    ("locale", "amount", "currency", "written"),
    [
        ("en_GB", Decimal("86400.00"), "EUR", "€86,400"),
        ("en_GB", Decimal("86400.50"), "EUR", "€86,400.50"),
        ("en_GB", Decimal("-1200"), "EUR", "-€1,200"),
        ("en_GB", 0, "EUR", "€0"),
        ("de", Decimal("86400.00"), "EUR", "86.400 €"),
        ("de", Decimal("0.05"), "EUR", "0,05 €"),
        ("sv", Decimal("86400.00"), "SEK", "86 400 kr"),
        ("en_US", Decimal("1000000"), "JPY", "¥1,000,000"),
        ("fr", Decimal("1234.5"), "EUR", "1 234,50 €"),
        ("", Decimal("5"), "USD", "US$5"),
    ],
)
def test_money_is_written_as_the_person_does(locale: str, amount: Decimal, currency: str, written: str) -> None:
    with formats.written_for(locale):
        assert plain(formats.money(amount, currency)) == written


@pytest.mark.parametrize(
    ("amount", "written"),
    [
        (Decimal("412000"), "€412K"),
        (Decimal("38200"), "€38.2K"),
        (Decimal("8400000"), "€8.4M"),
        (Decimal("4500"), "€4,500"),
    ],
)
def test_figures_are_short(amount: Decimal, written: str) -> None:
    assert plain(formats.short_money(amount, "EUR")) == written


@pytest.mark.parametrize(
    ("zone", "written"),
    [("UTC", "Tue 24 Nov, 12:00"), ("Asia/Tokyo", "Tue 24 Nov, 21:00"), ("Pacific/Kiritimati", "Wed 25 Nov, 02:00")],
)
def test_moment_is_on_the_clock_of_the_person(zone: str, written: str) -> None:
    with time_machine.travel(NOON, tick=False), timezone.override(zone):
        assert formats.moment(NOON) == written


def test_another_year_is_named() -> None:
    with time_machine.travel(NOON, tick=False):
        assert formats.day(date(2027, 2, 18)) == "18 Feb 2027"
        assert formats.day(date(2026, 2, 18)) == "Wed 18 Feb"


@pytest.mark.parametrize(
    ("locale", "written"),
    [("en_US", "Tue, Nov 24, 12:00\u202fPM"), ("de", "Di., 24. Nov., 12:00"), ("en_GB", "Tue 24 Nov, 12:00")],
)
def test_moment_is_written_as_the_person_does(locale: str, written: str) -> None:
    with time_machine.travel(NOON, tick=False), formats.written_for(locale):
        assert plain(formats.moment(NOON)) == plain(written)


@pytest.mark.parametrize(
    ("distance", "written"),
    [(timedelta(hours=-3), "3 hours ago"), (timedelta(days=4), "in 4 days"), (timedelta(minutes=-1), "1 minute ago")],
)
def test_distance_is_a_phrase(distance: timedelta, written: str) -> None:
    assert formats.ago(NOON + distance, NOON) == written


@pytest.mark.parametrize(("code", "name"), [("DE", "Germany"), ("se", "Sweden"), ("ZZZ", "ZZZ")])
def test_country_has_a_name(code: str, name: str) -> None:
    assert formats.country(code) == name


@pytest.mark.parametrize("code", ["", "xx_YY", "deutsch; drop table", "../de"])
def test_unknown_locale_is_the_default(code: str) -> None:
    assert formats.locale_of(code) == formats.DEFAULT


def test_way_of_writing_ends_with_its_person() -> None:
    with formats.written_for("de"):
        inside = plain(formats.money(1000, "EUR"))

    assert (inside, plain(formats.money(1000, "EUR"))) == ("1.000 €", "€1,000")


def test_pages_are_written_for_the_person_who_reads(cast: Cast) -> None:
    """Between two readers of another kind nothing is carried over."""
    User.objects.filter(pk=cast.helix.rep.pk).update(locale="de", time_zone="Asia/Tokyo")
    german, english = Client(), Client()
    german.force_login(User.objects.get(pk=cast.helix.rep.pk))
    english.force_login(cast.orbit.rep)
    pages = [german.get("/").text, english.get("/").text, german.get("/").text]
    with timezone.override("Asia/Tokyo"), formats.written_for("de"):
        in_german = formats.day(timezone.localdate())
    with timezone.override("Europe/Berlin"):
        in_english = formats.day(timezone.localdate())

    assert [f">{in_german}</time>" in page for page in pages] == [True, False, True]
    assert [f">{in_english}</time>" in page for page in pages] == [False, True, False]


def render(source: str, **context: object) -> str:
    return plain(Template("{% load portal %}" + source).render(Context(context)))


@pytest.mark.parametrize(
    "name", ["money:'EUR'", "short_money:'EUR'", "when", "day", "ago", "country", "number", "percent"]
)
def test_nothing_is_a_dash(name: str) -> None:
    assert render("{{ value|" + name + " }}", value=None) == "–"


def test_moment_carries_the_exact_time() -> None:
    with time_machine.travel(NOON, tick=False):
        assert render("{{ v|when }}", v=NOON) == '<time datetime="2026-11-24T12:00:00+00:00">Tue 24 Nov, 12:00</time>'


@pytest.mark.parametrize(
    ("distance", "tone"),
    [(timedelta(hours=-1), "tone-bad"), (timedelta(hours=2), "tone-warn"), (timedelta(days=2), "")],
)
def test_due_date_shows_its_urgency(distance: timedelta, tone: str) -> None:
    shown = render("{% due moment now %}", moment=NOON + distance, now=NOON)

    assert ("tone-bad" in shown, "tone-warn" in shown) == (tone == "tone-bad", tone == "tone-warn")
