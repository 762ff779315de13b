"""What the demo's programme has to say, and somebody who reads it once a day."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from prm.accounts.models import User
from prm.accounts.roles import Side
from prm.announcements.actions import write
from prm.announcements.models import Announcement
from prm.notices.choices.actions import choose
from prm.notices.choices.models import NoticeChoice
from prm.portal.sockets import DEMO, DemoStep

ADMIN, READER = "admin@vendor.example", "pam2@vendor.example"


def announcements(now: datetime) -> None:
    if Announcement.objects.exists():
        return
    by = User.objects.get(email=ADMIN)
    for title, text, link, audience, days in _said():
        values = {"title": title, "text": text, "link": link, "audience": [audience], "by_mail": False}
        write(values={**values, "ends_at": now + timedelta(days=days)}, by=by, now=now)


def _said() -> list[tuple[str, str, str, str, int]]:
    return [
        (
            _("Registrations are decided within two business days"),
            _("From now on every complete registration has a decision with its reason within two business days.\n"
              "The date stands on the page of the registration."),
            "/rules/",
            Side.PARTNER,
            60,
        ),
        (
            _("Quarter's end: please decide what is open"),
            _("Partners plan with our answers. Please look through My work before the quarter ends."),
            "",
            Side.VENDOR,
            30,
        ),
    ]  # fmt: skip


def choices(now: datetime) -> None:
    reader = User.objects.get(email=READER)
    if not NoticeChoice.objects.filter(user=reader).exists():
        choose(values={"messages": "daily", "announcements": "portal"}, by=reader, now=now)


DEMO.register("announcements", DemoStep(60, announcements))
DEMO.register("notices.choices", DemoStep(70, choices))
