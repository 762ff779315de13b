"""What the scheduler looks after, as code. Each entry is safe at any time, any number of times, in parallel."""

from typing import Any

from prm.notices import doorbell

BELL: dict[str, Any] = {"queue": doorbell.QUEUE, "expires": doorbell.HEARD_FOR_SECONDS}
SCHEDULE: dict[str, dict[str, Any]] = {
    "relay": {"task": doorbell.TASK, "schedule": 5.0, "options": BELL},
    "expire-due": {"task": "deals.expire_due", "schedule": 15.0},
    "remind-due": {"task": "deals.remind_due", "schedule": 300.0},
    "rekey-stale": {"task": "prm.matching.rekey_stale", "schedule": 300.0},
    "forget-old-exports": {"task": "prm.exports.forget_old", "schedule": 3600.0},
    "forget-old-lists": {"task": "partners.forget_old_lists", "schedule": 3600.0},
    "forget-old-keys": {"task": "prm.api.forget_old_keys", "schedule": 3600.0},
}
