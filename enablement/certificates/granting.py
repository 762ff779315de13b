"""How a certificate comes to be or goes on: the one way for awards, for proofs that were taken, and for files."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from enablement.certificates import notices, rules
from enablement.certificates.events import record_certificate
from enablement.certificates.following import follow
from enablement.certificates.models import Certificate
from enablement.certificates.selectors import employers_of, missing_prerequisites
from enablement.certificates.states import RENEWABLE, CertificateState, Change, Source
from enablement.certification.models import Certification
from prm.accounts.models import Organisation, User
from prm.clocks.calendar import local_date
from prm.errors import InvalidInput, StateConflict
from prm.notices import doorbell

FLAWS = {
    "future": gettext_lazy("Give a day that is not in the future."),
    "too_old": gettext_lazy("Give a day of the last ten years."),
}


@transaction.atomic
def grant(
    *, certification: Certification, user: User, earned_on: date, source: Source, by: User, now: datetime
) -> tuple[Certificate, Change]:
    """New, or renewed from its old end while the renewal is open or in grace.

    Raises InvalidInput for who works at no partner, for days that cannot be and for what is needed first;
    StateConflict for a certification that is archived and for a certificate that is not to be renewed yet.
    """
    [certification] = hold_certifications([certification])
    if not certification.is_offered:
        raise StateConflict(_("This certification is archived."), state=certification.state, code="archived")
    employer = hold_person(user)
    check_earned(earned_on, local_date(now, employer.time_zone))
    _check_prerequisites(user, certification, now)
    known = _held_already(user, certification)
    if known is not None and known.state_at(now) == CertificateState.EXPIRED:
        _close(known, employer, now)
        known = None
    if known is None:
        row, change = _made(certification, user, earned_on, employer, source, by, now), Change.NEW
    else:
        row, change = _renewed(known, certification, employer, by, now), Change.RENEWED
    follow([employer.pk], by=by, now=now)
    doorbell.ring_after_commit()
    return row, change


def hold_certifications(certifications: Iterable[Certification]) -> list[Certification]:
    """As they are now, held in one order, and always before the people: nobody waits in a circle."""
    keys = [each.pk for each in certifications]
    return list(Certification.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=keys).order_by("pk"))


def _held_already(user: User, certification: Certification) -> Certificate | None:
    """Held too: whoever revokes it or records its end comes before or after."""
    rows = Certificate.objects.standing().select_for_update(of=("self",)).select_related("certification", "user")
    return rows.filter(user=user, certification=certification).first()


def hold_person(user: User) -> Organisation:
    """Where the person works; held, so that two awards to one person follow each other."""
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    employer = employers_of([user.pk]).get(user.pk)
    if employer is None or not user.is_active:
        raise InvalidInput({"user": [_("This person works at no partner.")]})
    return employer


def check_earned(earned_on: date, today: date) -> None:
    if flaw := rules.flaw_of_earned(earned_on, today):
        raise InvalidInput({"earned_on": [str(FLAWS[flaw])]})


def check_not_early(known: Certificate, now: datetime) -> None:
    if known.state_at(now) in RENEWABLE:
        return
    said = {"until": known.ends_on.isoformat(), "opens": local_date(known.renewal_opens_at, known.time_zone)}
    sentence = _("It is valid until %(until)s and can be renewed from %(opens)s on.")
    raise StateConflict(sentence % said, state=known.state_at(now), code="too_early")


def _check_prerequisites(user: User, certification: Certification, now: datetime) -> None:
    if missing := missing_prerequisites(user, certification, now):
        sentence = _("Needed first: %(titles)s.") % {"titles": ", ".join(each.title for each in missing)}
        raise InvalidInput({"certification": [sentence]})


def _close(row: Certificate, employer: Organisation, now: datetime) -> None:
    """It has ended before; nobody had recorded it."""
    row.expired_at, row.next_reminder_at = now, None
    row.version += 1
    row.save(update_fields=["expired_at", "next_reminder_at", "version"])
    record_certificate("expired", row, organisation_id=employer.pk, by=None, now=now)


def _made(
    certification: Certification,
    user: User,
    earned_on: date,
    employer: Organisation,
    source: Source,
    by: User,
    now: datetime,
) -> Certificate:
    row = Certificate(
        certification=certification,
        user=user,
        source=source,
        earned_on=earned_on,
        time_zone=employer.time_zone,
        awarded_at=now,
        awarded_by=by,
    )
    _set_term(row, certification, earned_on, now)
    if not row.is_living(now):
        raise InvalidInput({"earned_on": [_("A certificate of that day would be over already.")]})
    row.save()
    _told("awarded", row, employer, by, now)
    notices.awarded(row, now=now)
    return row


def _renewed(
    row: Certificate, certification: Certification, employer: Organisation, by: User, now: datetime
) -> Certificate:
    check_not_early(row, now)
    row.renewed_at, row.renewed_by = now, by
    _set_term(row, certification, row.ends_on, now)
    row.version += 1
    row.save()
    _told("renewed", row, employer, by, now)
    notices.renewed(row, now=now)
    return row


def _set_term(row: Certificate, certification: Certification, start: date, now: datetime) -> None:
    term = rules.term(
        rules.months_after(start, certification.validity_months),
        renewal_days=certification.renewal_days,
        grace_days=certification.grace_days,
        time_zone=row.time_zone,
    )
    row.takes(term, rules.next_reminder(term, certification.reminder_days, row.time_zone, now))


def _told(kind: str, row: Certificate, employer: Organisation, by: User, now: datetime) -> None:
    about = {"until": row.ends_on.isoformat(), "certification": row.certification.public_id}
    record_certificate(kind, row, organisation_id=employer.pk, by=by, now=now, **about)
