"""Whatever people do in whatever order: a customer never has two partners of record, and every day has one answer."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from itertools import pairwise
from random import Random
from typing import Any

import pytest

from deals.records.actions import decide_proof, decide_record, end_record, give_proof
from deals.records.models import PartnerOfRecord
from deals.records.selectors import of_record_at
from deals.records.states import WITH_PERIOD
from deals.records.sweeps import end_due, remind_due
from prm.audit.models import Event
from prm.clocks.database import database_now
from prm.errors import PrmError
from prm.notices.models import Notice
from tests.deals.records.asking import appointed, asked, consent, won_deal
from tests.factories import Cast, make_account

STEPS, TEXT = 25, "Four reviews with the customer, and twelve tickets solved."
NORDWERK = {"customer_name": "Nordwerk Anlagen", "customer_website": "nordwerk-anlagen.de"}


class History:
    """Two partners and one customer; the clock moves forward only."""

    def __init__(self, cast: Cast, seed: int) -> None:
        self.cast, self.random = cast, Random(seed)
        self.account = make_account("Nordwerk Anlagen", website="nordwerk-anlagen.de", country="DE")
        self.deals = [won_deal(team, cast.products[product], **NORDWERK) for team, product in self.teams()]
        self.now = database_now()
        self.done = self.refused = 0

    def teams(self) -> list[tuple[Any, str]]:
        return [(self.cast.helix, "fleet-cloud"), (self.cast.orbit, "telematics")]

    def play(self) -> None:
        verbs: list[Callable[[], object]] = [
            *(self.ask, self.ask, self.appoint, self.decide, self.decide, self.decide),
            *(self.prove, self.prove, self.answer, self.answer, self.end, self.wait, self.wait),
        ]
        for _step in range(STEPS):
            self.step(self.random.choice(verbs))
            self.sweep()
            self.check()

    def step(self, verb: Callable[[], object]) -> None:
        try:
            verb()
        except PrmError:
            self.refused += 1
        else:
            self.done += 1

    def day(self) -> date | None:
        """Of the beginning: today, or a day ahead."""
        ahead = self.random.choice((None, None, 10, 100))
        return None if ahead is None else (self.now + timedelta(days=ahead)).date()

    def given(self, by: Any) -> dict[str, Any]:
        return {"by": by, "now": self.now, "since": self.day(), "consent": consent(self.now.date())}

    def ask(self) -> None:
        deal = self.random.choice(self.deals)
        asked(self.cast.helix, deal, **self.given(deal.created_by))

    def appoint(self) -> None:
        team, _product = self.random.choice(self.teams())
        appointed(self.cast, team, self.account, **self.given(self.cast.pam))

    def decide(self) -> None:
        rows = list(PartnerOfRecord.objects.asked())
        if rows:
            accept = self.random.random() < 0.7
            record = self.random.choice(rows)
            decide_record(record=record, accept=accept, message="Read.", by=self.cast.pam, now=self.now)

    def prove(self) -> None:
        for record in PartnerOfRecord.objects.standing().with_nouns():
            admin = self.cast.helix.admin if record.partner == self.cast.helix.partner else self.cast.orbit.admin
            give_proof(record=record, text=TEXT, by=admin, now=self.now)

    def answer(self) -> None:
        rows = list(PartnerOfRecord.objects.standing())
        if rows:
            accept = self.random.random() < 0.7
            decide_proof(
                record=self.random.choice(rows), accept=accept, message="Read.", by=self.cast.pam, now=self.now
            )

    def end(self) -> None:
        rows = list(PartnerOfRecord.objects.standing())
        if rows:
            end_record(record=self.random.choice(rows), reason="Asked for.", by=self.cast.pam, now=self.now)

    def wait(self) -> None:
        self.now += timedelta(days=self.random.choice((1, 40, 150, 300)))

    def sweep(self) -> None:
        remind_due(now=self.now)
        end_due(now=self.now)

    def check(self) -> None:
        rows = PartnerOfRecord.objects.filter(account=self.account, state__in=WITH_PERIOD).order_by("since")
        for one, next_one in pairwise(rows):
            assert one.until < next_one.since
        assert len(of_record_at([self.account.pk], self.now)) <= 1
        assert (end_due(now=self.now), remind_due(now=self.now)) == (0, 0)
        for record in PartnerOfRecord.objects.all():
            assert record.proofs.waiting().count() <= (1 if record.is_standing else 0)


def told_twice() -> int:
    keys = list(Notice.objects.filter(kind__startswith="record.").values_list("key", flat=True))
    return len(keys) - len(set(keys))


@pytest.mark.parametrize("seed", range(6))
def test_customer_never_has_two_partners_of_record(cast: Cast, seed: int) -> None:
    history = History(cast, seed)
    history.play()

    assert history.done > 5
    assert told_twice() == 0
    for record in PartnerOfRecord.objects.all():
        kinds = list(Event.objects.about("of_record", record.public_id).order_by("pk").values_list("kind", flat=True))
        assert kinds[0] in ("record.asked", "record.appointed", "record.won")
        assert kinds.count("record.ended") <= 1
        assert ("record.refused" in kinds) == (record.state == "refused")


def test_day_without_anybody_has_no_partner_of_record(cast: Cast) -> None:
    history = History(cast, 0)
    moment: datetime = history.now

    assert of_record_at([history.account.pk], moment) == {}
    assert of_record_at([], moment) == {}
