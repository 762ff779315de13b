"""The pages of who writes, the API, and what a person finds on an item."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from enablement.library.actions import add_version, archive, write_collection
from enablement.library.demo import library, paper
from enablement.library.forms import words
from enablement.library.models import LibraryCollection, LibraryItem, LibraryUse
from enablement.library.sockets import links
from prm.accounts.models import User
from prm.clocks.database import database_now
from prm.files.checking import check
from tests.enablement.library.making import browser, caller, make_draft, make_file_item, make_item, review_in, values
from tests.factories import Cast
from tests.files.making import PDF

API = "/api/v1/library/items"


def typed(**changes: Any) -> dict[str, Any]:
    day = (database_now().date() + timedelta(days=60)).isoformat()
    return {"title": "Objections", "kind": "playbook", "language": "en", "review_on": day, **changes}


def owned(cast: Cast, **changes: Any) -> dict[str, Any]:
    return typed(owner=cast.admin.public_id, **changes)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", []),
        ("pricing", ["pricing"]),
        ("Pricing, on boarding ,pricing,,", ["pricing", "on-boarding"]),
    ],
)
def test_words_are_parted_by_commas(text: str, found: list[str]) -> None:
    assert words(text) == found


def test_item_is_written_and_published_by_pages(cast: Cast) -> None:
    client = browser(cast.admin)
    given = owned(cast, tags="Sales, First call", roles=["sales_rep"], products=["telematics"])
    response = client.post("/library/new/", given)
    item = LibraryItem.objects.get()
    assert response.url == f"/library/{item.public_id}/version/"
    assert (item.tags, item.roles, item.products) == (["sales", "first-call"], ["sales_rep"], ["telematics"])
    text = "# Hear them out\n\n<script>alert(1)</script> and **ask**"
    assert client.post(response.url, {"text": text, "at_once": "on"}).url == item.get_absolute_url()
    page = browser(cast.helix.rep).get(item.get_absolute_url()).text

    assert "<h2>Hear them out</h2>" in page
    assert "<strong>ask</strong>" in page
    assert "<script>alert" not in page
    assert "Telematics" in page


def test_file_is_sent_and_downloaded(cast: Cast) -> None:
    item = make_draft(cast)
    file = SimpleUploadedFile("../Price list.pdf", PDF)
    browser(cast.admin).post(f"{item.get_absolute_url()}version/", {"file": file, "at_once": "on", "note": "New"})
    page = browser(cast.helix.rep).get(item.get_absolute_url())
    item.refresh_from_db()
    assert item.current is not None
    assert item.current.file is not None
    address = item.current.file.get_absolute_url()
    assert address in page.text
    response: Any = browser(cast.helix.rep).get(address)

    assert response["Content-Disposition"] == 'attachment; filename="Price list.pdf"'
    assert b"".join(response.streaming_content) == PDF


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "Give either a text or a file."),
        ({"text": "x", "file": ("a.pdf", PDF)}, "Give either a text or a file."),
        ({"file": ("a.svg", b"<svg/>"), "note": "kept note"}, "with a name that ends so"),
        ({"file": ("a.docx", b"PK\x03\x04")}, "This document is broken."),
    ],
)
def test_refused_version_says_why_and_keeps_what_was_typed(cast: Cast, given: dict[str, Any], said: str) -> None:
    item = make_draft(cast)
    body = {name: SimpleUploadedFile(*value) if name == "file" else value for name, value in given.items()}
    response = browser(cast.admin).post(f"{item.get_absolute_url()}version/", body)

    assert response.status_code == 400
    assert said in response.text
    assert given.get("note", "") in response.text
    assert item.versions.count() == 0


def test_form_keeps_what_was_typed(cast: Cast) -> None:
    response = browser(cast.admin).post("/library/new/", owned(cast, title="Kept title", review_on="2020-01-01"))

    assert response.status_code == 400
    assert "Kept title" in response.text
    assert "Give a day to come" in response.text


def test_second_click_writes_nothing_twice(cast: Cast) -> None:
    client, nonce = browser(cast.admin), "n" * 20
    for _click in range(2):
        client.post("/library/new/", owned(cast, form_nonce=nonce))
    item = LibraryItem.objects.get()
    for _click in range(2):
        client.post(f"{item.get_absolute_url()}version/", {"text": "x", "form_nonce": nonce[:-1]})

    assert item.versions.count() == 1


def test_item_is_changed_reviewed_archived_and_brought_back(cast: Cast) -> None:
    item, client = make_item(cast), browser(cast.admin)
    page = item.get_absolute_url()
    assert "Discovery playbook" in client.get(f"{page}edit/").text
    client.post(f"{page}edit/", owned(cast, title="Renamed"))
    later = (database_now().date() + timedelta(days=100)).isoformat()
    assert client.get(f"{page}review/").status_code == 200
    client.post(f"{page}review/", {"review_on": later})
    client.post(f"{page}archive/")
    item.refresh_from_db()
    assert (item.title, item.review_on.isoformat(), item.state) == ("Renamed", later, "archived")
    client.post(f"{page}publish/", {"number": "1"})
    item.refresh_from_db()

    assert item.state == "published"


@pytest.mark.parametrize(("number", "status"), [("x", 404), ("-1", 404), ("9" * 9, 404), ("7", 302), ("", 302)])
def test_odd_numbers_publish_nothing(cast: Cast, number: str, status: int) -> None:
    item = make_item(cast)
    response = browser(cast.admin).post(f"{item.get_absolute_url()}publish/", {"number": number})

    assert response.status_code == status
    assert LibraryItem.objects.get().version == item.version


def test_review_in_the_past_is_refused_at_the_field(cast: Cast) -> None:
    item = make_item(cast)
    response = browser(cast.admin).post(f"{item.get_absolute_url()}review/", {"review_on": "2020-01-01"})

    assert (response.status_code, "Give a day to come" in response.text) == (400, True)


@pytest.mark.parametrize(("days", "said"), [(1, ""), (0, "Its review date has come"), (-30, "Hidden from partners")])
def test_who_writes_sees_what_is_old(cast: Cast, days: int, said: str) -> None:
    item = make_item(cast)
    review_in(item, days)
    client = browser(cast.admin)
    page, listed = client.get(item.get_absolute_url()).text, client.get("/library/written/?stale=yes").text

    assert said in page
    assert (item.title in listed) == bool(said)


def test_collections_are_written_and_narrow_the_list(cast: Cast) -> None:
    item, client = make_item(cast), browser(cast.admin)
    make_item(cast, title="Alone")
    client.post("/library/collections/new/", {"name": "Start", "items": [item.public_id]})
    made = LibraryCollection.objects.get()
    assert "Start" in client.get("/library/collections/").text
    assert client.post("/library/collections/new/", {"name": "Start"}).status_code == 400
    rows = browser(cast.helix.rep).get(f"/library/?collection={made.public_id}").context["page"].rows
    assert [row.title for row in rows] == [item.title]
    assert item.title in client.get(f"/library/collections/{made.public_id}/").text
    client.post(f"/library/collections/{made.public_id}/", {"name": "Begin"})
    made.refresh_from_db()

    assert (made.name, made.items.count()) == ("Begin", 0)


def test_favourite_is_marked_and_taken_back(cast: Cast) -> None:
    item, client = make_item(cast), browser(cast.helix.rep)
    for kept, shown in (("yes", True), ("no", False)):
        client.post(f"{item.get_absolute_url()}favourite/", {"kept": kept})
        assert ("No longer a favourite" in client.get(item.get_absolute_url()).text) == shown


def post(user: User, path: str, body: Any = None, **more: Any) -> Any:
    return caller(user).post(f"{API}{path}", body or {}, content_type=more.pop("kind", "application/json"), **more)


def test_item_goes_its_way_over_the_api(cast: Cast) -> None:
    day = values()["review_on"].isoformat()
    given = {"title": "Playbook", "kind": "playbook", "review_on": day, "tags": ["sales"], "internal": False}
    made = post(cast.admin, "", given)
    assert made.status_code == 201
    path = f"/{made.json()['id']}"
    assert (made.json()["number"], made.json()["state"]) == (0, "draft")
    assert post(cast.admin, f"{path}/publish").status_code == 409
    first = post(cast.admin, f"{path}/versions", {"text": "# One"})
    second = post(cast.admin, f"{path}/files?name=Paper.pdf", PDF, kind="application/octet-stream")
    assert [answer.json()["number"] for answer in (first, second)] == [1, 2]
    assert second.json()["file"]["kind"] == "pdf"
    assert post(cast.admin, f"{path}/publish", {"number": 1}).json()["text"] == "# One"
    assert post(cast.admin, f"{path}/publish").json()["file"]["name"] == "Paper.pdf"
    changed = caller(cast.admin).patch(f"{API}{path}", {"title": "Renamed"}, content_type="application/json")
    assert (changed.status_code, changed.json()["title"]) == (200, "Renamed")
    later = (database_now().date() + timedelta(days=99)).isoformat()
    assert post(cast.admin, f"{path}/review", {"review_on": later}).json()["review_on"] == later
    assert post(cast.helix.rep, f"{path}/favourite", {"kept": True}).json()["kept"] is True
    told = caller(cast.helix.rep).get(f"{API}{path}").json()
    file: Any = caller(cast.helix.rep).get(f"/api/v1/files/{told['file']['id']}")
    assert b"".join(file.streaming_content) == PDF
    assert [row["number"] for row in caller(cast.admin).get(f"{API}{path}/versions").json()["results"]] == [2, 1]
    assert post(cast.admin, f"{path}/archive").json()["state"] == "archived"
    assert post(cast.admin, f"{path}/archive").status_code == 409
    assert LibraryUse.objects.get().what == "downloaded"


@pytest.mark.parametrize(
    ("name", "raw", "field"),
    [("a.svg", b"<svg/>", "file"), ("a.pdf", b"", "file"), ("", PDF, "name"), ("a.png", PDF, "file")],
)
def test_refused_file_over_the_api_says_where(cast: Cast, name: str, raw: bytes, field: str) -> None:
    item = make_draft(cast)
    answer = post(cast.admin, f"/{item.public_id}/files?name={name}", raw, kind="application/octet-stream")

    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])
    assert item.versions.count() == 0


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"tags": ["Not A Tag"]}, "tags"),
        ({"products": ["nothing"]}, "products"),
        ({"roles": ["king"]}, "roles"),
        ({"owner": "usr_22222222222222222"}, "owner"),
        ({"kind": "song"}, "kind"),
        ({"review_on": "2020-01-01"}, "review_on"),
    ],
)
def test_wrong_bodies_are_named_at_their_field(cast: Cast, body: dict[str, Any], field: str) -> None:
    item = make_draft(cast)
    answer = caller(cast.admin).patch(f"{API}/{item.public_id}", body, content_type="application/json")

    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])


def test_rival_over_the_api_adds_nothing(cast: Cast) -> None:
    item = make_item(cast, internal=True)
    for path in ("/versions", "/files?name=a.pdf"):
        kind = "application/json" if path == "/versions" else "application/octet-stream"
        body = {"text": "x"} if path == "/versions" else PDF
        assert post(cast.helix.rep, f"/{item.public_id}{path}", body, kind=kind).status_code == 404
        assert post(cast.pam, f"/{item.public_id}{path}", body, kind=kind).status_code == 403


def test_links_of_subjects_follow_the_audience(cast: Cast) -> None:
    open_one, closed = make_item(cast), make_item(cast, internal=True)
    ids = [open_one.public_id, closed.public_id]

    assert set(links(cast.helix.rep, ids)) == {open_one.public_id}
    assert set(links(cast.pam, ids)) == set(ids)


@pytest.mark.parametrize("name", ["library", "written", "uses"])
def test_lists_leave_as_files(cast: Cast, name: str) -> None:
    make_file_item(cast, PDF, title="Leaving", roles=["sales_rep"])
    archive(item=make_item(cast, title="Archived"), by=cast.admin, now=database_now())
    browser(cast.admin).get(LibraryItem.objects.earliest("pk").get_absolute_url())
    path = {"library": "", "written": "written/", "uses": "use/"}[name]
    response: Any = browser(cast.admin).get(f"/library/{path}export/")
    told = b"".join(response.streaming_content).decode()

    assert "Leaving" in told
    assert ("Archived" in told) == (name == "written")


def test_demo_is_written_once_and_reads_well(cast: Cast) -> None:
    User.objects.filter(pk=cast.admin.pk).update(email="admin@vendor.example")
    for _time in range(2):
        library(database_now())

    assert LibraryItem.objects.published().count() == 7
    assert LibraryItem.objects.stale(database_now().date()).count() == 1
    assert LibraryItem.objects.visible_to(cast.orbit.rep, database_now().date()).count() == 5
    assert check(paper(("One", "Two")), "a.pdf").kind == "pdf"


def test_old_version_can_be_shown_again(cast: Cast) -> None:
    item = make_item(cast)
    add_version(item=item, text="Second", by=cast.admin, now=database_now())
    client = browser(cast.admin)
    client.post(f"{item.get_absolute_url()}publish/", {"number": "2"})
    assert "Second" in browser(cast.helix.rep).get(item.get_absolute_url()).text
    client.post(f"{item.get_absolute_url()}publish/", {"number": "1"})

    assert "Ask who decides." in browser(cast.helix.rep).get(item.get_absolute_url()).text


def test_empty_collection_is_told_to_who_writes_alone(cast: Cast) -> None:
    write_collection(name="Empty", items=[], by=cast.admin, now=database_now())

    assert "Empty" not in caller(cast.pam).get("/api/v1/library/collections").content.decode()
    assert "Empty" in caller(cast.admin).get("/api/v1/library/collections").content.decode()
