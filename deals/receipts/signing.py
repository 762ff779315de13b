"""Registrations are certified: what is recorded of these kinds gets a link in the deal's chain.

Another verb that changes what was promised puts the kind of its event into `rules.STEPS`; data of its event with the
names `outcome` and `protected_until` (or `until`) go into the receipt.
"""

from deals.events import SUBJECT
from deals.receipts.rules import STEPS
from deals.receipts.selectors import held, must_say, steps
from deals.receipts.sentences import told
from prm.signing.actions import certify, certify_later
from prm.signing.sockets import CHAINS, Chain

# What time ends, by the thousand.
SWEPT = ("deal.expired", "deal.lapsed", "deal.provisional_ended")

CHAINS.register(
    SUBJECT,
    Chain(
        steps=steps,
        hold=held,
        facts=must_say,
        constant=("deal", "partner", "priority_at", "place"),
        told=told,
    ),
)
certify(SUBJECT, *(kind for kind in STEPS if kind not in SWEPT))
certify_later(SUBJECT, *SWEPT)
