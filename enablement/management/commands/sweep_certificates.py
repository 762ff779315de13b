from datetime import datetime

from enablement.certificates import sweeps
from prm.clocks.commands import MomentCommand
from prm.operations.actions import run_of


class Command(MomentCommand):
    help = "Records certificates whose grace is over, and reminds of ends that come."

    def act(self, now: datetime) -> str:
        with run_of("expire-certificates"):
            expired = sweeps.expire_due(now=now)
        with run_of("remind-certificates"):
            return f"{expired} certificates expired, {sweeps.remind_due(now=now)} reminded."
