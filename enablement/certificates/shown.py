"""How a certificate presents itself to its reader."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from enablement.certificates.models import Certificate, tone_of
from enablement.certificates.selectors import Month
from enablement.certificates.states import RENEWABLE, CertificateState
from prm.accounts.models import User
from prm.clocks.calendar import local_date
from prm.portal.charts import Row


@dataclass(frozen=True)
class Shown:
    certificate: Certificate
    state: CertificateState
    tone: str
    # "in 12 days", "20 days ago"; empty where the end is of no interest any more.
    distance: str
    # The person may hand in proof of a renewal now.
    renews: bool

    @property
    def is_over(self) -> bool:
        return self.state in (CertificateState.EXPIRED, CertificateState.REVOKED)


def row_of(row: Certificate, reader: User, now: datetime) -> Shown:
    state = row.state_at(now)
    own = row.user_id == reader.pk and row.certification.takes_proof
    days = (row.ends_on - local_date(now, row.time_zone)).days
    over = state in (CertificateState.EXPIRED, CertificateState.REVOKED)
    distance = "" if over else _distance(days)
    return Shown(row, state, tone_of(state), distance, own and state in RENEWABLE)


def _distance(days: int) -> str:
    if days == 0:
        return _("today")
    if days > 0:
        return ngettext("%(n)d day", "%(n)d days", days) % {"n": days}
    return ngettext("%(n)d day ago", "%(n)d days ago", -days) % {"n": -days}


def bars_of(months: Iterable[Month]) -> list[Row]:
    return [Row(date_format(month.first, "M y"), month.ends, str(month.ends) if month.ends else "") for month in months]
