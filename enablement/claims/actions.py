"""The verbs of proofs: handed in, accepted or declined, withdrawn."""

from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlsplit

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from enablement.certificates.granting import check_earned, check_not_early, grant
from enablement.certificates.models import Certificate
from enablement.certificates.selectors import missing_prerequisites, standing_of
from enablement.certificates.states import CertificateState, Source
from enablement.certification.models import Certification
from enablement.claims import notices, policies
from enablement.claims.events import record_claim
from enablement.claims.models import Claim
from enablement.claims.states import ClaimState, Refusal
from partners.models import Partner
from prm.accounts.models import User
from prm.addresses import website_host
from prm.calendars.selectors import calendar_at
from prm.clocks.calendar import local_date
from prm.errors import InvalidInput, NotAllowed, StateConflict
from prm.notices import doorbell

ONE_OPEN = "claim_one_open"
SHORTEST = 20


@dataclass(frozen=True)
class Given:
    """Who issued what, when, and what shows it; `link` may be empty."""

    issuer: str
    earned_on: date
    text: str
    link: str = ""


@transaction.atomic
def hand_in(*, certification: Certification, given: Given, by: User, now: datetime) -> Claim:
    """For oneself, while the certification takes proofs and there is something to earn or to renew.

    Raises InvalidInput for what is missing, StateConflict when one waits already or it is too early.
    """
    partner = _partner_of(by)
    certification = Certification.objects.get(pk=certification.pk)
    _check_takes_proof(certification)
    _check_given(given, partner, now)
    _check_something_to_earn(by, certification, now)
    due = calendar_at(partner.pam, now).due(now, certification.review_days)
    row = Claim(
        certification=certification,
        user=by,
        partner=partner,
        issuer=given.issuer.strip(),
        link=given.link.strip(),
        text=given.text.strip(),
        earned_on=given.earned_on,
        created_at=now,
        created_by=by,
        due_at=due,
    )
    _insert(row)
    record_claim("handed_in", row, by=by, now=now, certification=certification.public_id)
    notices.handed_in(row, now=now)
    doorbell.ring_after_commit()
    return row


@transaction.atomic
def decide_claim(*, claim: Claim, accept: bool, reason: str = "", message: str = "", by: User, now: datetime) -> Claim:
    """Accepted it is a certificate, or renews the one there is, as `grant`; declined it needs reason and message."""
    row = _locked(claim)
    if not policies.can_decide(by, row):
        raise NotAllowed(_("Another account manager looks after this partner."))
    _check_open(row)
    row.decided_at, row.decided_by, row.message = now, by, message.strip()
    row.version += 1
    if accept:
        row.state = ClaimState.GRANTED
        row.certificate, _change = grant(
            certification=row.certification,
            user=row.user,
            earned_on=row.earned_on,
            source=Source.PROOF,
            by=by,
            now=now,
        )
        row.save()
        record_claim("granted", row, by=by, now=now, certificate=row.certificate.public_id)
    else:
        _check_refusal(reason, row.message)
        row.state, row.reason = ClaimState.DECLINED, reason
        row.save()
        record_claim("declined", row, by=by, now=now, reason=reason)
        notices.decided(row, now=now)
    doorbell.ring_after_commit()
    return row


@transaction.atomic
def withdraw_claim(*, claim: Claim, by: User, now: datetime) -> Claim:
    row = _locked(claim)
    if not policies.can_withdraw(by, row):
        raise NotAllowed(_("Only who handed it in withdraws it."))
    _check_open(row)
    return _withdrawn(row, by, now)


def withdraw_all(*, user: User, by: User | None, now: datetime) -> int:
    """In the transaction of who leaves a partner: what waits there is reviewed no more."""
    rows = Claim.objects.open().select_for_update(of=("self",)).select_related("partner__organisation")
    left = list(rows.filter(user=user).order_by("pk"))
    for row in left:
        _withdrawn(row, by, now)
    return len(left)


def _withdrawn(row: Claim, by: User | None, now: datetime) -> Claim:
    row.state, row.withdrawn_at, row.withdrawn_by = ClaimState.WITHDRAWN, now, by
    row.version += 1
    row.save()
    record_claim("withdrawn", row, by=by, now=now)
    return row


def _partner_of(by: User) -> Partner:
    if not policies.can_hand_in(by):
        raise NotAllowed(_("Your role holds no certificates."))
    # Whoever moves the person meanwhile waits, and withdraws it afterwards.
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    return Partner.objects.select_related("organisation", "pam").get(organisation=by.organisation)


def _check_takes_proof(certification: Certification) -> None:
    if not certification.is_offered:
        raise StateConflict(_("This certification is archived."), state=certification.state, code="archived")
    if not certification.takes_proof:
        sentence = _("This certification is awarded by the programme alone.")
        raise StateConflict(sentence, state=certification.state, code="no_proof")


def _check_given(given: Given, partner: Partner, now: datetime) -> None:
    errors = {}
    if not given.issuer.strip():
        errors["issuer"] = [_("Say who issued it.")]
    if len(given.text.strip()) < SHORTEST:
        errors["text"] = [_("Say in at least %(count)d characters what shows it.") % {"count": SHORTEST}]
    if given.link.strip() and not is_address(given.link.strip()):
        errors["link"] = [_("Give an address that begins with https:// or http://.")]
    if errors:
        raise InvalidInput(errors)
    check_earned(given.earned_on, local_date(now, partner.organisation.time_zone))


def is_address(text: str) -> bool:
    """Of a page that a reviewer may open."""
    try:
        scheme = urlsplit(text).scheme
    except ValueError:
        return False
    return scheme in {"http", "https"} and website_host(text) is not None


def _check_something_to_earn(by: User, certification: Certification, now: datetime) -> None:
    if missing := missing_prerequisites(by, certification, now):
        sentence = _("Needed first: %(titles)s.") % {"titles": ", ".join(each.title for each in missing)}
        raise InvalidInput({"certification": [sentence]})
    known: Certificate | None = standing_of(by, certification)
    if known is not None and known.state_at(now) != CertificateState.EXPIRED:
        check_not_early(known, now)


def _insert(row: Claim) -> None:
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        if ONE_OPEN not in str(error):
            raise
        sentence = _("Your proof for this certification waits for review already.")
        raise StateConflict(sentence, state=ClaimState.OPEN, code="claimed") from error


def _locked(claim: Claim) -> Claim:
    return Claim.objects.select_for_update(of=("self",)).with_nouns().get(pk=claim.pk)


def _check_open(row: Claim) -> None:
    if not row.is_open:
        sentence = _("This proof is now: %(state)s.") % {"state": row.get_state_display()}
        raise StateConflict(sentence, state=row.state)


def _check_refusal(reason: str, message: str) -> None:
    errors = {}
    if reason not in Refusal.values:
        errors["reason"] = [_("Choose why.")]
    if not message:
        errors["message"] = [_("Tell the person what is missing.")]
    if errors:
        raise InvalidInput(errors)
