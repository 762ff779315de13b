"""What a decision rests on is written beside it, so that no later change of other rows can alter what is replayed."""

from datetime import datetime

from deals.conflicts.cases import Case
from deals.conflicts.cases import plain as plain_case
from deals.registrations.models import Registration
from deals.registrations.states import Outcome
from deals.replays.models import DecisionBasis
from deals.replays.rules import Decided, ruling
from deals.replays.rules import plain as plain_ruling
from deals.rulebook import DealRules
from prm.matching import ENGINE_VERSION
from prm.matching.rulebook import in_force


def keep_basis(
    registration: Registration,
    case: Case,
    deal_rules: DealRules,
    *,
    products: frozenset[int],
    now: datetime,
    beside: str = "",
) -> None:
    """In the transaction of the decision. `products` are those that were approved; none for a rejection. `beside` is
    the public id of the registration that shares the protection."""
    decided = Decided(
        approved=bool(products),
        products=products,
        motion=registration.motion,
        engagement=registration.engagement,
        opportunity=registration.opportunity,
        protected=registration.outcome != Outcome.NON_EXCLUSIVE,
        beside=beside,
    )
    DecisionBasis.objects.create(
        registration=registration,
        case=plain_case(case),
        decided=plain_decided(decided),
        ruling=plain_ruling(ruling(case, decided, deal_rules)),
        thresholds=in_force(now).version,
        engine_version=ENGINE_VERSION,
    )


def plain_decided(decided: Decided) -> dict[str, object]:
    return {
        "approved": decided.approved,
        "products": sorted(decided.products),
        "motion": decided.motion,
        "engagement": decided.engagement,
        "opportunity": decided.opportunity,
        "protected": decided.protected,
        "beside": decided.beside,
    }
