"""The card with a conversation: on the page of its subject, and on a page of its own."""

from typing import Any

from prm.accounts.models import User
from prm.threads import policies
from prm.threads.forms import MessageForm
from prm.threads.models import Message
from prm.threads.selectors import conversation
from prm.threads.sockets import Subject

TEMPLATE = "threads/_conversation.html"


def drawn(
    subject: Subject, *, reader: User, before: Message | None = None, refused: MessageForm | None = None
) -> dict[str, Any]:
    """What the template needs; a form that was refused stands in it with its sentences."""
    thread = conversation(subject, reader=reader, before=before)
    return {"thread": thread, "form": refused or _form(subject, reader, thread.last)}


def _form(subject: Subject, reader: User, seen: str) -> MessageForm | None:
    if not policies.can_write(reader, subject):
        return None
    return MessageForm(may_be_internal=policies.can_write_internally(reader, subject), initial={"seen": seen})
