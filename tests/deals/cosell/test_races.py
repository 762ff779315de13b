"""Answer, end and withdrawal at the same moment. The control shows that the test can fail."""

from collections import Counter

from django.db import connection

from deals.cosell import actions
from deals.cosell.models import CoSell
from deals.registrations import actions as registrations
from prm.clocks.database import database_now
from tests.deals.cosell.asking import ask, asked
from tests.deals.leads.test_races import outcome
from tests.deals.punctuality.test_races import together
from tests.factories import Cast, make_approved

TRIES = 6


def test_one_answer_counts_and_one_request_is_open(live_cast: Cast) -> None:
    for _ in range(TRIES):
        _ask_and_answer(live_cast)


def _ask_and_answer(cast: Cast) -> None:
    deal, now = make_approved(cast.helix), database_now()
    asks = [lambda by=by: outcome(lambda: ask(deal, by)) for by in (cast.helix.rep, cast.pam) * 2]
    assert Counter(together(*asks)) == {"done": 1, "open_already": 3}
    found = CoSell.objects.with_nouns().get(registration=deal)
    sides = cast.helix.rep, cast.pam
    by, other = sides if found.asked_side == "partner" else sides[::-1]
    answers = together(
        lambda: outcome(lambda: actions.accept(found=found, by=other, now=now)),
        lambda: outcome(lambda: actions.decline(found=found, reason="too_early", by=other, now=now)),
        lambda: outcome(lambda: actions.withdraw(found=found, by=by, now=now)),
    )
    assert Counter(answers) == {"done": 1, "state_conflict": 2}
    found.refresh_from_db()
    assert (found.state, found.version) == (["active", "declined", "withdrawn"][answers.index("done")], 2)


def test_deal_that_ends_leaves_nothing_open(live_cast: Cast) -> None:
    """Whoever is first: a deal that is lost has neither a request nor a co-sell."""
    cast = live_cast
    for _ in range(TRIES):
        found, now = asked(cast), database_now()
        together(
            lambda found=found, now=now: outcome(lambda: actions.accept(found=found, by=cast.pam, now=now)),
            lambda found=found, now=now: registrations.lose(
                registration=found.registration, reason="price", by=cast.helix.rep, now=now
            ),
        )
        found.refresh_from_db()
        assert (found.state, found.result) == ("ended", "lost")


def test_control_two_requests_without_the_constraint(live_cast: Cast) -> None:
    """What keeps the second one out is the database alone."""
    cast = live_cast
    with connection.cursor() as cursor:
        cursor.execute("drop index co_sell_one_open")
    try:
        deal = make_approved(cast.helix)
        assert Counter(together(*[lambda: outcome(lambda: ask(deal, cast.helix.rep))] * 2)) == {"done": 2}
    finally:
        CoSell.objects.all().delete()
        with connection.cursor() as cursor:
            cursor.execute(
                "create unique index co_sell_one_open on deals_cosell (registration_id)"
                " where state in ('active', 'asked')"
            )
