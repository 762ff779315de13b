"""Administrators hear of receipts that do not verify: somebody may have changed what was promised."""

from datetime import datetime

from django.utils.translation import gettext as _

from prm.accounts.models import Membership
from prm.accounts.roles import Permission, permissions_of
from prm.notices.actions import prepare, promise_all


def broken(count: int, *, now: datetime) -> None:
    """One for each administrator and look."""
    members = Membership.objects.filter(ended_at=None, user__is_active=True).select_related("user").order_by("pk")
    promise_all(
        [
            prepare(
                key=f"receipts-broken-{now:%Y%m%d%H%M%S}-{member.user_id}",
                kind="signing.broken",
                to=member.user,
                organisation=member.organisation_id,
                title=_("Receipts do not verify any more"),
                body=_(
                    "%(count)s faults were found in receipts that this programme has issued. Either rows of the"
                    " database were changed by hand, or a backup was restored in part. The command verify_receipts"
                    " names them."
                )
                % {"count": count},
                path="/status",
                now=now,
            )
            for member in members
            if Permission.OPERATIONS in permissions_of(member.roles)
        ]
    )
