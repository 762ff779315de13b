"""What a person is told about the own long exports."""

from datetime import datetime

from django.utils.translation import gettext as _

from prm.exports.models import Export
from prm.notices.actions import promise


def tell_ready(export: Export, now: datetime) -> None:
    title = _("Your export is ready: %(file)s") % {"file": export}
    _tell(export, "ready", title, _("It can be downloaded for 24 hours."), now)


def tell_failed(export: Export, now: datetime) -> None:
    title = _("Your export could not be made: %(file)s") % {"file": export}
    _tell(export, "failed", title, _("Ask for it again, or filter the list first."), now)


def _tell(export: Export, what: str, title: str, body: str, now: datetime) -> None:
    promise(
        key=f"{export.public_id}-{what}",
        kind=f"export.{what}",
        to=export.created_by,
        organisation=export.organisation,
        title=title,
        body=body,
        path=export.get_absolute_url(),
        now=now,
    )
