"""Until both have accepted, nothing that a partner can read tells who the other is, or what the other does."""

import re
from difflib import ndiff
from typing import Any

import pytest

from deals.teaming.actions import take_back_teaming
from deals.teaming.models import Teaming
from deals.teaming.reading import team_of
from prm.accounts.models import Organisation, User
from prm.clocks.database import database_now
from prm.notices.models import Notice
from tests.access.canaries import CANARY
from tests.deals.portal.conftest import login  # noqa: F401 - a fixture
from tests.deals.portal.reading import main
from tests.deals.teaming.conftest import Pair, fresh, reply
from tests.deals.test_api import Caller

pytestmark = pytest.mark.django_db

PAGES = ("/", "/deals/", "/deals/{deal}/", "/deals/{deal}/receipt/", "/notifications/", "/earnings/")
CALLS = ("deals", "deals/{deal}", "deals/{deal}/team", "deals/{deal}/timeline", "deals/{deal}/receipt", "events")
# Goes on by itself.
AGO = re.compile(r"\b(?:just now|now|\d\d:\d\d|(?:\d+|an?) (?:seconds?|minutes?)(?: ago)?)\b")


def caller_of(pair: Pair) -> Caller:
    """Always the same: each new one has a token of its own, which the log tells."""
    if not hasattr(pair, "caller"):
        pair.caller = Caller(pair.cast.helix.rep)
    return pair.caller


def everything(pair: Pair, browser: Any) -> str:
    """All that Helix's representative can get hold of."""
    caller, deal = caller_of(pair), pair.deal.public_id
    pages = [browser.get(path.format(deal=deal)).content.decode() for path in PAGES]
    calls = [caller.get(path.format(deal=deal)).content.decode() for path in CALLS]
    mails = [f"{row.title} {row.body} {row.path}" for row in Notice.objects.filter(user=pair.cast.helix.rep)]
    return "\n".join([*pages, *calls, *mails])


def plainly(pair: Pair, browser: Any) -> str:
    """The same as text: what a page carries to be sent back is another each time."""
    caller, deal = caller_of(pair), pair.deal.public_id
    pages = [main(browser.get(path.format(deal=deal))) for path in PAGES]
    calls = [caller.get(path.format(deal=deal)).content.decode() for path in CALLS]
    return AGO.sub("", "\n".join([*pages, *calls]))


def mark(pair: Pair) -> None:
    """Everything of Orbit that has a name holds a canary."""
    Organisation.objects.filter(pk=pair.cast.orbit.organisation.pk).update(name=f"{CANARY} Orbit")
    User.objects.filter(email__endswith="@orbit.example").update(name=f"{CANARY} Mensch")


def traces(pair: Pair, told: str) -> set[str]:
    other, team = fresh(pair.other), Teaming.objects.get()
    secrets = {CANARY, other.public_id, other.reference, pair.cast.orbit.organisation.public_id, team.public_id}
    return {secret for secret in secrets if secret in told}


@pytest.mark.parametrize("kind", ["pair", "live"])
def test_nobody_is_named_before_both_have_accepted(
    request: pytest.FixtureRequest,
    login: Any,  # noqa: F811
    kind: str,
) -> None:
    team: Pair = request.getfixturevalue(kind)
    mark(team)
    browser = login(team.cast.helix.rep)
    team.asked()
    assert traces(team, everything(team, browser)) == set()

    silent = plainly(team, browser)
    reply(team.other, team.cast.orbit.rep)
    spoken = plainly(team, browser)
    assert [line for line in ndiff(silent.split(), spoken.split()) if line[0] != " "] == []
    assert traces(team, everything(team, browser)) == set()

    reply(team.deal, team.cast.helix.rep)
    # The control: once both have accepted, the same eyes read the name.
    assert CANARY in traces(team, everything(team, browser))
    assert fresh(team.other).public_id not in everything(team, browser)


@pytest.mark.parametrize("end", ["own", "other", "account manager"])
def test_nobody_is_named_when_it_does_not_come_about(pair: Pair, login: Any, end: str) -> None:  # noqa: F811
    mark(pair)
    browser = login(pair.cast.helix.rep)
    pair.asked()
    if end == "account manager":
        take_back_teaming(registration=fresh(pair.deal), by=pair.cast.pam, now=database_now())
    else:
        says_no = (pair.deal, pair.cast.helix.rep) if end == "own" else (pair.other, pair.cast.orbit.rep)
        reply(*says_no, accept=False)

    told = everything(pair, browser)
    assert traces(pair, told) == set()
    assert "declined" not in told.replace("counts as declined", "") or end == "own"


def test_why_it_did_not_come_about_is_read_by_the_vendor_alone(pair: Pair) -> None:
    pair.asked()
    reply(pair.other, pair.cast.orbit.rep, accept=False)

    bodies = Notice.objects.filter(kind="deal.teaming_ended").values_list("user__email", "body")
    assert dict(bodies) == {
        "rep@helix.example": "The team that we proposed does not come about. Everything is as it was before.",
        "pam@vendor.example": "Declined (Orbit Solutions).",
    }


def test_seats_are_the_vendors_until_both_have_accepted(pair: Pair) -> None:
    pair.asked()
    reply(pair.other, pair.cast.orbit.rep)
    mine, seen = team_of(fresh(pair.deal), pair.cast.helix.rep), team_of(fresh(pair.deal), pair.cast.pam)

    assert mine is not None
    assert seen is not None
    assert (mine.seats, mine.accepted, mine.is_open) == ([], None, True)
    assert [(seat.name, seat.accepted) for seat in seen.seats] == [("Helix Systems", None), ("Orbit Solutions", True)]
    assert Teaming.objects.visible_to(pair.cast.helix.admin).count() == 0
    assert Teaming.objects.visible_to(pair.cast.pam).count() == 1
    assert [row.registration for row in Teaming.objects.get().holders.visible_to(pair.cast.helix.rep)] == [pair.deal]
