"""The pages of money in a real browser, wide and narrow: nothing sticks out, and everybody can read them."""

from collections.abc import Callable
from typing import Any

import pytest

from prm.clocks.database import database_now
from prm.payments.actions import request_payee
from tests.browser.conftest import Visitor
from tests.deals.test_earning import taken, won
from tests.factories import Cast
from tests.payments.paying import IBAN, handed_over, payable, prepared
from tests.rates.knowing import know_today

pytestmark = pytest.mark.browser

NewVisitor = Callable[..., Visitor]


def look(visitor: Visitor, paths: dict[str, str]) -> None:
    for name, path in paths.items():
        visitor.open(path)
        visitor.check_accessible(f"money-{name}")


def test_pages_of_money_are_readable_at_every_width(visitor: NewVisitor, live_cast: Cast, settings: Any) -> None:
    settings.PRM_PAYER_IBAN = IBAN
    deal = taken(live_cast, won(live_cast.helix, motion="managed"), "8640.00")
    handed_over(live_cast, "120.00", "80.50")
    run = prepared(live_cast, "12000.00")
    payable(live_cast.orbit.organisation, "40.00", currency="USD")
    request_payee(holder="Orbit Solutions", iban=IBAN, by=live_cast.orbit.admin, now=database_now())
    know_today(live_cast, USD="0.9", JPY="0.006")
    organisation = live_cast.helix.organisation.public_id

    look(
        visitor().log_in(live_cast.helix.admin),
        {"earnings": "/earnings/", "statement": f"/earnings/{organisation}/", "payee": "/payee/"},
    )
    look(
        visitor().log_in(live_cast.finance),
        {
            "payments": "/payments/",
            "rates": "/rates/",
            "rate": "/rates/new/",
            "rates-import": "/rates/import/",
            "run": run.get_absolute_url(),
            "deal": deal.get_absolute_url(),
            "refund": f"{deal.get_absolute_url()}refund/",
        },
    )
