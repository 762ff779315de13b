"""What two partners share, and what must hold of every deal whatever happened to it."""

from decimal import Decimal

from deals.registrations.models import Registration
from deals.replays.selectors import bases, judged
from deals.rulebook import SCHEMA, DealRules
from prm.accounts.models import Organisation
from prm.clocks.database import database_now
from prm.ledger.models import Entry
from prm.ledger.selectors import balances, statement
from prm.notices.models import Notice
from prm.policy.models import PolicyVersion
from prm.signing.actions import sign_due
from prm.signing.checking import verify
from tests.deals.teaming.conftest import live, pair  # noqa: F401 - fixtures
from tests.deals.test_api import Caller
from tests.factories import Team


def check_honest() -> None:
    """Every receipt says what holds, and every decision follows from the rules that it names."""
    sign_due()
    assert verify(now=database_now()) == []
    assert [row.registration.reference for row in judged(bases(), None) if row.differences] == []


def ruled(**values: object) -> None:
    """The first rules say this as well."""
    kept = DealRules().model_dump(mode="json") | values
    PolicyVersion.objects.filter(schema=SCHEMA, number=1).update(values=kept)


def sums(organisation: Organisation) -> dict[str, Decimal]:
    """What stands in the ledger by kind; balances and the month's statement say the same together."""
    rows = Entry.objects.filter(organisation=organisation)
    found: dict[str, Decimal] = {}
    for entry in rows.order_by("pk"):
        found[entry.kind] = found.get(entry.kind, Decimal(0)) + entry.amount
    today, total = database_now().date(), sum(found.values(), Decimal(0))
    assert sum((row.waiting + row.payable for row in balances(rows, today)), Decimal(0)) == total
    assert sum((row.closing for row in statement(organisation, today.replace(day=1), today).sums), Decimal(0)) == total
    return found


def readable(team: Team, deal: Registration) -> str:
    """All that the partner's people can read about it, but for pages."""
    caller = Caller(team.rep)
    calls = ("deals/{deal}", "deals/{deal}/timeline", "deals/{deal}/receipt", "deals", "events")
    told = [caller.get(path.format(deal=deal.public_id)).content.decode() for path in calls]
    people = [team.rep, team.admin, team.engineer, team.marketing]
    notices = Notice.objects.filter(user__in=people).values_list("title", "body", "path")
    return "\n".join([*told, *(" ".join(row) for row in notices)])


def known(names: set[str], told: str) -> set[str]:
    return {name for name in names if name in told}


def names_of(team: Team, *deals: Registration) -> set[str]:
    """What tells who the partner is, or which registration is its."""
    own = {team.organisation.name, team.organisation.public_id, team.rep.email, team.rep.name}
    return own | {word for deal in deals for word in (deal.public_id, deal.reference)}
