from datetime import datetime

from deals.appeals.actions import escalate_due as escalate_appeals
from deals.engagement.actions import escalate_due as escalate_engagements
from deals.punctuality import actions
from prm.clocks.commands import MomentCommand
from prm.operations.actions import run_of


class Command(MomentCommand):
    help = "Brings late decisions to a second account manager, and protects provisionally what waits still longer."

    def act(self, now: datetime) -> str:
        with run_of("escalate-due"):
            changed = actions.escalate_due(now=now) + escalate_appeals(now=now) + escalate_engagements(now=now)
            return f"{changed} registrations escalated, protected or ended."
