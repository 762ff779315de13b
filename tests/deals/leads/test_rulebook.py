"""The numbers of leads: their bounds, and that a version counts from its day on."""

from datetime import timedelta

import pytest
from pydantic import ValidationError

from deals.leads import answers
from deals.leads.actions import offer_again
from deals.leads.models import Lead
from deals.leads.rulebook import SCHEMA, LeadRules, order_in_words
from prm.policy.actions import publish
from prm.policy.papers import PAPERS, partner_schemas
from prm.policy.selectors import current
from tests.deals.leads.asking import MONDAY, asked
from tests.factories import Cast, make_lead, offer_to

SHIPPED = {"answer_business_days": 2, "reminder_business_days": 1, "most_open_offers": 3}


@pytest.mark.parametrize(
    ("values", "fits"),
    [
        ({}, True),
        ({"answer_business_days": 1}, True),
        ({"answer_business_days": 60}, True),
        ({"answer_business_days": 0}, False),
        ({"answer_business_days": 61}, False),
        ({"reminder_business_days": 0}, True),
        ({"reminder_business_days": 30}, True),
        ({"reminder_business_days": -1}, False),
        ({"reminder_business_days": 31}, False),
        ({"most_open_offers": 1}, True),
        ({"most_open_offers": 100}, True),
        ({"most_open_offers": 0}, False),
        ({"most_open_offers": 101}, False),
        ({"size_bonus": 1}, False),
    ],
)
def test_values_have_bounds(values: dict[str, int], fits: bool) -> None:
    if fits:
        assert LeadRules(**values).model_dump() == {**SHIPPED, **values}
    else:
        with pytest.raises(ValidationError):
            LeadRules(**values)


def test_shipped_rules_are_those_of_a_new_installation(cast: Cast) -> None:
    assert current(SCHEMA, LeadRules, now=MONDAY).values.model_dump() == SHIPPED


def test_every_value_has_its_words() -> None:
    assert set(PAPERS[SCHEMA].words) == set(LeadRules.model_fields)
    assert SCHEMA not in partner_schemas(), "nothing here is to be acknowledged"


@pytest.mark.parametrize(
    ("most", "days", "words"),
    [
        (1, 1, ("fewer than 1 offers", "within 1 business days")),
        (3, 2, ("fewer than 3 offers", "within 2 business days")),
        (10, 5, ("fewer than 10 offers", "within 5 business days")),
    ],
)
def test_order_in_words_follows_the_values(most: int, days: int, words: tuple[str, ...]) -> None:
    said = order_in_words(LeadRules(most_open_offers=most, answer_business_days=days))

    assert [word for word in words if word not in said] == []


def test_another_version_counts_from_its_day_and_offers_keep_theirs(cast: Cast) -> None:
    before = offer_to(cast.helix, cast.pam, now=MONDAY)
    tomorrow = MONDAY + timedelta(days=1)
    values = {"answer_business_days": 4, "reminder_business_days": 0, "most_open_offers": 1}
    publish(schema=SCHEMA, values=values, effective_from=tomorrow, by=cast.admin, now=MONDAY)

    waiting = make_lead(cast.pam, competency=before.lead.competency, now=tomorrow)
    assert (waiting.state, asked(waiting)) == ("waiting", [])
    answers.decline(offer=before, reason="known", by=cast.helix.rep, now=tomorrow)
    again = offer_again(lead=Lead.objects.get(pk=before.lead_id), by=cast.pam, now=tomorrow).offers.get(state="open")

    assert (before.due_at, before.remind_at) == (MONDAY + timedelta(days=2), MONDAY + timedelta(days=1))
    assert (again.due_at, again.remind_at) == (tomorrow + timedelta(days=6), None)
    assert before.policy_id != again.policy_id
