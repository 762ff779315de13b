"""What the scheduler looks after, as code. Each entry is safe at any time, any number of times, in parallel."""

from typing import Any

from prm.notices import doorbell

BELL: dict[str, Any] = {"queue": doorbell.QUEUE, "expires": doorbell.HEARD_FOR_SECONDS}
SCHEDULE: dict[str, dict[str, Any]] = {
    "relay": {"task": doorbell.TASK, "schedule": 5.0, "options": BELL},
    "expire-due": {"task": "deals.expire_due", "schedule": 15.0},
    "escalate-due": {"task": "deals.escalate_due", "schedule": 60.0},
    "offer-leads-due": {"task": "deals.offer_leads_due", "schedule": 60.0},
    "pass-on": {"task": "deals.pass_on", "schedule": 60.0},
    "remind-due": {"task": "deals.remind_due", "schedule": 300.0},
    "book-years-due": {"task": "deals.book_years_due", "schedule": 3600.0},
    "reckon-rebates": {"task": "deals.reckon_rebates", "schedule": 3600.0},
    "issue-statements": {"task": "prm.ledger.issue_statements", "schedule": 3600.0},
    "rekey-stale": {"task": "prm.matching.rekey_stale", "schedule": 300.0},
    "forget-old-exports": {"task": "prm.exports.forget_old", "schedule": 3600.0},
    "library-due": {"task": "enablement.library_due", "schedule": 3600.0},
    "sweep-files": {"task": "prm.files.sweep", "schedule": 3600.0},
    "forget-old-lists": {"task": "partners.forget_old_lists", "schedule": 3600.0},
    "forget-old-keys": {"task": "prm.api.forget_old_keys", "schedule": 3600.0},
    "publish-roots": {"task": "prm.signing.publish_roots", "schedule": 600.0},
    "verify-receipts": {"task": "prm.signing.verify_receipts", "schedule": 3600.0},
}
