"""First refusal beside the other ways in which a customer is held: by two, by nobody alone, and taken back."""

from datetime import timedelta

import pytest

from deals.conflicts.actions import assess_pending
from deals.decisions.actions import approve, reject
from deals.protections.actions import expire_due
from deals.registrations.models import Registration
from deals.releases.actions import pass_on, take_up
from deals.releases.models import FirstRefusal, Release
from deals.reversals.actions import reverse
from deals.teaming.models import Holder
from prm.accounts.models import User
from prm.audit.models import Event
from prm.clocks.database import database_now
from prm.errors import StateConflict
from prm.notices.models import Notice
from tests.deals.punctuality.test_provisional import forgotten
from tests.deals.releases.asking import Line, lose, make_line, make_third, refused, set_free, states
from tests.deals.teaming.conftest import Pair, ask_both, fresh, reply
from tests.factories import MUELLER, Cast, make_registration

WRONG = {"reason": "wrong_rule", "clause": "3.2", "message": "Somebody else was earlier."}


@pytest.fixture
def line(cast: Cast) -> Line:
    return make_line(cast)


def take_back(deal: Registration, by: User, **given: bool) -> Registration:
    return reverse(registration=fresh(deal), by=by, now=database_now(), **WRONG, **given)


def taken_up(line: Line) -> Registration:
    """By the first in line, and looked at."""
    now = set_free(line)
    close = now.date() + timedelta(days=60)
    made = take_up(registration=line.first, expected_close=close, by=line.cast.helix.rep, now=now)
    assess_pending()
    return fresh(made)


def test_reversal_of_an_approval_opens_the_line(line: Line) -> None:
    take_back(line.holder, line.cast.pam2)
    assert states(line.holder) == ["waiting", "waiting"]
    pass_on()

    assert states(line.holder) == ["offered", "waiting"]
    assert Event.objects.filter(kind="deal.released").count() == 1


@pytest.mark.parametrize(("reinstated", "expected"), [(True, []), (False, ["waiting"])])
def test_refusal_that_is_reversed_opens_the_line_unless_it_is_registered_again(
    cast: Cast, reinstated: bool, expected: list[str]
) -> None:
    """What was protected for want of a decision is refused, and others were refused because of it."""
    deal = forgotten(cast, **MUELLER)
    refused(cast.orbit, cast)
    reject(registration=fresh(deal), reason="other", message="No.", by=cast.pam, now=database_now())
    take_back(deal, cast.pam2, reinstated=reinstated)

    assert states(deal) == expected


@pytest.mark.parametrize("ends", ["helix", "orbit", "time", "reversal"])
@pytest.mark.parametrize("kind", ["pair", "live"])
def test_shared_protection_is_released_once_whoever_ends_it(cast: Cast, kind: str, ends: str) -> None:
    team: Pair = Pair(cast, live=kind == "live").agreed()
    refused(make_third(cast), cast)
    deal, other = team.rows
    match ends:
        case "helix":
            lose(deal, cast.helix.rep)
        case "orbit":
            lose(other, cast.orbit.rep)
        case "reversal":
            take_back(deal, cast.pam2)
        case _:
            assert deal.protected_until is not None
            assert expire_due(now=deal.protected_until) == 2
    pass_on(deal.protected_until if ends == "time" else None)

    assert Release.objects.count() == 1
    turn = FirstRefusal.objects.get()
    assert (turn.state, turn.registration.partner.organisation.name) == ("offered", "Aquila Partners")
    # Neither of the two is told that it may have what both have just had.
    assert list(Notice.objects.filter(kind="deal.first_refusal").values_list("user__email", flat=True)) == [
        "rep@aquila.example"
    ]


def test_agreement_of_two_ends_the_line_and_keeps_the_turn_of_whoever_shares(line: Line) -> None:
    """The first in line takes the customer up and shares it with a newcomer; the second is passed over."""
    made = taken_up(line)
    newcomer = make_registration(line.cast.orbit, line.cast.products["fleet-cloud"], **MUELLER)
    assess_pending()
    ask_both(newcomer, line.cast, other=made, override_reason="customer_choice")
    reply(newcomer, line.cast.orbit.rep)
    reply(made, line.cast.helix.rep)

    assert Holder.objects.filter(is_current=True).count() == 2
    assert states(line.holder) == ["taken", "over"]
    assert Release.objects.get().closed_at is not None
    assert pass_on() == 0


def test_team_needs_a_reason_where_somebody_else_has_first_refusal(line: Line) -> None:
    set_free(line)
    product = line.cast.products["fleet-cloud"]
    first = make_registration(line.cast.orbit, product, **MUELLER)
    second = make_registration(line.third, product, **MUELLER)
    assess_pending()

    with pytest.raises(StateConflict) as refused_now:
        ask_both(second, line.cast, other=first)
    assert refused_now.value.code == "stands_in_the_way"


def test_approval_that_keeps_nobody_away_lets_the_line_go_on(line: Line) -> None:
    made = taken_up(line)
    approve(registration=made, outcome="non_exclusive", by=line.cast.pam, now=database_now())
    assert Release.objects.get().closed_at is None
    pass_on()

    assert states(line.holder) == ["ended", "offered"]
    assert FirstRefusal.objects.get(place=1).get_state_display() == "Taken up, and not protected"


def test_newcomer_without_a_protection_waits_for_the_line_as_well(line: Line) -> None:
    set_free(line)
    newcomer = make_registration(line.cast.orbit, line.cast.products["fleet-cloud"], **MUELLER)

    with pytest.raises(StateConflict) as refused_now:
        approve(registration=newcomer, outcome="non_exclusive", by=line.cast.pam, now=database_now())
    assert refused_now.value.code == "stands_in_the_way"
