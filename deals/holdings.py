"""What a customer holds here, and what becomes of it when two customers become one."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _
from psycopg.errors import ExclusionViolation

from deals.conflicts.models import Finding
from deals.protections.models import Protection
from deals.registrations.locking import look_again
from deals.registrations.models import Registration
from partners.merges.sockets import HOLDINGS, Holding
from partners.models import Account, RevenueFact
from prm.errors import StateConflict


def lock(account: Account) -> None:
    list(Registration.objects.select_for_update(of=("self",)).filter(account=account).order_by("pk").values_list("pk"))


def move(merged: Account, survivor: Account, now: datetime) -> list[int]:
    """Registrations with their protections. What has ended protects nobody and stays where it was."""
    _check_protections(merged, survivor, now)
    keys = list(Registration.objects.filter(account=merged).order_by("pk").values_list("pk", flat=True))
    _belong(keys, merged, survivor)
    try:
        with transaction.atomic():
            Protection.objects.filter(account=merged, period__endswith__gt=now).update(account=survivor)
    except IntegrityError as error:
        if not isinstance(error.__cause__, ExclusionViolation):
            raise
        raise _both_protected(_("two partners")) from error
    _assess_again(merged, survivor)
    return keys


def give_back(keys: list[int], survivor: Account, merged: Account) -> int:
    """With what came of them meanwhile: protections, and the revenue of those that were won."""
    back = list(Registration.objects.filter(pk__in=keys, account=survivor).values_list("pk", "public_id"))
    Protection.objects.filter(registration__in=[pk for pk, _id in back], account=survivor).update(account=merged)
    facts = RevenueFact.objects.filter(subject_type="deal", subject_id__in=[public_id for _pk, public_id in back])
    facts.filter(account=survivor).update(account=merged)
    _assess_again(merged, survivor)
    return _belong([pk for pk, _id in back], survivor, merged)


def _belong(keys: list[int], before: Account, after: Account) -> int:
    rows = Registration.objects.filter(pk__in=keys, account=before)
    return rows.update(account=after, version=F("version") + 1)


def _check_protections(merged: Account, survivor: Account, now: datetime) -> None:
    """Only vendor staff read this sentence, so it may name both."""
    ours = Protection.objects.filter(account=merged, period__endswith__gt=now).select_related(
        "registration__partner__organisation", "product"
    )
    for protection in ours.order_by("pk"):
        theirs = Protection.objects.filter(
            account=survivor, product=protection.product_id, period__overlap=protection.period
        )
        other = theirs.select_related("registration__partner__organisation").first()
        if other is not None:
            raise _both_protected(f"{_name(protection)} · {_name(other)} · {protection.product}")


def _name(protection: Protection) -> str:
    deal = protection.registration
    return f"{deal.reference} ({deal.partner.organisation.name})"


def _both_protected(whom: str) -> StateConflict:
    text = _("Both customers are protected for the same product at the same time: %(whom)s. End one of them first.")
    return StateConflict(text % {"whom": whom}, state="protected", code="protected")


def _assess_again(*accounts: Account) -> None:
    """What is undecided and knows of one of them is looked at once more."""
    ids = [account.public_id for account in accounts]
    knowing = Finding.objects.filter(subject_type="account", subject_id__in=ids).values("registration")
    look_again(Registration.objects.undecided().filter(pk__in=knowing))


HOLDINGS.register("registrations", Holding(lock, move, give_back))
