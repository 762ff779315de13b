from datetime import datetime

from deals.protections import actions
from prm.clocks.commands import MomentCommand
from prm.operations.actions import run_of


class Command(MomentCommand):
    help = "Reminds partners of protections that end soon."

    def act(self, now: datetime) -> str:
        with run_of("remind-due"):
            return f"{actions.remind_due(now=now)} registrations reminded."
