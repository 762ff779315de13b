"""Entering direct opportunities and touches, changing and closing them: what is kept and what is refused."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from deals.direct.actions import attach_partner, change_opportunity, close_opportunity, withdraw_touch
from deals.direct.models import DirectOpportunity, DirectTouch
from partners.merges.actions import merge, undo
from prm.audit.models import Event
from prm.clocks.database import database_now
from prm.errors import InvalidInput, NotAllowed, StateConflict
from tests.deals.direct.selling import account_of, opportunity, protected, today, touch
from tests.factories import Cast, make_account, make_user

WORTH = {"value": Decimal("86400.00"), "currency": "EUR"}


def fresh(row: DirectOpportunity) -> DirectOpportunity:
    return DirectOpportunity.objects.get(pk=row.pk)


def close(row: DirectOpportunity, by: Any, stage: str = "won", **given: Any) -> DirectOpportunity:
    day = today() + timedelta(days=given.pop("in_days", 0))
    values = {"closed_on": day, "now": database_now(), **given}
    return close_opportunity(opportunity=row, stage=stage, by=by, **values)


def kinds(row: DirectOpportunity | DirectTouch) -> list[str]:
    return list(Event.objects.filter(subject_id=row.public_id).order_by("pk").values_list("kind", flat=True))


def test_who_enters_an_opportunity_is_its_seller(cast: Cast) -> None:
    made = opportunity(make_account(), cast.seller, cast.products["telematics"], stage="proposal", **WORTH)

    assert (made.seller, made.stage, list(made.products.all())) == (
        cast.seller,
        "proposal",
        [cast.products["telematics"]],
    )
    assert (kinds(made), made.cases.count()) == (["direct.opened"], 0)


@pytest.mark.parametrize(
    ("values", "fields"),
    [
        ({"value": Decimal(5)}, ["currency"]),
        ({"currency": "EUR"}, ["value"]),
        ({"stage": "won"}, ["stage"]),
        ({"stage": "dreaming"}, ["stage"]),
        ({"external_id": "OPP-1"}, ["external_id"]),
    ],
)
def test_opportunity_that_says_too_little_is_refused(cast: Cast, values: dict[str, Any], fields: list[str]) -> None:
    opportunity(make_account(), cast.seller, external_id="OPP-1")

    with pytest.raises(InvalidInput) as refused:
        opportunity(make_account(), cast.seller, **values)

    assert list(refused.value.errors) == fields
    assert DirectOpportunity.objects.count() == 1


@pytest.mark.parametrize("name", ["pam", "expert", "finance", "executive"])
def test_only_sellers_and_the_programme_admin_enter(cast: Cast, name: str) -> None:
    with pytest.raises(NotAllowed):
        opportunity(make_account(), getattr(cast, name))
    with pytest.raises(NotAllowed):
        touch(make_account(), getattr(cast, name))

    assert opportunity(make_account(), cast.admin).seller == cast.admin


def test_change_touches_only_what_is_given(cast: Cast) -> None:
    made = opportunity(make_account(), cast.seller, cast.products["telematics"], **WORTH)
    version = made.version
    change_opportunity(opportunity=made, values={"stage": "negotiation"}, by=cast.seller, now=database_now())
    products = [cast.products["fleet-cloud"]]
    changed = change_opportunity(opportunity=made, values={}, products=products, by=cast.admin, now=database_now())

    assert (changed.stage, changed.value, changed.version) == ("negotiation", Decimal("86400.00"), version + 2)
    assert list(changed.products.all()) == products
    assert Event.objects.filter(kind="direct.changed").latest("pk").data == {"fields": ["products"]}
    with pytest.raises(InvalidInput):
        change_opportunity(opportunity=made, values={"value": None}, by=cast.seller, now=database_now())


def test_colleague_changes_nothing(cast: Cast) -> None:
    colleague = make_user("seller2@vendor.example", cast.vendor, "direct_seller")
    made, noted = opportunity(make_account(), cast.seller), touch(make_account(), cast.seller)
    now = database_now()

    with pytest.raises(NotAllowed):
        change_opportunity(opportunity=made, values={}, by=colleague, now=now)
    with pytest.raises(NotAllowed):
        attach_partner(opportunity=made, partner=cast.helix.partner, by=colleague, now=now)
    with pytest.raises(NotAllowed):
        close(made, colleague, "lost")
    with pytest.raises(NotAllowed):
        withdraw_touch(touch=noted, by=colleague, now=now)


def test_win_with_a_partner_freezes_the_uplift(cast: Cast) -> None:
    made = opportunity(make_account(), cast.seller, **WORTH)
    attach_partner(opportunity=made, partner=cast.helix.partner, part="referral", by=cast.seller, now=database_now())
    won = close(made, cast.seller, value=Decimal("90000.00"))

    assert (won.stage, won.value, won.uplift_rate, won.uplift) == ("won", 90000, Decimal("0.02"), Decimal("1800.00"))
    assert won.policy is not None
    assert kinds(made) == ["direct.opened", "direct.attached", "direct.closed"]


@pytest.mark.parametrize(("stage", "attached"), [("won", False), ("lost", True), ("withdrawn", True)])
def test_without_a_partner_or_a_win_there_is_no_uplift(cast: Cast, stage: str, attached: bool) -> None:
    made = opportunity(make_account(), cast.seller, **WORTH)
    if attached:
        attach_partner(opportunity=made, partner=cast.helix.partner, by=cast.seller, now=database_now())

    ended = close(made, cast.seller, stage)

    assert (ended.stage, ended.uplift_rate, ended.uplift, ended.uplift_money) == (stage, None, 0, None)


@pytest.mark.parametrize(
    ("stage", "given", "values", "field"),
    [
        ("negotiation", {}, WORTH, "stage"),
        ("won", {}, {}, "value"),
        ("lost", {"value": Decimal(5)}, {}, "value"),
        ("lost", {"in_days": 2}, {}, "closed_on"),
    ],
)
def test_end_that_does_not_fit_is_refused(
    cast: Cast, stage: str, given: dict[str, Any], values: dict[str, Any], field: str
) -> None:
    made = opportunity(make_account(), cast.seller, **values)

    with pytest.raises(InvalidInput) as refused:
        close(made, cast.seller, stage, **given)

    assert list(refused.value.errors) == [field]
    assert fresh(made).is_open


def test_second_call_changes_nothing(cast: Cast) -> None:
    made, noted = opportunity(make_account(), cast.seller, **WORTH), touch(make_account(), cast.seller)
    attach_partner(opportunity=made, partner=cast.helix.partner, by=cast.seller, now=database_now())
    with pytest.raises(StateConflict):
        attach_partner(opportunity=made, partner=cast.orbit.partner, by=cast.seller, now=database_now())
    close(made, cast.seller)
    withdraw_touch(touch=noted, by=cast.seller, now=database_now())

    with pytest.raises(StateConflict):
        close(made, cast.seller, "lost")
    with pytest.raises(StateConflict):
        change_opportunity(opportunity=made, values={"stage": "proposal"}, by=cast.seller, now=database_now())
    with pytest.raises(StateConflict):
        withdraw_touch(touch=noted, by=cast.seller, now=database_now())
    assert (fresh(made).stage, fresh(made).partner) == ("won", cast.helix.partner)
    assert kinds(noted) == ["direct.touched", "direct.touch_withdrawn"]


def test_touch_of_tomorrow_or_of_another_id_twice_is_refused(cast: Cast) -> None:
    account = make_account()
    touch(account, cast.seller, external_id="ACT-1")

    for given, field in (({"on": today() + timedelta(days=2)}, "on"), ({"external_id": "ACT-1"}, "external_id")):
        with pytest.raises(InvalidInput) as refused:
            touch(account, cast.seller, **given)
        assert list(refused.value.errors) == [field]


@pytest.mark.parametrize(
    "wrong",
    [
        {"value": Decimal("-1"), "currency": "EUR"},
        {"value": Decimal(1), "currency": ""},
        {"stage": "won"},
        {"part": "referral"},
        {"uplift": Decimal(5)},
        {"stage": "dreaming"},
    ],
)
def test_database_refuses_what_cannot_be(cast: Cast, wrong: dict[str, Any]) -> None:
    made = opportunity(make_account(), cast.seller)

    with pytest.raises(IntegrityError), transaction.atomic():
        DirectOpportunity.objects.filter(pk=made.pk).update(**wrong)


def test_direct_sales_go_with_a_merged_customer_and_come_back(cast: Cast) -> None:
    one, into = make_account("Brauerei Oberland", website=""), make_account("Werft Nordsee", website="")
    made, noted = opportunity(one, cast.seller), touch(one, cast.seller)
    done = merge(account=one, into=into, by=cast.pam, now=database_now())
    assert (fresh(made).account, DirectTouch.objects.get(pk=noted.pk).account) == (into, into)

    undo(given=done, by=cast.pam, now=database_now())

    assert (fresh(made).account, DirectTouch.objects.get(pk=noted.pk).account) == (one, one)


def test_open_case_keeps_the_choice_of_a_partner_to_the_account_manager(cast: Cast) -> None:
    """Neither the holder nor anybody else is taken: the answer would tell who holds it."""
    made = opportunity(account_of(protected(cast)), cast.seller)

    for partner in (cast.helix.partner, cast.orbit.partner):
        with pytest.raises(StateConflict) as refused:
            attach_partner(opportunity=made, partner=partner, by=cast.seller, now=database_now())
        assert refused.value.message == "The customer is protected: the account manager decides the case first."
