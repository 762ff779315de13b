"""What a notice becomes as a mail: headers that nobody can add to, links that open one page alone."""

from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
from django.conf import settings as present
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from prm.accounts.models import User
from prm.accounts.resets import KIND, reset_path
from prm.notices import relay
from prm.notices.actions import prepare, promise_all
from prm.notices.models import Notice
from prm.notices.relay import is_signed, link, message, sign
from tests.factories import make_user

# Who sends them is asked of the branding.
pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
FOOTER = "You receive this because you take part in the partner programme."
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=60)


def notice(**said: object) -> Notice:
    given_values = {"key": "k", "kind": "x", "to": "ann@example.com", "organisation": None, "title": "T", "now": NOW}
    return prepare(**{**given_values, **said})  # type: ignore[arg-type]


def written(made: Notice) -> EmailMessage:
    return message_from_bytes(message(made).message().as_bytes(), policy=default)  # type: ignore[arg-type, return-value]


@given(texts)
def test_title_adds_no_header(title: str) -> None:
    mail = written(notice(title=f"{title}\r\nBcc: evil@example.com\n\nbody"))

    assert (mail["Bcc"], mail["To"], mail["Auto-Submitted"]) == (None, "ann@example.com", "auto-generated")
    assert sorted(set(mail.keys())) == sorted(
        {*("Content-Type", "MIME-Version", "Content-Transfer-Encoding", "Subject", "From", "To", "Date", "Message-ID")}
        | {"Auto-Submitted"}
    )


@given(texts)
def test_text_of_a_notice_is_body_and_no_header(body: str) -> None:
    made = notice(body=f"Bcc: evil@example.com\r\n\r\n{body}")

    assert message(made).body == f"{made.body}\n\n{FOOTER}\n"
    assert written(made)["Bcc"] is None


@given(st.text(max_size=400))
def test_title_is_one_line_that_fits_its_column(title: str) -> None:
    kept = notice(title=title).title

    assert len(kept) <= 200
    assert kept == " ".join(title.split())[:200]


def test_mail_without_a_page_has_no_link() -> None:
    assert message(notice(body="Hello")).body == f"Hello\n\n{FOOTER}\n"
    assert message(notice()).body == f"{FOOTER}\n"


def test_mail_with_a_page_links_to_the_configured_address(settings) -> None:
    settings.PRM_BASE_URL = "https://partners.example.com"

    assert message(notice(path="/deals/deal_x/")).body == f"https://partners.example.com/deals/deal_x/\n\n{FOOTER}\n"


def test_mail_is_known_by_the_notice(settings) -> None:
    settings.PRM_MAIL_DOMAIN = "mail.example"
    made = notice()

    assert message(made).extra_headers["Message-ID"] == f"<{made.public_id}@mail.example>"
    assert message(made).extra_headers == message(made).extra_headers


def test_person_is_written_to_at_the_present_address(db: None) -> None:
    person = make_user("ann@helix.example", None)
    made = notice(to=person)
    person.email = "ann@new.example"

    assert (made.email, message(made).to) == ("", ["ann@new.example"])


PATHS = ["/", "/invitations/inv_a/", "/invitations/inv_b/", "/invitations/inv_a", "/invitations/inv_a/x/"]


@pytest.mark.parametrize("signed", PATHS)
def test_signature_opens_its_own_path_alone(signed: str) -> None:
    assert [path for path in PATHS if is_signed(path, sign(signed))] == [signed]


@given(texts)
def test_signature_cannot_be_guessed(key: str) -> None:
    assert is_signed("/invitations/inv_a/", key) is False


@pytest.mark.parametrize(
    "change", [lambda key: key[:-1], lambda key: key + "A", lambda key: key.swapcase(), lambda _: ""]
)
def test_changed_signature_opens_nothing(change) -> None:
    key = sign("/invitations/inv_a/")

    assert is_signed("/invitations/inv_a/", change(key)) is False


def test_signature_depends_on_the_secret(settings) -> None:
    key = sign("/invitations/inv_a/")
    settings.SECRET_KEY = "another secret of the same installation"

    assert is_signed("/invitations/inv_a/", key) is False


def test_signature_is_made_when_the_mail_is_written_and_rests_nowhere(db: None) -> None:
    promise_all([notice(path="/invitations/a/", signed_path=True)])
    stored = Notice.objects.get()
    key = sign("/invitations/a/")

    assert [name for name, value in vars(stored).items() if key in str(value)] == []
    assert link(stored) == f"{present.PRM_BASE_URL}/invitations/a/?key={key}"


def test_link_that_is_a_key_needs_a_person() -> None:
    with pytest.raises(ValueError, match="for somebody who has one"):
        link(notice(kind=KIND))


def test_link_that_is_a_key_is_another_person_s_to_nobody(db: None) -> None:
    ann, bob = make_user("ann@helix.example", None), make_user("bob@helix.example", None)
    of_ann, of_bob = (reset_path(notice(kind=KIND, to=person)) for person in (ann, bob))

    assert of_ann != of_bob
    assert link(notice(kind=KIND, to=ann)).startswith(f"{present.PRM_BASE_URL}/auth/password/reset/key/")


@pytest.mark.parametrize("attempt", range(1, 10))
def test_wait_between_tries_doubles_up_to_two_hours(db: None, attempt: int) -> None:
    expected = [15, 30, 60, 120, 240, 480, 960, 1920, 3840][attempt - 1]
    made = notice()
    made.attempts, made.leased_until = attempt, NOW
    made.save()

    relay._reschedule(made, OSError("away"))
    made.refresh_from_db()

    wait = made.due_at - relay.database_now()
    assert timedelta(seconds=expected - 30) < wait <= timedelta(seconds=expected)
    assert (made.leased_until, made.parked_at, made.last_error) == (None, None, "OSError: away")


@pytest.mark.parametrize("attempt", [10, 11, 99])
def test_last_try_parks(db: None, attempt: int) -> None:
    made = notice()
    made.attempts, made.leased_until = attempt, NOW
    made.save()

    relay._reschedule(made, OSError("x" * 1000))
    made.refresh_from_db()

    assert (made.parked_at is None, made.leased_until, made.due_at) == (False, None, NOW)
    assert made.last_error == f"OSError: {'x' * 1000}"[:300]


# due, leased until, sent, parked: in hours from now; None is never.
@pytest.mark.parametrize(
    ("due", "leased", "sent", "parked", "waits"),
    [
        (0, None, None, None, True),
        (-1, None, None, None, True),
        (1, None, None, None, False),
        (0, -1, None, None, True),
        (0, 0, None, None, True),
        (0, 1, None, None, False),
        (0, None, -1, None, False),
        (0, None, None, -1, False),
        (0, -1, -1, None, False),
    ],
)
def test_notice_waits_for_delivery(
    db: None, due: int, leased: int | None, sent: int | None, parked: int | None, waits: bool
) -> None:
    made = notice()
    moments = [None if hours is None else NOW + timedelta(hours=hours) for hours in (due, leased, sent, parked)]
    made.due_at, made.leased_until, made.sent_at, made.parked_at = moments  # type: ignore[assignment]
    made.save()

    assert Notice.objects.deliverable(NOW).exists() is waits
    assert Notice.objects.undelivered().exists() is (sent is None and parked is None)


def test_key_that_is_known_changes_nothing(db: None) -> None:
    promise_all([notice(title="first"), notice(title="second")])
    promise_all([notice(title="third"), notice(key="other", title="fourth")])

    assert sorted(Notice.objects.values_list("key", "title")) == [("k", "first"), ("other", "fourth")]


@pytest.mark.parametrize(
    "broken", [{"to": ""}, {"sent_at": NOW, "parked_at": NOW}], ids=["nobody to tell", "sent and parked"]
)
def test_database_keeps_notices_sound(db: None, broken: dict[str, object]) -> None:
    made = notice(**{name: value for name, value in broken.items() if name == "to"})
    for name in ("sent_at", "parked_at"):
        setattr(made, name, broken.get(name))

    with pytest.raises(IntegrityError), transaction.atomic():
        made.save()


def test_notice_of_a_person_is_the_persons_alone(db: None) -> None:
    ann, bob = make_user("ann@helix.example", None), make_user("bob@helix.example", None)
    promise_all([notice(key="a", to=ann), notice(key="b", to=bob), notice(key="c", to="ann@helix.example")])

    def keys(person: User) -> list[str]:
        return sorted(Notice.objects.visible_to(person).values_list("key", flat=True))

    assert (keys(ann), keys(bob)) == (["a"], ["b"])
