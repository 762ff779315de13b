from datetime import datetime

from deals.protections import actions
from prm.clocks.commands import MomentCommand
from prm.operations.actions import run_of


class Command(MomentCommand):
    help = "Ends protections whose period is over, and registrations whose question nobody answered."

    def act(self, now: datetime) -> str:
        with run_of("expire-due"):
            return f"{actions.expire_due(now=now)} registrations ended."
