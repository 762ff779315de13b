"""What the hall itself keeps of a customer: the revenue it brought."""

from datetime import datetime

from partners.customers.models import Account, RevenueFact
from partners.merges.sockets import HOLDINGS, Holding


def lock(account: Account) -> None:
    list(RevenueFact.objects.select_for_update().filter(account=account).order_by("pk").values_list("pk"))


def move(merged: Account, survivor: Account, _now: datetime) -> list[int]:
    keys = list(RevenueFact.objects.filter(account=merged).order_by("pk").values_list("pk", flat=True))
    RevenueFact.objects.filter(pk__in=keys).update(account=survivor)
    return keys


def give_back(keys: list[int], survivor: Account, merged: Account) -> int:
    return RevenueFact.objects.filter(pk__in=keys, account=survivor).update(account=merged)


HOLDINGS.register("revenue", Holding(lock, move, give_back))
