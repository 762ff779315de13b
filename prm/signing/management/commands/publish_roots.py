from datetime import datetime

from prm.clocks.commands import MomentCommand
from prm.signing.publishing import publish_roots


class Command(MomentCommand):
    help = "Publishes the roots of days that are over. Safe at any time, any number of times, in parallel."

    def act(self, now: datetime) -> str:
        return f"{publish_roots(now=now)} published."
