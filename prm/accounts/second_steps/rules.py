"""Whether somebody must have a second step. Plain values in, plain values out."""

from enum import StrEnum


class Demand(StrEnum):
    NONE = "none"
    VENDOR = "vendor"
    ALL = "all"


def is_demanded(demand: str, *, is_member: bool, is_vendor: bool) -> bool:
    if demand == Demand.ALL:
        return is_member
    return demand == Demand.VENDOR and is_vendor
