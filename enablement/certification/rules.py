"""What a certification may say: plain values in, plain values out."""

from collections.abc import Collection, Iterable, Mapping

MOST_REMINDERS = 6
# What is named by what people hold already.
FIXED = ("competency", "level")


def faulty_reminders(days: Iterable[int], renewal_days: int) -> bool:
    """Each on a day of its own, within the time in which there is something to do."""
    given = list(days)
    fitting = len(set(given)) == len(given) <= MOST_REMINDERS
    return not fitting or any(not 1 <= day <= max(renewal_days, 1) for day in given)


def leads_back(start: int, wanted: Collection[int], known: Mapping[int, Collection[int]]) -> bool:
    """Whether what is wanted as a prerequisite of `start` needs `start` itself; `known` are those there are."""
    seen: set[int] = set()
    open_ones = set(wanted)
    while open_ones:
        if start in open_ones:
            return True
        seen |= open_ones
        open_ones = {each for one in open_ones for each in known.get(one, ())} - seen
    return False
