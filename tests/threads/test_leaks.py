"""What the vendor's people say among themselves does not exist for the partner.

Two deals of Helix, alike but for internal messages about one of them: whatever the partner gets hold of is the same.
"""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from deals.registrations.models import Registration
from prm.accounts.models import User
from prm.audit.models import Event
from prm.notices import relay
from prm.notices.models import Notice
from prm.threads.models import MessageQuerySet
from tests.access.walking import answer_of
from tests.factories import Cast, make_registration, say
from tests.threads.conftest import Login

SECRET = "flüsterwort"
# Ids, references, names of customers, moments as machines and people read them, digests, cursors.
CHANCE = re.compile(
    r"(?:deal|evt|ntc|msg|acc)_[2-9a-z]{18}|DR-\d{6}|nummer\d+|kunde\d+"
    r"|\d{4}-\d\d-\d\dT[\d:.]+(?:Z|\+00:00)|\b\d\d?:\d\d(?::\d\d)?\b|\b\d+ (?:second|minute)s? ago\b|just now"
    r'|"[\d.]+[0-9a-f]{16,}"|cursor=[^&"]+',
    re.IGNORECASE,
)
CHANCE_HEADERS = {"ETag", "Content-Length"}


@pytest.fixture
def quiet(cast: Cast) -> Registration:
    """Both sides have spoken, and nobody whispered."""
    return spoken(cast)


@pytest.fixture
def whispered(cast: Cast) -> Registration:
    """The same, and the vendor's people among themselves before, between and after."""
    return spoken(cast, SECRET)


def spoken(cast: Cast, whisper: str = "") -> Registration:
    deal = make_registration(cast.helix)
    for by, text in ((None, ""), (cast.pam, "Who signs?"), (None, ""), (cast.helix.rep, "The board."), (None, "")):
        if by is not None:
            say(deal, by, text)
        elif whisper:
            say(deal, cast.pam2, f"{whisper} one", internal=True)
            say(deal, cast.admin, f"{whisper} two", internal=True)
    while relay.run():
        continue
    return deal


def same(text: str) -> str:
    return CHANCE.sub("*", text)


def told(response: Any) -> tuple[int, list[tuple[str, str]], str]:
    answer = answer_of(response)
    headers = [(name, same(value)) for name, value in answer.headers if name not in CHANCE_HEADERS]
    return answer.status, headers, same(answer.body.decode())


def pages(client: Client, deal: Registration) -> Iterator[tuple[str, Any]]:
    for path in ("", "messages/"):
        for headers in ({}, {"hx-request": "true"}):
            yield f"page {path} {headers}", client.get(f"/deals/{deal.public_id}/{path}", headers=headers)
    for path in ("/deals/?q=", "/deals/export/?q=", "/search/?q="):
        yield path, client.get(path + deal.reference)


def answers(client: Client, deal: Registration) -> Iterator[tuple[str, Any]]:
    address = f"/api/v1/deals/{deal.public_id}"
    for path in (address, f"{address}/timeline", f"{address}/messages", f"{address}/messages?page_size=1"):
        yield path.replace(deal.public_id, "…"), client.get(path)
    yield "events", client.get(f"/api/v1/events?subject={deal.public_id}")


def readers(cast: Cast) -> list[User]:
    return [cast.helix.rep, cast.helix.admin, cast.helix.marketing]


def test_pages_are_the_same(cast: Cast, quiet: Registration, whispered: Registration, login: Login) -> None:
    for user in readers(cast):
        client = login(user)
        for (label, loud), (_label, silent) in zip(pages(client, whispered), pages(client, quiet), strict=True):
            assert told(loud) == told(silent), f"{user} {label}"


def test_answers_are_the_same(cast: Cast, quiet: Registration, whispered: Registration, call: Login) -> None:
    for user in readers(cast):
        client = call(user)
        for (label, loud), (_label, silent) in zip(answers(client, whispered), answers(client, quiet), strict=True):
            assert told(loud) == told(silent), f"{user} {label}"


def test_walk_would_notice_a_difference(
    cast: Cast, quiet: Registration, whispered: Registration, login: Login, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: the same pages without the filter."""
    about = {"thread__subject_type": "deal"}
    monkeypatch.setattr(
        MessageQuerySet,
        "visible_to",
        lambda self, _user, subject: self.filter(**about, thread__subject_id=subject.id),
    )
    client = login(cast.helix.rep)

    differing = [
        label
        for (label, loud), (_label, silent) in zip(pages(client, whispered), pages(client, quiet), strict=True)
        if told(loud) != told(silent)
    ]
    assert [label.partition(" {")[0] for label in differing] == ["page ", "page ", "page messages/", "page messages/"]


def test_tag_of_the_deal_is_the_same_before_and_after(cast: Cast, quiet: Registration, call: Login) -> None:
    client = call(cast.helix.rep)
    address = f"/api/v1/deals/{quiet.public_id}"
    before = client.get(address)["ETag"]

    say(quiet, cast.pam, SECRET, internal=True)

    assert client.get(address)["ETag"] == before
    assert client.get(address, headers={"if-none-match": before}).status_code == 304


def test_lists_are_the_same_before_and_after(cast: Cast, quiet: Registration, call: Login, login: Login) -> None:
    caller, browser = call(cast.helix.rep), login(cast.helix.rep)

    def everything() -> list[tuple[int, list[tuple[str, str]], str]]:
        paths = ("/api/v1/deals", "/api/v1/events", "/api/v1/metrics")
        mine = ("/", "/work/", "/notices/", "/deals/", "/deals/export/")
        return [told(caller.get(path)) for path in paths] + [told(browser.get(path)) for path in mine]

    before = everything()
    say(quiet, cast.pam, SECRET, internal=True)
    say(quiet, cast.admin, SECRET, internal=True)
    while relay.run():
        continue

    assert everything() == before


def test_partner_is_told_of_nothing(cast: Cast, whispered: Registration) -> None:
    people = [cast.helix.admin, cast.helix.rep, cast.helix.engineer, cast.helix.marketing]
    addresses = {user.email for user in people}
    mails = [message for message in mail.outbox if addresses & set(message.recipients())]
    whispers = [message for message in mail.outbox if SECRET in str(message.body)]

    assert [str(message.subject) for message in mails if SECRET in f"{message.subject}{message.body}"] == []
    assert Notice.objects.filter(user__in=people, kind="thread.posted_internally").count() == 0
    assert Notice.objects.filter(user__in=people, kind="thread.posted").count() == 1
    # The control: the vendor's people were.
    assert {recipient for message in whispers for recipient in message.recipients()} == {
        *("pam@vendor.example", "pam2@vendor.example", "admin@vendor.example"),
    }


def test_events_of_the_partner_tell_of_what_was_said_to_them_alone(cast: Cast, whispered: Registration) -> None:
    seen = Event.objects.visible_to(cast.helix.admin).filter(kind__startswith="thread.")
    everything = Event.objects.filter(kind__startswith="thread.")

    assert set(seen.values_list("kind", flat=True)) == {"thread.posted"}
    assert (seen.count(), everything.count()) == (2, 8)
    assert SECRET not in str(list(everything.values_list("data", flat=True)))


def test_history_of_the_vendor_tells_of_both(cast: Cast, whispered: Registration, login: Login, call: Login) -> None:
    told_there = login(cast.pam).get(f"/deals/{whispered.public_id}/").text
    entries = call(cast.pam).get(f"/api/v1/deals/{whispered.public_id}/timeline").json()["results"]

    assert (told_there.count("Message written"), told_there.count("Internal message written")) == (2, 6)
    assert [entry["kind"] for entry in entries].count("thread.posted_internally") == 6


def test_audit_of_the_programme_holds_no_words(cast: Cast, whispered: Registration, login: Login) -> None:
    client = login(cast.admin)
    asked = f"subject={whispered.public_id}"

    page, exported = client.get(f"/audit/?{asked}"), client.get(f"/audit/export/?{asked}")
    told_there = page.text + b"".join(exported).decode()

    assert "Internal message written" in told_there
    assert SECRET not in told_there


@pytest.mark.parametrize("name", ["seller", "finance"])
def test_vendors_who_do_not_see_findings_read_nothing_internal(
    cast: Cast, whispered: Registration, login: Login, call: Login, name: str
) -> None:
    """They read a won deal, or one with an own customer, and what was said to the partner about it."""
    user = getattr(cast, name)
    user.memberships.update(roles=["finance", "direct_seller"])
    reader = User.objects.get(pk=user.pk)
    Registration.objects.filter(pk=whispered.pk).update(account=owned_by(reader))

    page = login(reader).get(f"/deals/{whispered.public_id}/")
    answer = call(reader).get(f"/api/v1/deals/{whispered.public_id}/messages")
    entries = call(reader).get(f"/api/v1/deals/{whispered.public_id}/timeline").json()["results"]

    assert page.status_code == 200
    assert "The board." in page.text
    assert SECRET not in page.text
    assert [row["text"] for row in answer.json()["results"]] == ["The board.", "Who signs?"]
    assert [set(row) & {"internal"} for row in answer.json()["results"]] == [set(), set()]
    assert "thread.posted_internally" not in [entry["kind"] for entry in entries]


def owned_by(user: User) -> Any:
    from tests.factories import make_account

    return make_account(owner=user)


def test_rival_reads_nothing_of_either(cast: Cast, whispered: Registration, login: Login) -> None:
    client = login(cast.orbit.admin)
    missing = client.get("/deals/deal_222222222222222222/messages/")

    found = client.get(f"/deals/{whispered.public_id}/messages/")

    assert (found.status_code, told(found)) == (404, told(missing))
