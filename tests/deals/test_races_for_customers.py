"""Approvals at once for one customer under many names: never two that protect it. Each race has a control that does."""

from concurrent.futures import ThreadPoolExecutor
from itertools import combinations
from threading import Barrier
from typing import Any

import pytest
from django.db import OperationalError, transaction
from django.test import Client
from psycopg.errors import LockNotAvailable
from pytest_django.live_server_helper import LiveServer

from deals.conflicts.actions import judge
from deals.decisions import actions as decisions
from deals.decisions import locks
from deals.protections.models import Protection
from deals.registrations.actions import submit
from deals.registrations.line import take_place
from deals.registrations.models import Registration
from partners.models import Account
from prm.clocks.database import database_now
from prm.errors import StateConflict
from prm.matching import Band, score
from prm.matching.locks import lock_customer, lock_numbers
from tests.deals.portal.doing import decide as press
from tests.deals.test_races import approvals, post, wait_until
from tests.factories import (
    MUELLER,
    Cast,
    Team,
    make_account,
    make_assessed,
    make_draft,
    make_registration,
    make_team,
    make_token,
)
from tests.portal.holding import PATIENCE, away, impatient, meanwhile, somebody_waits, unfinished

THREADS = 8
HERE: dict[str, Any] = {**MUELLER}
SAME: dict[str, Any] = {**MUELLER, "customer_name": "Mueller-Logistik"}
# Four customers, each as four partners write it: all four block each other.
CUSTOMERS: list[list[dict[str, Any]]] = [
    [
        {"customer_name": name, "customer_website": website, "customer_city": city}
        for name, website, city in (
            (f"{first} {second} GmbH", "", "Hamburg"),
            (f"{second}-{first}", "", "hamburg"),
            (f"{first.upper()} {second.upper()} AG", f"{first}{second}.de".lower(), "Hamburg"),
            (f"{first} {second}, S.A.", f"https://www.{first}{second}.de/kontakt".lower(), "Hamburg"),
        )
    ]
    for first, second in (
        ("Nordlicht", "Apotheke"),
        ("Quellhof", "Brauerei"),
        ("Zirbelwald", "Moebel"),
        ("Steinfurt", "Kabel"),
    )
]


@pytest.fixture
def four_teams(live_cast: Cast) -> list[Team]:
    return [make_team(f"rival{n}", f"Rival {n}", pam=live_cast.pam) for n in range(4)]


@pytest.fixture
def contested(live_cast: Cast, four_teams: list[Team]) -> list[Registration]:
    product = live_cast.products["fleet-cloud"]
    return [
        make_registration(team, product, **values)
        for spellings in CUSTOMERS
        for team, values in zip(four_teams, spellings, strict=True)
    ]


@pytest.fixture
def no_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locks, "lock_customer", lambda *_identities, **_from: None)
    monkeypatch.setattr(locks, "lock_accounts", lambda _ids: None)


def approve_all(base: str, cast: Cast, deals: list[Registration], account: str = "new") -> int:
    """As new customers, so that only the check is between them. Returns how many were approved."""
    together = Barrier(THREADS)
    calls = approvals(deals, cast.pam, account=account, override_reason="customer_choice")

    def some(number: int) -> list[int]:
        together.wait(timeout=PATIENCE)
        return [post(base, call)[0] for call in calls[number::THREADS]]

    with ThreadPoolExecutor(THREADS) as pool:
        given = list(pool.map(some, range(THREADS)))
    statuses = [status for answers in given for status in answers]
    assert set(statuses) <= {200, 409}
    return statuses.count(200)


def held_twice() -> list[tuple[str, str]]:
    """Pairs of protected customers that are certainly the same."""
    held = [protection.registration for protection in Protection.objects.select_related("registration").order_by("pk")]
    return [
        (one.customer_name, other.customer_name)
        for one, other in combinations(held, 2)
        if score(one.identity, other.identity).band == Band.BLOCK
    ]


def test_spellings_of_one_customer_block_each_other_and_no_other() -> None:
    """What the tests below rest on."""
    named = [
        [Registration(customer_country="DE", **values).identity for values in spellings] for spellings in CUSTOMERS
    ]

    assert all(score(one, other).band == Band.BLOCK for each in named for one, other in combinations(each, 2))
    assert all(score(one, other).band != Band.BLOCK for a, b in combinations(named, 2) for one in a for other in b)


@pytest.mark.parametrize("account", ["new", ""])
def test_each_customer_is_protected_once_under_whatever_name(
    live_server: LiveServer, live_cast: Cast, contested: list[Registration], account: str
) -> None:
    approved = approve_all(live_server.url, live_cast, contested, account)

    assert (approved, held_twice()) == (len(CUSTOMERS), [])


@pytest.mark.usefixtures("no_locks")
def test_control_without_the_locks_a_customer_is_protected_twice(
    live_server: LiveServer, live_cast: Cast, contested: list[Registration]
) -> None:
    approved = approve_all(live_server.url, live_cast, contested)

    assert approved > len(CUSTOMERS)
    assert held_twice() != []


def decide(deal: Registration, cast: Cast, account: str = "") -> str:
    """The new state, or why not."""
    try:
        return decisions.approve(
            registration=deal, account=account, override_reason="customer_choice", by=cast.pam, now=database_now()
        ).state
    except StateConflict as refused:
        return refused.code


@pytest.fixture
def renamed(live_cast: Cast) -> tuple[Account, Registration, Registration]:
    """A customer under two names, registered under each of them: the registrations are not alike at all."""
    account = make_account("Nordlicht Apotheke", former_names=["Quellhof Brauerei"], city="Hamburg")
    plain: dict[str, Any] = {"customer_website": "", "customer_city": "Hamburg"}
    new = make_registration(live_cast.helix, **plain, customer_name="Nordlicht Apotheke")
    former = make_registration(live_cast.orbit, **plain, customer_name="Quellhof Brauerei")
    return account, new, former


def test_registrations_that_have_only_an_account_in_common_wait_for_each_other(
    live_cast: Cast, renamed: tuple[Account, Registration, Registration]
) -> None:
    account, new, former = renamed

    outcome = meanwhile(lambda: decide(new, live_cast), lambda: decide(former, live_cast, "new"))

    assert outcome == "protected"
    assert Protection.objects.get().account == account


def test_control_without_the_lock_over_the_account_both_are_approved(
    live_cast: Cast, renamed: tuple[Account, Registration, Registration], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locks, "lock_accounts", lambda _ids: None)
    _account, new, former = renamed

    outcome = meanwhile(lambda: decide(new, live_cast), lambda: decide(former, live_cast, "new"))

    assert outcome == "approved"
    assert Protection.objects.count() == 2


def test_account_that_the_reviewer_names_is_locked_with_its_names(
    live_cast: Cast, renamed: tuple[Account, Registration, Registration]
) -> None:
    account, _new, former = renamed
    other = make_registration(live_cast.helix, customer_name="Something Else Entirely")

    outcome = meanwhile(lambda: decide(other, live_cast, account.public_id), lambda: decide(former, live_cast, "new"))

    assert outcome == "protected"


def test_strangers_are_approved_while_a_customer_is_decided(live_cast: Cast) -> None:
    mueller, other = make_registration(live_cast.helix, **HERE), make_registration(live_cast.orbit)

    with unfinished(lambda: decide(mueller, live_cast)), impatient():
        assert decide(other, live_cast) == "approved"


def test_control_the_same_customer_waits(live_cast: Cast) -> None:
    mueller = make_registration(live_cast.helix, **HERE)
    same = make_registration(live_cast.orbit, **SAME)

    with unfinished(lambda: decide(mueller, live_cast)), impatient(), pytest.raises(OperationalError) as refused:
        decide(same, live_cast)

    assert isinstance(refused.value.__cause__, LockNotAvailable)
    assert decide(same, live_cast) == "protected"


def test_who_waited_with_an_older_clock_finds_what_was_protected_meanwhile(live_cast: Cast) -> None:
    """Both doors read their clocks before either had the lock."""
    asked = database_now()
    mueller, same = make_registration(live_cast.helix, **HERE), make_registration(live_cast.orbit, **SAME)
    decide(mueller, live_cast)

    with pytest.raises(StateConflict) as refused:
        decisions.approve(
            registration=same, account="new", override_reason="customer_choice", by=live_cast.pam, now=asked
        )

    assert refused.value.code == "protected"


def test_who_waits_too_long_is_told_to_try_again(live_cast: Cast, client: Client) -> None:
    deal = make_registration(live_cast.helix, **HERE)
    path, headers = f"/api/v1/deals/{deal.public_id}/approve", {"Authorization": f"Bearer {make_token(live_cast.pam)}"}

    with unfinished(lambda: lock_customer(deal.identity)), impatient():
        answer = client.post(path, headers=headers, content_type="application/json")

    deal.refresh_from_db()
    assert (answer.status_code, answer.json()["type"], deal.state) == (409, "urn:prm:problem:busy", "submitted")
    assert client.post(path, headers=headers, content_type="application/json").status_code == 200


def test_page_says_that_somebody_decides_and_keeps_what_was_typed(live_cast: Cast, client: Client) -> None:
    deal = make_registration(live_cast.helix, **HERE)
    client.force_login(live_cast.pam)

    with unfinished(lambda: lock_customer(deal.identity)), impatient():
        refused = press(client, deal, "approve", message="Good luck, all of you.")
    before = deal.state
    press(client, deal, "approve", message="Good luck, all of you.")

    assert (refused.status_code, before, deal.state) == (409, "submitted", "approved")
    assert "Somebody else is changing this right now." in refused.text
    assert "Good luck, all of you." in refused.text


def test_registration_that_changed_on_the_way_to_its_row_is_looked_at_again(live_cast: Cast) -> None:
    deal = make_registration(live_cast.helix, **HERE)
    Registration.objects.filter(pk=deal.pk).update(customer_city="Bremen")

    with pytest.raises(StateConflict, match="changed meanwhile"):
        decisions.approve(registration=deal, by=live_cast.pam, now=database_now())

    deal.refresh_from_db()
    assert (deal.state, Protection.objects.count()) == ("submitted", 0)
    assert decide(deal, live_cast) == "approved"


def test_registration_that_was_submitted_on_the_way_is_looked_at_again(live_cast: Cast) -> None:
    """Places ahead of it may have been drawn after the approval had waited for those on the way."""
    draft = make_draft(live_cast.helix, **HERE)
    seen = Registration.objects.get(pk=draft.pk)
    submit(registration=draft, by=live_cast.helix.rep, now=database_now())

    with pytest.raises(StateConflict, match="changed meanwhile"):
        decisions.approve(registration=seen, by=live_cast.pam, now=database_now())


def test_who_waits_for_a_place_on_the_way_holds_no_customer(live_cast: Cast) -> None:
    """An approval waits for submissions with nothing in its hands, so that nobody waits for it in turn."""
    deal = make_registration(live_cast.helix, **HERE)

    with ThreadPoolExecutor(1) as pool, unfinished(take_place) as commit:
        deciding = pool.submit(away, lambda: decide(deal, live_cast))
        wait_until(somebody_waits)
        with impatient(), transaction.atomic():
            lock_customer(deal.identity)
        commit.set()

        assert deciding.result(timeout=PATIENCE) == "approved"


@pytest.mark.parametrize("is_judged", [True, False])
def test_those_whom_people_call_the_same_wait_for_each_other(live_cast: Cast, is_judged: bool) -> None:
    """However little their names have in common; nobody waits for what is merely alike."""
    one = make_assessed(live_cast.helix, **{**MUELLER, "customer_website": "", "customer_city": ""})
    alike = {"customer_name": "Mueller Logistik Service Nord", "customer_website": "", "customer_city": ""}
    other = make_assessed(live_cast.orbit, **{**MUELLER, **alike})
    assert lock_numbers(one.identity, block_from=0.9) != lock_numbers(one.identity, block_from=0.0)
    assert not {*lock_numbers(one.identity, block_from=0.9)} & {*lock_numbers(other.identity, block_from=0.9)}
    if is_judged:
        judge(registration=one, other=other, verdict="same", by=live_cast.pam, now=database_now())

    def waits() -> bool:
        with impatient():
            try:
                decide(other, live_cast)
            except OperationalError:
                return True
            return False

    with unfinished(lambda: locks.lock_decision(one, now=database_now())):
        assert waits() is is_judged
