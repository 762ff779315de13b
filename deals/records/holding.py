"""In which order the rows of a customer are locked: its records by their keys, then the customer itself."""

from django.db.models import Q
from django.utils.translation import gettext as _

from deals.records.models import PartnerOfRecord
from partners.models import Account
from prm.errors import StateConflict


def hold(record: PartnerOfRecord) -> PartnerOfRecord:
    """The record as it is now; it, the others of its customer and the customer are held until the transaction ends."""
    _lock(Q(account=record.account_id) | Q(pk=record.pk))
    found = PartnerOfRecord.objects.with_nouns().get(pk=record.pk)
    _lock_customer(found.account_id)
    return found


def hold_customer(account: Account) -> Account:
    """The same for a record that is still to be written."""
    _lock(Q(account=account))
    found = _lock_customer(account.pk)
    if not found.is_present:
        raise StateConflict(_("This customer was merged into another."), state="merged", code="merged")
    return found


def _lock(which: Q) -> None:
    list(PartnerOfRecord.objects.select_for_update(of=("self",)).filter(which).order_by("pk").values_list("pk"))


def _lock_customer(key: int) -> Account:
    # Whoever points at the customer meanwhile is not kept waiting.
    return Account.objects.select_for_update(of=("self",), no_key=True).get(pk=key)
