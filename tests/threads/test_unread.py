"""How far somebody has read: a mark of their own that only moves on, and that no GET moves."""

from typing import Any

from django.test import Client

from deals.conversations import subject_of
from deals.registrations.models import Registration
from prm.accounts.models import User
from prm.clocks.database import database_now
from prm.threads.actions import mark_read
from prm.threads.models import Message, ReadMark
from prm.threads.selectors import conversation
from tests.access.walking import digest
from tests.factories import Cast, make_registration, say
from tests.threads.conftest import Login


def unread(deal: Registration, reader: User) -> tuple[int, list[str]]:
    """The number that the panel shows, and which messages are marked."""
    thread = conversation(subject_of(deal), reader=reader)
    return thread.unread, [said.message.text for said in thread.said if said.unread]


def read(client: Client, deal: Registration, seen: Message | str) -> Any:
    named = seen.public_id if isinstance(seen, Message) else seen
    return client.post(f"/deals/{deal.public_id}/messages/read/", {"seen": named})


def mark(message: Message, by: User) -> bool:
    return mark_read(message=message, by=by, now=database_now())


def test_what_others_said_is_unread(cast: Cast, deal: Registration) -> None:
    for by, text in ((cast.helix.rep, "One"), (cast.pam, "Two"), (cast.helix.admin, "Three")):
        say(deal, by, text)

    assert unread(deal, cast.helix.rep) == (2, ["Two", "Three"])
    assert unread(deal, cast.pam) == (2, ["One", "Three"])
    assert unread(deal, cast.executive) == (3, ["One", "Two", "Three"])


def test_mark_counts_for_its_reader_alone(cast: Cast, deal: Registration) -> None:
    say(deal, cast.pam, "One")
    last = say(deal, cast.pam, "Two")

    assert mark(last, cast.helix.rep) is True

    assert unread(deal, cast.helix.rep) == (0, [])
    assert unread(deal, cast.helix.admin) == (2, ["One", "Two"])


def test_what_is_said_later_is_unread_again(cast: Cast, deal: Registration) -> None:
    mark(say(deal, cast.pam, "One"), cast.helix.rep)
    say(deal, cast.pam, "Two")

    assert unread(deal, cast.helix.rep) == (1, ["Two"])


def test_mark_never_goes_back(cast: Cast, deal: Registration) -> None:
    first, last = say(deal, cast.pam, "One"), say(deal, cast.pam, "Two")

    assert [mark(message, cast.helix.rep) for message in (last, first, last)] == [True, False, False]

    kept = ReadMark.objects.get()
    assert (kept.message, kept.read_by) == (last, cast.helix.rep)
    assert str(kept) == f"{cast.helix.rep.pk} in {last.thread_id}"


def test_marks_of_two_conversations_are_two(cast: Cast, deal: Registration) -> None:
    other = make_registration(cast.helix)
    mark(say(deal, cast.pam), cast.helix.rep)
    say(other, cast.pam, "There")

    assert unread(deal, cast.helix.rep) == (0, [])
    assert unread(other, cast.helix.rep) == (1, ["There"])


def test_internal_messages_count_for_whom_they_are(cast: Cast, deal: Registration) -> None:
    say(deal, cast.pam, "For both")
    say(deal, cast.pam, "For us", internal=True)

    assert unread(deal, cast.helix.rep) == (1, ["For both"])
    assert unread(deal, cast.admin) == (2, ["For both", "For us"])


def test_forgotten_author_is_unread_like_any(cast: Cast, deal: Registration) -> None:
    colleague = cast.helix.marketing
    colleague.memberships.update(roles=["sales_rep"])
    say(deal, User.objects.get(pk=colleague.pk), "Bye")
    User.objects.get(pk=colleague.pk).delete()

    assert unread(deal, cast.pam) == (1, ["Bye"])


# In the portal


def test_button_marks_what_the_page_showed(cast: Cast, deal: Registration, login: Login) -> None:
    client = login(cast.helix.rep)
    shown = say(deal, cast.pam, "On the page")
    say(deal, cast.pam, "Came in since")

    answer = read(client, deal, shown)

    assert (answer.status_code, answer["Location"]) == (302, f"/deals/{deal.public_id}/#conversation")
    assert unread(deal, cast.helix.rep) == (1, ["Came in since"])


def test_button_pressed_twice_changes_nothing_more(cast: Cast, deal: Registration, login: Login) -> None:
    client, last = login(cast.helix.rep), say(deal, cast.pam)
    read(client, deal, last)
    before = digest()

    assert read(client, deal, last).status_code == 302
    assert digest() == before


def test_reader_without_the_right_to_write_marks_too(cast: Cast, deal: Registration, login: Login) -> None:
    last = say(deal, cast.pam)

    assert read(login(cast.executive), deal, last).status_code == 302
    assert unread(deal, cast.executive) == (0, [])


def test_looking_marks_nothing(cast: Cast, deal: Registration, login: Login) -> None:
    say(deal, cast.pam)
    client = login(cast.helix.rep)
    before = digest()

    for path in (f"/deals/{deal.public_id}/", f"/deals/{deal.public_id}/messages/"):
        assert client.get(path).status_code == 200
    assert client.get(f"/deals/{deal.public_id}/messages/read/").status_code == 405

    assert digest() == before
    assert unread(deal, cast.helix.rep)[0] == 1


def test_only_a_message_that_is_seen_there_can_be_marked(cast: Cast, deal: Registration, login: Login) -> None:
    """An internal one, one of another conversation, one of a rival and none at all: all the same."""
    internal = say(deal, cast.pam, internal=True)
    elsewhere = say(make_registration(cast.helix), cast.pam)
    rivals = say(make_registration(cast.orbit), cast.pam)
    client = login(cast.helix.rep)

    answers = [read(client, deal, seen) for seen in (internal, elsewhere, rivals, "msg_nothing", "")]

    assert [answer.status_code for answer in answers] == [404] * 5
    assert ReadMark.objects.count() == 0


def test_answer_marks_what_stood_above_it(cast: Cast, deal: Registration, login: Login) -> None:
    shown = say(deal, cast.pam, "On the page")
    say(deal, cast.pam, "Came in since")

    login(cast.helix.rep).post(
        f"/deals/{deal.public_id}/messages/", {"text": "Thank you", "seen": shown.public_id, "form_nonce": ""}
    )

    assert unread(deal, cast.helix.rep) == (1, ["Came in since"])


def test_answer_to_nothing_that_is_known_is_sent_all_the_same(cast: Cast, deal: Registration, login: Login) -> None:
    say(deal, cast.pam, "One")

    answer = login(cast.helix.rep).post(
        f"/deals/{deal.public_id}/messages/", {"text": "Thank you", "seen": "msg_nothing"}
    )

    assert answer.status_code == 302
    assert unread(deal, cast.helix.rep) == (1, ["One"])
