"""Every page that anybody can open: strict about inline code, clear about its structure, the same size for all."""

from collections import Counter
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import Resolver404, URLPattern, URLResolver, get_resolver, resolve

from tests.factories import Cast, make_approved, make_assessed

# A list of fifty deals leads to fifty pages of one kind; a few of them tell enough.
OFTEN = 4
ELSEWHERE = ("admin/", "api/", "_ui/", "healthz", "readyz", "theme.css")
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
SVG_EMPTY = {"path", "rect", "line", "polyline", "circle"}


class Page(HTMLParser):
    """What a strict reader finds."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.inline: list[str] = []
        self.ids: list[str] = []
        self.labels: set[str] = set()
        self.fields: list[dict[str, str | None]] = []
        self.headings: list[str] = []
        self.links: list[str] = []
        self.references: list[str] = []
        self.forms_without_token = 0
        self.images_without_text: list[str] = []
        self._open: list[str] = []
        self._form: dict[str, bool] | None = None
        self.is_whole = text.lstrip().startswith("<!doctype html>")
        self.feed(text)
        self.unclosed = [tag for tag in self._open if tag not in {"p", "li"}]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self._look(tag, given)
        if tag not in VOID | SVG_EMPTY:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._look(tag, dict(attrs))

    def _look(self, tag: str, given: dict[str, str | None]) -> None:
        self.inline += [f"{tag} {name}" for name in given if name == "style" or name.startswith(("on", "hx-on"))]
        if tag == "style" or (tag == "script" and not given.get("src")):
            self.inline.append(tag)
        if given.get("id"):
            self.ids.append(str(given["id"]))
        self.links += [str(given[name]) for name in ("href", "src", "action", "hx-get", "hx-post") if given.get(name)]
        self.references += str(given.get("aria-describedby") or "").split()
        if tag == "label" and given.get("for"):
            self.labels.add(str(given["for"]))
        if tag in {"input", "select", "textarea"} and given.get("type") != "hidden" and "label" not in self._open:
            self.fields.append(given)
        if tag in {"h1", "h2", "h3"}:
            self.headings.append(tag)
        if tag == "img" and "alt" not in given:
            self.images_without_text.append(str(given))
        if tag == "form":
            self._form = {"post": given.get("method", "").lower() == "post", "token": False}
        if given.get("name") == "csrfmiddlewaretoken" and self._form:
            self._form["token"] = True

    def handle_endtag(self, tag: str) -> None:
        if tag == "form" and self._form:
            self.forms_without_token += self._form["post"] and not self._form["token"]
            self._form = None
        if tag in self._open:
            while self._open.pop() != tag:
                continue

    @property
    def unnamed_fields(self) -> list[dict[str, str | None]]:
        named = [
            f for f in self.fields if f.get("id") in self.labels or f.get("aria-label") or f.get("aria-labelledby")
        ]
        return [field for field in self.fields if field not in named]


def addresses() -> list[str]:
    """The pages without arguments, as the resolver knows them."""
    return [path for path in paths(get_resolver()) if "<" not in path and not path.startswith((*ELSEWHERE, "^"))]


def paths(resolver: URLResolver, prefix: str = "") -> list[str]:
    found: list[str] = []
    for pattern in resolver.url_patterns:
        path = prefix + str(pattern.pattern)
        found += (
            paths(pattern, path)
            if isinstance(pattern, URLResolver)
            else [path]
            if isinstance(pattern, URLPattern)
            else []
        )
    return found


def crawl(client: Client) -> dict[str, Page]:
    """Every page this person can open, and whatever they link to on this host."""
    waiting = [f"/{path}" for path in addresses() if "(" not in path]
    seen: dict[str, Page] = {}
    tried: set[str] = set()
    visits: Counter[str] = Counter()
    while waiting:
        url = waiting.pop().partition("#")[0]
        if url in tried or not is_page(url) or visits[route_of(url)] >= OFTEN:
            continue
        tried.add(url)
        visits[route_of(url)] += 1
        response = client.get(url)
        assert response.status_code < 500, url
        if response.status_code != 200 or not response["Content-Type"].startswith("text/html"):
            continue
        seen[url] = Page(response.text)
        assert "unsafe-inline" not in response["Content-Security-Policy"], url
        waiting += [link for link in seen[url].links if "cursor=" not in link]
    return seen


def route_of(url: str) -> str:
    try:
        return resolve(urlsplit(url).path).view_name
    except Resolver404:
        return url


def is_page(url: str) -> bool:
    return url.startswith("/") and not url.startswith(
        ("/static/", "/api/", "/admin", "/auth/logout", "//", "/theme.css")
    )


@pytest.fixture
def programme(cast: Cast) -> Cast:
    make_approved(cast.helix, cast.products["fleet-cloud"])
    make_assessed(cast.orbit, cast.products["route-planner"])
    make_assessed(cast.helix, cast.products["telematics"])
    return cast


WHO = [
    "",
    "helix.admin",
    "helix.rep",
    "helix.engineer",
    "helix.marketing",
    "pam",
    "admin",
    "seller",
    "expert",
    "finance",
    "executive",
]


@pytest.mark.parametrize("who", WHO)
def test_pages_of_each_role_keep_the_rules(programme: Cast, who: str) -> None:
    client = Client()
    if who:
        person = programme
        for name in who.split("."):
            person = getattr(person, name)
        client.force_login(person)
    pages = crawl(client)

    assert len(pages) >= (6 if who else 4)
    assert {url: page.inline for url, page in pages.items() if page.inline} == {}
    assert {url: doubles(page.ids) for url, page in pages.items() if doubles(page.ids)} == {}
    assert {url: page.unnamed_fields for url, page in pages.items() if page.unnamed_fields} == {}
    assert {url: page.headings for url, page in pages.items() if page.headings.count("h1") != page.is_whole} == {}
    assert {url: dangling(page) for url, page in pages.items() if dangling(page)} == {}
    assert [url for url, page in pages.items() if page.forms_without_token] == []
    assert [url for url, page in pages.items() if page.unclosed or page.images_without_text] == []
    assert {link for page in pages.values() for link in page.links if is_elsewhere(link)} == set()


def doubles(names: list[str]) -> set[str]:
    return {name for name in names if names.count(name) > 1}


def dangling(page: Page) -> set[str]:
    return set(page.references) - set(page.ids)


def is_elsewhere(link: str) -> bool:
    """Nothing is loaded from, sent to or linked on another host, and no link is a script."""
    return link.startswith(("//", "http:", "https:", "javascript:", "data:"))


def test_crawl_finds_the_pages_of_the_wings(programme: Cast) -> None:
    client = Client()
    client.force_login(programme.admin)
    pages = crawl(client)

    assert {"/work/", "/people/", "/profile/", "/notices/", "/deals/", "/partners/"} <= set(pages)
    assert [url for url in pages if url.startswith("/people/usr_")] != []


def test_reader_of_pages_notices_what_is_wrong() -> None:
    """The control: each rule of the crawl fails on a page that breaks it."""
    page = Page(
        '<h1>A</h1><h1>B</h1><div id="x" style="color:red"><p id="x" onclick="go()">'
        '<form method="post"><input name="a" aria-describedby="gone"></form>'
        '<script>run()</script><a href="https://evil.example/">x</a><img src="/a.png">'
    )

    assert page.inline == ["div style", "p onclick", "script"]
    assert (doubles(page.ids), dangling(page), page.headings.count("h1")) == ({"x"}, {"gone"}, 2)
    assert (len(page.unnamed_fields), page.forms_without_token, len(page.images_without_text)) == (1, 1, 1)
    assert page.unclosed == ["div"]
    assert [link for link in page.links if is_elsewhere(link)] == ["https://evil.example/"]


PAYLOAD = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{7*7}}"


def test_names_are_text_wherever_they_stand(cast: Cast) -> None:
    """A name with markup in it is shown, not obeyed, on every page that shows it."""
    organisation = cast.helix.organisation
    organisation.name = PAYLOAD
    organisation.save()
    for user in (cast.helix.admin, cast.helix.rep):
        user.name = PAYLOAD[:120]
        user.save()
    make_assessed(cast.helix, cast.products["fleet-cloud"], customer_name=PAYLOAD, work_done=PAYLOAD)
    found = 0
    for person in (cast.helix.admin, cast.pam, cast.admin):
        client = Client()
        client.force_login(person)
        for page in crawl(client).values():
            assert page.inline == []
            found += 1

    assert found > 20
