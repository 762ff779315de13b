"""The verbs of next steps: either side notes them, each ticks off its own, and the sweep calls them to mind."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from deals.cosell import notices, policies, rules
from deals.cosell.events import record_co_sell
from deals.cosell.holding import change, check_discreet, held
from deals.cosell.models import LONGEST_STEP, CoSell, CoSellStep
from deals.cosell.rules import NextStep
from deals.cosell.states import CoSellState, Party
from prm.accounts.models import User
from prm.clocks.calendar import end_of_day, local_date
from prm.errors import InvalidInput, NotAllowed, StateConflict
from prm.notices import doorbell

MOST_TO_DO = 50
BATCH = 500


@transaction.atomic
def add_step(*, found: CoSell, side: str, text: str, due_on: date, by: User, now: datetime) -> CoSell:
    """Note what is next for the named person of a side. The same once more, while it is to be done, is a conflict."""
    found = held(found, by, policies.can_work, CoSellState.ACTIVE)
    for step in note_steps(found, [NextStep(side, text, due_on)], by=by, now=now):
        data = {"step": step.public_id, "due_at": step.due_at}
        record_co_sell("step_added", found, by=by, now=now, **data)
        notices.step_added(step, by=by, now=now)
    change(found)
    doorbell.ring_after_commit()
    return found


def note_steps(
    found: CoSell, steps: Sequence[NextStep], *, by: User, now: datetime, path: str = ""
) -> list[CoSellStep]:
    """For verbs that hold the row. Days end on the partner's wall. `path` is where the steps stood in what was sent."""
    zone = found.registration.partner.organisation.time_zone
    today = local_date(now, zone)
    known = set(found.steps.filter(done_at=None).values_list("side", "text"))
    made = []
    for number, step in enumerate(steps):
        at = f"{path}.{number}." if path else ""
        _check(step, today, at)
        check_discreet(found, step.text, by, field=f"{at}text")
        key = (str(step.side), step.text.strip())
        if key in known:
            raise StateConflict(_("This step is noted already."), state=found.state, code="noted")
        known.add(key)
        due = end_of_day(step.due_on, zone)
        told = {"remind_at": rules.remind_at(due, now), "created_at": now, "created_by": by}
        made.append(CoSellStep(co_sell=found, side=key[0], text=key[1], due_at=due, **told))
    if len(known) > MOST_TO_DO:
        raise StateConflict(_("Too many steps are still to be done."), state=found.state, code="too_many")
    return CoSellStep.objects.bulk_create(made)


def _check(step: NextStep, today: date, at: str) -> None:
    errors: dict[str, list[str]] = {}
    if step.side not in Party.values:
        errors[f"{at}side"] = [_("Say which side does it.")]
    if not 0 < len(step.text.strip()) <= LONGEST_STEP:
        errors[f"{at}text"] = [_("Say what is to be done, in at most %(most)d characters.") % {"most": LONGEST_STEP}]
    if step.due_on < today:
        errors[f"{at}due_on"] = [_("Give today or a later day.")]
    if errors:
        raise InvalidInput(errors)


@transaction.atomic
def complete_step(*, found: CoSell, step: str, by: User, now: datetime) -> CoSell:
    """Tick off a step of the own side; `step` is its public id."""
    found = held(found, by, policies.can_work, CoSellState.ACTIVE)
    row = found.steps.select_for_update().filter(public_id=step).first()
    if row is None:
        raise InvalidInput({"step": [_("There is no such step here.")]})
    if row.side != policies.side_of(by):
        raise NotAllowed(_("The other side ticks off its own steps."))
    if row.done_at is not None:
        raise StateConflict(_("This step is done already."), state=found.state, code="done")
    row.done_at, row.done_by, row.remind_at = now, by, None
    row.save(update_fields=["done_at", "done_by", "remind_at"])
    change(found)
    record_co_sell("step_done", found, by=by, now=now, step=row.public_id)
    return found


def remind_steps(*, now: datetime) -> int:
    """Tell whose next step is due soon, each once. Returns how many."""
    total = 0
    while done := _remind_batch(now):
        total += done
    return total


@transaction.atomic
def _remind_batch(now: datetime) -> int:
    rows = CoSellStep.objects.to_remind(now).select_for_update(skip_locked=True, of=("self",)).order_by("pk")
    nouns = ("partner_person", "vendor_person", "registration__partner__organisation")
    soon = list(rows.select_related(*(f"co_sell__{noun}" for noun in nouns))[:BATCH])
    CoSellStep.objects.filter(pk__in=[step.pk for step in soon]).update(remind_at=None)
    notices.remind(soon, now=now)
    return len(soon)
