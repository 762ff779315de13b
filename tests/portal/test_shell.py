"""The frame: what each side finds in it, and what it costs."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from prm.accounts.models import User
from prm.clocks.database import database_now
from prm.notices.actions import promise
from prm.portal.context import keys_of
from prm.portal.sockets import WORK, WorkItem, work_for
from prm.portal.views import greeting
from tests.factories import Cast, make_asked, make_assessed


def links(client: Client, path: str = "/profile/") -> dict[str, str]:
    """The navigation: label to address."""
    shell = client.get(path).context["shell"]
    return {str(link.label): link.url for section in shell.navigation for link in section.links}


def current(client: Client, path: str) -> list[str]:
    shell = client.get(path).context["shell"]
    return [link.url for section in shell.navigation for link in section.links if link.is_current]


def logged_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.parametrize(
    ("who", "has_people", "first"),
    [
        ("helix.admin", True, "Home"),
        ("helix.rep", False, "Home"),
        ("pam", False, "My work"),
        ("admin", True, "My work"),
    ],
)
def test_navigation_follows_side_and_rights(cast: Cast, who: str, has_people: bool, first: str) -> None:
    person = cast
    for name in who.split("."):
        person = getattr(person, name)
    found = links(logged_in(person))

    assert next(iter(found)) == first
    assert ("People" in found) == has_people
    assert "Rules" in found


@pytest.mark.parametrize(
    ("labels", "keys"),
    [
        ([], []),
        (["Home", "Deals", "Rules"], ["h", "d", "r"]),
        (["Partners", "People", "Pp"], ["p", "e", ""]),
        (["Über uns", "Öl", ""], ["b", "l", ""]),
    ],
)
def test_each_line_of_the_navigation_has_a_letter_of_its_own(labels: list[str], keys: list[str]) -> None:
    assert keys_of(labels) == keys


def test_letters_of_the_navigation_are_explained(cast: Cast) -> None:
    page = logged_in(cast.pam).get("/work/").text

    assert '<li data-go="d"><a href="/deals/">Deals</a>' in page
    assert "<dt>Deals</dt><dd><kbd>g</kbd> <kbd>d</kbd></dd>" in page


def test_every_link_of_the_navigation_opens(cast: Cast) -> None:
    for person in (cast.helix.admin, cast.helix.engineer, *cast.vendor_staff):
        client = logged_in(person)
        refused = {label: url for label, url in links(client).items() if client.get(url).status_code not in {200, 302}}
        assert refused == {}, person.email


@pytest.mark.parametrize(
    ("path", "marked"), [("/", ["/"]), ("/people/", ["/people/"]), ("/people/invite/", ["/people/"]), ("/profile/", [])]
)
def test_page_is_marked_in_the_navigation(cast: Cast, path: str, marked: list[str]) -> None:
    assert current(logged_in(cast.helix.admin), path) == marked


def test_marked_link_is_announced(cast: Cast) -> None:
    client = logged_in(cast.helix.admin)

    assert '<a href="/people/" aria-current="page">' in client.get("/people/").text
    assert '<a href="/people/" aria-current="true">' in client.get("/people/invite/").text


def test_badge_counts_what_waits(cast: Cast) -> None:
    client = logged_in(cast.pam)
    before = client.get("/work/").context["shell"].navigation[0].links[0].badge
    for _ in range(3):
        make_assessed(cast.helix)
    after = client.get("/work/").context["shell"].navigation[0].links[0].badge

    assert (before, after) == (0, 3)


def queries(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return len(captured)


@pytest.mark.parametrize("path", ["/profile/", "/notices/"])
def test_frame_costs_the_same_with_much_in_it(cast: Cast, path: str) -> None:
    client = logged_in(cast.pam)

    def happens(number: int) -> None:
        make_assessed(cast.helix)
        promise(key=f"k{number}", kind="x", to=cast.pam, organisation=cast.vendor, title="News", now=database_now())

    happens(0)
    few = queries(client, path)
    for number in range(1, 12):
        happens(number)

    assert queries(client, path) == few


@pytest.mark.parametrize(
    ("hour", "words"),
    [
        (4, "Good evening"),
        (5, "Good morning"),
        (11, "Good morning"),
        (12, "Good afternoon"),
        (17, "Good afternoon"),
        (18, "Good evening"),
    ],
)
def test_greeting_follows_the_clock_of_the_person(hour: int, words: str) -> None:
    with timezone.override("Europe/Berlin"), time_machine.travel(f"2026-11-24T{hour:02}:30:00+01:00", tick=False):
        assert greeting() == words


def test_partner_home_greets_by_name(cast: Cast) -> None:
    page = logged_in(cast.helix.rep).get("/").text

    assert f", {cast.helix.rep.name.split()[0]}</h1>" in page
    assert "Helix Systems" in page
    assert "Next for you" in page


def test_partner_home_names_what_waits(cast: Cast) -> None:
    asked = make_asked(cast.helix)
    page = logged_in(cast.helix.rep).get("/").text

    assert f'href="{asked.get_absolute_url()}"' in page


def test_vendor_staff_starts_with_the_work(cast: Cast) -> None:
    response = logged_in(cast.pam).get("/")

    assert (response.status_code, response["Location"]) == (302, "/work/")


def test_work_lists_what_is_due_first(cast: Cast) -> None:
    registration = make_assessed(cast.helix)
    page = logged_in(cast.pam).get("/work/")

    assert [item.url for item in page.context["work"]] == [registration.get_absolute_url()]
    assert "Helix Systems" in page.text
    assert "1 thing waits for you" in page.text


def test_fragment_of_the_work_is_the_queue_alone(cast: Cast) -> None:
    fragment = logged_in(cast.pam).get("/work/", headers={"HX-Request": "true"})

    assert "<html" not in fragment.text
    assert "Nothing waits for you" in fragment.text


@pytest.mark.parametrize("who", ["executive", "expert", "finance"])
def test_nothing_to_do_is_said_kindly(cast: Cast, who: str) -> None:
    page = logged_in(getattr(cast, who)).get("/work/")

    assert "Nothing waits for you" in page.text


def test_queue_is_ordered_by_due_date(cast: Cast) -> None:
    now = database_now()
    items = [
        WorkItem("never", "#", "x"),
        WorkItem("later", "#", "x", now + timedelta(days=2)),
        WorkItem("late", "#", "x", now - timedelta(days=1)),
        WorkItem("also later", "#", "x", now + timedelta(days=2)),
    ]
    WORK.register("test", lambda _user, _now, limit: items[:limit])
    try:
        queue = work_for(cast.executive, now)
        short = work_for(cast.executive, now, limit=1)
    finally:
        WORK._entries.pop("test")

    assert [item.title for item in queue] == ["late", "also later", "later", "never"]
    assert [item.title for item in short] == ["never"]


def test_search_finds_what_the_person_may_see(cast: Cast) -> None:
    mine = make_assessed(cast.helix, customer_name="Aster Foods GmbH")
    theirs = make_assessed(cast.orbit, customer_name="Aster Motors GmbH")
    page = logged_in(cast.helix.rep).get("/search/", {"q": "aster"}).text

    assert mine.get_absolute_url() in page
    assert theirs.get_absolute_url() not in page
    assert "Aster Motors" not in page


@pytest.mark.parametrize(
    ("query", "said"), [("", "Search everything you may see"), ("qqqqqq", "Nothing found"), ("%", "Nothing found")]
)
def test_search_without_hits_helps(cast: Cast, query: str, said: str) -> None:
    assert said in logged_in(cast.helix.rep).get("/search/", {"q": query}).text


def test_initials_stand_for_the_person(cast: Cast) -> None:
    User.objects.filter(pk=cast.helix.rep.pk).update(name="Ana Maria Ruiz")

    assert logged_in(cast.helix.rep).get("/profile/").context["shell"].initials == "AR"


def test_demo_logins_are_offered_in_the_demo_alone(client: Client, db: None, settings) -> None:
    settings.PRM_DEMO = False
    before = client.get("/auth/login/").text
    settings.PRM_DEMO = True
    after = client.get("/auth/login/").text

    assert ("pam@vendor.example" in before, "pam@vendor.example" in after) == (False, True)
