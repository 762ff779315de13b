from prm.notices.kinds import declare
from prm.policy.notices import PUBLISHED, TAKEN_BACK

declare("announcements", PUBLISHED, TAKEN_BACK)
