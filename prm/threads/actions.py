"""Say something, and remember how far somebody has read. There is no verb that changes or takes back."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from prm.accounts.models import User
from prm.audit.actions import record
from prm.errors import NotAllowed
from prm.rows import one_or_none
from prm.threads import notices, policies
from prm.threads.models import Message, ReadMark, Thread
from prm.threads.sockets import Subject


@transaction.atomic
def post_message(
    *, subject: Subject, text: str, internal: bool = False, by: User, now: datetime, form_nonce: str = ""
) -> Message:
    """A new message at the end of the conversation; `subject` is as `by` finds it.

    The same `form_nonce` again returns the message it made. Raises NotAllowed.
    """
    if by.organisation is None or not policies.can_write(by, subject):
        raise NotAllowed(_("You may read this conversation, but not write in it."))
    if internal and not policies.can_write_internally(by, subject):
        raise NotAllowed(_("You may not write internal messages."))
    thread = _locked(subject, by, now)
    if form_nonce and (made := one_or_none(thread.messages.filter(created_by=by, form_nonce=form_nonce))):
        return made
    message = Message.objects.create(
        thread=thread,
        created_at=now,
        created_by=by,
        organisation=by.organisation,
        text=text,
        internal=internal,
        form_nonce=form_nonce,
    )
    _record(message, subject, by, now)
    notices.posted(message, subject, now=now)
    return message


@transaction.atomic
def mark_read(*, message: Message, by: User, now: datetime) -> bool:
    """Everything up to that message, which the person may read, counts as read. False when it did already."""
    mark, is_first = ReadMark.objects.get_or_create(
        thread_id=message.thread_id, read_by=by, defaults={"message": message, "read_at": now}
    )
    behind = ReadMark.objects.filter(pk=mark.pk, message_id__lt=message.pk)
    return is_first or behind.update(message=message, read_at=now) == 1


def _locked(subject: Subject, by: User, now: datetime) -> Thread:
    """One writer at a time: a reader who has seen the newest message has missed none that is committed later."""
    about = {"subject_type": subject.type, "subject_id": subject.id}
    Thread.objects.get_or_create(**about, defaults={"created_at": now, "created_by": by})
    return Thread.objects.select_for_update(of=("self",)).get(**about)


def _record(message: Message, subject: Subject, by: User, now: datetime) -> None:
    """What is internal belongs to no partner organisation, and is of a kind that no partner reads."""
    record(
        "thread.posted_internally" if message.internal else "thread.posted",
        by=by,
        now=now,
        organisation_id=None if message.internal else subject.partner.pk,
        subject=(subject.type, subject.id),
        data={"message": message.public_id},
    )
