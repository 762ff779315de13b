"""Long work is done by whoever looks after what waits behind a commit."""

from prm.jobs.actions import work
from prm.notices import relay

relay.WORK.register("jobs", work)
