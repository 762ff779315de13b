"""What is said about certificates: to the person, and to the admins of where the person works."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from enablement.certificates.models import Certificate
from enablement.certificates.rules import ENDED
from enablement.certificates.selectors import admins_of, employers_of
from enablement.certificates.states import Revocation
from prm.accounts.models import User
from prm.clocks.calendar import local_date
from prm.notices.actions import prepare, promise_all, take_back
from prm.notices.models import Notice


def awarded(row: Certificate, *, now: datetime) -> None:
    title = _("%(title)s: your certificate is valid until %(until)s")
    theirs = _("%(person)s holds %(title)s until %(until)s")
    _tell([row], "awarded", f"awarded-{row.version}", title, theirs, "", now)


def renewed(row: Certificate, *, now: datetime) -> None:
    take_back(f"{row.public_id}-reminded-")
    title = _("%(title)s: renewed until %(until)s")
    theirs = _("%(person)s has renewed %(title)s until %(until)s")
    _tell([row], "awarded", f"renewed-{row.version}", title, theirs, "", now)


def revoked(row: Certificate, *, now: datetime) -> None:
    take_back(f"{row.public_id}-reminded-")
    title = _("%(title)s: your certificate was revoked")
    theirs = _("The certificate of %(person)s was revoked: %(title)s")
    body = f"{Revocation(row.revocation).label}.\n\n{row.revoked_because}"
    _tell([row], "ended", "revoked", title, theirs, body, now)


def reminded(rows: Sequence[tuple[Certificate, int]], *, now: datetime) -> None:
    """Each with the days that the reminder is for; thousands may be due at once."""
    for days in sorted({days for _row, days in rows}):
        of_day = [row for row, each in rows if each == days]
        if days == ENDED:
            _ended(of_day, now)
        else:
            _ends_soon(of_day, days, now)


def _ends_soon(rows: Sequence[Certificate], days: int, now: datetime) -> None:
    title = ngettext(
        "%(title)s ends on %(until)s: %(days)d day to renew",
        "%(title)s ends on %(until)s: %(days)d days to renew",
        days,
    )
    theirs = _("The certificate of %(person)s ends on %(until)s: %(title)s")
    body = _("Hand in proof of the renewal; the new term begins where this one ends.")
    _tell(rows, "reminded", f"reminded-{days}", title, theirs, body, now, by_end=True)


def _ended(rows: Sequence[Certificate], now: datetime) -> None:
    title = _("%(title)s has ended, and counts until %(grace)s")
    theirs = _("The certificate of %(person)s has ended, and counts until %(grace)s: %(title)s")
    body = _("It can still be renewed in these days; after them it has to be earned anew.")
    _tell(rows, "ended", "ended", title, theirs, body, now, by_end=True)


def expired(rows: Sequence[Certificate], *, now: datetime) -> None:
    title = _("%(title)s has expired")
    theirs = _("The certificate of %(person)s has expired: %(title)s")
    body = _("It does not count any more, for the person and for the organisation.")
    _tell(rows, "ended", "expired", title, theirs, body, now, by_end=True)


def _tell(
    rows: Sequence[Certificate],
    kind: str,
    key: str,
    title: str,
    theirs: str,
    body: str,
    now: datetime,
    *,
    by_end: bool = False,
) -> None:
    """One promise for each reader of each, in a few statements for all. `by_end`: anew for another end."""
    employers = employers_of(row.user_id for row in rows)
    admins = admins_of({employer.pk for employer in employers.values()})
    told: list[Notice] = []
    for row in rows:
        employer = employers.get(row.user_id)
        said = _said(row, now)
        about: dict[str, Any] = {
            "kind": f"certificate.{kind}",
            "organisation": employer,
            "body": body % said,
            "path": row.get_absolute_url(),
            "now": now,
        }
        whole = f"{row.public_id}-{key}" + (f"-{row.ends_on:%Y%m%d}" if by_end else "")
        for user in _readers(row.user, admins.get(employer.pk, []) if employer else []):
            text = title if user.pk == row.user_id else theirs
            told.append(prepare(key=f"{whole}-{user.pk}", to=user, title=text % said, **about))
    promise_all(told)


def _readers(holder: User, admins: Iterable[User]) -> list[User]:
    return [holder, *(admin for admin in admins if admin.pk != holder.pk)]


def _said(row: Certificate, now: datetime) -> dict[str, Any]:
    return {
        "title": row.certification.title,
        "person": str(row.user),
        "until": date_format(row.ends_on, "j M Y"),
        "grace": date_format(row.grace_ends_at.astimezone(ZoneInfo(row.time_zone)), "j M Y"),
        "days": max(1, (row.ends_on - local_date(now, row.time_zone)).days),
    }
