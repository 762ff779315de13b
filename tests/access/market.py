"""Ways to offers in marketplaces and to lists that take files; what they are given."""

from typing import Any

from deals.registrations.models import Registration
from partners.models import Account
from tests.access.reading import FILES as LIBRARY_FILES
from tests.access.way import Way

MARKET = {"offer_id": "o-1", "buyer": "Acme", "amount": "100", "currency": "EUR", "co_sell": "none"}
MARKET_GIVEN = {
    "deal": "deal_x",
    "marketplace": "aws",
    "offer_id": "o-1",
    "buyer": "Acme",
    "amount": {"amount": "100.00", "currency": "EUR"},
}
FILE = {"rows": "", "form_nonce": ""}
OF_SHEETS: dict[str, Way] = {
    "marketplace-new": Way(("deal",), {"marketplace": "aws", **MARKET, "state": "draft", "form_nonce": ""}),
    "marketplace": Way((), {}, ("q=kanarie",)),
    "marketplace-export": Way((), {}, ("q=kanarie",)),
    "marketplace-import": Way((), FILE),
    "marketplace-offer": Way(
        ("market",),
    ),
    "marketplace-change": Way(("market",), MARKET),
    "marketplace-send": Way(
        ("market",),
    ),
    "marketplace-accept": Way(
        ("market",),
    ),
    "marketplace-withdraw": Way(
        ("market",),
    ),
    "direct-import": Way((), FILE),
    "direct-touches-import": Way((), FILE),
    "api-marketplace": Way((), MARKET_GIVEN, ("deal={deal}",)),
    "api-marketplace-put": Way((), MARKET_GIVEN),
    "api-marketplace-import": Way(),
    "api-marketplace-offer": Way(("market",), {"co_sell": "asked"}),
    "api-marketplace-send": Way(
        ("market",),
    ),
    "api-marketplace-accept": Way(
        ("market",),
    ),
    "api-marketplace-withdraw": Way(
        ("market",),
    ),
    "api-direct-import": Way(),
    "api-direct-touches-import": Way(),
}

FILES = {
    "POST accounts/imports": ("text/csv", b"id,name\nx1,Acme\n"),
    "POST accounts/lists": ("text/csv", b"name\nAcme\n"),
    "POST leads/imports": ("text/csv", b"name,country,contact,need\nAcme,DE,Ann,Routes\n"),
}


def approved_deal() -> Registration:
    return Registration.objects.filter(state="approved", created_by__email="rep@helix.example").earliest("pk")


def bodies_of_offers() -> dict[str, dict[str, Any]]:
    offered = {**MARKET_GIVEN, "deal": approved_deal().public_id}
    return {"POST marketplace/offers": offered, "POST marketplace/offers/put": offered}


def files_of_rows(today: str) -> dict[str, tuple[str, bytes]]:
    account, kind = Account.objects.present().earliest("pk").public_id, "text/csv"
    offer = f"deal,marketplace,offer_id,buyer,amount,currency\n{approved_deal().reference},aws,o-2,Acme,100,EUR\n"
    return {
        **FILES,
        **LIBRARY_FILES,
        "POST rates/imports": (kind, b"Date,CHF,\n2026-01-05,0.93,\n"),
        "POST marketplace/imports": (kind, offer.encode()),
        "POST direct/opportunities/imports": (kind, f"account,external_id\n{account},crm-9\n".encode()),
        "POST direct/touches/imports": (kind, f"account,external_id,kind,on\n{account},t-9,call,{today}\n".encode()),
    }
