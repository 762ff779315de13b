"""Consents given and taken back in any order, beside a model that is two sets; and at the same moment."""

import random
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction

from deals.mapping import actions, work
from deals.mapping.models import MappedList, MappedRow, SharedAccount
from partners.models import Account
from prm.accounts.models import User
from prm.clocks.database import database_now
from prm.errors import PrmError, StateConflict
from prm.jobs.models import Job
from tests.deals.mapping.test_mapping import HEADER, MUELLER, brought, seen
from tests.deals.punctuality.test_races import together
from tests.factories import Cast, Team, make_account

NAMES = ("Brauerei Oberland", "Werft Nordsee", "Ziegelei Sachsen", "Molkerei Tal", "Druckhaus Rhein")
STEPS, TRIES = 60, 6


class Model:
    """For each partner the numbers of rows that it shows, and the customers that are shown to it."""

    def __init__(self, cast: Cast) -> None:
        self.teams: dict[str, Team] = {"helix": cast.helix, "orbit": cast.orbit}
        self.seller = cast.seller
        self.accounts = [
            make_account(name, website=f"{name.split()[1].lower()}.de", owner=cast.seller) for name in NAMES
        ]
        rows = [[account.name, "DE", account.website, "", ""] for account in self.accounts]
        self.lists = {name: brought(team, *rows) for name, team in self.teams.items()}
        self.theirs: dict[str, set[int]] = {name: set() for name in self.teams}
        self.ours: dict[str, set[int]] = {name: set() for name in self.teams}

    def rows(self, slug: str, numbers: set[int]) -> list[str]:
        found = self.lists[slug].customers.filter(number__in=[number + 2 for number in numbers])
        return list(found.values_list("public_id", flat=True))

    def partner(self, slug: str, numbers: set[int], shows: bool) -> None:
        verb = actions.show_rows if shows else actions.hide_rows
        given = self.lists[slug]
        verb(given=given, rows=self.rows(slug, numbers), by=self.teams[slug].rep, now=database_now())

    def vendor(self, slug: str, numbers: set[int], shows: bool) -> None:
        verb = actions.show_accounts if shows else actions.hide_accounts
        ids = [self.accounts[number].public_id for number in numbers]
        verb(partner=self.teams[slug].partner, accounts=ids, by=self.seller, now=database_now())

    def check(self) -> None:
        every = []
        for slug, team in self.teams.items():
            both = sorted(self.theirs[slug] & self.ours[slug])
            expected = [(team.organisation.name, self.accounts[number].name) for number in both]
            assert sorted(seen(team.rep)) == sorted(expected)
            every += expected
        assert sorted(seen(self.seller)) == sorted(every)


@pytest.mark.parametrize("seed", [1, 2])
def test_overlap_is_what_both_sets_hold(cast: Cast, seed: int) -> None:
    chance, model = random.Random(seed), Model(cast)
    for _ in range(STEPS):
        slug, shows = chance.choice(["helix", "orbit"]), chance.random() < 0.6
        numbers = set(chance.sample(range(len(NAMES)), chance.randint(1, 3)))
        side, known = chance.choice([(model.partner, model.theirs), (model.vendor, model.ours)])
        before = known[slug]
        after = before | numbers if shows else before - numbers
        try:
            side(slug, numbers, shows)
        except StateConflict:
            assert after == before
        known[slug] = after
        model.check()

    assert any(model.theirs[slug] & model.ours[slug] for slug in model.teams) or seen(cast.seller) == []


def test_control_model_that_is_not_told_is_found_out(cast: Cast) -> None:
    model = Model(cast)
    model.check()
    model.partner("helix", {0}, True)
    model.vendor("helix", {0}, True)

    with pytest.raises(AssertionError):
        model.check()


def outcome(act: Callable[[], Any]) -> str:
    try:
        act()
    except PrmError as error:
        return getattr(error, "code", type(error).__name__)
    return "done"


def _ready(cast: Cast) -> tuple[MappedList, Account]:
    account = make_account("Müller Logistik GmbH", website="mueller-logistik.de", owner=cast.seller)
    now = database_now()
    made = actions.bring(name="ours", header=HEADER, rows=[MUELLER], by=cast.helix.rep, now=now)
    actions.start(given=made, columns=HEADER, by=cast.helix.rep, now=now)
    job = Job.objects.get(subject_id=made.public_id)
    with transaction.atomic():
        work.match_portion(job, now)
        work.finish(job, now)
    Job.objects.filter(pk=job.pk).update(done=1, finished_at=now)
    made.refresh_from_db()
    return made, account


def test_the_same_consent_twice_at_once_counts_once(live_cast: Cast) -> None:
    """On each side; and whatever comes of it is one row."""
    cast, now = live_cast, database_now()
    given, account = _ready(cast)
    about: dict[str, Any] = {"partner": cast.helix.partner, "accounts": [account.public_id], "now": now}
    people, staff = (cast.helix.rep, cast.helix.admin), (cast.seller, cast.admin)
    shows = [lambda by=by: outcome(lambda: _show(given, by)) for by in people]
    both = [lambda by=by: outcome(lambda: actions.show_accounts(**about, by=by)) for by in staff]
    for _ in range(TRIES):
        assert Counter(together(*shows)) == {"done": 1, "unchanged": 1}
        assert Counter(together(*both)) == {"done": 1, "unchanged": 1}
        assert SharedAccount.objects.count() == 1
        assert len(seen(cast.helix.rep)) == 1
        actions.hide_rows(given=given, rows=None, by=cast.helix.rep, now=now)
        actions.hide_accounts(**about, by=cast.seller)
        assert seen(cast.helix.rep) == []


def _show(given: MappedList, by: User) -> None:
    actions.show_rows(given=given, rows=None, by=by, now=database_now())


def test_list_that_is_deleted_meanwhile_leaves_no_row(live_cast: Cast) -> None:
    """Deleting, showing and comparing at once: nobody waits for nobody, and nothing is left."""
    cast = live_cast
    for _ in range(2):
        given, _account = _ready(cast)
        together(
            lambda given=given: outcome(lambda: _show(given, cast.helix.rep)),
            lambda given=given: outcome(
                lambda: actions.delete_list(given=given, by=cast.helix.rep, now=database_now())
            ),
            lambda given=given: outcome(
                lambda: actions.delete_list(given=given, by=cast.helix.admin, now=database_now())
            ),
        )
        assert not MappedList.objects.filter(pk=given.pk).exists()
        assert not MappedRow.objects.filter(of_id=given.pk).exists()
        assert Job.objects.unfinished().count() == 0
