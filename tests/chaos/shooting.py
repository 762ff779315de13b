"""Bursts of `kill -9` at random points while people work, and how long until everything works again."""

import random
import time
from dataclasses import asdict, dataclass

from tests.chaos.clients import Ledger, at_work
from tests.chaos.installation import VICTIMS, Installation, seconds_until

BURST = 10
# Longer gaps let what fell come back before the next is shot; shorter ones shoot it while it starts.
LONGEST_GAP = 0.8
# Seconds until what was interrupted is taken up again, and until all that people did meanwhile is worked off.
PATIENCE, ALL_DONE = 60.0, 240.0


@dataclass
class Shot:
    victim: str
    hit: bool


@dataclass
class Burst:
    """`resumed` is how many seconds after the last kill answers, mails and sweeps were back; `silent` never were."""

    shots: list[Shot]
    resumed: float
    silent: list[str]

    def told(self) -> dict[str, object]:
        return asdict(self)


def shoot(house: Installation, ledger: Ledger, *, chance: random.Random, shots: int = BURST) -> Burst:
    """One burst under load, then a pause until everything has shown a sign of life."""
    with at_work(house.port, house.tokens, ledger):
        done = [_shot(house, chance) for _ in range(shots)]
        signs = Signs(house, ledger)
        burst = Burst(done, seconds_until(lambda: not signs.missing(), PATIENCE), signs.missing())
    _let_time_pass(house, ledger)
    return burst


def _shot(house: Installation, chance: random.Random) -> Shot:
    time.sleep(chance.uniform(0, LONGEST_GAP))
    victim = chance.choice(VICTIMS)
    return Shot(victim, any(house.kill(pid) for pid in _aimed_at(house, victim, chance)))


def _aimed_at(house: Installation, victim: str, chance: random.Random) -> list[int]:
    pids = house.pids(victim)
    return [chance.choice(pids)] if pids else []


class Signs:
    """Of life, since it was made: a request was answered, a mail delivered, a sweep has succeeded."""

    def __init__(self, house: Installation, ledger: Ledger) -> None:
        self.house, self.ledger, self.began = house, ledger, time.monotonic()
        ((self.moment,),) = house.ask("select clock_timestamp()")

    def missing(self) -> list[str]:
        mails = "exists(select from notices_notice where sent_at > %s)"
        sweeps = "exists(select from operations_jobrun where name = 'expire-due' and succeeded_at > %s)"
        ((mailed, swept),) = self.house.ask(f"select {mails}, {sweeps}", self.moment, self.moment)
        signs = {"answers": self.ledger.answered_at > self.began, "mails": mailed, "sweeps": swept}
        return [name for name, seen in signs.items() if not seen]


def _let_time_pass(house: Installation, ledger: Ledger) -> None:
    """Protections that were promised end now; the sweep has to find them."""
    ids = ledger.to_end()
    house.ask(
        "with ended as (update deals_registration set protected_until = greatest(now(), decided_at + interval '1 ms')"
        " where public_id = any(%s) returning id),"
        " released as (update deals_protection p set period = tstzrange(lower(period), now()) from ended"
        " where p.registration_id = ended.id and lower(period) < now() returning p.id)"
        " select count(*) from released",
        ids,
    )
    for deal in ledger.promised:
        if deal.public_id in set(ids):
            deal.verbs.append("end")


def unfinished(house: Installation) -> dict[str, int]:
    """What is not done yet: mails to send, registrations to assess, ends of protections to record."""
    ((mails, assessments, ends),) = house.ask(
        "select (select count(*) from notices_notice where sent_at is null),"
        " (select count(*) from deals_registration where assessed_at is null and state in ('submitted', 'asked')),"
        " (select count(*) from deals_registration where state = 'approved' and protected_until <= now())"
    )
    counts = {"mails": mails, "assessments": assessments, "ends": ends}
    return {name: count for name, count in counts.items() if count}
