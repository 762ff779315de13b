"""How long the sweep takes to end all protections, beside bare SQL that does the same writes. Prints JSON."""

import json
import time
from datetime import datetime, timedelta

import django

if __name__ == "__main__":
    django.setup()

from django.db import connection, transaction

from deals.protections.actions import expire_due
from deals.registrations.models import Registration
from prm.clocks.database import database_now
from prm.matching.hashing import salt

# State, event and notices: one for the person who registered, one for the account manager.
BARE = (
    "create temporary table ending on commit drop as select r.id, r.public_id, r.reference, r.created_by_id,"
    " p.organisation_id, p.pam_id from deals_registration r join partners_partner p on p.id = r.partner_id"
    " where r.state = 'approved' and r.protected_until <= %(now)s",
    "update deals_registration set state = 'expired', ended_at = %(now)s, next_reminder_at = null,"
    " clock_paused_at = null, version = version + 1 where id in (select id from ending)",
    "insert into audit_event (public_id, kind, at, organisation_id, subject_type, subject_id, data)"
    " select 'evt_bare' || id, 'deal.expired', %(now)s, organisation_id, 'deal', public_id, '{}' from ending",
    "insert into notices_notice (public_id, key, kind, user_id, email, organisation_id, title, body, path,"
    " signed_path, created_at, due_at, delivery, attempts, last_error)"
    " select 'ntc_bare' || who || id, public_id || '-ended-' || who, 'deal.expired',"
    " case who when 1 then created_by_id else pam_id end, '', organisation_id, reference || ' has ended', '',"
    " '/deals/' || public_id || '/', false, %(now)s, %(now)s, 'at_once', 0, '' from ending, generate_series(1, 2) who",
    "with gone as (delete from matching_matchrecord where source = 'registration'"
    " and record_id in (select id from ending) returning record_id, keys)"
    " delete from matching_matchkey stored using (select record_id, unnest(keys) as key from gone) as old"
    " where stored.key = old.key # %(salt)s::int and stored.record_id = old.record_id",
)


def bare(now: datetime) -> float:
    """Seconds; undone afterwards."""
    with transaction.atomic():
        started = time.perf_counter()
        with connection.cursor() as cursor:
            for statement in BARE:
                cursor.execute(statement, {"now": now, "salt": salt("registration")})
        spent = time.perf_counter() - started
        transaction.set_rollback(True)
    return spent


def measured() -> dict[str, object]:
    with connection.cursor() as cursor:
        cursor.execute("set statement_timeout = 0")
    later = database_now() + timedelta(days=120)
    plain = bare(later)
    Registration.objects.expired(later).count()
    started = time.perf_counter()
    ended = expire_due(now=later)
    spent = time.perf_counter() - started
    return {
        "protections": ended,
        "seconds": round(spent, 1),
        "bare_seconds": round(plain, 1),
        "times_bare": round(spent / plain, 2),
    }


if __name__ == "__main__":
    print(json.dumps(measured()))
