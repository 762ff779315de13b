"""What the database itself refuses of direct sales and their cases, and what old versions of the rules gain."""

from datetime import timedelta
from decimal import Decimal
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction

from deals.cases.models import DirectCase
from deals.direct.models import DirectOpportunity, DirectTouch
from deals.rulebook import SCHEMA, DealRules
from prm.clocks.database import database_now
from prm.policy.models import PolicyVersion
from prm.policy.selectors import values_of
from tests.deals.direct.selling import case_at, opportunity, protected, touch
from tests.factories import Cast, make_account

NOW = database_now
migration = import_module("deals.migrations.0005_rules_and_guards")


@pytest.mark.parametrize(
    "wrong",
    [
        {"stage": "dreaming"},
        {"stage": "won"},
        {"stage": "lost"},
        {"closed_on": "2026-11-24"},
        {"value": Decimal(5)},
        {"currency": "EUR"},
        {"value": Decimal(5), "currency": "eur"},
        {"value": Decimal(5), "currency": "EU"},
        {"value": Decimal("-0.01"), "currency": "EUR"},
        {"value": Decimal("100000000001"), "currency": "EUR"},
        {"part": "referral"},
        {"uplift": Decimal(1)},
        {"uplift_rate": Decimal("0.02")},
    ],
    ids=str,
)
def test_opportunity_that_cannot_be_is_refused(cast: Cast, wrong: dict[str, Any]) -> None:
    made = opportunity(make_account(), cast.seller)

    with pytest.raises(IntegrityError), transaction.atomic():
        DirectOpportunity.objects.filter(pk=made.pk).update(**wrong)


@pytest.mark.parametrize(
    "wrong",
    [
        {"partner": True},
        {"partner": True, "part": "referral"},
        {"partner": True, "part": "dreaming", "attached_at": True},
        {"partner": False, "part": "referral", "attached_at": True},
    ],
    ids=str,
)
def test_partner_is_attached_whole_or_not_at_all(cast: Cast, wrong: dict[str, Any]) -> None:
    made = opportunity(make_account(), cast.seller)
    values = dict(wrong)
    values["partner"] = cast.helix.partner if values["partner"] else None
    if "attached_at" in values:
        values["attached_at"] = NOW()

    with pytest.raises(IntegrityError), transaction.atomic():
        DirectOpportunity.objects.filter(pk=made.pk).update(**values)


def test_touch_of_an_unknown_kind_is_refused(cast: Cast) -> None:
    noted = touch(make_account(), cast.seller)

    with pytest.raises(IntegrityError), transaction.atomic():
        DirectTouch.objects.filter(pk=noted.pk).update(kind="dream")


@pytest.mark.parametrize("model", [DirectOpportunity, DirectTouch])
def test_own_id_is_given_once_and_may_be_left_out(cast: Cast, model: type[Any]) -> None:
    account = make_account()
    make = opportunity if model is DirectOpportunity else touch
    first, second, third = make(account, cast.seller), make(account, cast.seller), make(account, cast.seller)
    model.objects.filter(pk=first.pk).update(external_id="CRM-1")

    assert (second.external_id, third.external_id) == ("", "")
    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.filter(pk=second.pk).update(external_id="CRM-1")


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": "dreaming"},
        {"state": "withdrawn"},
        {"state": "permitted", "decided_at": True},
        {"state": "breach", "decided_at": True},
        {"state": "attached"},
        {"decided_at": True},
        {"touch": None},
        {"opportunity": True},
        {"due_at": True},
    ],
    ids=str,
)
def test_case_that_cannot_be_is_refused(cast: Cast, wrong: dict[str, Any]) -> None:
    case = case_at(protected(cast), cast.seller)
    values = dict(wrong)
    if "decided_at" in values:
        values["decided_at"] = NOW()
    if "due_at" in values:
        values["due_at"] = case.opened_at
    if "opportunity" in values:
        values["opportunity"] = opportunity(make_account(), cast.seller)

    with pytest.raises(IntegrityError), transaction.atomic():
        DirectCase.objects.filter(pk=case.pk).update(**values)


@pytest.mark.parametrize(
    "right",
    [
        {"state": "withdrawn"},
        {"state": "attached"},
        {"state": "permitted", "reason": "Agreed before."},
        {"state": "breach", "reason": "Nobody was asked."},
    ],
    ids=str,
)
def test_control_case_that_is_whole_is_taken(cast: Cast, right: dict[str, Any]) -> None:
    case = case_at(protected(cast), cast.seller)

    changed = DirectCase.objects.filter(pk=case.pk).update(decided_at=NOW(), **right)

    assert changed == 1


def test_old_versions_gain_what_is_new_and_keep_what_they_have(cast: Cast) -> None:
    version = PolicyVersion.objects.filter(schema=SCHEMA).earliest("number")
    values = dict(version.values)
    for name in migration.FIRST_VALUES:
        del values[name]
    precedence = {kind: row for kind, row in values["precedence"].items() if kind not in migration.PRECEDENCE}
    precedence["tender"] = {"weight": "block", "place": 50}
    PolicyVersion.objects.filter(pk=version.pk).update(values={**values, "precedence": precedence})

    migration.complete_versions(apps, None)

    version.refresh_from_db()
    completed = values_of(version, DealRules)
    assert completed.direct_touch_days == DealRules().direct_touch_days
    assert completed.case_business_days == DealRules().case_business_days
    assert completed.seller_uplift == DealRules().seller_uplift
    assert completed.precedence.direct_opportunity == DealRules().precedence.direct_opportunity
    assert completed.precedence.direct_touch == DealRules().precedence.direct_touch
    assert (completed.precedence.tender.weight, completed.precedence.tender.place) == ("block", 50)


def test_second_run_of_the_completion_changes_nothing(cast: Cast) -> None:
    version = PolicyVersion.objects.filter(schema=SCHEMA).earliest("number")
    changed = {**version.values, "direct_touch_days": 30, "seller_uplift": "0.05"}
    PolicyVersion.objects.filter(pk=version.pk).update(values=changed)

    migration.complete_versions(apps, None)

    version.refresh_from_db()
    assert version.values == changed


def test_case_is_due_after_it_was_opened(cast: Cast) -> None:
    case = case_at(protected(cast), cast.seller)

    assert timedelta(days=1) < case.due_at - case.opened_at < timedelta(days=12)
