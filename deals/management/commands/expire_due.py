from datetime import datetime

from deals.amendments.actions import lapse_due as lapse_amendments
from deals.protections import actions
from prm.clocks.commands import MomentCommand
from prm.operations.actions import run_of


class Command(MomentCommand):
    help = "Ends protections whose period is over, and registrations whose question nobody answered."

    def act(self, now: datetime) -> str:
        with run_of("expire-due"):
            lapse_amendments(now=now)
            return f"{actions.expire_due(now=now)} registrations ended."
