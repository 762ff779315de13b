"""Charts, tags and sockets: figures in, markup out, nothing hidden from a screen reader."""

from decimal import Decimal

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ImproperlyConfigured
from django.template import Context, Template
from django.test import Client, RequestFactory

from prm.portal import charts
from prm.portal.icons import ICONS
from prm.portal.panels import panels_for
from prm.portal.sockets import PANELS, Panel
from tests.factories import Cast


def render(source: str, **context: object) -> str:
    return Template("{% load portal %}" + source).render(Context(context))


@pytest.mark.parametrize(
    ("value", "maximum", "length"),
    [
        (6, 8, 75.0),
        (0, 8, 0.0),
        (9, 8, 100.0),
        (-1, 8, 0.0),
        (1, 0, 0.0),
        (1, -1, 0.0),
        (Decimal(1), Decimal(3), 33.3),
        (0.5, 1, 50.0),
    ],
)
def test_share_stays_within_its_track(value: charts.Figure, maximum: charts.Figure, length: float) -> None:
    assert charts.share(value, maximum) == length


def test_columns_fill_the_width_and_stack() -> None:
    low, high = charts.columns([charts.Row("a", 5), charts.Row("b", 6, part=4)], width=100, height=50)

    assert (low.x, low.width, low.y, low.height, low.part_height) == (10.0, 30.0, 25.0, 25.0, 0.0)
    assert (high.x, high.y, high.height, high.part_y, high.part_height) == (60.0, 20.0, 30.0, 0.0, 18.0)
    assert (low.middle, low.top, high.top) == (25.0, 25.0, 0.0)


@pytest.mark.parametrize("rows", [[], [charts.Row("a", 0)], [charts.Row("a", Decimal(0)), charts.Row("b", 0)]])
def test_columns_of_nothing_are_flat(rows: list[charts.Row]) -> None:
    assert [bar.height for bar in charts.columns(rows, 100, 50)] == [0.0] * len(rows)


@pytest.mark.parametrize(
    ("values", "points"),
    [
        ([], []),
        ([3], [(0.0, 10.0)]),
        ([1, 2, 3], [(0.0, 10.0), (50.0, 5.0), (100.0, 0.0)]),
        ([2, 2], [(0.0, 10.0), (100.0, 10.0)]),
    ],
)
def test_line_spans_from_lowest_to_highest(values: list[int], points: list[tuple[float, float]]) -> None:
    assert charts.points(values, 100, 10) == points


def test_rows_may_be_given_short() -> None:
    assert charts.rows_of([("a", 1), ("b", 2, "two"), charts.Row("c", 3)]) == [
        charts.Row("a", 1),
        charts.Row("b", 2, "two"),
        charts.Row("c", 3),
    ]


def test_bars_have_a_table_behind_them() -> None:
    html = render("{% bars rows 'Ends by week' 'all' %}", rows=[("23 Nov", 4), ("30 Nov", 8, "eight")])

    assert '<svg viewBox="0 0 640 190" aria-hidden="true"' in html
    assert "<caption>Ends by week</caption>" in html
    assert '<th scope="row">30 Nov</th><td>eight</td>' in html
    assert "style=" not in html


def test_meter_is_told_in_words() -> None:
    html = render("{% meter 6 8 'Certified people' %}")

    assert 'aria-label="Certified people: 6 / 8"' in html
    assert 'width="75.0"' in html


def test_meter_is_written_for_machines_in_any_locale() -> None:
    from prm.portal.formats import written_for

    with written_for("de"):
        assert 'width="33.3"' in render("{% meter 1 3 'x' %}")


def test_funnel_compares_with_its_widest_step() -> None:
    html = render("{% funnel rows 'From registration to win' %}", rows=[("Registered", 10), ("Won", 5)])

    assert (html.count("<li>"), 'width="100.0"' in html, 'width="50.0"' in html) == (2, True, True)


def test_sparkline_says_its_values() -> None:
    assert 'aria-label="Valid: 6, 8"' in render("{% sparkline values 'Valid' %}", values=[6, 8])


@pytest.mark.parametrize(("tone", "css"), [("good", "good"), ("bad", "bad"), ('"><script>', ""), ("unknown", "")])
def test_pill_knows_its_tones(tone: str, css: str) -> None:
    assert render("{% pill text tone %}", text="<b>", tone=tone) == f'<span class="pill {css}">&lt;b&gt;</span>'


@pytest.mark.parametrize("name", sorted(ICONS))
def test_icon_is_decoration(name: str) -> None:
    html = render("{% icon name %}", name=name)

    assert 'aria-hidden="true"' in html
    assert f'd="{ICONS[name]}"' in html


def test_unknown_icon_is_a_mistake_of_ours() -> None:
    with pytest.raises(ImproperlyConfigured, match="no icon 'rocket'"):
        render("{% icon 'rocket' %}")


def test_roles_are_named() -> None:
    assert (
        render("{{ slugs|role_titles }}", slugs=["sales_rep", "partner_admin", "gone"])
        == "Sales rep, Partner admin, gone"
    )


@pytest.mark.parametrize(("name", "first"), [("Ana Ruiz", "Ana"), ("", ""), ("  ", "")])
def test_first_word_of_a_name(name: str, first: str) -> None:
    assert render("{{ name|first_word }}", name=name) == first


@pytest.fixture
def panels():
    """Two panels of a place of their own; one stays away."""
    names = ["test-late", "test-early", "test-away"]
    template = "portal/components/note.html"
    PANELS.register(names[0], Panel("test.place", 20, template, lambda user, subject, now: {"text": f"late {subject}"}))
    PANELS.register(names[1], Panel("test.place", 10, template, lambda user, subject, now: {"text": f"early {user}"}))
    PANELS.register(names[2], Panel("test.place", 5, template, lambda user, subject, now: None))
    yield
    for name in names:
        PANELS._entries.pop(name)


def test_panels_come_in_order_and_may_stay_away(panels: None, cast: Cast) -> None:
    request = RequestFactory().get("/")
    request.user = cast.helix.rep
    html = render("{% panels 'test.place' 'deal' %}", request=request)

    assert html.index(f"early {cast.helix.rep}") < html.index("late deal")
    assert html.count('class="note') == 2


def test_place_without_panels_is_empty(cast: Cast) -> None:
    from prm.clocks.database import database_now

    assert panels_for("nowhere", cast.helix.rep, None, database_now()) == []


def test_gallery_shows_everything_in_both_lights(settings, db: None) -> None:
    from prm.portal.gallery import gallery

    request = RequestFactory().get("/_ui/")
    request.user = AnonymousUser()
    page = gallery(request).text

    assert ('class="sheet light"' in page, 'class="sheet dark"' in page) == (True, True)
    assert page.count("Müller Logistik GmbH") >= 4
    assert "style=" not in page


def test_gallery_is_closed_outside_demo_and_debug(client: Client, db: None, settings) -> None:
    if settings.DEBUG or settings.PRM_DEMO:
        pytest.fail("Tests run as an installation does, without demo and debug.")

    assert client.get("/_ui/").status_code == 404
