"""Long histories drawn by chance, beside a model that is too simple to be wrong."""

import random
from dataclasses import dataclass, field
from typing import Any

import pytest

from deals.cosell import actions, stepping
from deals.cosell.models import CoSell, CoSellStep
from deals.registrations.models import Registration
from prm.accounts.models import User
from prm.audit.models import Event
from prm.clocks.database import database_now
from prm.errors import PrmError
from prm.portal.sockets import work_for
from tests.deals.cosell.asking import ask, fresh, step
from tests.factories import Cast, make_approved, make_user

VERBS = ("ask", "accept", "decline", "withdraw", "end", "hand_over", "note", "tick")
STEPS = 60


@dataclass
class Model:
    """What is known of one deal: who asked, who sells, and what is to be done by whom."""

    asked_by: str = ""
    seller: User | None = None
    open_steps: dict[str, str] = field(default_factory=dict)
    events: list[str] = field(default_factory=list)

    @property
    def is_free(self) -> bool:
        return not self.asked_by

    def over(self, event: str) -> None:
        self.asked_by, self.seller = "", None
        self.open_steps.clear()
        self.events.append(event)


class Walk:
    def __init__(self, cast: Cast, seed: int) -> None:
        self.cast, self.chance = cast, random.Random(seed)
        self.deal = make_approved(cast.helix)
        self.sellers = [cast.seller, make_user(f"second{seed}@vendor.example", cast.vendor, "direct_seller")]
        self.people = {"partner": cast.helix.rep, "vendor": cast.pam}
        self.model = Model()
        self.number = 0

    def current(self) -> CoSell | None:
        return CoSell.objects.with_nouns().filter(registration=self.deal).order_by("-pk").first()

    def go(self) -> None:
        verb, side = self.chance.choice(VERBS), self.chance.choice(["partner", "vendor"])
        found, by, now = self.current(), self.people[side], database_now()
        if found is None and verb != "ask":
            return
        about: dict[str, Any] = {"found": found, "by": by, "now": now}
        before = Event.objects.count()
        try:
            getattr(self, verb)(side, about)
        except PrmError:
            assert Event.objects.count() == before
            assert not self.allowed(verb, side)
        self.check()

    def allowed(self, verb: str, side: str) -> bool:
        model = self.model
        waiting = bool(model.asked_by) and model.seller is None
        if verb == "ask":
            return model.is_free
        if verb in ("accept", "decline"):
            return waiting and model.asked_by != side
        if verb == "withdraw":
            return waiting and model.asked_by == side
        if verb == "tick":
            return model.seller is not None and side in model.open_steps.values()
        if verb == "hand_over":
            # To whom it is handed is drawn, and may be the one who has it.
            return False
        return model.seller is not None

    def ask(self, side: str, about: dict[str, Any]) -> None:
        person = self.sellers[0] if side == "vendor" else None
        ask(self.deal, about["by"], person=person)
        self.model.asked_by = side
        self.model.events.append("asked")

    def accept(self, side: str, about: dict[str, Any]) -> None:
        person = self.chance.choice(self.sellers) if side == "vendor" else None
        found = actions.accept(**about, person=person)
        self.model.seller = found.vendor_person
        self.model.events.append("accepted")

    def decline(self, side: str, about: dict[str, Any]) -> None:
        actions.decline(**about, reason="too_early")
        self.model.over("declined")

    def withdraw(self, side: str, about: dict[str, Any]) -> None:
        actions.withdraw(**about)
        self.model.over("withdrawn")

    def end(self, side: str, about: dict[str, Any]) -> None:
        actions.end(**about, result="done")
        self.model.over("ended")

    def hand_over(self, side: str, about: dict[str, Any]) -> None:
        person = self.chance.choice(self.sellers)
        actions.hand_over(**{**about, "by": self.people["vendor"]}, person=person)
        self.model.seller = person
        self.model.events.append("handed_over")

    def note(self, side: str, about: dict[str, Any]) -> None:
        self.number += 1
        given = step(side, text=f"Step {self.number}")
        stepping.add_step(**about, **given._asdict())
        self.model.open_steps[given.text] = side
        self.model.events.append("step_added")

    def tick(self, side: str, about: dict[str, Any]) -> None:
        own = [text for text, whose in self.model.open_steps.items() if whose == side]
        row = CoSellStep.objects.filter(co_sell=about["found"], text__in=own).first()
        stepping.complete_step(**about, step=row.public_id if row else "cst_none")
        assert row is not None
        del self.model.open_steps[row.text]
        self.model.events.append("step_done")

    def check(self) -> None:
        """What everybody sees is what the model says."""
        model = self.model
        assert CoSell.objects.open().filter(registration=self.deal).count() == (not model.is_free)
        for seller in self.sellers:
            reads = Registration.objects.visible_to(seller).filter(pk=self.deal.pk).exists()
            assert reads is (model.seller == seller)
        recorded = Event.objects.filter(subject_id=self.deal.public_id, kind__startswith="deal.co_sell").order_by("pk")
        kinds = [kind.removeprefix("deal.co_sell_") for kind in recorded.values_list("kind", flat=True)]
        assert kinds == model.events
        if model.seller is not None:
            todo = [one for one in work_for(model.seller, database_now()) if one.url.startswith("/co-sell/")]
            assert len(todo) == sum(side == "vendor" for side in model.open_steps.values())


@pytest.mark.parametrize("seed", [1, 2])
def test_histories_follow_the_model(cast: Cast, seed: int) -> None:
    walk = Walk(cast, seed)
    for _ in range(STEPS):
        walk.go()

    assert len(walk.model.events) > STEPS // 6
    found = walk.current()
    assert found is not None
    assert fresh(found).version >= 1


def test_control_model_that_forgets_an_end_is_found_out(cast: Cast) -> None:
    walk = Walk(cast, 3)
    walk.ask("partner", {"by": cast.helix.rep})
    walk.accept("vendor", {"found": walk.current(), "by": cast.pam, "now": database_now()})
    walk.check()
    actions.end(found=fresh(_one(walk)), result="done", by=cast.pam, now=database_now())

    with pytest.raises(AssertionError):
        walk.check()


def _one(walk: Walk) -> CoSell:
    found = walk.current()
    assert found is not None
    return found
