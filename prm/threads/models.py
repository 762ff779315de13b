"""What people on both sides say to each other about a subject. Nothing that was said is changed or deleted."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.db.models.lookups import GreaterThan, LessThanOrEqual

from prm.accounts.models import Organisation, User
from prm.ids import PublicIdField
from prm.threads.sockets import Subject, reads_internal

LONGEST = 4000


class Thread(models.Model):
    """The conversation about one subject; made with its first message, and locked by whoever writes into it."""

    subject_type = models.CharField(max_length=32)
    subject_id = models.CharField(max_length=40)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="thread_one_for_each_subject", fields=["subject_type", "subject_id"])
        ]

    def __str__(self) -> str:
        return f"{self.subject_type} {self.subject_id}"


class MessageQuerySet(models.QuerySet["Message"]):
    def visible_to(self, user: User, subject: Subject) -> Self:
        """What the person may read of the conversation; that they may read the subject is decided already."""
        said = self.filter(thread__subject_type=subject.type, thread__subject_id=subject.id)
        return said if reads_internal(user, subject) else said.filter(internal=False)

    def unread_by(self, user: User, *, after: int) -> Self:
        """What others said after the last message that the person has read (by key; 0 for none)."""
        return self.filter(pk__gt=after).exclude(created_by=user)


class Message(models.Model):
    """One message. Keys grow in the order in which the messages of a thread were committed.

    `internal` is for the vendor's people alone. `organisation` is the author's when it was written.
    """

    public_id = PublicIdField(prefix="msg")
    thread = models.ForeignKey(Thread, on_delete=models.PROTECT, related_name="messages", db_index=False)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(max_length=LONGEST)
    internal = models.BooleanField(default=False)
    form_nonce = models.CharField(max_length=40, blank=True)

    objects: ClassVar[MessageQuerySet] = MessageQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="message_text_bounded",
                condition=Q(GreaterThan(Length("text"), 0)) & Q(LessThanOrEqual(Length("text"), LONGEST)),
            ),
            models.UniqueConstraint(
                name="message_form_once", fields=["thread", "created_by", "form_nonce"], condition=~Q(form_nonce="")
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(name="message_of_thread", fields=["thread", "-id"])]

    def __str__(self) -> str:
        return self.public_id


class ReadMark(models.Model):
    """How far a person has read: up to this message. It only ever moves on."""

    thread = models.ForeignKey(Thread, on_delete=models.PROTECT, related_name="marks")
    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="+")
    read_at = models.DateTimeField()
    read_by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="read_mark_one_for_each_reader", fields=["thread", "read_by"])
        ]

    def __str__(self) -> str:
        return f"{self.read_by_id} in {self.thread_id}"
