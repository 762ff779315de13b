"""What the panels of a deal's page offer to whom, at each step of an appeal and of a cut."""

from typing import Any

from deals.amendments.panel import amendments
from deals.engagement.panel import engagement
from deals.registrations.models import Registration
from prm.accounts.models import User
from prm.clocks.database import database_now
from tests.deals.amendments.proposing import answer, propose
from tests.deals.engagement.claiming import appeal, approved, decide, fresh, won
from tests.factories import Cast, make_approved, make_registration

OFFERS = ("may_appeal", "may_decide", "may_propose", "may_answer", "may_withdraw")


def offers(user: User, deal: Registration) -> list[str]:
    """What the person may do there, by both panels."""
    found: dict[str, Any] = {}
    for panel in (engagement, amendments):
        found |= panel(user, fresh(deal), database_now()) or {}
    return [name for name in OFFERS if found.get(name)]


def seen_by(cast: Cast, deal: Registration) -> dict[str, list[str]]:
    people = {
        "rep": cast.helix.rep,
        "admin": cast.helix.admin,
        "engineer": cast.helix.engineer,
        "pam": cast.pam,
        "second": cast.pam2,
        "programme": cast.admin,
        "finance": cast.finance,
    }
    return {who: found for who, user in people.items() if (found := offers(user, deal))}


def test_panels_offer_what_each_may_do(cast: Cast) -> None:
    propose_ = {"pam": ["may_propose"], "programme": ["may_propose"]}
    partner = {"rep": ["may_appeal"], "admin": ["may_appeal"]}
    deal = approved(cast)
    assert seen_by(cast, deal) == {**partner, **propose_}
    appeal(deal, cast.helix.rep)
    assert seen_by(cast, deal) == {"second": ["may_decide"], "programme": ["may_decide"]}
    decide(deal, cast.pam2, "kept")
    assert seen_by(cast, deal) == propose_
    propose(deal, cast.pam, once="0.1")
    waiting = {"rep": ["may_answer"], "admin": ["may_answer"], "pam": ["may_withdraw"], "programme": ["may_withdraw"]}
    assert seen_by(cast, deal) == waiting
    answer(deal, cast.helix.rep, True)
    assert seen_by(cast, deal) == propose_


def test_panels_say_nothing_where_there_is_nothing_to_say(cast: Cast) -> None:
    undecided, same, lost = make_registration(cast.helix), make_approved(cast.helix), approved(cast)
    now = database_now()
    for deal in (undecided, same):
        assert engagement(cast.helix.rep, fresh(deal), now) is None
        assert amendments(cast.helix.rep, fresh(deal), now) is None
    Registration.objects.filter(pk=lost.pk).update(state="lost")
    assert engagement(cast.helix.rep, fresh(lost), now) is None
    assert amendments(cast.pam, fresh(lost), now) is None
    shown = engagement(cast.helix.engineer, fresh(won(approved(cast))), now)
    assert shown is not None
    assert (shown["claimed"], shown["may_appeal"]) == ("Independent: we run the whole sales cycle", False)
