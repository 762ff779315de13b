"""Verbs that make one customer of two, and two of one again."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from partners.customers.actions import check_parent, locked_account, queue_for_families, write_account
from partners.customers.locks import lock_accounts
from partners.customers.models import MOST_NAMES, SOURCE, Account, AccountName
from partners.merges import policies
from partners.merges.models import AccountMerge
from partners.merges.rules import FILLED, filled, new_names
from partners.merges.sockets import HOLDINGS, holdings
from partners.states import NameKind
from prm import matching
from prm.accounts.models import User
from prm.audit.actions import record
from prm.errors import InvalidInput, NotAllowed, StateConflict
from prm.matching.locks import lock_customer

CHILDREN, NAMES = "children", "names"


@transaction.atomic
def merge(*, account: Account, into: Account, by: User, now: datetime) -> AccountMerge:
    """`account` becomes part of `into`: its names lead there, and what belonged to it belongs there.

    Raises StateConflict, and changes nothing, where both cannot be one: protections that overlap, too many names,
    one above the other with somebody in between, or one that was merged already.
    """
    _check_may(by)
    if account.pk == into.pk:
        raise InvalidInput({"into": [_("A customer cannot be merged into itself.")]})
    merged, survivor = _both_locked(account, into)
    _check_between(merged, survivor)
    values = filled(_facts(survivor), _facts(merged))
    made = AccountMerge(survivor=survivor, merged=merged, merged_at=now, merged_by=by)
    made.filled = {name: [_plain(getattr(survivor, name)), _plain(value)] for name, value in values.items()}
    made.moved = {name: holding.move(merged, survivor, now) for name, holding in holdings()}
    made.moved[CHILDREN] = _adopt(merged, survivor, made)
    made.moved[NAMES] = _bring_names(merged, survivor, by, now)
    _go(merged, survivor, values, by, now)
    _take(survivor, values, by, now)
    made.save()
    _record(made, "merged", "absorbed", by, now)
    return made


@transaction.atomic
def undo(*, given: AccountMerge, by: User, now: datetime) -> AccountMerge:
    """Two customers again. What was changed since stays with the survivor, and `kept` counts it.

    Raises StateConflict for a merge that is undone, or whose survivor was merged itself: that one goes first.
    """
    _check_may(by)
    merged, survivor = _both_locked_again(given)
    found = AccountMerge.objects.select_for_update().get(pk=given.pk)
    found.survivor, found.merged = survivor, merged
    kept = {
        name: len(found.moved.get(name, [])) - holding.give_back(found.moved.get(name, []), survivor, merged)
        for name, holding in holdings()
    }
    kept[NAMES] = len(found.moved[NAMES]) - _forget_names(found)
    back = {name: before for name, (before, after) in found.filled.items() if _plain(getattr(survivor, name)) == after}
    kept["fields"] = len(found.filled) - len(back)
    _take(survivor, {name: _value(name, value) for name, value in back.items()}, by, now)
    _return(merged, found, back, by, now)
    kept[CHILDREN] = len(found.moved[CHILDREN]) - _give_up_children(found)
    found.kept = {name: count for name, count in kept.items() if count}
    found.undone_at, found.undone_by = now, by
    found.save()
    _record(found, "unmerged", "restored", by, now)
    return found


def _check_may(by: User) -> None:
    if not policies.can_merge(by):
        raise NotAllowed(_("You may not merge customers."))


def _both_locked(account: Account, into: Account) -> tuple[Account, Account]:
    """The customers as they are now. What belongs to them is locked first, as every verb about it does."""
    lock_customer(account.identity, into.identity)
    lock_accounts([account.pk, into.pk])
    queue_for_families()
    for holding in HOLDINGS:
        holding.lock(account)
    first, second = sorted((account, into), key=lambda row: row.pk)
    rows = {row.pk: locked_account(row) for row in (first, second)}
    return rows[account.pk], rows[into.pk]


def _both_locked_again(given: AccountMerge) -> tuple[Account, Account]:
    lock_customer(given.merged.identity, given.survivor.identity)
    lock_accounts([given.merged_id, given.survivor_id])
    queue_for_families()
    for holding in HOLDINGS:
        holding.lock(given.survivor)
    pks = sorted((given.merged_id, given.survivor_id))
    rows = {row.pk: row for row in Account.objects.select_for_update(of=("self",)).filter(pk__in=pks).order_by("pk")}
    merged, survivor = rows[given.merged_id], rows[given.survivor_id]
    if AccountMerge.objects.standing().filter(pk=given.pk).first() is None:
        raise StateConflict(_("This merge has been undone already."), state="undone")
    if not survivor.is_present:
        raise StateConflict(_("The customer was merged into another since: undo that first."), state="merged")
    return merged, survivor


def _check_between(merged: Account, survivor: Account) -> None:
    """A child of one that belongs to the other through somebody in between would become its own ancestor."""
    if survivor.parent_id in (None, merged.pk):
        return
    try:
        check_parent(merged, survivor)
    except InvalidInput as error:
        text = _("%(survivor)s belongs to %(merged)s through another customer: change who belongs to whom first.")
        raise StateConflict(text % {"survivor": survivor.name, "merged": merged.name}, state="family") from error


def _facts(account: Account) -> dict[str, Any]:
    return {name: getattr(account, name) for name in FILLED}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _value(name: str, plain: Any) -> Any:
    return date.fromisoformat(plain) if name == "customer_since" and plain else plain


def _adopt(merged: Account, survivor: Account, made: AccountMerge) -> list[int]:
    """Who belonged to the one belongs to the other. A survivor that belonged to it belongs where it did."""
    if survivor.parent_id == merged.pk:
        made.filled["parent_id"] = [merged.pk, merged.parent_id]
        survivor.parent_id = merged.parent_id
    children = Account.objects.filter(parent=merged).exclude(pk=survivor.pk).order_by("pk")
    keys = list(children.values_list("pk", flat=True))
    Account.objects.filter(pk__in=keys).update(parent=survivor, version=F("version") + 1)
    return keys


def _bring_names(merged: Account, survivor: Account, by: User, now: datetime) -> list[int]:
    names = new_names((survivor.name, *survivor.former_names), (merged.name, *merged.former_names))
    if len(survivor.former_names) + len(names) > MOST_NAMES:
        text = _("Together they have more than %(most)d other names: remove some first.")
        raise StateConflict(text % {"most": MOST_NAMES}, state="names")
    rows = [
        AccountName(account=survivor, name=name, kind=NameKind.MERGED, created_at=now, created_by=by) for name in names
    ]
    return [row.pk for row in AccountName.objects.bulk_create(rows)]


def _forget_names(found: AccountMerge) -> int:
    """Only what the merge brought: a name that somebody entered since is of another row."""
    return AccountName.objects.filter(pk__in=found.moved[NAMES], account=found.survivor).delete()[0]


def _go(merged: Account, survivor: Account, values: dict[str, Any], by: User, now: datetime) -> None:
    """An id that the survivor takes over is free before it does."""
    if "external_id" in values:
        merged.external_id = None
    merged.merged_into = survivor
    _save(merged, by, now)
    matching.remove(SOURCE, merged.pk)


def _take(survivor: Account, values: dict[str, Any], by: User, now: datetime) -> None:
    for name, value in values.items():
        setattr(survivor, name, value)
    survivor.version += 1
    names = list(survivor.other_names.order_by("pk").values_list("name", flat=True))
    write_account(survivor, {"former_names": names}, by, now)


def _return(merged: Account, found: AccountMerge, back: dict[str, Any], by: User, now: datetime) -> None:
    """As it was, found under its own names again."""
    if "external_id" in back:
        merged.external_id = found.filled["external_id"][1]
    merged.merged_into = None
    _save(merged, by, now)
    matching.index(SOURCE, merged.pk, merged.identity)


def _save(account: Account, by: User, now: datetime) -> None:
    account.version += 1
    account.updated_at, account.updated_by = now, by
    account.save()


def _give_up_children(found: AccountMerge) -> int:
    """Those that still belong to the survivor, unless the one they came from belongs to them by now."""
    given = 0
    for child in Account.objects.filter(pk__in=found.moved[CHILDREN], parent=found.survivor).order_by("pk"):
        try:
            check_parent(child, found.merged)
        except InvalidInput:
            continue
        given += Account.objects.filter(pk=child.pk).update(parent=found.merged, version=F("version") + 1)
    return given


def _record(made: AccountMerge, of_survivor: str, of_merged: str, by: User, now: datetime) -> None:
    data = {"survivor": made.survivor.public_id, "merged": made.merged.public_id, "merge": made.public_id}
    for kind, account in ((of_survivor, made.survivor), (of_merged, made.merged)):
        subject = ("account", account.public_id)
        record(f"account.{kind}", by=by, now=now, organisation_id=None, subject=subject, data=data)
