"""Who hears of a message, once each."""

from datetime import datetime

from django.utils.translation import gettext as _

from prm.accounts.models import User
from prm.notices.actions import prepare, promise_all
from prm.notices.models import Notice
from prm.threads.models import Message
from prm.threads.selectors import addressees
from prm.threads.sockets import Subject

ANCHOR = "#conversation"


def posted(message: Message, subject: Subject, *, now: datetime) -> None:
    promise_all([_prepared(message, subject, user, now) for user in addressees(message, subject)])


def _prepared(message: Message, subject: Subject, to: User, now: datetime) -> Notice:
    title = _("An internal message about %(label)s") if message.internal else _("A message about %(label)s")
    return prepare(
        key=f"{message.public_id}-{to.pk}",
        kind="thread.posted_internally" if message.internal else "thread.posted",
        to=to,
        organisation=message.organisation if message.internal else subject.partner,
        title=title % {"label": subject.label},
        body=_("%(name)s, %(organisation)s:") % {"name": message.created_by, "organisation": message.organisation.name}
        + f"\n\n{message.text}",
        path=subject.path + ANCHOR,
        now=now,
    )
