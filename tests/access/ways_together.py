"""How the routes of selling together are reached."""

from typing import Any

from tests.access.reading import WAYS_OF_LIBRARY
from tests.access.way import SOON, Way

STEP = {"text": "Show the demo", "side": "vendor", "due_on": SOON}
TOGETHER: dict[str, Any] = {
    "help": "technical",
    "message": "A demo, please.",
    "roles": [{"role": "lead", "side": "partner"}],
}
WAYS_TOGETHER: dict[str, Way] = {
    **WAYS_OF_LIBRARY,
    "mapping": Way(queries=("q=kanarie", "partner={organisation}")),
    "mapping-export": Way(queries=("q=kanarie", "partner={organisation}")),
    "mapping-lists": Way(posts={"file": "", "form_nonce": ""}),
    "mapping-lists-export": Way(),
    "mapping-rows": Way(queries=("list={mapped}",)),
    "mapping-list": Way(("mapped",), {"column_0": "name"}),
    "mapping-list-show": Way(("mapped",), {"all": "1"}),
    "mapping-list-hide": Way(("mapped",), {"all": "1"}),
    "mapping-list-delete": Way(("mapped",)),
    "mapping-accounts": Way(queries=("partner={organisation}",)),
    "mapping-accounts-export": Way(queries=("partner={organisation}",)),
    "mapping-accounts-show": Way(("organisation",), {"all": "1"}),
    "mapping-accounts-hide": Way(("organisation",), {"all": "1"}),
    "api-deal-amendments": Way(("deal",)),
    "api-deal-amendment": Way(("deal",), {"once": "0.1", "reason": "The discount is larger than planned."}),
    "api-deal-amendment-answer": Way(("deal",), {"accept": True}),
    "api-deal-amendment-withdraw": Way(("deal",)),
    "api-mapping-overlaps": Way(),
    "api-mapping-lists": Way(posts={"name": "Ours", "customers": [{"name": "A new customer"}]}),
    "api-mapping-list": Way(("mapped",)),
    "api-mapping-rows": Way(("mapped",)),
    "api-mapping-show": Way(("mapped",), {"all": True}),
    "api-mapping-hide": Way(("mapped",), {"all": True}),
    "api-mapping-delete": Way(("mapped",)),
    "api-mapping-accounts": Way(("organisation",)),
    "api-mapping-accounts-show": Way(("organisation",), {"all": True}),
    "api-mapping-accounts-hide": Way(("organisation",), {"all": True}),
    "co-sells": Way(queries=("q=kanarie",)),
    "co-sells-export": Way(queries=("q=kanarie",)),
    "deal-co-sell": Way(("deal",), {"help": "technical", "message": "A demo, please.", "role_lead": "partner"}),
    "co-sell": Way(("co_sell",)),
    "co-sell-accept": Way(("co_sell",), {"text": "Gladly."}),
    "co-sell-decline": Way(("co_sell",), {"reason": "no_capacity"}),
    "co-sell-withdraw": Way(("co_sell",)),
    "co-sell-hand-over": Way(("co_sell",), {"person": ""}),
    "co-sell-add-step": Way(("co_sell",), STEP),
    "co-sell-step-done": Way(("co_sell",), {"step": "cst_x"}),
    "co-sell-end": Way(("co_sell",), {"result": "done"}),
    "api-co-sells": Way(posts=TOGETHER, queries=("deal={deal}",)),
    "api-co-sell": Way(("co_sell",)),
    "api-co-sell-accept": Way(("co_sell",)),
    "api-co-sell-decline": Way(("co_sell",), {"reason": "no_capacity"}),
    "api-co-sell-withdraw": Way(("co_sell",)),
    "api-co-sell-hand-over": Way(("co_sell",), {"person": "usr_x"}),
    "api-co-sell-add-step": Way(("co_sell",), STEP),
    "api-co-sell-step-done": Way(("co_sell",), {"step": "cst_x"}),
    "api-co-sell-end": Way(("co_sell",), {"result": "done"}),
}
