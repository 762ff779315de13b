"""Noting that a customer's need is out to tender, and taking that back."""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from deals.conflicts.models import Finding
from deals.products.models import ProductLine
from deals.registrations.locking import look_again
from deals.registrations.models import Registration
from deals.tenders.models import Tender
from deals.tenders.policies import can_note
from partners.models import Account
from prm.accounts.models import User
from prm.audit.actions import record
from prm.errors import InvalidInput, NotAllowed, StateConflict

SUBJECT = "account"


@transaction.atomic
def note_tender(
    *, account: Account, published_on: date, source: str, product: ProductLine | None = None, by: User, now: datetime
) -> Tender:
    """What is undecided for the customer is checked again. The same need twice is StateConflict."""
    _check_may(by)
    errors = {}
    if not source.strip():
        errors["source"] = [_("Say where it was published.")]
    if published_on > now.date():
        errors["published_on"] = [_("A tender is published today or was before.")]
    if errors:
        raise InvalidInput(errors)
    given = {"account": account, "product": product, "published_on": published_on, "source": source.strip()}
    try:
        with transaction.atomic():
            tender = Tender.objects.create(**given, created_at=now, created_by=by)
    except IntegrityError as error:
        raise StateConflict(_("This need is noted as a tender already."), state="noted") from error
    _record("tender.noted", tender, by, now)
    _look_again(account)
    return tender


@transaction.atomic
def withdraw_tender(*, tender: Tender, by: User, now: datetime) -> Tender:
    """It was none. A second time is StateConflict."""
    _check_may(by)
    tender = Tender.objects.select_for_update(of=("self",)).select_related("account").get(pk=tender.pk)
    if tender.withdrawn_at is not None:
        raise StateConflict(_("This is taken back already."), state="withdrawn")
    tender.withdrawn_at, tender.withdrawn_by = now, by
    tender.save(update_fields=["withdrawn_at", "withdrawn_by"])
    _record("tender.withdrawn", tender, by, now)
    _look_again(tender.account)
    return tender


def _check_may(by: User) -> None:
    if not can_note(by):
        raise NotAllowed(_("Your role does not allow this."))


def _look_again(account: Account) -> None:
    knowing = Finding.objects.filter(subject_type="account", subject_id=account.public_id).values("registration")
    look_again(Registration.objects.undecided().filter(pk__in=knowing))


def _record(kind: str, tender: Tender, by: User, now: datetime) -> None:
    data = {"tender": tender.public_id, "published_on": tender.published_on.isoformat()}
    record(kind, by=by, now=now, organisation_id=None, subject=(SUBJECT, tender.account.public_id), data=data)
