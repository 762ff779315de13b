"""Who reads what: pages, API, search, files and exports say the same, and each has its control."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from enablement.library.actions import archive, write_collection
from enablement.library.models import LibraryItem, LibraryItemQuerySet, LibraryUse
from prm.accounts.models import User
from prm.clocks.database import database_now
from prm.portal.sockets import SEARCH
from tests.enablement.library.making import browser, caller, make_draft, make_file_item, make_item, review_in
from tests.factories import Cast
from tests.files.making import PDF

CANARY = "Kanarienvogel"
# Whom an item is meant for, and who of Helix (an MSP with a competency) and Orbit (a VAR) finds it.
AUDIENCES: list[tuple[dict[str, Any], set[str]]] = [
    ({}, {"rep", "admin", "rival", "pam", "executive"}),
    ({"roles": ["sales_rep"]}, {"rep", "rival", "pam", "executive"}),
    ({"roles": ["partner_admin", "support"]}, {"admin", "pam", "executive"}),
    ({"business_models": ["msp"]}, {"rep", "admin", "pam", "executive"}),
    ({"business_models": ["var", "isv"]}, {"rival", "pam", "executive"}),
    ({"business_models": ["msp"], "roles": ["sales_rep"]}, {"rep", "pam", "executive"}),
    ({"competencies": ["fleet-migration"]}, {"rep", "admin", "pam", "executive"}),
    ({"competencies": ["fleet-migration", "security"]}, {"pam", "executive"}),
    ({"internal": True}, {"pam", "executive"}),
    ({"internal": True, "roles": ["sales_rep"]}, {"pam", "executive"}),
]


@pytest.fixture
def people(cast: Cast) -> dict[str, User]:
    cast.helix.partner.competencies = ["fleet-migration"]
    cast.helix.partner.save(update_fields=["competencies"])
    return {
        "rep": cast.helix.rep,
        "admin": cast.helix.admin,
        "rival": cast.orbit.rep,
        "pam": cast.pam,
        "executive": cast.executive,
    }


def in_list(user: User, item: LibraryItem) -> bool:
    return item.title in browser(user).get("/library/").text


def on_page(user: User, item: LibraryItem) -> bool:
    return browser(user).get(item.get_absolute_url()).status_code == 200


def in_api_list(user: User, item: LibraryItem) -> bool:
    return item.public_id in caller(user).get("/api/v1/library/items").content.decode()


def in_api(user: User, item: LibraryItem) -> bool:
    return caller(user).get(f"/api/v1/library/items/{item.public_id}").status_code == 200


def in_search(user: User, item: LibraryItem) -> bool:
    return any(hit.url == item.get_absolute_url() for hit in SEARCH["library"](user, CANARY, 8))


def in_filtered_list(user: User, item: LibraryItem) -> bool:
    return item.title in browser(user).get(f"/library/?q={CANARY}").text


def in_export(user: User, item: LibraryItem) -> bool:
    response: Any = browser(user).get("/library/export/")
    return item.title in b"".join(response.streaming_content).decode()


def in_files(user: User, item: LibraryItem) -> bool:
    assert item.current is not None
    assert item.current.file is not None
    return browser(user).get(item.current.file.get_absolute_url()).status_code == 200


def among_choices(user: User, _item: LibraryItem) -> bool:
    return "Rare collection" in browser(user).get("/library/").text


def among_api_collections(user: User, _item: LibraryItem) -> bool:
    return "Rare collection" in caller(user).get("/api/v1/library/collections").content.decode()


def can_keep(user: User, item: LibraryItem) -> bool:
    return browser(user).post(f"{item.get_absolute_url()}favourite/", {"kept": "yes"}).status_code == 302


WAYS: list[Callable[[User, LibraryItem], bool]] = [
    *(in_list, on_page, in_api_list, in_api, in_search, in_filtered_list, in_export, in_files),
    *(among_choices, among_api_collections, can_keep),
]


def rare(cast: Cast, **audience: Any) -> LibraryItem:
    """A file of that audience, in a collection with nothing else in it."""
    item = make_file_item(cast, PDF, title=f"{CANARY} paper", **audience)
    write_collection(name="Rare collection", items=[item], by=cast.admin, now=database_now())
    return item


@pytest.mark.parametrize("number", range(len(AUDIENCES)))
def test_audience_decides_who_finds_it(cast: Cast, people: dict[str, User], number: int) -> None:
    audience, readers = AUDIENCES[number]
    item = rare(cast, **audience)
    found = {name for name, user in people.items() if in_search(user, item)}

    assert found == readers


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("audience", [{"business_models": ["var"]}, {"internal": True}])
def test_what_is_meant_for_others_is_nowhere(
    cast: Cast, way: Callable[[User, LibraryItem], bool], audience: dict[str, Any]
) -> None:
    item = rare(cast, **audience)

    assert not way(cast.helix.rep, item)
    assert way(cast.pam, item)


@pytest.mark.parametrize("way", WAYS)
def test_control_without_the_audience_it_is_everywhere(
    cast: Cast, way: Callable[[User, LibraryItem], bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    item = rare(cast, business_models=["var"])
    monkeypatch.setattr(LibraryItemQuerySet, "meant_for", lambda self, user: self)

    assert way(cast.helix.rep, item)


@pytest.mark.parametrize("way", [on_page, in_api, in_search, in_files, in_list])
@pytest.mark.parametrize(("days", "shown"), [(1, True), (0, True), (-29, True), (-30, False), (-400, False)])
def test_what_nobody_reviewed_is_hidden_from_partners(
    cast: Cast, way: Callable[[User, LibraryItem], bool], days: int, shown: bool
) -> None:
    item = rare(cast)
    review_in(item, days)

    assert way(cast.helix.rep, item) == shown
    assert way(cast.pam, item)


@pytest.mark.parametrize("who", ["partner", "pam", "writer"])
def test_drafts_and_archived_ones_are_for_who_writes(cast: Cast, who: str) -> None:
    user = {"partner": cast.helix.rep, "pam": cast.pam, "writer": cast.admin}[who]
    items = [make_draft(cast, title=CANARY), archive(item=make_item(cast), by=cast.admin, now=database_now())]

    assert {on_page(user, item) for item in items} == {who == "writer"}
    assert {in_api(user, item) for item in items} == {who == "writer"}
    assert not in_search(user, items[0])


def test_old_files_are_for_who_writes(cast: Cast) -> None:
    item = make_file_item(cast, PDF)
    assert item.current is not None
    old = item.current.file
    assert old is not None
    archive(item=item, by=cast.admin, now=database_now())

    statuses = {user: browser(user).get(old.get_absolute_url()).status_code for user in (cast.helix.rep, cast.pam)}
    assert set(statuses.values()) == {404}
    assert browser(cast.admin).get(old.get_absolute_url()).status_code == 200


def test_audience_is_told_only_to_who_writes(cast: Cast) -> None:
    item = make_item(cast, roles=["sales_rep"])
    address = f"/api/v1/library/items/{item.public_id}"
    for user in (cast.helix.rep, cast.pam):
        told = caller(user).get(address).json()
        assert not {"roles", "business_models", "competencies", "internal", "owner", "review_on", "state"} & set(told)
        assert "Meant for" not in browser(user).get(item.get_absolute_url()).text

    assert caller(cast.admin).get(address).json()["roles"] == ["sales_rep"]


@pytest.mark.parametrize(
    ("language", "text", "asked", "found"),
    [
        ("en", "Deploying fleets across several countries", "deployment", True),
        ("en", "Deploying fleets across several countries", "deployed", True),
        ("en", "Deploying fleets across several countries", "fleet country", True),
        ("en", "Deploying fleets across several countries", '"several countries"', True),
        ("en", "Deploying fleets across several countries", "fleet -country", False),
        ("en", "Deploying fleets across several countries", "vehicle or fleet", True),
        ("de", "Die Häuser unserer Kunden", "Haus", True),
        ("de", "Die Häuser unserer Kunden", "Kunde", True),
        ("de", "Schulungen vereinbaren", "Schulung", True),
        ("de", "Schulungen vereinbaren", "Training", False),
        ("other", "Les voitures roulent", "voitures", True),
        ("other", "Les voitures roulent", "voiture", False),
        ("en", "anything", "' or 1=1 --", False),
        ("en", "anything", "%", False),
        ("en", "anything", "a:*&!|<->(", False),
        ("en", "anything", "Discov", True),
    ],
)
def test_words_are_found_as_their_language_bends_them(
    cast: Cast, language: str, text: str, asked: str, found: bool
) -> None:
    item = make_item(cast, text, language=language)
    rows = LibraryItem.objects.visible_to(cast.helix.rep, database_now().date()).matching(asked)

    assert (item in rows) == found


def test_title_counts_more_than_summary_and_text(cast: Cast) -> None:
    in_text = make_item(cast, "About migration.", title="Three")
    in_summary = make_item(cast, "Nothing.", title="Two", summary="A migration")
    in_title = make_item(cast, "Nothing.", title="Migration")
    rows = LibraryItem.objects.matching("migrations").order_by("-rank", "-pk")

    assert list(rows) == [in_title, in_summary, in_text]


def test_best_comes_first_over_pages(cast: Cast) -> None:
    for number in range(30):
        make_item(cast, "Migration. " * (number % 3 + 1), title=f"Paper {number}")
    best = make_item(cast, title="Migration")
    client: Client = browser(cast.helix.rep)
    first = client.get("/library/?q=migration")
    second = client.get(first.context["page"].next_url)
    titles = [row.title for page in (first, second) for row in page.context["page"].rows]

    assert titles[0] == best.title
    assert len(titles) == len(set(titles)) == 31


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("kind=deck", {"Slides"}),
        ("language=de", {"Haus"}),
        ("product=telematics", {"Slides"}),
        ("show=kept", {"Haus"}),
        ("show=new", {"Slides", "Haus"}),
        ("kind=nothing", {"Slides", "Haus"}),
        ("q=slides&kind=playbook", set()),
    ],
)
def test_list_is_narrowed(cast: Cast, query: str, found: set[str]) -> None:
    make_item(cast, title="Slides", kind="deck", products=["telematics"])
    house = make_item(cast, title="Haus", language="de")
    browser(cast.helix.rep).post(f"{house.get_absolute_url()}favourite/", {"kept": "yes"})
    rows = browser(cast.helix.rep).get(f"/library/?{query}").context["page"].rows

    assert {row.title for row in rows} == found


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("q=deploying", 1),
        ("kind=deck", 0),
        ("language=en", 1),
        ("product=telematics", 1),
        ("tag=sales", 1),
        ("tag=x", 0),
    ],
)
def test_api_list_is_narrowed(cast: Cast, query: str, count: int) -> None:
    make_item(cast, "How to deploy.", products=["telematics"], tags=["sales"])

    assert len(caller(cast.helix.rep).get(f"/api/v1/library/items?{query}").json()["results"]) == count


def test_openings_and_downloads_are_counted_by_organisation(cast: Cast) -> None:
    item = make_file_item(cast, PDF)
    for user in (cast.helix.rep, cast.helix.admin, cast.orbit.rep):
        assert on_page(user, item)
    assert in_files(cast.helix.rep, item)
    assert in_files(cast.helix.rep, item)

    assert LibraryUse.objects.filter(what="opened").count() == 3
    assert LibraryUse.objects.filter(what="downloaded").count() == 1
    page = browser(cast.pam).get(item.get_absolute_url()).text
    assert "<b>Helix Systems</b>: opened 2, downloaded 1, people 2" in page
    assert "Who used it" not in browser(cast.helix.admin).get(item.get_absolute_url()).text
    assert "Helix Systems" in browser(cast.pam).get("/library/use/").text
