"""The verb: what it keeps, what it records, and what nobody can do afterwards."""

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from deals.conversations import find, subject_of
from deals.registrations.models import Registration
from prm.accounts.models import Membership, Organisation, User
from prm.audit.models import Event
from prm.clocks.database import database_now
from prm.errors import NotAllowed
from prm.notices.models import Notice
from prm.threads.actions import post_message
from prm.threads.models import LONGEST, Message, Thread
from prm.threads.sockets import THREADS, reads_internal
from tests.factories import Cast, join, make_draft, make_registration, make_user, say


def said(deal: Registration) -> list[str]:
    rows = Message.objects.filter(thread__subject_type="deal", thread__subject_id=deal.public_id)
    return list(rows.order_by("pk").values_list("text", flat=True))


def test_message_keeps_who_said_it_and_for_whom(cast: Cast, deal: Registration) -> None:
    now = database_now()

    made = post_message(subject=subject_of(deal), text="Who signs?", by=cast.pam, now=now)

    made.refresh_from_db()
    assert (made.text, made.internal, made.form_nonce) == ("Who signs?", False, "")
    assert (made.created_by, made.organisation, made.created_at) == (cast.pam, cast.vendor, now)
    assert (made.thread.subject_type, made.thread.subject_id) == ("deal", deal.public_id)
    assert (made.thread.created_by, made.thread.created_at) == (cast.pam, now)
    assert made.public_id.startswith("msg_")


def test_messages_of_one_subject_are_one_thread(cast: Cast, deal: Registration) -> None:
    other = make_registration(cast.helix)
    for by, text in ((cast.helix.rep, "First"), (cast.pam, "Second"), (cast.helix.rep, "Third")):
        say(deal, by, text)
    say(other, cast.helix.rep, "Elsewhere")

    assert said(deal) == ["First", "Second", "Third"]
    assert Thread.objects.count() == 2


def test_words_are_those_of_the_table(cast: Cast, deal: Registration) -> None:
    made = say(deal, cast.helix.rep)

    assert str(made) == made.public_id
    assert str(made.thread) == f"deal {deal.public_id}"


def test_deal_itself_is_left_alone(cast: Cast, deal: Registration) -> None:
    """Whoever holds an ETag of the registration may go on."""
    say(deal, cast.helix.rep)
    version = deal.version

    deal.refresh_from_db()
    assert deal.version == version


def test_message_is_an_event_with_ids_alone(cast: Cast, deal: Registration) -> None:
    made = say(deal, cast.helix.rep, "The board has agreed")

    event = Event.objects.get(kind="thread.posted")
    assert (event.subject_type, event.subject_id) == ("deal", deal.public_id)
    assert (event.organisation_id, event.actor_id) == (cast.helix.organisation.pk, cast.helix.rep.pk)
    assert event.data == {"message": made.public_id}


def test_internal_message_is_an_event_of_no_partner(cast: Cast, deal: Registration) -> None:
    made = say(deal, cast.pam, "Orbit holds it", internal=True)

    event = Event.objects.get(kind="thread.posted_internally")
    assert (event.organisation_id, event.data) == (None, {"message": made.public_id})
    assert Event.objects.filter(kind="thread.posted").count() == 0
    assert made.organisation == cast.vendor


# Who may


def test_writers_are_who_works_on_it(cast: Cast, deal: Registration) -> None:
    deal.shares.create(user=cast.helix.engineer, shared_at=database_now(), shared_by=cast.helix.rep)
    people = {
        **{name: getattr(cast, name) for name in ("pam", "pam2", "admin", "executive")},
        **{f"helix {name}": getattr(cast.helix, name) for name in ("admin", "rep", "engineer", "marketing")},
    }

    assert {name: writes(deal, user) for name, user in people.items()} == {
        "pam": True,
        "pam2": True,
        "admin": True,
        "executive": False,
        "helix admin": True,
        "helix rep": True,
        "helix engineer": True,
        "helix marketing": False,
    }


def writes(deal: Registration, user: User) -> bool:
    assert find(user, deal.public_id) is not None
    try:
        say(deal, user, "Here I am")
    except NotAllowed:
        return False
    return True


def test_refused_message_leaves_nothing(cast: Cast, deal: Registration) -> None:
    told = Notice.objects.count()
    with pytest.raises(NotAllowed, match="not write in it"):
        say(deal, cast.executive)

    assert (Thread.objects.count(), Message.objects.count()) == (0, 0)
    assert Event.objects.filter(kind__startswith="thread.").count() == 0
    assert Notice.objects.count() == told


@pytest.mark.parametrize("name", ["admin", "rep"])
def test_partner_writes_nothing_internal(cast: Cast, deal: Registration, name: str) -> None:
    with pytest.raises(NotAllowed, match="internal"):
        say(deal, getattr(cast.helix, name), internal=True)

    assert Message.objects.count() == 0


def test_person_without_an_organisation_writes_nothing(cast: Cast, deal: Registration) -> None:
    nobody = make_user("nobody@nowhere.example", None)
    with pytest.raises(NotAllowed):
        say(deal, nobody)


def test_internal_is_for_the_vendors_people_whatever_a_wing_says(
    cast: Cast, deal: Registration, monkeypatch: pytest.MonkeyPatch
) -> None:
    generous = THREADS["deal"].__class__(**{**vars(THREADS["deal"]), "can_read_internal": lambda *_: True})
    monkeypatch.setitem(THREADS._entries, "deal", generous)
    subject = subject_of(deal)

    assert reads_internal(cast.seller, subject) is True
    assert reads_internal(cast.helix.admin, subject) is False


def test_internal_messages_are_read_by_who_sees_findings(cast: Cast, deal: Registration) -> None:
    subject = subject_of(deal)
    names = ("pam", "pam2", "admin", "executive", "seller", "expert", "finance")

    assert [name for name in names if reads_internal(getattr(cast, name), subject)] == [
        *("pam", "pam2", "admin", "executive"),
    ]


def test_draft_has_no_conversation(cast: Cast) -> None:
    draft = make_draft(cast.helix)
    readers = (cast.helix.rep, cast.helix.admin, cast.pam, cast.admin)

    assert [find(user, draft.public_id) for user in readers] == [None] * 4


def test_rival_finds_no_conversation(cast: Cast, deal: Registration) -> None:
    assert find(cast.helix.rep, deal.public_id) == subject_of(deal)
    assert [find(user, deal.public_id) for user in (cast.orbit.admin, cast.orbit.rep, cast.expert)] == [None] * 3


# Once


def test_form_sent_twice_says_it_once(cast: Cast, deal: Registration) -> None:
    first, second = (say(deal, cast.helix.rep, "Once", form_nonce="n" * 20) for _ in range(2))

    assert first == second
    assert said(deal) == ["Once"]
    assert Event.objects.filter(kind="thread.posted").count() == 1
    assert Notice.objects.filter(kind="thread.posted").count() == 1


def test_control_without_a_nonce_it_is_said_twice(cast: Cast, deal: Registration) -> None:
    for _ in range(2):
        say(deal, cast.helix.rep, "Twice")

    assert said(deal) == ["Twice", "Twice"]


def test_nonce_counts_for_its_author_and_its_thread_alone(cast: Cast, deal: Registration) -> None:
    other = make_registration(cast.helix)
    for about, by in ((deal, cast.helix.rep), (deal, cast.pam), (other, cast.helix.rep)):
        say(about, by, "Mine", form_nonce="n" * 20)

    assert Message.objects.count() == 3


def test_database_keeps_a_nonce_once(cast: Cast, deal: Registration) -> None:
    made = say(deal, cast.helix.rep, form_nonce="n" * 20)
    twin = Message(
        thread=made.thread, created_at=made.created_at, created_by=made.created_by, organisation=made.organisation
    )
    twin.text, twin.form_nonce = "Again", made.form_nonce

    with pytest.raises(IntegrityError, match="message_form_once"), transaction.atomic():
        twin.save()


# What was said stays


@pytest.mark.parametrize(
    "changed",
    [
        {"text": "Never said"},
        {"internal": True},
        {"form_nonce": "other"},
        {"created_by": None, "text": "Never said"},
        {"public_id": "msg_2"},
    ],
)
def test_database_changes_no_message(cast: Cast, deal: Registration, changed: dict[str, object]) -> None:
    made = say(deal, cast.helix.rep, "As it was")

    with pytest.raises(IntegrityError, match="neither changed nor deleted"), transaction.atomic():
        Message.objects.filter(pk=made.pk).update(**changed)
    assert said(deal) == ["As it was"]


def test_database_deletes_no_message(cast: Cast, deal: Registration) -> None:
    made = say(deal, cast.helix.rep, "As it was")

    with pytest.raises(IntegrityError, match="neither changed nor deleted"), transaction.atomic():
        made.delete()
    with pytest.raises(ProtectedError):
        made.thread.delete()
    assert said(deal) == ["As it was"]


def test_message_cannot_be_given_to_somebody_else(cast: Cast, deal: Registration) -> None:
    made = say(deal, cast.helix.rep)

    with pytest.raises(IntegrityError), transaction.atomic():
        Message.objects.filter(pk=made.pk).update(created_by=cast.pam)


def test_forgotten_author_leaves_what_was_said(cast: Cast, deal: Registration) -> None:
    colleague = make_user("leaver@helix.example", cast.helix.organisation, "sales_rep")
    made = say(deal, colleague, "Before I go")

    colleague.delete()

    made.refresh_from_db()
    assert (made.created_by, made.text, made.organisation) == (None, "Before I go", cast.helix.organisation)


@pytest.mark.parametrize("text", ["", "x" * (LONGEST + 1)])
def test_database_bounds_the_text(cast: Cast, deal: Registration, text: str) -> None:
    with pytest.raises(IntegrityError, match="message_text_bounded"), transaction.atomic():
        say(deal, cast.helix.rep, text)


def test_longest_text_is_kept_whole(cast: Cast, deal: Registration) -> None:
    say(deal, cast.helix.rep, "ß" * LONGEST)

    assert said(deal) == ["ß" * LONGEST]


def test_author_who_moved_wrote_for_the_organisation_of_then(cast: Cast, deal: Registration) -> None:
    mover = make_user("mover@helix.example", cast.helix.organisation, "sales_rep")
    made = say(deal, mover)
    Membership.objects.filter(user=mover).update(ended_at=database_now())
    join(mover, Organisation.objects.get(pk=cast.orbit.organisation.pk), "sales_rep")

    made.refresh_from_db()
    assert made.organisation == cast.helix.organisation
