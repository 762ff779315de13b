"""What is said about a partner of record: to who decides, and to the partner. Never another partner's name."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from deals.records.models import PartnerOfRecord, RecordProof
from deals.records.states import Ending
from deals.registrations.notices import addressees, members_of
from prm.accounts.models import User
from prm.notices.actions import prepare, promise_all
from prm.notices.models import Notice


def asked(row: PartnerOfRecord, *, now: datetime) -> None:
    said = {"partner": row.partner.organisation.name, "customer": row.customer_name}
    title = _("Partner of record of %(customer)s: please confirm or refuse %(partner)s") % said
    consent = _("Consent of %(who)s, %(day)s:") % {"who": row.consented_by, "day": _day(row.consented_on)}
    body = f"{consent}\n{row.consent_text}"
    promise_all([_notice(row, user, "to_decide", "asked", title, body, now) for user in _pam(row)])


def decided(row: PartnerOfRecord, *, now: datetime) -> None:
    """Confirmed, appointed or refused."""
    said = {"customer": row.customer_name, "since": _day(row.since), "until": _day(row.until)}
    if row.is_standing:
        title = _("You are partner of record of %(customer)s") % said
        body = _("From %(since)s until %(until)s. We ask you for proof before the year ends.") % said
    else:
        title = _("Not confirmed as partner of record of %(customer)s") % said
        body = ""
    _tell(row, "decided", "decided", title, "\n\n".join(filter(None, (body, row.message))), now)


def proof_given(row: PartnerOfRecord, proof: RecordProof, *, now: datetime) -> None:
    said = {"partner": row.partner.organisation.name, "customer": row.customer_name, "until": _day(row.until)}
    title = _("Proof of %(partner)s as partner of record of %(customer)s: please decide") % said
    body = f"{_('The year ends on %(until)s.') % said}\n\n{proof.text}"
    promise_all([_notice(row, user, "to_decide", f"proof-{proof.pk}", title, body, now) for user in _pam(row)])


def proof_decided(row: PartnerOfRecord, proof: RecordProof, *, now: datetime) -> None:
    said = {"customer": row.customer_name, "until": _day(row.until)}
    if proof.granted:
        title = _("Another year as partner of record of %(customer)s: until %(until)s") % said
    else:
        title = _("Your proof for %(customer)s is not enough: the year ends on %(until)s") % said
    _tell(row, "decided", f"proof-{proof.pk}-decided", title, proof.message, now)


def reminded(row: PartnerOfRecord, days: int, *, now: datetime) -> None:
    said = {"customer": row.customer_name, "until": _day(row.until)}
    title = _("Give proof by %(until)s to stay partner of record of %(customer)s") % said
    body = _("Without proof that you still look after the customer, you are partner of record until then only.")
    _tell(row, "reminded", f"reminded-{row.until:%Y%m%d}-{days}", title, body, now)


def closing(row: PartnerOfRecord, *, now: datetime) -> None:
    """It ends early, on a day that was moved."""
    said = {"customer": row.customer_name, "until": _day(row.until), "why": Ending(row.end_reason).label}
    title = _("You are partner of record of %(customer)s until %(until)s") % said
    body = "\n\n".join(filter(None, (_("%(why)s.") % said, row.end_text)))
    _tell(row, "ended", "closing", title, body, now, pam=row.end_reason == Ending.CUSTOMER)


def ended(row: PartnerOfRecord, *, now: datetime) -> None:
    said = {"customer": row.customer_name, "why": Ending(row.end_reason).label}
    title = _("No longer partner of record of %(customer)s") % said
    _tell(row, "ended", "ended", title, _("%(why)s.") % said, now, pam=True)


def _tell(
    row: PartnerOfRecord, kind: str, key: str, title: str, body: str, now: datetime, *, pam: bool = False
) -> None:
    people = [*partner_people(row), *(_pam(row) if pam else [])]
    promise_all([_notice(row, user, kind, key, title, body, now) for user in people])


def partner_people(row: PartnerOfRecord) -> list[User]:
    """Whoever asked or won; when that person has left, the admins."""
    organisation = row.partner.organisation_id
    return addressees(row.created_by_id, members_of([organisation])[organisation])


def _pam(row: PartnerOfRecord) -> Iterable[User]:
    return [row.partner.pam] if row.partner.pam else []


def _day(day: object) -> str:
    return date_format(day, "D j M Y")  # type: ignore[arg-type]


def _notice(row: PartnerOfRecord, to: User, kind: str, key: str, title: str, body: str, now: datetime) -> Notice:
    return prepare(
        key=f"{row.public_id}-{key}-{to.pk}",
        kind=f"record.{kind}",
        to=to,
        organisation=row.partner.organisation,
        title=title,
        body=body,
        path=row.get_absolute_url(),
        now=now,
    )
