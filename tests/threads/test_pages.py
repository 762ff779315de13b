"""The conversation in the portal: a card on the page of the deal, and a page of its own."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from deals.registrations.models import Registration
from prm.accounts.models import User
from prm.clocks.database import database_now
from prm.threads.models import LONGEST, Message
from prm.threads.selectors import PAGE
from tests.deals.portal.reading import errors, html, main
from tests.factories import Cast, make_draft, make_user, say
from tests.threads.conftest import Login

NONCE = "0123456789abcdefghij"


def page(client: Client, deal: Registration) -> Any:
    return client.get(f"/deals/{deal.public_id}/")


def send(client: Client, deal: Registration, **given: str) -> Any:
    return client.post(f"/deals/{deal.public_id}/messages/", {"text": "Who signs?", "form_nonce": "", **given})


def said() -> list[tuple[str, bool]]:
    return list(Message.objects.order_by("pk").values_list("text", "internal"))


def shown(response: Any) -> list[str]:
    """The texts of the messages that stand on a page, in its order."""
    return re.findall(r'<li class="said[^>]*>\s*<p class="text">(.*?)</p>', html(response), flags=re.DOTALL)


def marked(response: Any) -> list[str]:
    """How each message is drawn: ours, internal."""
    return re.findall(r'<li class="said([^"]*)"', html(response))


@pytest.mark.parametrize("name", ["helix.rep", "pam"])
def test_page_of_the_deal_shows_the_conversation_newest_last(
    cast: Cast, deal: Registration, login: Login, name: str
) -> None:
    for by, text in ((cast.helix.rep, "First"), (cast.pam, "Second"), (cast.helix.admin, "Third")):
        say(deal, by, text)
    reader: User = cast.pam if name == "pam" else cast.helix.rep

    response = page(login(reader), deal)

    assert shown(response) == ["First", "Second", "Third"]
    assert marked(response) == (["", " back", ""] if name == "pam" else [" back", "", " back"])
    assert "First Helix Rep" not in main(response)
    assert "Second Pam Vendor, Northwind ·" in main(response)


def test_first_message_is_invited(cast: Cast, deal: Registration, login: Login) -> None:
    said_there = main(page(login(cast.helix.rep), deal))

    assert "Nothing has been said yet." in said_there
    assert "Mark as read" not in said_there


def test_unread_is_counted_and_marked(cast: Cast, deal: Registration, login: Login) -> None:
    say(deal, cast.helix.rep, "Mine")
    last = say(deal, cast.pam, "Theirs")

    response = page(login(cast.helix.rep), deal)

    assert "Conversation 1 unread Mark as read Mine" in main(response)
    assert main(response).count("Unread") == 1
    assert f'name="seen" value="{last.public_id}"' in html(response)


def test_draft_shows_no_conversation(cast: Cast, login: Login) -> None:
    draft = make_draft(cast.helix)
    client = login(cast.helix.rep)

    assert 'id="conversation"' not in html(page(client, draft))
    assert client.get(f"/deals/{draft.public_id}/messages/").status_code == 404
    assert send(client, draft).status_code == 404


def test_text_is_text_and_keeps_its_lines(cast: Cast, deal: Registration, login: Login) -> None:
    say(deal, cast.pam, "<script>alert(1)</script>\n{{ 7*7 }} & more")

    response = page(login(cast.helix.rep), deal)

    assert shown(response) == ["&lt;script&gt;alert(1)&lt;/script&gt;\n{{ 7*7 }} &amp; more"]


def test_forgotten_author_is_a_former_user(cast: Cast, deal: Registration, login: Login) -> None:
    colleague = make_user("leaver@helix.example", cast.helix.organisation, "sales_rep")
    say(deal, colleague, "Before I go")
    colleague.delete()

    assert "Before I go A former user, Helix Systems ·" in main(page(login(cast.pam), deal))


# Writing


@pytest.mark.parametrize("name", ["helix.rep", "helix.admin", "pam", "pam2", "admin"])
def test_sent_message_stands_on_the_page(cast: Cast, deal: Registration, login: Login, name: str) -> None:
    author = getattr(cast.helix, name.removeprefix("helix.")) if name.startswith("helix") else getattr(cast, name)

    answer = send(login(author), deal, text="  Who signs,\r\nand when?  ")

    assert (answer.status_code, answer["Location"]) == (302, f"/deals/{deal.public_id}/#conversation")
    assert said() == [("Who signs,\nand when?", False)]
    assert shown(page(login(author), deal)) == ["Who signs,\nand when?"]


@pytest.mark.parametrize(("name", "offered"), [("rep", False), ("admin", False), ("pam", True), ("pam2", True)])
def test_internal_is_offered_to_the_vendor_alone(
    cast: Cast, deal: Registration, login: Login, name: str, offered: bool
) -> None:
    reader = getattr(cast, name) if offered else getattr(cast.helix, name)

    assert ('name="internal"' in html(page(login(reader), deal))) is offered


def test_internal_message_is_marked_for_the_vendor(cast: Cast, deal: Registration, login: Login) -> None:
    assert send(login(cast.pam), deal, internal="on").status_code == 302

    assert said() == [("Who signs?", True)]
    response = page(login(cast.admin), deal)
    assert marked(response) == [" back internal"]
    assert "Internal Unread" in main(response)


def test_partner_who_sends_the_internal_box_writes_to_both_sides(cast: Cast, deal: Registration, login: Login) -> None:
    assert send(login(cast.helix.rep), deal, internal="on").status_code == 302
    assert said() == [("Who signs?", False)]


def test_reader_who_may_not_write_has_no_form(cast: Cast, deal: Registration, login: Login) -> None:
    say(deal, cast.pam, "Welcome")
    for reader in (cast.executive, cast.helix.marketing):
        client = login(reader)

        assert 'name="text"' not in html(page(client, deal))
        assert shown(page(client, deal)) == ["Welcome"]
        assert send(client, deal).status_code == 403
    assert len(said()) == 1


def test_strangers_find_nothing(cast: Cast, deal: Registration, login: Login) -> None:
    say(deal, cast.pam)
    for stranger in (cast.orbit.admin, cast.orbit.rep, cast.helix.engineer, cast.expert, cast.finance, cast.seller):
        client = login(stranger)

        assert client.get(f"/deals/{deal.public_id}/messages/").status_code == 404
        assert send(client, deal).status_code == 404
    assert len(said()) == 1


def test_engineer_takes_part_once_it_is_shared(cast: Cast, deal: Registration, login: Login) -> None:
    deal.shares.create(user=cast.helix.engineer, shared_at=database_now(), shared_by=cast.helix.rep)

    assert send(login(cast.helix.engineer), deal, text="The pilot runs").status_code == 302
    assert said() == [("The pilot runs", False)]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Write what you want to say."),
        (" \r\n ", "Write what you want to say."),
        ("x" * (LONGEST + 1), f"Ensure this value has at most {LONGEST} characters (it has {LONGEST + 1})."),
    ],
)
def test_refused_message_says_why_at_its_field(
    cast: Cast, deal: Registration, login: Login, text: str, sentence: str
) -> None:
    answer = send(login(cast.helix.rep), deal, text=text)

    assert answer.status_code == 400
    assert errors(answer, "text", "message") == sentence
    assert said() == []


def test_what_was_typed_is_kept(cast: Cast, deal: Registration, login: Login) -> None:
    say(deal, cast.helix.rep, "Said before")

    answer = send(login(cast.pam), deal, text="Typed with care" + "x" * LONGEST, internal="on", form_nonce=NONCE)

    assert "Typed with carexxx" in html(answer)
    assert re.search(r'name="internal"[^>]* checked', html(answer))
    assert f'value="{NONCE}"' in html(answer)
    assert shown(answer) == ["Said before"]
    assert f'href="/deals/{deal.public_id}/"' in html(answer)


def test_longest_message_counts_a_line_end_once(cast: Cast, deal: Registration, login: Login) -> None:
    text = "x\r\n" * (LONGEST // 2)

    assert send(login(cast.helix.rep), deal, text=text).status_code == 302
    assert said() == [(("x\n" * (LONGEST // 2)).strip(), False)]


@pytest.mark.parametrize("text", ["a\x00b", "a\x1bb", "\x85"])
def test_characters_that_are_no_text_are_refused(cast: Cast, deal: Registration, login: Login, text: str) -> None:
    assert send(login(cast.helix.rep), deal, text=text).status_code == 400
    assert said() == []


# Once


def test_form_sent_twice_says_it_once(cast: Cast, deal: Registration, login: Login) -> None:
    client = login(cast.helix.rep)

    answers = [send(client, deal, form_nonce=NONCE) for _ in range(2)]

    assert [answer["Location"] for answer in answers] == [f"/deals/{deal.public_id}/#conversation"] * 2
    assert said() == [("Who signs?", False)]


def test_form_used_again_for_other_words_says_those_too(cast: Cast, deal: Registration, login: Login) -> None:
    """Back in the browser: the old form is on the screen, and its number in it."""
    client = login(cast.pam)
    for given in ({}, {"text": "And when?"}, {"text": "And when?"}, {"internal": "on"}, {}):
        send(client, deal, form_nonce=NONCE, **given)

    assert said() == [("Who signs?", False), ("And when?", False), ("Who signs?", True)]


def test_each_page_has_a_number_of_its_own(cast: Cast, deal: Registration, login: Login) -> None:
    client = login(cast.helix.rep)
    numbers = [re.findall(r'name="form_nonce" value="([^"]+)"', html(page(client, deal))) for _ in range(2)]

    assert [len(found) for found in numbers] == [1, 1]
    assert numbers[0] != numbers[1]


# Pages


def talk(cast: Cast, deal: Registration, count: int) -> None:
    for number in range(count):
        say(deal, (cast.pam, cast.helix.rep)[number % 2], f"Said {number:03}")


def link(response: Any, label: str) -> str:
    found = re.search(rf'<a class="btn small" href="([^"]+)">(?:<svg.*?</svg>)?{label}', html(response), re.DOTALL)
    return found[1] if found else ""


def test_fifty_messages_are_one_page(cast: Cast, deal: Registration, login: Login) -> None:
    talk(cast, deal, PAGE)

    response = page(login(cast.helix.rep), deal)

    assert len(shown(response)) == PAGE == 50
    assert link(response, "Earlier messages") == ""


def test_earlier_messages_are_a_page_away(cast: Cast, deal: Registration, login: Login) -> None:
    talk(cast, deal, 2 * PAGE + 5)
    client = login(cast.helix.rep)
    texts = [f"Said {number:03}" for number in range(2 * PAGE + 5)]

    newest = page(client, deal)
    middle = client.get(link(newest, "Earlier messages"))
    oldest = client.get(link(middle, "Earlier messages"))

    assert [shown(response) for response in (oldest, middle, newest)] == [texts[:5], texts[5:55], texts[55:]]
    assert link(oldest, "Earlier messages") == ""
    assert [link(response, "Newest messages") for response in (newest, middle)] == [
        "",
        f"/deals/{deal.public_id}/messages/",
    ]
    assert shown(client.get(link(oldest, "Newest messages"))) == texts[55:]


def test_new_message_does_not_shift_what_is_read(cast: Cast, deal: Registration, login: Login) -> None:
    talk(cast, deal, PAGE + 3)
    client = login(cast.helix.rep)
    earlier = link(page(client, deal), "Earlier messages")
    say(deal, cast.pam, "Came in since")

    assert shown(client.get(earlier)) == ["Said 000", "Said 001", "Said 002"]


def test_page_begins_before_a_message_that_is_seen_there_or_nowhere(
    cast: Cast, deal: Registration, login: Login
) -> None:
    talk(cast, deal, 2)
    internal = say(deal, cast.pam, internal=True)
    address = f"/deals/{deal.public_id}/messages/?before="
    client = login(cast.helix.rep)

    answers = [client.get(address + before) for before in (internal.public_id, "msg_nothing", "%27", "x" * 500)]

    assert [answer.status_code for answer in answers] == [404] * 4
    assert login(cast.pam).get(address + internal.public_id).status_code == 200


def test_page_of_its_own_leads_back_to_the_deal(cast: Cast, deal: Registration, login: Login) -> None:
    response = login(cast.helix.rep).get(f"/deals/{deal.public_id}/messages/")

    assert f"{deal.reference}: {deal.customer_name}" in main(response)
    assert f'<a href="/deals/{deal.public_id}/">' in html(response)


@pytest.mark.parametrize("path", ["", "messages/"])
def test_page_costs_the_same_however_much_was_said(cast: Cast, deal: Registration, login: Login, path: str) -> None:
    client = login(cast.pam)
    counted = []
    for count in (1, 10, 60):
        talk(cast, deal, count)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/deals/{deal.public_id}/{path}").status_code == 200
        counted.append(len([query for query in queries if "threads_" in query["sql"]]))

    assert counted == [3, 3, 3]


def test_refused_decision_keeps_the_conversation_on_the_page(cast: Cast, deal: Registration, login: Login) -> None:
    say(deal, cast.helix.rep, "Please look at this first")

    refused = login(cast.pam).post(f"/deals/{deal.public_id}/reject/", {"reason": "other", "message": ""})

    assert refused.status_code == 400
    assert shown(refused) == ["Please look at this first"]
