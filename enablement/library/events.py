"""What is recorded of the library, for the vendor alone."""

from django.utils.translation import gettext_lazy as _

from prm.audit.kinds import EventKind, declare

declare(
    EventKind("library.created", _("Library: item written")),
    EventKind("library.changed", _("Library: changed {fields}")),
    EventKind("library.version_added", _("Library: version {number} added")),
    EventKind("library.published", _("Library: version {number} published")),
    EventKind("library.archived", _("Library: item archived")),
    EventKind("library.reviewed", _("Library: looked at, again on {review_on}")),
    EventKind("library.stale", _("Library: the review date has come")),
    EventKind("library.hidden", _("Library: hidden from partners, because nobody reviewed it")),
    EventKind("library.collected", _("Library: collection of {items} items written")),
)
