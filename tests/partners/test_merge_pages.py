"""Merges and suggestions in the portal and over REST."""

import csv
from io import StringIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from partners.merges import pairs
from partners.merges.actions import merge
from partners.merges.models import PairKind
from partners.merges.selectors import alike, not_yet_judged
from partners.models import Account, AccountMerge, AlikePair
from prm.accounts.models import User
from prm.clocks.database import database_now
from prm.errors import NotAllowed, StateConflict
from prm.jobs.actions import work
from prm.jobs.models import Job
from tests.factories import Cast, make_account, make_token

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def searched(cast: Cast) -> list[tuple[str, str, str]]:
    pairs.search(by=cast.pam, now=database_now())
    while work():
        continue
    rows = AlikePair.objects.order_by("-score", "-pk").select_related("one", "other")
    return [(row.kind, row.one.name, row.other.name) for row in rows]


def doubles() -> tuple[Account, Account]:
    return (
        make_account("Quarzwerk Ostsee GmbH", city="Kiel", website="quarzwerk.de"),
        make_account("Quarz-Werk Ostsee", city="Kiel"),
    )


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def caller(user: User) -> Client:
    return Client(headers={"authorization": f"Bearer {make_token(user)}"})


def posted(client: Client, path: str, body: Any = None) -> Any:
    return client.post(f"/api/v1/{path}", body or {}, content_type="application/json")


def test_search_finds_what_is_alike_and_families_with_their_parent(cast: Cast) -> None:
    doubles()
    make_account("Brauerei Oberland")
    above = make_account("Zenturio Handels AG")
    make_account("Zenturio Handels Australia", country="AU")

    found = searched(cast)

    assert found == [
        ("same", "Quarzwerk Ostsee GmbH", "Quarz-Werk Ostsee"),
        ("family", "Zenturio Handels AG", "Zenturio Handels Australia"),
    ]
    assert AlikePair.objects.get(kind=PairKind.FAMILY).parent == above


def test_search_forgets_what_is_alike_no_more_and_keeps_what_was_judged(cast: Cast) -> None:
    one, other = doubles()
    searched(cast)
    pairs.dismiss(pair=AlikePair.objects.get(), by=cast.pam, now=database_now())

    assert len(searched(cast)) == 1
    assert AlikePair.objects.to_judge().count() == 0
    AlikePair.objects.update(dismissed_at=None)
    other.delete()
    assert searched(cast) == []
    assert alike(one) == []


def test_one_search_at_a_time(cast: Cast) -> None:
    doubles()
    pairs.search(by=cast.pam, now=database_now())

    with pytest.raises(StateConflict):
        pairs.search(by=cast.admin, now=database_now())
    with pytest.raises(NotAllowed):
        pairs.search(by=cast.seller, now=database_now())


def test_pair_that_was_dismissed_is_suggested_nowhere(cast: Cast) -> None:
    one, other = doubles()
    assert [row for row, _match in not_yet_judged(one)] == [other]

    pairs.dismiss_two(account=other, other=one, by=cast.pam, now=database_now())

    assert (not_yet_judged(one), not_yet_judged(other)) == ([], [])
    with pytest.raises(StateConflict):
        pairs.dismiss_two(account=one, other=other, by=cast.pam, now=database_now())
    with pytest.raises(NotAllowed):
        pairs.dismiss_two(account=one, other=other, by=cast.seller, now=database_now())


def test_merged_and_linked_pairs_are_judged(cast: Cast) -> None:
    one, other = doubles()
    above, below = make_account("Zenturio Handels AG"), make_account("Zenturio Handels Australia", country="AU")
    searched(cast)

    merge(account=other, into=one, by=cast.pam, now=database_now())
    Account.objects.filter(pk=below.pk).update(parent=above)

    assert AlikePair.objects.to_judge().count() == 0


def test_list_shows_pairs_and_narrows_them(cast: Cast) -> None:
    doubles()
    make_account("Zenturio Handels AG")
    make_account("Zenturio Handels Australia", country="AU")
    searched(cast)
    client, address = browser(cast.pam), reverse("accounts-alike")

    html = client.get(address).content.decode()
    family = client.get(address, {"kind": "family"})
    fragment = client.get(address, {"kind": "nonsense"}, headers=HTMX).content.decode()

    assert all(text in html for text in ("Quarzwerk Ostsee GmbH", "Quarz-Werk Ostsee", "Searched", "Not the same"))
    assert [pair.one.name for pair in family.context["page"].rows] == ["Zenturio Handels AG"]
    assert "<html" not in fragment


def test_list_is_a_file(cast: Cast) -> None:
    one, other = doubles()
    searched(cast)

    response: Any = browser(cast.pam).get(reverse("accounts-alike-export"))
    rows = list(csv.reader(StringIO(b"".join(response.streaming_content).decode("utf-8-sig"))))

    assert [row[2:4] + row[5:7] for row in rows[1:]] == [[one.name, one.public_id, other.name, other.public_id]]


def test_button_has_it_searched(cast: Cast) -> None:
    doubles()

    answer = browser(cast.pam).post(reverse("accounts-alike-search"))
    html = browser(cast.pam).get(reverse("accounts-alike")).content.decode()

    assert (answer.status_code, Job.objects.get().total > 0) == (302, True)
    assert "Being searched" in html


def test_page_compares_both_and_merges(cast: Cast) -> None:
    one, other = doubles()
    client, address = browser(cast.pam), reverse("account-merge", args=[one.public_id])

    choose = client.get(address).content.decode()
    compared = client.get(address, {"other": other.public_id}).content.decode()
    done = client.post(address, {"other": other.public_id, "stays": "this"})

    assert other.name in choose
    shown = (one.name, other.name, "quarzwerk.de", "the same", "Which one stays")
    assert [text for text in shown if text not in compared] == []
    assert (done.status_code, done["Location"]) == (302, reverse("account", args=[one.public_id]))
    assert AccountMerge.objects.get().survivor == one


def test_the_other_one_may_stay(cast: Cast) -> None:
    one, other = doubles()

    browser(cast.pam).post(reverse("account-merge", args=[one.public_id]), {"other": other.public_id, "stays": "other"})

    assert AccountMerge.objects.get().survivor == other


def test_page_says_what_is_wrong(cast: Cast) -> None:
    one, other = doubles()
    client, address = browser(cast.pam), reverse("account-merge", args=[one.public_id])

    answers = {
        "unknown": client.post(address, {"other": "acc_nothing", "stays": "this"}),
        "itself": client.post(address, {"other": one.public_id, "stays": "this"}),
        "undecided": client.post(address, {"other": other.public_id}),
        "asked": client.get(address, {"other": "nothing"}),
    }

    assert {name: answer.status_code for name, answer in answers.items()} == dict.fromkeys(answers, 400)
    assert not AccountMerge.objects.exists()


def test_old_address_leads_to_the_survivor_and_its_page_undoes(cast: Cast) -> None:
    one, other = doubles()
    given = merge(account=other, into=one, by=cast.pam, now=database_now())
    client, page = browser(cast.pam), reverse("account", args=[one.public_id])

    old = client.get(reverse("account", args=[other.public_id]))
    html = client.get(page).content.decode()
    answer = client.post(reverse("account-merge-undo", args=[given.public_id]), follow=True)
    again = client.post(reverse("account-merge-undo", args=[given.public_id]), follow=True)

    assert (old.status_code, old["Location"]) == (302, page)
    assert f"{other.name} is part of it since" in html
    assert "The merge is undone." in answer.content.decode()
    assert "This merge has been undone already." in again.content.decode()


def test_undo_says_what_stays(cast: Cast) -> None:
    one, other = doubles()
    given = merge(account=one, into=other, by=cast.pam, now=database_now())
    Account.objects.filter(pk=other.pk).update(website="neu.de")

    answer = browser(cast.pam).post(reverse("account-merge-undo", args=[given.public_id]), follow=True)

    assert "1 thing was changed since and stays where it is." in answer.content.decode()


def test_not_the_same_and_the_parent_are_said_with_one_button(cast: Cast) -> None:
    one, other = doubles()
    client = browser(cast.admin)

    client.post(reverse("account-distinct", args=[one.public_id]), {"other": other.public_id})
    client.post(reverse("account-parent", args=[one.public_id]), {"other": other.public_id})

    other.refresh_from_db()
    assert (AlikePair.objects.get().dismissed_by, other.parent) == (cast.admin, one)
    for name in ("account-distinct", "account-parent"):
        assert client.post(reverse(name, args=[one.public_id]), {"other": "nothing"}).status_code == 400


def test_parent_is_linked_by_who_may_write_the_child(cast: Cast) -> None:
    one, other = doubles()

    answer = browser(cast.pam).post(reverse("account-parent", args=[one.public_id]), {"other": other.public_id})

    assert answer.status_code == 403


def test_circle_of_parents_is_refused_with_a_sentence(cast: Cast) -> None:
    one, other = doubles()
    Account.objects.filter(pk=one.pk).update(parent=other)

    answer = browser(cast.admin).post(
        reverse("account-parent", args=[one.public_id]), {"other": other.public_id}, follow=True
    )

    assert "A customer cannot belong to itself" in answer.content.decode()


def test_page_of_who_may_not_merge_suggests_nothing(cast: Cast) -> None:
    one, other = doubles()
    Account.objects.update(owner=cast.seller)

    html = browser(cast.seller).get(reverse("account", args=[one.public_id])).content.decode()

    assert other.name not in html
    assert "The same company?" not in html


def test_api_suggests_merges_and_undoes(cast: Cast) -> None:
    one, other = doubles()
    api = caller(cast.pam)

    make_account("Zenturio Handels AG")
    make_account("Zenturio Handels Australia", country="AU")
    begun = posted(api, "accounts/alike/searches")
    while work():
        continue
    (pair,) = api.get("/api/v1/accounts/alike", {"kind": "same"}).json()["results"]
    made = posted(api, "accounts/merges", {"account": pair["other"], "into": pair["one"]})
    again = posted(api, "accounts/merges", {"account": pair["other"], "into": pair["one"]})
    listed = api.get("/api/v1/accounts/merges").json()["results"]
    undone = posted(api, f"accounts/merges/{made.json()['id']}/undo")

    assert (begun.status_code, made.status_code, again.status_code, undone.status_code) == (201, 201, 409, 200)
    assert (pair["one"], pair["other"], pair["parent"]) == (one.public_id, other.public_id, None)
    assert [row["merged"] for row in listed] == [other.public_id]
    assert (undone.json()["undone_at"] is not None, undone.json()["kept"]) == (True, 0)
    assert api.get("/api/v1/accounts/alike/searches").json()["results"][0]["progress"] == 100


def test_api_dismisses(cast: Cast) -> None:
    doubles()
    searched(cast)
    pair = AlikePair.objects.get()
    api = caller(cast.pam)

    done = posted(api, f"accounts/alike/{pair.public_id}/dismiss")
    again = posted(api, f"accounts/alike/{pair.public_id}/dismiss")

    assert (done.status_code, again.status_code) == (200, 409)
    assert api.get("/api/v1/accounts/alike").json()["results"] == []


def test_api_says_what_is_wrong(cast: Cast) -> None:
    one, _other = doubles()
    api = caller(cast.pam)

    unknown = posted(api, "accounts/merges", {"account": "acc_x", "into": one.public_id})
    itself = posted(api, "accounts/merges", {"account": one.public_id, "into": one.public_id})

    assert (unknown.status_code, list(unknown.json()["errors"])) == (400, ["account"])
    assert (itself.status_code, list(itself.json()["errors"])) == (400, ["into"])


def test_old_id_in_the_crm_leads_to_the_survivor(cast: Cast) -> None:
    one, other = make_account("Quarzwerk", external_id="a"), make_account("Zenturio", external_id="b")
    merge(account=one, into=other, by=cast.pam, now=database_now())

    found = caller(cast.admin).get("/api/v1/accounts", {"external_id": "a"}).json()["results"]

    assert [row["id"] for row in found] == [other.public_id]
    assert caller(cast.admin).get("/api/v1/accounts", {"external_id": "zzz"}).json()["results"] == []
