"""The views above a list, and the pages where they are looked after."""

from typing import Any
from urllib.parse import quote

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import get_resolver, reverse

from deals.uplift.selectors import quarters
from prm.accounts.models import User
from prm.clocks.database import database_now
from prm.filters import actions
from prm.filters.lists import address_of, form_of, kept_of, title_of
from prm.filters.models import SavedFilter
from tests.factories import Cast, make_registration, make_user
from tests.house.routes import own_routes
from tests.house.source import ROOT

LISTS = {
    "leads",
    "lead-offers",
    "deals",
    "accounts",
    "accounts-alike",
    "matching-pairs",
    "partners",
    "audit",
    "people",
    "earnings",
}
LISTS |= {
    "co-sells",
    "mapping",
    "marketplace",
    "direct-uplift",
    "direct",
    "direct-touches",
    "direct-cases",
    "records",
    "rates",
    "library",
    "library-written",
}


def logged_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def save(by: User, name: str = "Open ones", query: str = "state=open", **given: Any) -> SavedFilter:
    return actions.save_view(
        **{"name": name, "list_name": "deals", "query": query, "by": by, "now": database_now(), **given}
    )


def post(user: User, **given: str) -> HttpResponse:
    body = {"name": "Open ones", "list_name": "deals", "query": "state=open", **given}
    return logged_in(user).post("/filters/", body)


def test_every_list_with_filters_takes_views() -> None:
    """Found by the component, so that a new list cannot be forgotten."""
    marked = {route.name for route in own_routes() if hasattr(route.view, "filter_form")}
    drawn = [
        path.relative_to(ROOT).as_posix()
        for path in ROOT.glob("*/**/templates/**/*.html")
        if "components/filters.html" in path.read_text() and "gallery" not in path.parts
    ]

    assert marked == LISTS
    assert len(drawn) == len(LISTS), drawn


@pytest.mark.parametrize("name", sorted(LISTS))
def test_list_is_saved_and_opened_again(cast: Cast, name: str) -> None:
    queries = {
        "deals": "state=open",
        "accounts": "named=yes",
        "partners": "model=msp",
        "audit": "since=2026-01-05",
        "people": "q=ana",
        "accounts-alike": "kind=family",
        "matching-pairs": "verdict=same",
        "earnings": "kind=once",
        "leads": "state=returned",
        "lead-offers": "state=open",
        "co-sells": "state=active",
        "mapping": "relation=prospect",
        "direct": "stage=open",
        "marketplace": "state=sent",
        "direct-uplift": f"period={quarters(database_now().date())[1]}",
        "direct-touches": "kind=call",
        "direct-cases": "state=open",
        "records": "state=asked",
        "rates": "counting=on",
        "library": "kind=deck",
        "library-written": "state=draft",
    }
    client = logged_in(cast.admin)
    url = reverse(name)
    page = client.get(f"{url}?{queries[name]}&cursor=")
    assert "data-save" in page.text
    body = {"name": "Mine", "list_name": name, "query": f"{queries[name]}&cursor=x&nothing=1"}
    saved_page = client.post("/filters/", body, follow=True)
    saved = SavedFilter.objects.get()

    assert saved_page.redirect_chain == [(f"{url}?{queries[name]}", 302)]
    assert "The view “Mine” is saved." in saved_page.text
    assert 'aria-current="true">Mine</a>' in saved_page.text
    assert "data-save" not in saved_page.text
    assert client.get(f"/filters/{saved.public_id}/").url == f"{url}?{queries[name]}"


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/deals/?state=open&product=telematics&q=x", "Only: Search x · State Open · Product Telematics"),
        ("/deals/?mine=1&due=today", "Only: Decision Due today · Whose My partners"),
        ("/accounts/?named=no&country=DE", "Only: Country Germany · Named account No"),
        ("/accounts/?mine=on&named=yes", "Only: Named account Yes · Only mine Yes"),
        ("/partners/?model=msp", "Only: Business model MSP"),
        ("/audit/?since=2026-01-05", "Only: From 2026-01-05"),
    ],
)
def test_printed_list_says_what_narrows_it(cast: Cast, path: str, said: str) -> None:
    told = logged_in(cast.pam).get(path).text.partition('<p class="on-paper">')[2].partition("</p>")[0]

    assert told == said


def test_list_that_nothing_narrows_offers_no_saving(cast: Cast) -> None:
    page = logged_in(cast.helix.rep).get("/deals/")

    assert "data-save" not in page.text
    assert 'aria-label="Saved views"' not in page.text


def test_fragment_brings_the_views_along(cast: Cast) -> None:
    save(cast.helix.rep)
    client = logged_in(cast.helix.rep)
    fragment = client.get("/deals/?state=draft", headers={"hx-request": "true"}).text
    page = client.get("/deals/?state=draft").text

    assert 'id="saved-views" hx-swap-oob="true"' in fragment
    assert 'value="state=draft"' in fragment
    assert "hx-swap-oob" not in page.partition('id="saved-views"')[2][:40]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"name": ""}, "This field is required."),
        ({"name": "   "}, "This field is required."),
        ({"name": "x" * 61}, "at most 60 characters"),
        ({"query": ""}, "Nothing narrows the list yet."),
        ({"query": "view=all&nothing=1"}, "Nothing narrows the list yet."),
        ({"query": "state=nonsense"}, "The list cannot be narrowed like that: State."),
        ({"query": "partner=org_22222222222222222222"}, "Nothing narrows the list yet."),
        ({"query": "q=%00"}, "The list cannot be narrowed like that: Search."),
        ({"query": "q=a%1bb"}, "The list cannot be narrowed like that: Search."),
        ({"query": "q=" + "x" * 101}, "The list cannot be narrowed like that: Search."),
        ({"query": "q=" + "x" * 2000}, "The list cannot be narrowed like that: Search."),
        ({"query": "q=" + quote("\U0001f600" * 100)}, "These filters are too long to be saved."),
        ({"list_name": "nothing"}, "There is no such list."),
        ({"list_name": "deal"}, "There is no such list."),
        ({"list_name": "work"}, "There is no such list."),
        ({"list_name": "admin:index"}, "There is no such list."),
        ({"list_name": "audit", "query": "kind=deal.approved"}, "There is no such list."),
        ({"list_name": ""}, "There is no such list."),
    ],
)
def test_what_cannot_be_saved_says_why_and_keeps_what_was_typed(cast: Cast, given: dict[str, str], said: str) -> None:
    page = post(cast.helix.rep, **{"name": "My quarter", **given})

    assert page.status_code == 400
    assert said in page.text
    assert f'value="{given.get("name", "My quarter")}"' in page.text or given.get("name", "x").strip() == ""
    assert SavedFilter.objects.count() == 0


def test_taken_name_is_said_at_its_field(cast: Cast) -> None:
    save(cast.helix.rep, "Mine")
    page = post(cast.helix.rep, name="mine", query="state=draft")

    assert page.status_code == 400
    assert "You have a view of this name for the list." in page.text
    assert 'id="id_name_error"' in page.text


def test_one_too_many_is_a_conflict(cast: Cast) -> None:
    for number in range(20):
        save(cast.helix.rep, f"View {number}", f"q={number}")
    page = post(cast.helix.rep, name="One more")

    assert (page.status_code, SavedFilter.objects.count()) == (409, 20)
    assert "as many as there can be" in page.text


def test_same_form_twice_saves_once(cast: Cast) -> None:
    assert [post(cast.helix.rep).status_code, post(cast.helix.rep).status_code] == [302, 302]
    assert SavedFilter.objects.count() == 1


def test_share_of_somebody_who_may_not_is_not_taken(cast: Cast) -> None:
    post(cast.helix.rep, shared="on")

    assert SavedFilter.objects.get().shared is False


def test_default_opens_with_the_list_and_everything_stays_near(cast: Cast) -> None:
    make_registration(cast.helix)
    save(cast.helix.rep, "Drafts", "state=draft", is_default=True)
    client = logged_in(cast.helix.rep)
    opened = client.get("/deals/", follow=True)
    everything = client.get("/deals/?view=all")

    assert opened.redirect_chain[-1] == ("/deals/?state=draft", 302)
    assert "Nothing matches" in opened.text
    assert 'href="/deals/?view=all"' in opened.text
    assert "row-link" in everything.text
    assert client.get("/deals/?q=&state=").status_code == 200
    assert logged_in(cast.helix.admin).get("/deals/").status_code == 200


def test_default_leaves_fragments_and_exports_alone(cast: Cast) -> None:
    save(cast.helix.rep, "Drafts", "state=draft", is_default=True)
    client = logged_in(cast.helix.rep)

    assert client.get("/deals/", headers={"hx-request": "true"}).status_code == 200
    assert client.get("/deals/export/").status_code == 200


@pytest.mark.parametrize(
    ("query", "left"),
    [
        ("product=gone&state=open", "state=open"),
        ("nothing=1&state=open", "state=open"),
        ("state=nonsense", "view=all"),
        ("q=a%00b", "view=all"),
        ("mine=1&q=x&state=%ff", "mine=1&q=x"),
    ],
)
@pytest.mark.parametrize("is_default", [False, True])
def test_filter_that_no_longer_fits_is_left_out(cast: Cast, query: str, left: str, is_default: bool) -> None:
    saved = save(cast.helix.rep, "Old", query, is_default=is_default)
    address = "/deals/" if is_default else f"/filters/{saved.public_id}/"
    page = logged_in(cast.helix.rep).get(address, follow=True)

    assert page.status_code == 200
    assert page.redirect_chain[-1][0] == f"/deals/?{left}"
    assert "“Old” was saved with a filter that no longer fits" in page.text


def test_list_that_is_gone_opens_nothing_and_can_be_deleted(cast: Cast) -> None:
    saved = save(cast.helix.rep, list_name="gone")
    client = logged_in(cast.helix.rep)

    assert client.get("/filters/").status_code == 200
    assert client.get(f"/filters/{saved.public_id}/").status_code == 403
    assert client.post(f"/filters/{saved.public_id}/delete/").status_code == 302
    assert SavedFilter.objects.count() == 0


def test_page_lists_own_and_shared_ones(cast: Cast) -> None:
    save(cast.helix.admin, "Ours", shared=True)
    save(cast.helix.admin, "Only the admin's", "q=x")
    save(cast.helix.admin, "Colleagues", "q=x", list_name="people", shared=True)
    save(cast.helix.rep, "Mine", "q=y")
    save(cast.orbit.admin, "Orbit's", shared=True)
    page = logged_in(cast.helix.rep).get("/filters/")

    assert [(saved.name, title, may) for saved, title, may in page.context["rows"]] == [
        ("Mine", "Deals", True),
        ("Ours", "Deals", False),
    ]


def test_shared_view_of_a_list_that_is_closed_to_the_reader_does_not_exist(cast: Cast) -> None:
    saved = save(cast.helix.admin, "Colleagues", "q=x", list_name="people", shared=True)

    assert logged_in(cast.helix.rep).get(f"/filters/{saved.public_id}/").status_code == 404


def test_view_is_renamed_shared_and_made_default(cast: Cast) -> None:
    saved = save(cast.helix.admin)
    client = logged_in(cast.helix.admin)
    page = client.get(f"/filters/{saved.public_id}/change/")
    response = client.post(f"/filters/{saved.public_id}/change/", {"name": "Ours", "is_default": "on", "shared": "on"})
    saved.refresh_from_db()

    assert 'value="Open ones"' in page.text
    assert response.url == "/filters/"
    assert (saved.name, saved.is_default, saved.shared) == ("Ours", True, True)


def test_refused_change_keeps_what_was_typed(cast: Cast) -> None:
    save(cast.pam, "Taken")
    saved = save(cast.pam, "Mine", "due=today")
    page = logged_in(cast.pam).post(f"/filters/{saved.public_id}/change/", {"name": "taken"})

    assert page.status_code == 400
    assert 'value="taken"' in page.text
    assert "You have a view of this name for the list." in page.text


def test_another_admin_changes_a_shared_one_without_its_default(cast: Cast) -> None:
    second = make_user("second@helix.example", cast.helix.organisation, "partner_admin")
    saved = save(cast.helix.admin, is_default=True, shared=True)
    client = logged_in(second)
    page = client.get(f"/filters/{saved.public_id}/change/")
    client.post(f"/filters/{saved.public_id}/change/", {"name": "Better"})
    saved.refresh_from_db()

    assert 'name="is_default"' not in page.text
    assert (saved.name, saved.is_default, saved.shared) == ("Better", True, False)


@pytest.mark.parametrize("path", ["", "change/"])
def test_rivals_view_is_one_that_is_not_there(cast: Cast, path: str) -> None:
    saved = save(cast.orbit.admin, shared=True)
    private = save(cast.helix.admin)
    client = logged_in(cast.helix.rep)
    found = [client.get(f"/filters/{key}/{path}") for key in (saved.public_id, private.public_id, "flt_nothing")]

    assert [page.status_code for page in found] == [404] * 3
    assert client.post(f"/filters/{saved.public_id}/delete/").status_code == 404
    assert SavedFilter.objects.count() == 2


def test_colleagues_shared_view_is_read_and_not_changed(cast: Cast) -> None:
    saved = save(cast.helix.admin, shared=True)
    client = logged_in(cast.helix.rep)
    statuses = [
        client.get(f"/filters/{saved.public_id}/").status_code,
        client.get(f"/filters/{saved.public_id}/change/").status_code,
        client.post(f"/filters/{saved.public_id}/change/", {"name": "X"}).status_code,
        client.post(f"/filters/{saved.public_id}/delete/").status_code,
    ]

    assert statuses == [302, 403, 403, 403]


def test_name_is_escaped_where_it_is_drawn(cast: Cast) -> None:
    save(cast.helix.rep, "<b>x</b>")
    page = logged_in(cast.helix.rep).get("/deals/?state=open")

    assert "<b>x</b>" not in page.text
    assert "&lt;b&gt;x&lt;/b&gt;" in page.text


def test_export_takes_what_the_view_shows(cast: Cast) -> None:
    page = logged_in(cast.helix.rep).get("/deals/?state=open")

    assert 'href="/deals/export/?state=open"' in page.text


def test_lists_have_the_names_of_the_navigation(cast: Cast) -> None:
    assert [title_of(name) for name in ("deals", "people", "old-list")] == ["Deals", "People", "Old list"]
    assert address_of("deals", "q=x") == "/deals/?q=x"
    assert form_of("deals", cast.expert) is None


@pytest.mark.parametrize("text", ["a=" * 200, "%", "&&&", "=x", "q=" + quote("\ud800", errors="surrogatepass")])
def test_odd_queries_break_nothing(cast: Cast, text: str) -> None:
    make = form_of("deals", cast.helix.rep)
    assert make is not None

    assert kept_of(make, text, cast.helix.rep).query in {"", "q=%EF%BF%BD%EF%BF%BD%EF%BF%BD"}


def test_route_of_the_page_is_not_taken_for_an_id() -> None:
    assert get_resolver().resolve("/filters/").url_name == "filters"
