"""Many at once, over real HTTP on real connections. Each race has a control that must oversell."""

import json
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from threading import Event as Signal
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction
from pytest_django.live_server_helper import LiveServer

from deals.decisions import actions as decision_actions
from deals.decisions import locks
from deals.protections.models import Protection
from deals.registrations import actions as registration_actions
from deals.registrations.models import Registration
from deals.registrations.states import Verb
from deals.registrations.twins import await_twins
from prm.accounts.models import User
from prm.audit.models import Event
from prm.clocks.database import database_now
from prm.errors import StateConflict
from tests.factories import MUELLER, Cast, make_draft, make_registration, make_team, make_token
from tests.meeting import Meeting

PARALLEL = 16
Call = tuple[str, str, dict[str, Any], dict[str, str]]  # path, token, body, headers


def post(base: str, call: Call) -> tuple[int, dict[str, Any]]:
    path, token, body, headers = call
    request = urllib.request.Request(
        f"{base}/api/v1/{path}",
        data=json.dumps(body).encode(),
        headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json", **headers},
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def all_at_once(base: str, calls: list[Call]) -> list[tuple[int, dict[str, Any]]]:
    """Every call from a thread of its own, started together."""
    start = Barrier(len(calls))

    def one(call: Call) -> tuple[int, dict[str, Any]]:
        start.wait(timeout=20)
        return post(base, call)

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(one, calls))


def statuses(answers: list[tuple[int, dict[str, Any]]]) -> Counter[int]:
    return Counter(status for status, _body in answers)


@pytest.fixture
def rivals(live_cast: Cast) -> list[Registration]:
    """Registrations of many partners for one customer and product, in the order of their places."""
    teams = [make_team(f"rival{n}", f"Rival {n}", pam=live_cast.pam) for n in range(PARALLEL)]
    return [make_registration(team, live_cast.products["fleet-cloud"], **MUELLER) for team in teams]


@pytest.fixture
def no_wall() -> Iterator[None]:
    """The database without its exclusion constraint."""
    table = Protection._meta.db_table
    constraint = next(c for c in Protection._meta.constraints if c.name == "protection_never_double")
    with connection.cursor() as cursor:
        cursor.execute(f"alter table {table} drop constraint {constraint.name}")
    yield
    Protection.objects.all().delete()
    with connection.schema_editor() as editor:
        editor.add_constraint(Protection, constraint)


def approvals(rivals: list[Registration], pam: User, **body: str) -> list[Call]:
    token = make_token(pam)
    return [(f"deals/{rival.public_id}/approve", token, body, {}) for rival in rivals]


def test_parallel_approvals_let_only_the_earliest_win(
    live_server: LiveServer, live_cast: Cast, rivals: list[Registration]
) -> None:
    answers = all_at_once(live_server.url, approvals(rivals, live_cast.pam))

    assert statuses(answers) == {200: 1, 409: PARALLEL - 1}
    assert Protection.objects.get().registration == rivals[0]
    assert list(Registration.objects.filter(state="approved")) == [rivals[0]]


def test_parallel_overrides_let_only_one_win(
    live_server: LiveServer, live_cast: Cast, rivals: list[Registration]
) -> None:
    answers = all_at_once(live_server.url, approvals(rivals, live_cast.pam, override_reason="customer_choice"))

    assert statuses(answers) == {200: 1, 409: PARALLEL - 1}
    assert Protection.objects.count() == 1


@pytest.mark.usefixtures("no_wall")
def test_parallel_overrides_oversell_without_lock_and_constraint(
    live_server: LiveServer, live_cast: Cast, rivals: list[Registration], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: the test above can fail. Where the lock was, all meet instead, so that none is alone by chance."""
    meeting = Meeting(of=PARALLEL)
    monkeypatch.setattr(locks, "lock_customer", meeting.before(lambda *_identities, **_from: None))

    answers = all_at_once(live_server.url, approvals(rivals, live_cast.pam, override_reason="customer_choice"))

    assert statuses(answers)[200] > 1
    assert Protection.objects.count() > 1


def approve_while_an_earlier_one_is_on_the_way(cast: Cast) -> tuple[Registration, Registration, str]:
    """The earlier registration has its place, but its transaction is still open when the later one is approved."""
    earlier, later = make_draft(cast.orbit, **MUELLER), make_draft(cast.helix, **MUELLER)
    placed, go_on = Signal(), Signal()

    def submit_slowly() -> None:
        with transaction.atomic():
            registration_actions.submit(registration=earlier, by=cast.orbit.rep, now=database_now())
            placed.set()
            go_on.wait(timeout=20)
        connection.close()

    with ThreadPoolExecutor(2) as pool:
        slow = pool.submit(submit_slowly)
        placed.wait(timeout=20)
        later = registration_actions.submit(registration=later, by=cast.helix.rep, now=database_now())
        deciding = pool.submit(approve_in_thread, later, cast.pam)
        wait_until(lambda: deciding.done() or somebody_waits_for_a_lock())
        go_on.set()
        slow.result(timeout=20)
        outcome = deciding.result(timeout=20)
    earlier.refresh_from_db()
    later.refresh_from_db()
    return earlier, later, outcome


def approve_in_thread(registration: Registration, pam: User) -> str:
    try:
        return decision_actions.approve(registration=registration, by=pam, now=database_now()).state
    except StateConflict as refused:
        return refused.code
    finally:
        connection.close()


def somebody_waits_for_a_lock() -> bool:
    """In this database: other tests run beside this one in theirs."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*) from pg_locks join pg_stat_activity using (pid)"
            " where not granted and datname = current_database()"
        )
        return bool(cursor.fetchone()[0])


def wait_until(happened: Callable[[], bool], seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while not happened() and time.monotonic() < end:
        time.sleep(0.02)


def test_nobody_slips_past_a_place_that_is_still_on_the_way(live_cast: Cast) -> None:
    earlier, later, outcome = approve_while_an_earlier_one_is_on_the_way(live_cast)

    assert earlier.is_ahead_of(later)
    assert (outcome, later.state) == ("earlier_undecided", "submitted")


def test_a_later_one_slips_past_without_waiting_for_places(live_cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control."""
    monkeypatch.setattr(decision_actions, "await_places", lambda: None)

    earlier, later, outcome = approve_while_an_earlier_one_is_on_the_way(live_cast)

    assert earlier.is_ahead_of(later)
    assert (outcome, later.state) == ("approved", "approved")


def approve_against_withdraw(base: str, cast: Cast, rows: list[Registration], times: int) -> list[Counter[int]]:
    pam, rep = make_token(cast.pam), make_token(cast.helix.rep)
    rounds = []
    for registration in rows:
        path = f"deals/{registration.public_id}"
        calls: list[Call] = [(f"{path}/approve", pam, {}, {}), (f"{path}/withdraw", rep, {}, {})]
        rounds.append(statuses(all_at_once(base, calls * times)))
    return rounds


def test_approve_against_withdraw_has_one_winner(live_server: LiveServer, live_cast: Cast) -> None:
    rows = [make_registration(live_cast.helix) for _ in range(8)]
    rounds = approve_against_withdraw(live_server.url, live_cast, rows, times=2)

    assert rounds == [{200: 1, 409: 3}] * len(rounds)
    ended = Event.objects.filter(kind__in=["deal.approved", "deal.withdrawn"]).count()
    assert ended == len(rounds)


def test_approve_against_withdraw_has_several_winners_without_the_row_lock(
    live_server: LiveServer, live_cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: verbs that trust the row they were handed, both before one of them writes."""
    rows = [make_registration(live_cast.helix) for _ in range(2)]

    def trusting(registration: Registration, *, verb: Verb, may: Callable[..., bool], by: User) -> Registration:
        return registration

    both = Meeting(of=2)
    monkeypatch.setattr(decision_actions, "locked", both.after(trusting))
    monkeypatch.setattr(registration_actions, "locked", both.after(trusting))

    rounds = approve_against_withdraw(live_server.url, live_cast, rows, times=1)

    assert any(seen[200] > 1 for seen in rounds)


def test_double_submit_takes_one_place(live_server: LiveServer, live_cast: Cast) -> None:
    draft = make_draft(live_cast.helix)
    call: Call = (f"deals/{draft.public_id}/submit", make_token(live_cast.helix.rep), {}, {})

    answers = all_at_once(live_server.url, [call] * 6)

    assert statuses(answers) == {200: 1, 409: 5}
    assert Event.objects.filter(kind="deal.submitted").count() == 1


def test_repeated_idempotency_key_makes_one_registration(live_server: LiveServer, live_cast: Cast) -> None:
    body = {"customer": {"name": "Aster Foods"}}
    call: Call = ("deals", make_token(live_cast.helix.rep), body, {"Idempotency-Key": "one-click"})

    answers = all_at_once(live_server.url, [call] * 8)

    assert Registration.objects.count() == 1
    assert {status for status, _body in answers} <= {201, 409}
    assert {body["id"] for status, body in answers if status == 201} == {Registration.objects.get().public_id}


def test_without_the_key_every_call_makes_one(live_server: LiveServer, live_cast: Cast) -> None:
    """The control: what the key prevents."""
    call: Call = ("deals", make_token(live_cast.helix.rep), {"customer": {"name": "Aster Foods"}}, {})

    answers = all_at_once(live_server.url, [call] * 8)

    assert statuses(answers) == {201: 8}
    assert Registration.objects.count() == 8


def test_own_duplicates_submitted_at_once_take_one_place(live_server: LiveServer, live_cast: Cast) -> None:
    token = make_token(live_cast.helix.rep)
    drafts = [make_draft(live_cast.helix, **MUELLER) for _ in range(6)]
    calls: list[Call] = [(f"deals/{draft.public_id}/submit", token, {}, {}) for draft in drafts]

    answers = all_at_once(live_server.url, calls)

    assert statuses(answers) == {200: 1, 409: 5}


def test_own_duplicates_slip_through_when_they_do_not_wait(
    live_server: LiveServer, live_cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: what waiting for twins prevents."""
    token = make_token(live_cast.helix.rep)
    drafts = [make_draft(live_cast.helix, **MUELLER) for _ in range(2)]
    calls: list[Call] = [(f"deals/{draft.public_id}/submit", token, {}, {}) for draft in drafts]
    looked = Meeting(of=len(calls)).after(registration_actions.own_duplicate)
    monkeypatch.setattr(registration_actions, "await_twins", lambda _registration, **_from: None)
    monkeypatch.setattr(registration_actions, "own_duplicate", looked)

    assert statuses(all_at_once(live_server.url, calls)) == {200: 2}


def test_only_twins_wait_for_each_other(live_cast: Cast) -> None:
    drafts = {
        "twin": make_draft(live_cast.helix, **{**MUELLER, "customer_city": "Bremen"}),
        "other customer": make_draft(live_cast.helix, customer_name="Aster Foods", customer_website=""),
        "rival's": make_draft(live_cast.orbit, **MUELLER),
    }

    def waits(name: str) -> bool:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("set local lock_timeout = '300ms'")
            try:
                await_twins(drafts[name], block_from=0.9)
            except OperationalError:
                return True
            return False

    with transaction.atomic(), ThreadPoolExecutor(1) as pool:
        await_twins(make_draft(live_cast.helix, **MUELLER), block_from=0.9)
        found = {name: pool.submit(waits, name).result(timeout=20) for name in drafts}
        pool.submit(lambda: connection.close()).result(timeout=20)

    assert found == {"twin": True, "other customer": False, "rival's": False}


def test_conflict_names_the_present_state(live_cast: Cast) -> None:
    registration = make_registration(live_cast.helix)

    with pytest.raises(StateConflict) as refused:
        registration_actions.submit(registration=registration, by=live_cast.helix.rep, now=registration.created_at)

    assert refused.value.state == "submitted"
