"""Many pay at once: nothing is paid twice. The control takes the guards away, and then it is."""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction
from django.db.models import Count, Sum

from prm.clocks.database import database_now
from prm.errors import PrmError, StateConflict
from prm.ledger.models import Entry, Settlement
from prm.payments import actions
from prm.payments.models import Payment, PaymentLine, PaymentRun
from tests.factories import Cast
from tests.meeting import Meeting
from tests.payments.paying import answer, payable, prepared, tomorrow, with_account

PARALLEL, ATTEMPTS = 8, 48
EACH = 100  # attempts of each of the parallel ones


@pytest.fixture(autouse=True)
def payer(settings: Any) -> None:
    settings.PRM_PAYER_IBAN = "DE89370400440532013000"


def at_once(call: Callable[[], object], times: int = ATTEMPTS) -> Counter[str]:
    """How the attempts ended, by the name of what came of them; from so many threads as run beside each other."""

    def one(_number: int) -> str:
        try:
            return type(call()).__name__
        except (PrmError, OperationalError) as error:
            return type(error).__name__
        finally:
            connection.close()

    with ThreadPoolExecutor(PARALLEL) as pool:
        return Counter(pool.map(one, range(times)))


def prepare(cast: Cast) -> PaymentRun:
    return actions.prepare_run(currency="EUR", due_on=tomorrow(), by=cast.finance, now=database_now())


def test_runs_prepared_at_once_take_every_entry_once(live_cast: Cast) -> None:
    with_account(live_cast.helix, live_cast.finance)
    for number in range(20):
        payable(live_cast.helix.organisation, "50.00", f"c{number}")
    ended = at_once(lambda: prepare(live_cast))

    assert ended["PaymentRun"] == 1
    assert ended["PaymentRun"] + ended["StateConflict"] + ended["OperationalError"] == ATTEMPTS
    assert PaymentLine.objects.filter(living=True).count() == 20


def test_run_driven_by_many_pays_once(live_cast: Cast) -> None:
    run = prepared(live_cast, "50.00", "25.00")
    given = {"run": run, "by": live_cast.finance}
    approved = at_once(lambda: actions.approve_run(now=database_now(), **given))
    exported = at_once(lambda: actions.export_run(now=database_now(), **given))
    results = answer(run)
    taken = at_once(lambda: actions.take_results(results=results, now=database_now(), **given))

    assert (approved["PaymentRun"], exported["PaymentRun"]) == (1, 1)
    assert taken["PaymentRun"] >= 1
    assert Entry.objects.filter(kind="payout").count() == 1
    assert Settlement.objects.count() == 2
    assert Payment.objects.get().state == "paid"


def at_the_bank() -> Decimal:
    """What the bank was asked to pay and did not refuse."""
    asked = Payment.objects.filter(run__exported_at__isnull=False).exclude(state="failed")
    return asked.aggregate(total=Sum("amount"))["total"] or Decimal(0)


def attempt(cast: Cast, draw: random.Random) -> str:
    """One of the steps, by somebody who looked a moment ago; how it ended."""
    given = {"by": cast.finance, "now": database_now()}
    run = PaymentRun.objects.exclude(state="discarded").order_by("-pk").first()
    steps: list[Callable[[], object]] = [lambda: prepare(cast)]
    if run is not None:
        steps += [
            lambda: actions.approve_run(run=run, **given),
            lambda: actions.export_run(run=run, **given),
            lambda: actions.take_results(
                run=run, results=answer(run, draw.choice(["paid", "paid", "failed"])), **given
            ),
        ]
        steps += [lambda: actions.discard_run(run=run, **given)] if draw.random() < 0.05 else []
    try:
        return type(draw.choice(steps)()).__name__
    except (PrmError, OperationalError) as error:
        return type(error).__name__


def test_eight_hundred_attempts_at_once_pay_no_entry_twice(live_cast: Cast) -> None:
    """Preparing, approving, handing over, discarding and the bank's answers, by eight who do not wait."""
    for team, holder in ((live_cast.helix, "Helix Systems GmbH"), (live_cast.orbit, "Orbit Solutions")):
        with_account(team, live_cast.finance, holder=holder)
        for number in range(10):
            payable(team.organisation, "50.01", f"c{number}")

    def work(number: int) -> Counter[str]:
        draw = random.Random(number)
        try:
            return Counter(attempt(live_cast, draw) for _ in range(EACH))
        finally:
            connection.close()

    with ThreadPoolExecutor(PARALLEL) as pool:
        ended = sum(pool.map(work, range(PARALLEL)), Counter[str]())
    finish(live_cast)

    assert ended.total() == PARALLEL * EACH == 800
    assert set(ended) <= {"PaymentRun", "StateConflict", "InvalidInput", "OperationalError"}
    assert at_the_bank() == Decimal("1000.20")
    assert Settlement.objects.count() == 20
    assert -(Entry.objects.filter(kind="payout").aggregate(paid=Sum("amount"))["paid"]) == Decimal("1000.20")
    lived = PaymentLine.objects.filter(living=True).values("entry").annotate(count=Count("pk"))
    assert {row["count"] for row in lived} == {1}


def finish(cast: Cast) -> None:
    """What is still on its way, and what failed, is paid."""
    given = {"by": cast.finance, "now": database_now()}
    for run in PaymentRun.objects.filter(state__in=["draft", "approved"]):
        actions.discard_run(run=run, **given)
    for run in PaymentRun.objects.filter(state="exported"):
        actions.take_results(run=run, results=answer(run), **given)
    if Entry.objects.open().exists():
        run = actions.approve_run(run=prepare(cast), **given)
        run = actions.export_run(run=run, **given)
        actions.take_results(run=run, results=answer(run), **given)


def killed(verb: Callable[[], object]) -> None:
    """The verb has done everything, and its connection dies before the commit."""

    def die() -> None:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                verb()
                cursor.execute("select pg_terminate_backend(pg_backend_pid())")
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool, pytest.raises(OperationalError):
        pool.submit(die).result()


def test_run_that_dies_at_every_step_and_is_repeated_pays_once(live_cast: Cast) -> None:
    with_account(live_cast.helix, live_cast.finance)
    payable(live_cast.helix.organisation, "50.00")
    killed(lambda: prepare(live_cast))
    assert not PaymentRun.objects.exists()
    run = prepare(live_cast)
    given = {"run": run, "by": live_cast.finance}
    steps: list[Callable[[], PaymentRun]] = [
        lambda: actions.approve_run(now=database_now(), **given),
        lambda: actions.export_run(now=database_now(), **given),
        lambda: actions.take_results(results=answer(run), now=database_now(), **given),
    ]
    for before, step in zip(("draft", "approved", "exported"), steps, strict=True):
        killed(step)
        assert PaymentRun.objects.get().state == before
        step()
    for step in steps[:2]:
        with pytest.raises(StateConflict):
            step()
    steps[2]()

    assert PaymentRun.objects.get().state == "closed"
    assert Entry.objects.filter(kind="payout").count() == Settlement.objects.count() == 1
    assert at_the_bank() == Decimal("50.00")


@pytest.fixture
def unguarded(live_cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Without the lock and without the constraint; everybody plans before anybody writes."""
    constraint = next(c for c in PaymentLine._meta.constraints if c.name == "payment_line_once")
    with connection.schema_editor() as editor:
        editor.remove_constraint(PaymentLine, constraint)
    monkeypatch.setattr(type(Entry.objects.all()), "select_for_update", lambda self, **_: self)

    monkeypatch.setattr(actions, "_fill", Meeting(of=PARALLEL).before(actions._fill))
    yield
    PaymentLine.objects.all().delete()
    with connection.schema_editor() as editor:
        editor.add_constraint(PaymentLine, constraint)


@pytest.mark.usefixtures("unguarded")
def test_control_without_guards_takes_entries_again_and_again(live_cast: Cast) -> None:
    with_account(live_cast.helix, live_cast.finance)
    payable(live_cast.helix.organisation, "50.00")
    ended = at_once(lambda: prepare(live_cast), PARALLEL)

    assert ended["PaymentRun"] == PARALLEL
    assert PaymentLine.objects.filter(living=True).count() == PARALLEL
    for run in PaymentRun.objects.all():
        actions.export_run(
            run=actions.approve_run(run=run, by=live_cast.finance, now=database_now()),
            by=live_cast.finance,
            now=database_now(),
        )
    assert at_the_bank() == PARALLEL * Decimal("50.00")


def test_entry_in_two_living_payments_is_refused_by_the_database(live_cast: Cast) -> None:
    run = prepared(live_cast, "50.00")
    plan = actions.rules.Plan([], {}, {})
    [payment] = run.payments.all()
    [line] = payment.lines.all()
    twin = PaymentRun.objects.create(
        currency="EUR", total=1, needs_second=False, due_on=tomorrow(), created_at=database_now()
    )
    plan.payments.append(
        actions.rules.Planned(payment.organisation_id, payment.payee_id, payment.amount, (line.entry_id,))
    )

    with pytest.raises(StateConflict, match="Another run has taken"):
        actions._fill(twin, plan)
