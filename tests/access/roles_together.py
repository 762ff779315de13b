"""What operations of selling together, of mapping and of rates answer, person by person; see also: test_api_roles."""

import re
from typing import Any

from tests.access import keeping, reading
from tests.access.way import TODAY
from tests.access.ways_together import STEP, TOGETHER
from tests.access.world import World

TABLE = """
    GET  co-sells                 200 200 200 200 200 200         200 200 200 403 200 403 200     200 401
    POST co-sells                 201 201 403 403 400 403         201 403 400 403 400 403 403     400 401
    GET  co-sells/cosell          200 200 200 404 404 200         200 200 404 404 200 404 200     404 401
    POST co-sells/cosell/accept   403 403 403 404 404 403         200 403 404 404 400 404 403     404 401
    POST co-sells/cosell/decline  403 403 403 404 404 403         200 403 404 404 200 404 403     404 401
    POST co-sells/cosell/withdraw 200 200 403 404 404 403         403 403 404 404 403 404 403     404 401
    POST co-sells/active/hand-over 200 200 403 403 404 403        400 403 404 404 400 404 403     404 401
    POST co-sells/active/add-step 200 200 403 403 404 403         200 403 404 404 200 404 403     404 401
    POST co-sells/active/step-done 403 403 403 403 404 403        200 403 404 404 200 404 403     404 401
    POST co-sells/active/end      200 200 403 403 404 403         200 403 404 404 200 404 403     404 401
    POST deals/approved/engagement/appeal 409 409 403 403 404 403 403 403 404 404 403 404 403     404 401
    POST deals/approved/engagement/decision 403 403 403 403 404 403 403 200 404 404 200 404 403   404 401
    GET  deals/won/amendments     200 200 200 404 404 200         200 200 404 404 200 200 200     404 401
    POST deals/approved/amendment 403 403 403 403 404 403         409 403 404 404 409 404 403     404 401
    POST deals/approved/amendment/answer 409 409 403 403 404 403  403 403 404 404 403 404 403     404 401
    POST deals/approved/amendment/withdraw 403 403 403 403 404 403 409 403 404 404 409 404 403    404 401
    GET  mapping/overlaps         200 200 200 403 403 200         200 200 200 403 200 403 200     200 401
    GET  mapping/lists            200 200 200 403 403 200         403 403 403 403 403 403 403     200 401
    POST mapping/lists            201 201 201 403 403 403         403 403 403 403 403 403 403     201 401
    GET  mapping/lists/mapped     200 200 200 404 404 200         404 404 404 404 404 404 404     404 401
    GET  mapping/lists/mapped/rows 200 200 200 404 404 200        404 404 404 404 404 404 404     404 401
    POST mapping/lists/mapped/show 200 200 403 404 404 403        404 404 404 404 404 404 404     404 401
    POST mapping/lists/mapped/hide 200 200 403 404 404 403        404 404 404 404 404 404 404     404 401
    POST mapping/lists/mapped/delete 200 200 403 404 404 403      404 404 404 404 404 404 404     404 401
    GET  mapping/partners/organisation/customers 403 403 403 403 403 403 200 200 200 403 200 403 403 403 401
    POST mapping/partners/organisation/show 404 404 404 404 404 404 200 409 200 404 200 403 403 404 401
    POST mapping/partners/organisation/hide 404 404 404 404 404 404 409 409 200 404 200 403 403 404 401
"""
TABLE += keeping.TABLE.lstrip("\n")
TABLE += reading.TABLE.lstrip("\n")
BODIES: dict[str, dict[str, Any]] = {
    **keeping.BODIES,
    **reading.BODIES,
    "POST co-sells/cosell/decline": {"reason": "no_capacity"},
    "POST co-sells/active/add-step": STEP,
    "POST co-sells/active/end": {"result": "done"},
    "POST deals/approved/engagement/appeal": {"text": "We ran the pilot and the workshops on our own."},
    "POST deals/approved/engagement/decision": {"outcome": "kept", "reason": "stands", "message": "No."},
    "POST deals/approved/amendment": {"once": "0.1", "reason": "The discount is larger than planned."},
    "POST deals/approved/amendment/answer": {"accept": True},
    "POST mapping/lists": {"name": "Ours", "customers": [{"name": "A new customer"}]},
    "POST mapping/lists/mapped/show": {"all": True},
    "POST mapping/lists/mapped/hide": {"all": True},
    "POST mapping/partners/organisation/show": {"all": True},
    "POST mapping/partners/organisation/hide": {"all": True},
    "POST records/record/decide": {"accept": True, "message": "As the customer wishes."},
    "POST records/record/proof": {"text": "Four reviews were held in this year."},
    "POST records/record/proof/decide": {"accept": True, "message": "Well done."},
    "POST records/record/end": {"reason": "The customer asked for it."},
    "POST leads/offers/offer/decline": {"reason": "no_capacity"},
    "POST leads/offers/taken/report": {"stage": "meeting"},
    "POST leads/offers/taken/lose": {"reason": "price"},
    "PATCH marketplace/offers/market": {"co_sell": "asked"},
    "PATCH leads/lead": {"city": "Bremen"},
    "POST direct/opportunities/opportunity/close": {"stage": "lost", "closed_on": TODAY},
    "PATCH direct/opportunities/opportunity": {"stage": "qualified"},
    "POST direct/cases/case/decide": {"outcome": "breach", "reason": "No."},
}


def known_bodies(world: World) -> dict[str, dict[str, Any]]:
    """With what is known only when it is asked."""
    return {
        "POST co-sells": TOGETHER | {"deal": world.helix.submitted.public_id},
        "POST co-sells/active/hand-over": {"person": world.helix.team.admin.public_id},
        "POST co-sells/active/step-done": {"step": world.helix.co_sells[1].steps.get(side="vendor").public_id},
    }


def named_together(world: World, path: str) -> str:
    path = reading.named_in_library(world, path)
    path = re.sub(r"/rate\b", f"/{world.helix.rates[0].public_id}", path)
    path = re.sub(r"/mapped\b", f"/{world.helix.mapped.public_id}", path)
    path = re.sub(r"/cosell\b", f"/{world.helix.co_sells[0].public_id}", path)
    return path.replace("co-sells/active", f"co-sells/{world.helix.co_sells[1].public_id}")
