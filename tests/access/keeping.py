"""Rates of exchange in the walks: the ways to them, who is answered how, and one for each side."""

from datetime import timedelta
from decimal import Decimal

from prm.clocks.database import database_now
from prm.rates.actions import Given, record_rate
from prm.rates.models import Rate
from tests.access.way import Way
from tests.factories import Cast

RATE_GIVEN = {"base": "CHF", "value": "1.0712", "on": "2026-01-05"}
RATE_TYPED = {"currency": "CHF", "quotation": "direct", "value": "1.0712", "on": "2026-01-05", "source": "ECB"}
WAYS_OF_RATES: dict[str, Way] = {
    "api-rates": Way(posts=RATE_GIVEN),
    "api-rates-bulk": Way(posts={"rates": [RATE_GIVEN]}),
    "api-rate": Way(("rate",)),
    "rates": Way(queries=("currency=USD",)),
    "rates-import": Way((), {"rows": "", "form_nonce": ""}),
    "api-rates-import": Way(),
    "rates-export": Way(queries=("currency=USD",)),
    "rate-new": Way(posts={**RATE_TYPED, "form_nonce": ""}),
}
TABLE = """
    GET  rates                    403 403 403 403 403 403         403 403 403 403 200 200 403     403 401
    POST rates                    403 403 403 403 403 403         403 403 403 403 201 201 403     403 401
    POST rates/bulk               403 403 403 403 403 403         403 403 403 403 201 201 403     403 401
    POST rates/imports            403 403 403 403 403 403         403 403 403 403 201 201 403     403 401
    GET  rates/rate               404 404 404 404 404 404         404 404 404 404 200 200 404     404 401
"""
BODIES = {"POST rates": RATE_GIVEN, "POST rates/bulk": {"rates": [RATE_GIVEN]}}


def keep_rate(cast: Cast, source: str) -> Rate:
    """A day of its own for each side."""
    now = database_now()
    on = now.date() - timedelta(days=1 + Rate.objects.count())
    return record_rate(given=Given("USD", "EUR", Decimal("0.9"), on, source[:120]), by=cast.finance, now=now)
