"""What is said about proofs: to who decides, and to the person."""

from datetime import datetime

from django.utils.translation import gettext as _

from enablement.claims.models import Claim
from prm.accounts.models import User
from prm.notices.actions import prepare, promise_all


def handed_in(row: Claim, *, now: datetime) -> None:
    """To the account manager; without one it waits among the work of the administrators."""
    if row.partner.pam is not None:
        said = {"person": str(row.user), "title": row.certification.title}
        title = _("Please review the proof of %(person)s for %(title)s") % said
        _tell(row, row.partner.pam, "to_decide", "to-decide", title, row.text, now)


def decided(row: Claim, *, now: datetime) -> None:
    """What came of an accepted one is said about the certificate."""
    title = _("Your proof for %(title)s was declined") % {"title": row.certification.title}
    body = f"{row.get_reason_display()}.\n\n{row.message}"
    _tell(row, row.user, "decided", "decided", title, body, now)


def _tell(row: Claim, to: User, kind: str, key: str, title: str, body: str, now: datetime) -> None:
    notice = prepare(
        key=f"{row.public_id}-{key}-{to.pk}",
        kind=f"claim.{kind}",
        to=to,
        organisation=row.partner.organisation,
        title=title,
        body=body,
        path=row.get_absolute_url(),
        now=now,
    )
    promise_all([notice])
