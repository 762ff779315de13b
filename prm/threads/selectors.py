"""Questions about conversations: what a person reads of one, and who is to be told of a message."""

from dataclasses import dataclass

from prm.accounts.models import User
from prm.rows import one_or_none
from prm.threads.models import Message, MessageQuerySet, ReadMark
from prm.threads.sockets import THREADS, Subject, reads_internal

PAGE = 50


def find(kind: str, public_id: str, *, reader: User) -> Subject | None:
    return THREADS[kind].find(reader, public_id)


def messages_of(subject: Subject, *, reader: User) -> MessageQuerySet:
    return Message.objects.visible_to(reader, subject).select_related("created_by", "organisation")


def message_of(subject: Subject, public_id: str, *, reader: User) -> Message | None:
    """One message of the conversation that the person may read."""
    return one_or_none(Message.objects.visible_to(reader, subject).filter(public_id=public_id))


@dataclass(frozen=True)
class Said:
    """A message as its reader finds it; `ours` was written in the reader's organisation."""

    message: Message
    unread: bool
    ours: bool


@dataclass(frozen=True)
class Conversation:
    """One page of it, the newest message last. `before` names the oldest when there are earlier ones."""

    subject: Subject
    said: list[Said]
    unread: int
    before: str
    is_newest: bool

    @property
    def last(self) -> str:
        """Up to which message whoever sees this page has read."""
        return self.said[-1].message.public_id if self.said else ""


def conversation(subject: Subject, *, reader: User, before: Message | None = None) -> Conversation:
    """The newest messages, or the newest of those before that one. Three queries."""
    visible = messages_of(subject, reader=reader)
    earlier = visible.filter(pk__lt=before.pk) if before else visible
    found = list(earlier.order_by("-pk")[: PAGE + 1])
    page = found[:PAGE][::-1]
    read = _read_up_to(subject, reader)
    home = reader.organisation.pk if reader.organisation else None
    return Conversation(
        subject=subject,
        said=[
            Said(row, unread=row.pk > read and row.created_by_id != reader.pk, ours=row.organisation_id == home)
            for row in page
        ],
        unread=visible.unread_by(reader, after=read).count(),
        before=page[0].public_id if len(found) > PAGE else "",
        is_newest=before is None,
    )


def _read_up_to(subject: Subject, reader: User) -> int:
    """The key of the last message that the person has read."""
    marks = ReadMark.objects.filter(read_by=reader, thread__subject_type=subject.type, thread__subject_id=subject.id)
    mark = one_or_none(marks)
    return mark.message_id if mark else 0


def addressees(message: Message, subject: Subject) -> list[User]:
    """Who is told: those the wing names and those who wrote here before, while they may read it. Never the author."""
    writers = User.objects.filter(pk__in=Message.objects.filter(thread=message.thread_id).values("created_by"))
    people = {user.pk: user for user in (*THREADS[subject.type].participants(subject), *writers.order_by("pk"))}
    people.pop(message.created_by_id or 0, None)
    return [user for user in people.values() if _hears(user, message, subject)]


def _hears(user: User, message: Message, subject: Subject) -> bool:
    if not user.is_active or find(subject.type, subject.id, reader=user) is None:
        return False
    return not message.internal or reads_internal(user, subject)
