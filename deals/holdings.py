"""What a customer holds here, and what becomes of it when two customers become one."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _
from psycopg.errors import ExclusionViolation

from deals.conflicts.models import Finding
from deals.direct.models import DirectOpportunity, DirectTouch
from deals.earnings.models import Refund
from deals.protections.models import Protection
from deals.records.models import PartnerOfRecord
from deals.records.states import RecordState
from deals.registrations.locking import look_again
from deals.registrations.models import Registration
from deals.releases.models import Release
from deals.tenders.models import Tender
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
            Protection.objects.holding(now).filter(account=merged).update(account=survivor)
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
    deals = Q(subject_type="deal", subject_id__in=[public_id for _pk, public_id in back])
    refunds = Refund.objects.filter(registration__in=[pk for pk, _id in back]).values("public_id")
    of_refunds = Q(subject_type__in=["refund", "refund_shared"], subject_id__in=refunds)
    facts = RevenueFact.objects.filter(deals | of_refunds)
    facts.filter(account=survivor).update(account=merged)
    _assess_again(merged, survivor)
    return _belong([pk for pk, _id in back], survivor, merged)


def _belong(keys: list[int], before: Account, after: Account) -> int:
    rows = Registration.objects.filter(pk__in=keys, account=before)
    return rows.update(account=after, version=F("version") + 1)


def _check_protections(merged: Account, survivor: Account, now: datetime) -> None:
    """Only vendor staff read this sentence, so it may name both."""
    ours = Protection.objects.holding(now).filter(account=merged)
    ours = ours.select_related("registration__partner__organisation", "product")
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


def lock_tenders(account: Account) -> None:
    list(Tender.objects.select_for_update(of=("self",)).filter(account=account).order_by("pk").values_list("pk"))


def move_tenders(merged: Account, survivor: Account, _now: datetime) -> list[int]:
    """What is noted for both already stays with the one that goes."""
    known = set(Tender.objects.standing().filter(account=survivor).values_list("product", flat=True))
    rows = Tender.objects.standing().filter(account=merged).order_by("pk").values_list("pk", "product")
    keys = [pk for pk, product in rows if product not in known]
    Tender.objects.filter(pk__in=keys).update(account=survivor)
    return keys


def give_back_tenders(keys: list[int], survivor: Account, merged: Account) -> int:
    """One that was noted for the other meanwhile, or was there before, leaves it where it is."""
    known = set(Tender.objects.standing().filter(account=merged).values_list("product", flat=True))
    rows = Tender.objects.filter(pk__in=keys, account=survivor).order_by("pk").values_list("pk", "product")
    back = [pk for pk, product in rows if product not in known]
    return Tender.objects.filter(pk__in=back).update(account=merged)


HOLDINGS.register("tenders", Holding(lock_tenders, move_tenders, give_back_tenders))


def _of_direct(model: type[DirectOpportunity] | type[DirectTouch]) -> Holding:
    """What our own sales entered goes with the customer, as it is."""
    rows: QuerySet[Any] = model._default_manager.all()

    def lock(account: Account) -> None:
        list(rows.select_for_update(of=("self",)).filter(account=account).order_by("pk").values_list("pk"))

    def move(merged: Account, survivor: Account, _now: datetime) -> list[int]:
        keys = list(rows.filter(account=merged).order_by("pk").values_list("pk", flat=True))
        rows.filter(pk__in=keys).update(account=survivor)
        return keys

    def give_back(keys: list[int], survivor: Account, merged: Account) -> int:
        return rows.filter(pk__in=keys, account=survivor).update(account=merged)

    return Holding(lock, move, give_back)


HOLDINGS.register("direct_opportunities", _of_direct(DirectOpportunity))
HOLDINGS.register("direct_touches", _of_direct(DirectTouch))


def lock_releases(account: Account) -> None:
    list(Release.objects.select_for_update(of=("self",)).filter(account=account).order_by("pk").values_list("pk"))


def move_releases(merged: Account, survivor: Account, _now: datetime) -> list[int]:
    """The lines of those who had asked, while they run."""
    rows = Release.objects.running().filter(account=merged)
    keys = list(rows.order_by("pk").values_list("pk", flat=True))
    rows.update(account=survivor)
    return keys


def give_back_releases(keys: list[int], survivor: Account, merged: Account) -> int:
    return Release.objects.filter(pk__in=keys, account=survivor).update(account=merged)


HOLDINGS.register("releases", Holding(lock_releases, move_releases, give_back_releases))


def lock_records(account: Account) -> None:
    rows = PartnerOfRecord.objects.select_for_update(of=("self",)).filter(account=account)
    list(rows.order_by("pk").values_list("pk"))


def move_records(merged: Account, survivor: Account, _now: datetime) -> list[int]:
    """Two that stand at the same time cannot become one customer's; what has ended beside another stays behind."""
    keys = []
    for row in PartnerOfRecord.objects.with_nouns().filter(account=merged).order_by("pk"):
        theirs = PartnerOfRecord.objects.with_nouns().filter(account=survivor)
        if row.state == RecordState.ASKED:
            beside = theirs.asked().filter(partner=row.partner)
        else:
            beside = theirs.with_period().filter(since__lte=row.until, until__gte=row.since)
        other = beside.first() if row.state != RecordState.REFUSED else None
        if other is not None and row.is_standing:
            raise _both_of_record(row, other)
        keys += [] if other else [row.pk]
    PartnerOfRecord.objects.filter(pk__in=keys).update(account=survivor, version=F("version") + 1)
    return keys


def _both_of_record(row: PartnerOfRecord, other: PartnerOfRecord) -> StateConflict:
    """Only vendor staff read this sentence, so it may name both."""
    whom = " · ".join(one.partner.organisation.name for one in (row, other))
    text = _("Both customers have a partner of record at the same time: %(whom)s. End the one of %(merged)s first.")
    said = {"whom": whom, "merged": row.account.name}
    return StateConflict(text % said, state="of_record", code="of_record")


def give_back_records(keys: list[int], survivor: Account, merged: Account) -> int:
    rows = PartnerOfRecord.objects.filter(pk__in=keys, account=survivor)
    return rows.update(account=merged, version=F("version") + 1)


HOLDINGS.register("records", Holding(lock_records, move_records, give_back_records))
