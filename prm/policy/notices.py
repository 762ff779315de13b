"""What partners are told of their rules: one notice for each admin, the newest version in the place of older ones."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from prm.accounts.models import Membership
from prm.accounts.roles import ROLES, Permission, Side
from prm.notices.actions import prepare, promise_all, take_back
from prm.notices.models import Notice
from prm.policy.models import PolicyVersion
from prm.policy.papers import PAPERS, Paper

PUBLISHED, TAKEN_BACK = "policy.published", "policy.taken_back"


def published(version: PolicyVersion, *, now: datetime) -> None:
    """Nothing for rules that are the vendor's alone. What was not mailed yet of an earlier version is not mailed."""
    paper = PAPERS.get(version.schema)
    if paper is None or paper.address is None:
        return
    take_back(_prefix(version))
    promise_all([_published(version, paper, member, now) for member in acknowledging_people()])


def taken_back(version: PolicyVersion, *, now: datetime) -> None:
    """Whoever was told by now is told again; whoever was not hears of neither."""
    paper = PAPERS.get(version.schema)
    if paper is None or paper.address is None:
        return
    take_back(_key(version))
    told = set(Notice.objects.filter(key__startswith=_key(version)).values_list("user_id", flat=True))
    people = [member for member in acknowledging_people() if member.user_id in told]
    promise_all([_taken_back(version, paper, member, now) for member in people])


def acknowledging_people() -> list[Membership]:
    """Those who speak for their partner organisation."""
    roles = [slug for slug, role in ROLES.items() if Permission.RULES_ACKNOWLEDGE in role.permissions]
    present = Membership.objects.filter(
        ended_at=None, user__is_active=True, organisation__kind=Side.PARTNER, roles__overlap=roles
    )
    return list(present.select_related("user", "organisation").order_by("pk"))


def _published(version: PolicyVersion, paper: Paper, member: Membership, now: datetime) -> Notice:
    about = {"title": paper.title, "number": version.number, "day": _on_wall(version.effective_from, member)}
    begun = version.effective_from <= now
    body = _("Version %(number)d is in force now.") if begun else _("Version %(number)d is in force from %(day)s on.")
    return prepare(
        key=f"{_key(version)}{member.user_id}",
        kind=PUBLISHED,
        to=member.user,
        organisation=member.organisation,
        title=_("New version of: %(title)s") % about,
        body=(body + " " + _("Read what changes, and acknowledge it for your organisation.")) % about,
        path=paper.address(version.number) if paper.address else "",
        now=now,
    )


def _taken_back(version: PolicyVersion, paper: Paper, member: Membership, now: datetime) -> Notice:
    about = {"title": paper.title, "number": version.number}
    return prepare(
        key=f"policy-back-{version.schema}-{version.number}-{member.user_id}",
        kind=TAKEN_BACK,
        to=member.user,
        organisation=member.organisation,
        title=_("Taken back: %(title)s, version %(number)d") % about,
        body=_("It does not come into force. The rules stay as they are."),
        path="/rules/",
        now=now,
    )


def _on_wall(moment: datetime, member: Membership) -> str:
    """As the reader's wall clock shows it, for a mail."""
    zone = member.user.time_zone or member.organisation.time_zone
    return date_format(localtime(moment, ZoneInfo(zone)), "D j M Y, H:i")


def _prefix(version: PolicyVersion) -> str:
    return f"policy-{version.schema}-"


def _key(version: PolicyVersion) -> str:
    return f"{_prefix(version)}{version.number}-"
