from datetime import datetime

from deals.leads import offering
from prm.clocks.commands import MomentCommand
from prm.operations.actions import run_of


class Command(MomentCommand):
    help = "Lets offers of leads lapse that nobody answered, asks the next partners, and reminds of answers."

    def act(self, now: datetime) -> str:
        with run_of("offer-leads-due"):
            return f"{offering.offers_due(now=now)} offers of leads lapsed, made or recalled."
