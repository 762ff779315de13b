"""An internal message is an event of a kind of its own: what is not declared for partners is for the vendor alone."""

from django.utils.translation import gettext_lazy as _

from prm.audit.kinds import EventKind, declare

declare(
    EventKind("thread.posted", _("Message written"), partner=("message",)),
    EventKind("thread.posted_internally", _("Internal message written")),
)
