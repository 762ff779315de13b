"""Verbs about the other names of a customer: former ones, translations, trade names."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from partners.customers import policies
from partners.customers.actions import locked_account
from partners.customers.models import MOST_NAMES, SOURCE, Account, AccountName
from partners.states import NAMED_BY_PEOPLE
from prm import matching
from prm.accounts.models import User
from prm.audit.actions import record
from prm.errors import InvalidInput, NotAllowed, StateConflict


@transaction.atomic
def add_name(
    *,
    account: Account,
    name: str,
    kind: str,
    since: date | None = None,
    until: date | None = None,
    by: User,
    now: datetime,
) -> AccountName:
    """From now on the customer is found under this name too. One that it has already is a StateConflict."""
    account = _writable(account, by)
    _check(account, name, kind, since, until)
    made = AccountName.objects.create(
        account=account, name=name, kind=kind, since=since, until=until, created_at=now, created_by=by
    )
    repeat_names(account, by, now)
    _record("added", made, by, now)
    return made


@transaction.atomic
def remove_name(*, name: AccountName, by: User, now: datetime) -> AccountName:
    """It leads to the customer no more. Gone already is a StateConflict."""
    account = _writable(name.account, by)
    if not account.other_names.filter(pk=name.pk).delete()[0]:
        raise StateConflict(_("This name has been removed already."), state="removed")
    repeat_names(account, by, now)
    _record("removed", name, by, now)
    return name


def repeat_names(account: Account, by: User | None, now: datetime) -> None:
    """The customer repeats its rows, and is found by them."""
    account.former_names = list(account.other_names.order_by("pk").values_list("name", flat=True))
    account.version += 1
    account.updated_at, account.updated_by = now, by
    account.save(update_fields=["former_names", "version", "updated_at", "updated_by"])
    matching.index(SOURCE, account.pk, account.identity)


def _writable(account: Account, by: User) -> Account:
    found = locked_account(account)
    if not policies.can_update(by, found):
        raise NotAllowed(_("You may not change this customer."))
    return found


def _check(account: Account, name: str, kind: str, since: date | None, until: date | None) -> None:
    errors: dict[str, list[str]] = {}
    if not name.strip():
        errors["name"] = [_("Give a name.")]
    if kind not in NAMED_BY_PEOPLE:
        errors["kind"] = [_("Choose a kind from the list.")]
    if since and until and until < since:
        errors["until"] = [_("A name is not given up before it is taken.")]
    if len(account.former_names) >= MOST_NAMES:
        errors["name"] = [_("A customer has at most %(most)d other names.") % {"most": MOST_NAMES}]
    if errors:
        raise InvalidInput(errors)
    if name in (account.name, *account.former_names):
        raise StateConflict(_("The customer has this name already."), state="named")


def _record(what: str, name: AccountName, by: User, now: datetime) -> None:
    subject, data = ("account", name.account.public_id), {"kind": name.kind, "name": name.public_id}
    record(f"account.name_{what}", by=by, now=now, organisation_id=None, subject=subject, data=data)
