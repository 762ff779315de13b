"""Verbs about customers. Each keeps the match keys and writes its event in its own transaction.

Whether somebody may call one is asked at the door (policies): deals call them on a decision's behalf.
"""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from partners.customers.models import SOURCE, Account, AccountName, RevenueFact
from partners.profiles.models import Partner
from partners.states import RevenueKind
from prm import matching
from prm.accounts.models import User
from prm.audit.actions import record
from prm.errors import InvalidInput, StateConflict

# The number of the lock for changes of who belongs to whom.
FAMILIES = 7_300_004

FIELDS = (
    "external_id",
    "name",
    "former_names",
    "country",
    "city",
    "website",
    "tax_number",
    "segment",
    "owner",
    "named_account",
    "customer_since",
    "parent",
)


@transaction.atomic
def create_account(*, values: Mapping[str, Any], by: User | None, now: datetime) -> Account:
    """A new customer from checked values (FIELDS). Raises InvalidInput for an external id that is taken."""
    account = Account(created_at=now, created_by=by)
    write_account(account, values, by, now)
    _record("account.created", account, by, now, {})
    return account


@transaction.atomic
def update_account(
    *, account: Account, values: Mapping[str, Any], by: User | None, now: datetime, version: int | None = None
) -> Account:
    """Change the given fields. A `version` that is no longer the present one is a StateConflict.

    Nothing is written when nothing differs.
    """
    if "parent" in values:
        queue_for_families()
    account = locked_account(account)
    if version is not None and version != account.version:
        raise StateConflict(_("Somebody else has changed this customer meanwhile."), state="changed")
    changed = sorted(name for name in values if getattr(account, name) != values[name])
    if not changed:
        return account
    if "parent" in changed:
        check_parent(account, values["parent"])
    account.version += 1
    write_account(account, {name: values[name] for name in changed}, by, now)
    _record("account.updated", account, by, now, {"fields": changed})
    return account


@transaction.atomic
def record_revenue(
    *,
    account: Account,
    partner: Partner,
    subject: tuple[str, str],
    amount: Decimal,
    currency: str,
    origin: str,
    on: date,
    now: datetime,
    kind: str = RevenueKind.WON,
    by: User | None = None,
) -> RevenueFact:
    """Write what a won deal brought, or took back. Once for each subject and kind: again is a StateConflict."""
    try:
        with transaction.atomic():
            fact = RevenueFact.objects.create(
                account=account,
                partner=partner,
                subject_type=subject[0],
                subject_id=subject[1],
                kind=kind,
                amount=amount,
                currency=currency,
                origin=origin,
                on=on,
                created_at=now,
                created_by=by,
            )
    except IntegrityError as error:
        raise StateConflict(_("This revenue has been recorded already."), state=kind) from error
    data = {"kind": kind, "amount": str(amount), "currency": currency, "source": subject[1]}
    _record("account.revenue", account, by, now, data)
    return fact


def write_account(account: Account, values: Mapping[str, Any], by: User | None, now: datetime) -> None:
    """Store the given fields with what is derived from them; for verbs that hold the row and say what happened."""
    for name in FIELDS:
        if name in values:
            setattr(account, name, values[name])
    normalised = matching.normalise(account.identity)
    account.name_key, account.domain = normalised.name_key, normalised.domain
    account.updated_at, account.updated_by = now, by
    try:
        with transaction.atomic():
            account.save()
    except IntegrityError as error:
        if "account_external_id_once" not in str(error):
            raise
        raise InvalidInput({"external_id": [_("Another customer has this id.")]}) from error
    if "former_names" in values:
        _keep_names(account, by, now)
    matching.index(SOURCE, account.pk, account.identity)


def locked_account(account: Account) -> Account:
    """As it is now, until the transaction ends. Raises StateConflict for one that was merged into another."""
    found = Account.objects.select_for_update(of=("self",)).get(pk=account.pk)
    if not found.is_present:
        raise StateConflict(_("This customer was merged into another meanwhile."), state="merged")
    return found


def _keep_names(account: Account, by: User | None, now: datetime) -> None:
    """The rows follow the list: a name that is new in it is a former one, the others keep what is known of them."""
    account.other_names.exclude(name__in=account.former_names).delete()
    known = set(account.other_names.values_list("name", flat=True))
    AccountName.objects.bulk_create(
        AccountName(account=account, name=name, created_at=now, created_by=by)
        for name in dict.fromkeys(account.former_names)
        if name not in known
    )


def queue_for_families() -> None:
    """One after another: two changes that each look fine could make two customers belong to one another."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [FAMILIES])


def held(account: Account) -> Account:
    """The customer, or the one that it is part of by now: it is not merged before the transaction ends."""
    while True:
        found = Account.objects.select_for_update(of=("self",), no_key=True).get(pk=account.pk)
        if found.merged_into is None:
            return found
        account = found.merged_into


def check_parent(account: Account, parent: Account | None) -> None:
    """A customer is not its own ancestor."""
    above, seen = parent.pk if parent else None, {account.pk}
    while above is not None:
        if above in seen:
            raise InvalidInput({"parent": [_("A customer cannot belong to itself or to one of its own.")]})
        seen.add(above)
        above = Account.objects.values_list("parent", flat=True).get(pk=above)


def _record(kind: str, account: Account, by: User | None, now: datetime, data: dict[str, Any]) -> None:
    record(kind, by=by, now=now, organisation_id=None, subject=("account", account.public_id), data=data)
