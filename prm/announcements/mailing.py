"""Mails of announcements, promised in portions: however many people there are, no transaction holds them all."""

from datetime import datetime

from django.conf import settings
from django.db import transaction

from prm.accounts.models import Membership
from prm.announcements.audiences import members_of
from prm.announcements.models import Announcement
from prm.clocks.database import database_now
from prm.notices.actions import prepare, promise_all
from prm.notices.models import Notice
from prm.notices.relay import WORK
from prm.rows import one_or_none

KIND = "announcement.published"
PORTION = 200


@transaction.atomic
def mail_due(now: datetime | None = None) -> int:
    """Promise the next portion of one announcement. Returns to how many people; what another relay holds is its own."""
    now = now or database_now()
    rows = Announcement.objects.to_mail(now).select_for_update(skip_locked=True, of=("self",), no_key=True)
    announcement = one_or_none(rows)
    if announcement is None:
        return 0
    members = _next(announcement)
    promise_all([_notice(announcement, member, now) for member in members])
    if members:
        announcement.mailed_up_to = members[-1].user_id
    if len(members) < PORTION:
        announcement.mailed_at = now
    announcement.save(update_fields=["mailed_up_to", "mailed_at"])
    return len(members)


def _next(announcement: Announcement) -> list[Membership]:
    present = Membership.objects.filter(members_of(announcement.audience), ended_at=None, user__is_active=True)
    beyond = present.filter(user_id__gt=announcement.mailed_up_to).order_by("user_id")
    return list(beyond.select_related("user", "organisation")[:PORTION])


def _notice(announcement: Announcement, member: Membership, now: datetime) -> Notice:
    return prepare(
        key=f"{announcement.public_id}-{member.user_id}",
        kind=KIND,
        to=member.user,
        organisation=member.organisation,
        title=announcement.title,
        body="\n\n".join(part for part in (announcement.text, _elsewhere(announcement.link)) if part),
        path="/announcements/",
        now=now,
    )


def _elsewhere(link: str) -> str:
    return settings.PRM_BASE_URL + link if link.startswith("/") else link


WORK.register("announcements.mail", mail_due)
