"""When the people of the demo work: German holidays, one on leave over the turn of the year."""

from datetime import date, datetime

from partners.demo.cast import VENDOR, VENDOR_ZONE, address
from prm.accounts.models import Organisation, User
from prm.calendars import actions
from prm.calendars.models import WorkCalendar
from prm.clocks.calendar import local_date
from prm.portal.sockets import DEMO, DemoStep


def calendars(now: datetime) -> None:
    """Only once, and after the story, whose dates were promised without them."""
    if WorkCalendar.objects.exists():
        return
    people = {local: User.objects.get(email=address(local, VENDOR)) for local in ("admin", "pam", "pam2")}
    vendor = Organisation.objects.get(kind=Organisation.Kind.VENDOR)
    year = local_date(now, VENDOR_ZONE).year
    leave = {"first": max(date(year, 12, 23), local_date(now, VENDOR_ZONE)), "last": date(year + 1, 1, 2)}
    by = people["admin"]
    actions.change(owner=vendor, values={"country": "DE", "subdivision": "HH"}, by=by, now=now)
    actions.change(owner=people["pam"], values={"deputy": people["pam2"]}, by=people["pam"], now=now)
    actions.take_off(owner=people["pam"], **leave, by=people["pam"], now=now)
    about = {"country": "NL", "subdivision": "", "deputy": people["pam"]}
    actions.change(owner=people["pam2"], values=about, by=people["pam2"], now=now)


DEMO.register("partners.calendars", DemoStep(70, calendars))
