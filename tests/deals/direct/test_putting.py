"""What a CRM tells again and again: its own ids lead to the same rows, whoever else has ids of the same kind."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from deals.direct import sheet
from deals.direct.models import DirectOpportunity, DirectTouch
from deals.direct.putting import put_opportunity, put_touch
from deals.direct.sheet import OpportunityRow, TouchRow
from deals.sheets import Change
from partners.models import Account
from prm.accounts.models import User
from prm.audit.models import Event
from prm.clocks.database import database_now
from prm.errors import InvalidInput, NotAllowed, StateConflict
from tests.deals.direct.selling import account_of, opportunity, protected, today, touch
from tests.deals.punctuality.test_races import together
from tests.factories import Cast, make_account

Values = dict[str, Any]


def put(account: Account, by: User, **given: Any) -> tuple[DirectOpportunity, Change]:
    about: Values = {"external_id": "o-1", "values": {}, "now": database_now(), **given}
    return put_opportunity(account=account, by=by, **about)


def noted(account: Account, by: User, **given: Any) -> tuple[DirectTouch, Change]:
    about: Values = {"external_id": "t-1", "kind": "call", "on": today(), "now": database_now(), **given}
    return put_touch(account=account, by=by, **about)


def kinds() -> list[str]:
    rows = Event.objects.filter(kind__startswith="direct.").order_by("pk")
    return [kind.partition(".")[2] for kind in rows.values_list("kind", flat=True)]


# What is given one after the other of one id, what each step does, and how it stands at the end.
STEPS: list[tuple[list[Values], list[Change], tuple[str, Decimal | None, bool]]] = [
    ([{}], [Change.NEW], ("prospecting", None, False)),
    ([{}, {}], [Change.NEW, Change.UNCHANGED], ("prospecting", None, False)),
    (
        [{"stage": "qualified"}, {}, {"stage": "qualified"}],
        [Change.NEW, Change.UNCHANGED, Change.UNCHANGED],
        ("qualified", None, False),
    ),
    (
        [{"stage": "qualified"}, {"stage": "proposal", "value": Decimal(5), "currency": "EUR"}],
        [Change.NEW, Change.CHANGED],
        ("proposal", Decimal(5), False),
    ),
    (
        [{}, {"stage": "lost"}, {"stage": "lost"}],
        [Change.NEW, Change.CHANGED, Change.UNCHANGED],
        ("lost", None, True),
    ),
    (
        [{"stage": "won", "value": Decimal(7), "currency": "EUR"}, {"stage": "won"}],
        [Change.NEW, Change.UNCHANGED],
        ("won", Decimal(7), True),
    ),
    ([{"stage": "withdrawn"}], [Change.NEW], ("withdrawn", None, True)),
]


@pytest.mark.parametrize(("steps", "changes", "stands"), STEPS)
def test_opportunity_follows_what_is_told(
    cast: Cast, steps: list[Values], changes: list[Change], stands: tuple[str, Decimal | None, bool]
) -> None:
    account = make_account()

    done = [put(account, cast.seller, values=step, closed_on=today()) for step in steps]

    assert [change for _row, change in done] == changes
    found = DirectOpportunity.objects.get()
    assert (found.stage, found.value, found.closed_on == today()) == stands
    assert {row.public_id for row, _change in done} == {found.public_id}


def test_products_are_changed_only_when_they_are_told(cast: Cast) -> None:
    account, seller = make_account(), cast.seller
    fleet, planner = cast.products["fleet-cloud"], cast.products["route-planner"]
    steps: list[tuple[Any, Change, list[str]]] = [
        ([fleet], Change.NEW, ["fleet-cloud"]),
        (None, Change.UNCHANGED, ["fleet-cloud"]),
        ([fleet], Change.UNCHANGED, ["fleet-cloud"]),
        ([fleet, planner], Change.CHANGED, ["fleet-cloud", "route-planner"]),
        ([], Change.CHANGED, []),
    ]

    for products, change, slugs in steps:
        row, done = put(account, seller, products=products)
        assert (done, sorted(DirectOpportunity.objects.get(pk=row.pk).slugs)) == (change, slugs)


def closed_without_a_day(cast: Cast) -> Any:
    return put(make_account(), cast.seller, values={"stage": "lost"})


def won_without_a_value(cast: Cast) -> Any:
    return put(make_account(), cast.seller, values={"stage": "won"}, closed_on=today())


def of_another_customer(cast: Cast) -> Any:
    opportunity(make_account(), cast.seller, external_id="o-1")
    return put(make_account(), cast.seller)


def of_a_colleague(cast: Cast) -> Any:
    account = make_account()
    opportunity(account, cast.admin, external_id="o-1")
    return put(account, cast.seller)


def by_somebody_who_does_not_sell(cast: Cast) -> Any:
    return put(make_account(), cast.pam)


def open_again(cast: Cast) -> Any:
    account = make_account()
    put(account, cast.seller, values={"stage": "lost"}, closed_on=today())
    return put(account, cast.seller, values={"stage": "qualified"})


def touch_of_another_customer(cast: Cast) -> Any:
    touch(make_account(), cast.seller, external_id="t-1")
    return noted(make_account(), cast.seller)


def touch_of_a_colleague(cast: Cast) -> Any:
    account = make_account()
    touch(account, cast.admin, external_id="t-1")
    return noted(account, cast.seller)


def touch_of_tomorrow(cast: Cast) -> Any:
    return noted(make_account(), cast.seller, on=today() + timedelta(days=2))


@pytest.mark.parametrize(
    ("verb", "error", "field"),
    [
        (closed_without_a_day, InvalidInput, "closed_on"),
        (won_without_a_value, InvalidInput, "value"),
        (of_another_customer, InvalidInput, "account"),
        (of_a_colleague, InvalidInput, "external_id"),
        (by_somebody_who_does_not_sell, NotAllowed, ""),
        (open_again, StateConflict, ""),
        (touch_of_another_customer, InvalidInput, "account"),
        (touch_of_a_colleague, InvalidInput, "external_id"),
        (touch_of_tomorrow, InvalidInput, "on"),
    ],
)
def test_what_cannot_be_is_refused_and_keeps_nothing(
    cast: Cast, verb: Callable[[Cast], Any], error: type[Exception], field: str
) -> None:
    with pytest.raises(error) as refused:
        verb(cast)

    assert list(getattr(refused.value, "errors", {})) == ([field] if field else [])
    assert DirectOpportunity.objects.count() + DirectTouch.objects.count() <= 1


def test_admin_changes_what_a_seller_has_and_leaves_it_the_sellers(cast: Cast) -> None:
    account = make_account()
    opportunity(account, cast.seller, external_id="o-1")
    touch(account, cast.seller, external_id="t-1")

    put(account, cast.admin, values={"stage": "proposal"})
    noted(account, cast.admin, note="Called back")

    assert (DirectOpportunity.objects.get().seller, DirectTouch.objects.get().seller) == (cast.seller, cast.seller)
    assert kinds() == ["opened", "touched", "changed", "touch_changed"]


def test_touch_on_another_day_meets_the_protection_of_that_day(cast: Cast) -> None:
    account = account_of(protected(cast))
    _row, first = noted(account, cast.seller, on=today() - timedelta(days=9))
    before = kinds().count("case_opened")
    row, second = noted(account, cast.seller)

    assert (first, second, before, row.cases.count()) == (Change.NEW, Change.CHANGED, 0, 1)


def test_told_by_several_at_once_it_is_there_once(live_cast: Cast) -> None:
    account = make_account()

    def tell() -> str:
        try:
            return put(account, live_cast.seller)[1]
        except InvalidInput:
            return "taken"

    done = together(*[tell] * 4)

    assert (done.count(Change.NEW), DirectOpportunity.objects.count()) == (1, 1)
    assert set(done) <= {Change.NEW, Change.UNCHANGED, "taken"}


OPPORTUNITY = {"account": "{account}", "external_id": "o-1"}
ROWS: list[tuple[dict[str, str], list[str], Values]] = [
    ({}, [], {}),
    ({"stage": " Proposal "}, [], {"stage": "proposal"}),
    ({"value": "1,200", "currency": "usd"}, [], {"value": Decimal(1200), "currency": "USD"}),
    ({"value": "1200"}, [], {"value": Decimal(1200), "currency": "EUR"}),
    ({"currency": "USD"}, [], {}),
    ({"expected_close": "2027-03-01"}, [], {"expected_close": date(2027, 3, 1)}),
    ({"external_id": ""}, ["external_id"], {}),
    ({"external_id": "x" * 81}, ["external_id"], {}),
    ({"account": "acc_nobody"}, ["account"], {}),
    ({"stage": "dreaming"}, ["stage"], {}),
    ({"value": "much"}, ["value"], {}),
    ({"products": "fleet-cloud; spaceship"}, ["products"], {}),
    ({"closed_on": "yesterday"}, ["closed_on"], {}),
]


@pytest.mark.parametrize(("cells", "wrong", "values"), ROWS)
def test_row_of_an_opportunity_says_what_has_a_cell(
    cast: Cast, cells: dict[str, str], wrong: list[str], values: Values
) -> None:
    row = OpportunityRow({**OPPORTUNITY, "account": make_account().public_id, **cells}, by=cast.seller)

    assert (row.is_valid(), sorted(row.errors)) == (not wrong, wrong)
    if not wrong:
        assert (row.arguments()["values"], row.arguments()["products"]) == (values, None)


@pytest.mark.parametrize(
    ("cells", "wrong"),
    [
        ({}, []),
        ({"kind": " Meeting "}, []),
        ({"kind": "dream"}, ["kind"]),
        ({"on": ""}, ["on"]),
        ({"on": "21.11.2026"}, ["on"]),
        ({"external_id": ""}, ["external_id"]),
        ({"note": "x" * 1001}, ["note"]),
        ({"account": "acc_nobody"}, ["account"]),
    ],
)
def test_row_of_a_touch_is_read_as_the_form_reads_it(cast: Cast, cells: dict[str, str], wrong: list[str]) -> None:
    given = {"account": make_account().public_id, "external_id": "t-1", "kind": "call", "on": "2026-11-21", **cells}
    row = TouchRow(given, by=cast.seller)

    assert (row.is_valid(), sorted(row.errors)) == (not wrong, wrong)


def test_columns_are_those_of_the_forms() -> None:
    for columns, form in ((sheet.OF_OPPORTUNITY, OpportunityRow), (sheet.OF_TOUCH, TouchRow)):
        assert set(columns.names) | {"form_nonce"} == set(form.base_fields)
        assert set(columns.also.values()) - set(columns.names) <= {"kind", "on"}
