"""The doors of a conversation. A wing names its kind of subject and gives them an address."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import Http404
from django.utils.functional import cached_property
from rest_framework import serializers

from prm.api.api import OrganisationOut
from prm.api.doors import Creates, Lists
from prm.api.fields import PlainText, StrictBoolean
from prm.api.serializers import Given
from prm.threads import actions, policies
from prm.threads.models import LONGEST, Message
from prm.threads.selectors import find, messages_of
from prm.threads.sockets import Subject, reads_internal

FOR_THE_VENDOR = "For the vendor alone: only the vendor's own people read it."


class MessageOut(serializers.Serializer[Message]):
    id = serializers.CharField(source="public_id")
    text = serializers.CharField()
    author = serializers.CharField(source="created_by", allow_null=True, help_text="A person's name.")
    organisation = OrganisationOut()
    created_at = serializers.DateTimeField()
    internal = serializers.BooleanField(required=False, help_text=FOR_THE_VENDOR)

    def to_representation(self, instance: Message) -> dict[str, Any]:
        shown = super().to_representation(instance)
        if not self.context["view"].shows_internal:
            shown.pop("internal")
        return shown


class MessageIn(Given):
    text = PlainText(max_length=LONGEST, lines=True)
    internal = StrictBoolean(required=False, default=False, help_text=FOR_THE_VENDOR)

    def get_fields(self) -> dict[str, Any]:
        """For whoever may not write internally the field does not exist."""
        fields = super().get_fields()
        if "noun" in self.context and not self.context["view"].takes_internal:
            fields.pop("internal")
        return fields


class Messages(Lists[Message], Creates[Message]):
    """A message is read with its conversation and has no address of its own."""

    kind: ClassVar[str]
    has_address = False
    out = MessageOut
    into = MessageIn
    order = ("-id",)

    @cached_property
    def subject(self) -> Subject:
        found = find(self.kind, self.kwargs["public_id"], reader=self.user)
        if found is None:
            raise Http404
        return found

    @cached_property
    def shows_internal(self) -> bool:
        return reads_internal(self.user, self.subject)

    @cached_property
    def takes_internal(self) -> bool:
        return policies.can_write_internally(self.user, self.subject)

    def rows(self) -> QuerySet[Message]:
        return messages_of(self.subject, reader=self.user)

    def may_list(self) -> bool:
        """What is not there is said before anything about the parameters."""
        return bool(self.subject)

    def may_create(self) -> bool:
        return policies.can_write(self.user, self.subject)

    def create(self, given: dict[str, Any]) -> Message:
        return actions.post_message(subject=self.subject, by=self.user, now=self.now, **given)
