"""What becomes of a deal closes what is proposed for it, in the same transaction."""

from functools import partial

from deals.amendments.actions import close_with_deals
from deals.amendments.states import CLOSED_BY
from prm.audit import kinds

for kind in CLOSED_BY:
    kinds.note(kind, partial(close_with_deals, kind))
