"""The table of people and nouns, as the API answers it. One line is an operation, one column a person.

Helix's things: `shared` are the draft, the submitted and the approved registration, read by its engineer.
401 comes first, then what cannot be seen (404), then what may not be done (403).
"""

import json
import re
from dataclasses import dataclass
from functools import cache
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from deals.registrations.models import Registration
from deals.rulebook import SCHEMA as RULES
from partners.models import Account, Partner
from prm.accounts.models import User
from prm.clocks.database import database_now
from prm.policy.clauses import digest
from prm.policy.models import PolicyVersion
from prm.policy.papers import text_of
from prm.policy.selectors import version_in_force
from tests.access.market import bodies_of_offers, files_of_rows
from tests.access.roles_together import BODIES as TOGETHER_BODIES
from tests.access.roles_together import TABLE as TOGETHER_TABLE
from tests.access.roles_together import known_bodies, named_together
from tests.access.table import CONSENT, LEAD_GIVEN, MONEY, SOON, TODAY
from tests.access.world import World

PEOPLE = (
    *("admin", "rep", "colleague", "engineer", "support", "marketing"),
    *("pam", "other_pam", "seller", "expert", "programme", "finance", "executive"),
    *("stranger", "nobody"),
)
TABLE = """
    #                             partner                         vendor
    #                             adm rep col eng sup mar         pam oth sel exp pro fin exe     str nob
    GET  me                       200 200 200 200 200 200         200 200 200 200 200 200 200     200 401
    GET  me/notifications         200 200 200 200 200 200         200 200 200 200 200 200 200     200 401
    PATCH me/notifications        200 200 200 200 200 200         200 200 200 200 200 200 200     200 401
    GET  branding                 200 200 200 200 200 200         200 200 200 200 200 200 200     200 401
    PATCH branding                403 403 403 403 403 403         403 403 403 403 200 403 403     403 401
    GET  calendars/pam            404 404 404 404 404 404         200 404 404 404 200 404 404     404 401
    PATCH calendars/pam           404 404 404 404 404 404         200 404 404 404 200 404 404     404 401
    POST calendars/pam/take-off   404 404 404 404 404 404         200 404 404 404 200 404 404     404 401
    POST calendars/pam/work       404 404 404 404 404 404         409 404 404 404 409 404 404     404 401
    GET  announcements            200 200 200 200 200 200         200 200 200 200 200 200 200     200 401
    POST announcements            403 403 403 403 403 403         403 403 403 403 201 403 403     403 401
    GET  products                 200 200 200 200 200 200         200 200 200 200 200 200 200     200 401
    GET  deals                    200 200 200 200 200 200         200 200 200 200 200 200 200     200 401
    POST deals                    201 201 201 403 403 403         403 403 403 403 403 403 403     201 401
    GET  deals/draft              200 200 200 200 404 200         404 404 404 404 404 404 404     404 401
    GET  deals/submitted          200 200 200 200 404 200         200 200 404 404 200 404 200     404 401
    GET  deals/asked              200 200 200 404 404 200         200 200 404 404 200 404 200     404 401
    GET  deals/won                200 200 200 404 404 200         200 200 404 404 200 200 200     404 401
    PATCH deals/draft             200 200 403 403 404 403         404 404 404 404 404 404 404     404 401
    POST deals/draft/submit       200 200 403 403 404 403         404 404 404 404 404 404 404     404 401
    POST deals/asked/answer       200 200 403 404 404 403         403 403 404 404 403 404 403     404 401
    POST deals/submitted/withdraw 200 200 403 403 404 403         403 403 404 404 403 404 403     404 401
    POST deals/approved/win       200 200 403 403 404 403         403 403 404 404 403 404 403     404 401
    POST deals/approved/lose      200 200 403 403 404 403         403 403 404 404 403 404 403     404 401
    POST deals/approved/extend    200 200 403 403 404 403         403 403 404 404 403 404 403     404 401
    POST deals/approved/extension 403 403 403 403 404 403         409 403 404 404 409 404 403     404 401
    GET  deals/approved/team      200 200 200 200 404 200         200 200 404 404 200 404 200     404 401
    POST deals/approved/teaming   409 409 403 403 404 403         403 403 404 404 403 404 403     404 401
    POST deals/approved/teaming/take-back 403 403 403 403 404 403 409 403 404 404 409 404 403     404 401
    POST deals/rejected/appeal    409 409 403 404 404 403         403 403 404 404 403 404 403     404 401
    POST deals/rejected/appeal/decide 403 403 403 404 404 403     403 200 404 404 200 404 403     404 401
    POST deals/approved/reverse   403 403 403 403 404 403         403 200 404 404 200 404 403     404 401
    GET  deals/rejected/first-refusal 404 404 404 404 404 404     404 404 404 404 404 404 404     404 401
    POST deals/rejected/take-up   409 409 403 404 404 403         403 403 404 404 403 404 403     404 401
    POST deals/rejected/decline   409 409 403 404 404 403         403 403 404 404 403 404 403     404 401
    POST deals/quote              200 200 200 403 403 403         403 403 403 403 403 403 403     200 401
    POST deals/won/refund         403 403 403 404 404 403         200 403 404 404 403 200 403     404 401
    GET  earnings                 200 200 200 403 403 403         200 200 403 403 200 200 200     200 401
    GET  earnings/balances        200 200 200 403 403 403         200 200 403 403 200 200 200     200 401
    GET  earnings/statements      200 403 403 403 403 403         200 200 403 403 200 200 200     200 401
    GET  earnings/statements/organisation 200 403 403 403 403 403 200 404 403 403 200 200 200     404 401
    GET  earnings/statements/organisation/pdf 200 403 403 403 403 403 200 404 403 403 200 200 200 404 401
    GET  payments/outlook         403 403 403 403 403 403         403 403 403 403 200 200 200     403 401
    GET  payments/runs            403 403 403 403 403 403         403 403 403 403 200 200 200     403 401
    POST payments/runs            403 403 403 403 403 403         403 403 403 403 403 409 403     403 401
    GET  payments/runs/run        404 404 404 404 404 404         404 404 404 404 200 200 200     404 401
    POST payments/runs/run/approve 404 404 404 404 404 404        404 404 404 404 200 200 403     404 401
    POST payments/runs/run/submit 404 404 404 404 404 404         404 404 404 404 403 409 403     404 401
    POST payments/runs/run/discard 404 404 404 404 404 404        404 404 404 404 403 200 403     404 401
    POST payments/runs/run/results 404 404 404 404 404 404        404 404 404 404 403 409 403     404 401
    GET  payments/runs/run/file   404 404 404 404 404 404         404 404 404 404 403 404 403     404 401
    GET  payees                   200 403 403 403 403 403         403 403 403 403 200 200 200     200 401
    POST payees                   409 403 403 403 403 403         403 403 403 403 403 403 403     409 401
    GET  payees/payee             200 404 404 404 404 404         404 404 404 404 200 200 200     404 401
    POST payees/payee/confirm     403 404 404 404 404 404         404 404 404 404 403 200 403     404 401
    POST payees/payee/decline     403 404 404 404 404 404         404 404 404 404 403 200 403     404 401
    POST deals/submitted/approve  403 403 403 403 404 403         200 403 404 404 200 404 403     404 401
    POST deals/submitted/reject   403 403 403 403 404 403         200 403 404 404 200 404 403     404 401
    POST deals/submitted/ask      403 403 403 403 404 403         200 403 404 404 200 404 403     404 401
    POST deals/won/reject         403 403 403 404 404 403         409 403 404 404 409 403 403     404 401
    GET  deals/submitted/findings 403 403 403 403 404 403         200 200 404 404 200 404 200     404 401
    GET  deals/submitted/findings/compare 404 404 404 404 404 404 200 200 404 404 200 404 200     404 401
    POST deals/submitted/findings/judge   404 404 404 404 404 404 200 403 404 404 200 404 403     404 401
    GET  deals/submitted/timeline 200 200 200 200 404 200         200 200 404 404 200 404 200     404 401
    GET  deals/draft/receipt      200 200 200 200 404 200         404 404 404 404 404 404 404     404 401
    GET  deals/submitted/receipt  200 200 200 200 404 200         200 200 404 404 200 404 200     404 401
    GET  deals/won/receipt        200 200 200 404 404 200         200 200 404 404 200 200 200     404 401
    GET  deals/submitted/receipt/inclusion 200 200 200 200 404 200 200 200 404 404 200 404 200    404 401
    GET  deals/draft/messages     404 404 404 404 404 404         404 404 404 404 404 404 404     404 401
    POST deals/draft/messages     404 404 404 404 404 404         404 404 404 404 404 404 404     404 401
    GET  deals/submitted/messages 200 200 200 200 404 200         200 200 404 404 200 404 200     404 401
    POST deals/submitted/messages 201 201 201 201 404 403         201 201 404 404 201 404 403     404 401
    GET  deals/won/messages       200 200 200 404 404 200         200 200 404 404 200 200 200     404 401
    POST deals/won/messages       201 201 201 404 404 403         201 201 404 404 201 403 403     404 401
    GET  accounts                 403 403 403 403 403 403         200 200 200 403 200 403 200     403 401
    POST accounts                 403 403 403 403 403 403         403 403 201 403 201 403 403     403 401
    GET  accounts/account         404 404 404 404 404 404         200 200 200 404 200 404 200     404 401
    PATCH accounts/account        404 404 404 404 404 404         403 403 200 404 200 404 403     404 401
    GET  accounts/account/names   404 404 404 404 404 404         200 200 200 404 200 404 200     404 401
    POST accounts/account/names   404 404 404 404 404 404         403 403 201 404 201 404 403     404 401
    POST accounts/names/name/remove 404 404 404 404 404 404       403 403 200 404 200 404 403   404 401
    GET  accounts/lists           403 403 403 403 403 403         200 200 403 403 200 403 403     403 401
    POST accounts/lists           403 403 403 403 403 403         201 201 403 403 201 403 403     403 401
    GET  accounts/lists/list      404 404 404 404 404 404         200 200 404 404 200 404 404     404 401
    POST accounts/lists/list/start 404 404 404 404 404 404        409 409 404 404 409 404 404     404 401
    GET  accounts/lists/list/rows 404 404 404 404 404 404         200 200 404 404 200 404 404     404 401
    GET  accounts/alike           403 403 403 403 403 403         200 200 403 403 200 403 403     403 401
    GET  accounts/alike/searches  403 403 403 403 403 403         200 200 403 403 200 403 403     403 401
    POST accounts/alike/searches  403 403 403 403 403 403         201 201 403 403 201 403 403     403 401
    POST accounts/alike/pair/dismiss 404 404 404 404 404 404      200 200 404 404 200 404 404     404 401
    GET  accounts/merges          403 403 403 403 403 403         200 200 403 403 200 403 403     403 401
    POST accounts/merges          403 403 403 403 403 403         400 400 403 403 400 403 403     403 401
    POST accounts/merges/merge/undo 404 404 404 404 404 404       200 200 404 404 200 404 404     404 401
    GET  accounts/imports         403 403 403 403 403 403         403 403 403 403 200 403 403     403 401
    POST accounts/imports         403 403 403 403 403 403         403 403 403 403 201 403 403     403 401
    GET  accounts/imports/import  404 404 404 404 404 404         404 404 404 404 200 404 404     404 401
    GET  accounts/imports/import/findings 404 404 404 404 404 404 404 404 404 404 200 404 404     404 401
    POST accounts/imports/import/check 404 404 404 404 404 404    404 404 404 404 200 404 404     404 401
    POST accounts/imports/import/start 404 404 404 404 404 404    404 404 404 404 409 404 404     404 401
    POST accounts/imports/import/undo 404 404 404 404 404 404     404 404 404 404 409 404 404     404 401
    GET  events                   200 200 200 403 403 403         200 200 403 403 200 403 200     200 401
    GET  metrics                  200 200 200 403 403 403         200 200 403 403 200 403 200     200 401
    GET  matching/quality         403 403 403 403 403 403         200 200 403 403 200 403 200     403 401
    GET  matching/judgements      403 403 403 403 403 403         200 200 403 403 200 403 200     403 401
    GET  matching/thresholds      403 403 403 403 403 403         200 200 403 403 200 403 200     403 401
    POST matching/thresholds      403 403 403 403 403 403         403 403 403 403 201 403 403     403 401
    GET  policies                 200 200 200 200 200 200         200 200 200 200 200 200 200     200 401
    GET  policies/policy          200 200 200 200 200 200         200 200 200 200 200 200 200     200 401
    POST policies/policy/acknowledge 200 403 403 403 403 403      403 403 403 403 403 403 403     200 401
    GET  accounts/account/tenders 404 404 404 404 404 404         200 200 403 404 200 404 200     404 401
    POST accounts/account/tenders 404 404 404 404 404 404         409 409 403 404 409 404 403     404 401
    POST accounts/tenders/tender/withdraw 404 404 404 404 404 404 200 200 404 404 200 404 403     404 401
    GET  marketplace/offers       200 200 200 200 200 200         200 200 200 403 200 200 200     200 401
    POST marketplace/offers       201 201 403 403 403 403         201 403 403 403 201 403 403     400 401
    POST marketplace/offers/put   201 201 403 403 403 403         201 403 403 403 201 403 403     400 401
    POST marketplace/imports      201 201 400 403 403 403         201 400 403 403 201 403 403     400 401
    GET  marketplace/offers/market 200 200 200 200 404 200        200 200 404 404 200 404 200     404 401
    PATCH marketplace/offers/market 200 200 403 403 404 403       200 403 404 404 200 404 403     404 401
    POST marketplace/offers/market/send 409 409 403 403 404 403   409 403 404 404 409 404 403     404 401
    POST marketplace/offers/market/accept 200 200 403 403 404 403 200 403 404 404 200 404 403     404 401
    POST marketplace/offers/market/withdraw 200 200 403 403 404 403 200 403 404 404 200 404 403   404 401
    GET  leads                    403 403 403 403 403 403         200 200 200 403 200 403 200     403 401
    POST leads                    403 403 403 403 403 403         201 201 201 403 201 403 403     403 401
    POST leads/imports            403 403 403 403 403 403         201 201 201 403 201 403 403     403 401
    GET  leads/lead               404 404 404 404 404 404         200 200 404 404 200 404 200     404 401
    PATCH leads/lead              404 404 404 404 404 404         409 403 404 404 409 404 403     404 401
    GET  leads/lead/ranking       404 404 404 404 404 404         200 200 404 404 200 404 200     404 401
    POST leads/lead/again         404 404 404 404 404 404         409 403 404 404 409 404 403     404 401
    POST leads/lead/withdraw      404 404 404 404 404 404         200 403 404 404 200 404 403     404 401
    GET  leads/offers             200 200 200 403 403 200         200 200 200 403 200 403 200     200 401
    GET  leads/offers/offer       200 200 200 404 404 200         200 200 404 404 200 404 200     404 401
    POST leads/offers/offer/accept   200 200 200 404 404 403      403 403 404 404 403 404 403     404 401
    POST leads/offers/offer/decline  200 200 200 404 404 403      403 403 404 404 403 404 403     404 401
    POST leads/offers/taken/report   200 200 403 404 404 403      403 403 404 404 403 404 403     404 401
    POST leads/offers/taken/register 200 200 403 404 404 403      403 403 404 404 403 404 403     404 401
    POST leads/offers/taken/lose     200 200 403 404 404 403      403 403 404 404 403 404 403     404 401
    GET  direct/opportunities     403 403 403 403 403 403         200 200 200 403 200 403 200     403 401
    POST direct/opportunities     403 403 403 403 403 403         403 403 201 403 201 403 403     403 401
    GET  direct/opportunities/opportunity        404 404 404 404 404 404 200 200 200 404 200 404 200 404 401
    PATCH direct/opportunities/opportunity       404 404 404 404 404 404 403 403 200 404 200 404 403 404 401
    POST direct/opportunities/opportunity/attach 404 404 404 404 404 404 403 403 200 404 200 404 403 404 401
    POST direct/opportunities/opportunity/close  404 404 404 404 404 404 403 403 200 404 200 404 403 404 401
    POST direct/opportunities/imports 403 403 403 403 403 403     403 403 201 403 201 403 403     403 401
    POST direct/touches/imports   403 403 403 403 403 403         403 403 201 403 201 403 403     403 401
    GET  direct/touches           403 403 403 403 403 403         200 200 200 403 200 403 200     403 401
    POST direct/touches           403 403 403 403 403 403         403 403 201 403 201 403 403     403 401
    POST direct/touches/touch/withdraw 404 404 404 404 404 404    403 403 200 404 200 404 403     404 401
    GET  direct/uplift            403 403 403 403 403 403         403 403 200 403 200 200 200     403 401
    GET  direct/cases             403 403 403 403 403 403         200 200 200 403 200 403 200     403 401
    GET  direct/cases/case        404 404 404 404 404 404         200 200 200 404 200 404 200     404 401
    POST direct/cases/case/decide 404 404 404 404 404 404         200 403 403 404 200 404 403     404 401
    GET  records                  200 200 200 403 403 200         200 200 403 403 200 403 200     200 401
    POST records                  409 409 403 403 403 403         403 403 403 403 403 403 403     400 401
    POST records/appointments     403 403 403 403 403 403         201 403 403 403 201 403 403     403 401
    GET  records/record           200 200 200 404 404 200         200 200 404 404 200 404 200     404 401
    POST records/record/decide    403 403 403 404 404 403         200 403 404 404 200 404 403     404 401
    POST records/record/proof     409 409 403 404 404 403         403 403 404 404 403 404 403     404 401
    POST records/record/proof/decide 403 403 403 404 404 403      409 403 404 404 409 404 403     404 401
    POST records/record/end       403 403 403 404 404 403         409 403 404 404 409 404 403     404 401
    GET  schema/                  200 200 200 200 200 200         200 200 200 200 200 200 200     200 200
    GET  docs/                    200 200 200 200 200 200         200 200 200 200 200 200 200     200 200
"""
BODIES: dict[str, dict[str, Any]] = {
    "POST deals": {"customer": {"name": "A new customer"}},
    "PATCH deals/draft": {"competitor": "Somebody"},
    "POST deals/asked/answer": {"message": "Here", "work_done": "Three workshops with the head of fleet."},
    "POST deals/approved/win": {"closed_on": TODAY, "early_reason": "Signed at once."},
    "POST deals/approved/lose": {"reason": "price"},
    "POST deals/approved/extend": {"proof": "Two meetings and an offer since the approval."},
    "POST deals/approved/extension": {"accept": True, "message": "Go on."},
    "POST deals/approved/teaming": {"accept": True},
    "POST deals/rejected/appeal": {"text": "The order was placed before the other one asked."},
    "POST deals/rejected/appeal/decide": {"outcome": "refused", "reason": "stands", "message": "No."},
    "POST deals/approved/reverse": {"reason": "other", "clause": "3.2", "message": "Wrong."},
    "POST deals/quote": {"value": MONEY, "motion": "resale", "engagement": "shared"},
    "POST deals/won/refund": {"amount": MONEY, "reason": "returned"},
    # Orbit asked for the same customer before.
    "POST deals/submitted/approve": {"override_reason": "customer_choice"},
    "POST deals/submitted/findings/judge": {"verdict": "different"},
    "POST deals/submitted/reject": {"reason": "other", "message": "No."},
    "POST deals/won/reject": {"reason": "other", "message": "No."},
    "POST deals/submitted/ask": {"message": "Who signs?", "fields": ["work_done"]},
    "POST deals/draft/messages": {"text": "Who signs?"},
    "POST deals/submitted/messages": {"text": "Who signs?"},
    "POST deals/won/messages": {"text": "Who signs?"},
    "POST matching/thresholds": {"review_from": "0.70", "block_from": "0.95", "after": 1},
    "POST accounts": {"name": "A new customer", "country": "DE"},
    "POST accounts/account/names": {"name": "Another name"},
    "POST accounts/lists/list/start": {"columns": ["name"]},
    "POST accounts/merges": {"account": "acc_x", "into": "acc_y"},
    "PATCH me/notifications": {"decisions": "daily"},
    "PATCH calendars/pam": {"country": "DE"},
    "POST calendars/pam/take-off": {"first": SOON},
    "POST calendars/pam/work": {"first": SOON},
    "POST announcements": {"title": "News", "text": "All of it.", "audience": ["everyone"]},
    "POST accounts/account/tenders": {"published_on": TODAY, "source": "Gazette 12"},
    "POST leads": LEAD_GIVEN,
    "POST payments/runs": {"currency": "EUR", "due_on": SOON},
    "POST payments/runs/run/results": {"results": [{"payment": "pay_x", "result": "paid"}]},
    "POST payees": {"holder": "Helix Systems GmbH", "iban": "DE02120300000000202051"},
    "PATCH branding": {"name": "Another name"},
    "PATCH accounts/account": {"city": "Bremen"},
    "POST accounts/imports/import/check": {"columns": ["external_id", "name"]},
}
BODIES |= TOGETHER_BODIES


PARTS = {"offers", "imports", "names", "alike", "merges", "lists", "statements", "tenders", "runs"}
PARTS |= {"opportunities", "touches", "cases", "partners", "items"}
PLAIN = {"bulk", "imports", "put", "overlaps", "searches", "quote", "balances", "outlook", "uplift", "appointments"}
PLAIN |= {"collections"}
NOUNS = {"leads", "deals", "accounts", "earnings", "calendars", "policies", "payments", "payees", "direct"}
NOUNS |= {"library", "files"}
NOUNS |= {"co-sells", "mapping", "marketplace", "records", "rates"}


def rules_in_force() -> PolicyVersion:
    return version_in_force(RULES, database_now())


def bodies(world: World) -> dict[str, dict[str, Any]]:
    """With what is known only when it is asked."""
    account, partner = Account.objects.present().earliest("pk").public_id, Partner.objects.earliest("pk")
    free = Account.objects.present().filter(partners_of_record=None).earliest("pk")
    won = Registration.objects.filter(state="won", created_by__email="rep@helix.example").earliest("pk")
    return {
        **BODIES,
        **bodies_of_offers(),
        "POST policies/policy/acknowledge": {"digest": digest(text_of(rules_in_force()))},
        **known_bodies(world),
        "POST records": {**CONSENT, "deal": won.public_id},
        "POST records/appointments": {**CONSENT, "account": free.public_id, "partner": partner.organisation.public_id},
        "POST direct/opportunities": {"account": account},
        "POST direct/touches": {"account": account, "kind": "call", "on": TODAY},
        "POST direct/opportunities/opportunity/attach": {"partner": partner.organisation.public_id},
    }


@cache
def rows() -> dict[str, list[int]]:
    found = {}
    for line in f"{TABLE.strip()}{TOGETHER_TABLE}".strip().splitlines():
        if not line.strip().startswith("#"):
            method, path, *statuses = line.split()
            found[f"{method} {path}"] = [int(status) for status in statuses]
    return found


def person(world: World, name: str) -> Client:
    """A caller of the API by the name of the column."""
    user = user_of(world, name)
    return world.caller(user) if user else Client()


def user_of(world: World, name: str) -> User | None:
    staff = {"other_pam": "pam2", "programme": "admin"}
    if name == "nobody":
        return None
    if name == "stranger":
        return world.orbit.people["admin"]
    if name in world.helix.people:
        return world.helix.people[name]
    user: User = getattr(world.cast, staff.get(name, name))
    return user


def address(world: World, path: str) -> str:
    path = re.sub(r"/import\b", f"/{world.helix.account_import.public_id}", path)
    path = re.sub(r"/name\b", f"/{world.helix.account_name.public_id}", path)
    path = re.sub(r"/list\b", f"/{world.helix.company_list.public_id}", path)
    path = path.replace("calendars/pam", f"calendars/{world.cast.pam.public_id}")
    path = re.sub(r"/merge\b", f"/{world.helix.account_merge.public_id}", path)
    path = re.sub(r"/tender\b", f"/{world.helix.tender.public_id}", path)
    path = re.sub(r"/lead\b", f"/{world.helix.offers[0].lead.public_id}", path)
    path = re.sub(r"/offer\b", f"/{world.helix.offers[0].public_id}", path)
    path = re.sub(r"/taken\b", f"/{world.helix.offers[1].public_id}", path)
    for kind in ("opportunity", "touch", "case", "market", "record"):
        path = re.sub(rf"/{kind}\b", f"/{world.helix.ids(kind)[0]}", path)
    path = named_together(world, path)
    path = re.sub(r"/policy\b", f"/{rules_in_force().public_id}", path)
    path = re.sub(r"/run\b", f"/{world.helix.runs[0].public_id}", path)
    path = re.sub(r"/payee\b", f"/{world.helix.payee.public_id}", path)
    path = re.sub(r"/pair\b", f"/{world.helix.pair.public_id}", path)
    path = path.replace("/organisation", f"/{world.helix.team.organisation.public_id}")
    for name in ("draft", "submitted", "asked", "approved", "rejected", "won", "account"):
        path = path.replace(f"/{name}", f"/{getattr(world.helix, name).public_id}")
    return f"/api/v1/{path}"


@dataclass(frozen=True)
class Asked:
    method: str
    url: str
    kind: str = ""
    body: bytes = b""


def asked(world: World, operation: str) -> Asked:
    """The request, whoever sends it."""
    method, path = operation.split()
    if method == "GET":
        return Asked(method, address(world, path))
    given = json.dumps(bodies(world).get(operation, {})).encode()
    return Asked(method, address(world, path), *files_of_rows(TODAY).get(operation, ("application/json", given)))


def status(world: World, request: Asked, name: str) -> int:
    """The answer's status; what it did is undone, so that the next person meets the same state."""
    with transaction.atomic():
        response = person(world, name).generic(request.method, request.url, request.body, content_type=request.kind)
        transaction.set_rollback(True)
    return response.status_code


@pytest.mark.parametrize("operation", rows())
def test_operation_answers_each_person_as_the_table_says(world: World, operation: str) -> None:
    request = asked(world, operation)
    answers = {name: status(world, request, name) for name in PEOPLE}

    assert answers == dict(zip(PEOPLE, rows()[operation], strict=True))


def test_every_operation_is_in_the_table(world: World) -> None:
    """Read from the schema, so that a new operation is missed here."""
    schema = json.loads(Client().get("/api/v1/schema/").content)
    known = {generic(operation) for operation in rows()}
    offered = {
        (method.upper(), path.removeprefix("/api/v1/"))
        for path, methods in schema["paths"].items()
        for method in methods
        if method in {"get", "post", "patch", "put", "delete"}
    }

    assert offered - known == {("GET", "metrics/{name}")}


def generic(operation: str) -> tuple[str, str]:
    method, path = operation.split()
    first, *rest = path.split("/")
    place = 1 if rest[:1] and rest[0] in PARTS else 0
    if first in NOUNS and len(rest) > place and rest[place] not in PLAIN:
        rest[place] = "{public_id}"
    return method, "/".join((first, *rest))


def test_nobody_decides_what_they_submitted(world: World) -> None:
    deal = world.helix.submitted
    deal.submitted_by = world.cast.pam
    deal.save(update_fields=["submitted_by"])

    assert status(world, asked(world, "POST deals/submitted/reject"), "pam") == 403
