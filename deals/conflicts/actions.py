"""Assessment: runs behind the commit of a submission, and again under the lock of an approval."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction

from deals.conflicts import rules
from deals.conflicts.models import Finding
from deals.conflicts.selectors import findings_for, product_names
from deals.registrations.events import record_deal
from deals.registrations.locking import look_again
from deals.registrations.models import Registration
from prm.clocks.database import database_now
from prm.matching import ENGINE_VERSION
from prm.matching.rulebook import in_force

BATCH = 20


def assess_pending(now: datetime | None = None) -> int:
    """Assess what was submitted, answered or overtaken. Returns how many; safe in parallel."""
    moment = now or database_now()
    # What was assessed under other thresholds than those in force is looked at again.
    before = Registration.objects.undecided().filter(assessed_at__lt=in_force(moment).version.effective_from)
    look_again(before)
    done = 0
    while done < BATCH and _assess_next(moment):
        done += 1
    return done


@transaction.atomic
def _assess_next(now: datetime) -> bool:
    waiting = Registration.objects.to_assess().order_by("pk").select_for_update(skip_locked=True, of=("self",))
    registration = waiting.select_related("partner__organisation", "partner__pam").first()
    if registration is None:
        return False
    found = findings_for(registration, now=now)
    first = not registration.findings.exists()
    store(registration, found, now=now)
    counted = {"findings": len(found), "blocking": sum(f.band == rules.BLOCK for f in found)}
    if first:
        record_deal("deal.assessed", registration, by=None, now=now, data=counted)
    _look_again_at_rivals(registration, found)
    return True


def store(registration: Registration, found: list[rules.Found], *, now: datetime) -> None:
    """Replace the findings; the newest assessment is the one that counts."""
    registration.findings.all().delete()
    policy = in_force(now).version
    names = product_names(product for f in found for product in f.overlap)
    Finding.objects.bulk_create(
        [
            Finding(
                registration=registration,
                kind=f.kind,
                band=f.band,
                score=Decimal(str(round(f.score, 3))),
                evidence=[{"rule": rule, "text": text} for rule, text in f.evidence],
                clause=f.clause,
                subject_type=f.subject[0],
                subject_id=f.subject[1],
                overlap=sorted(names[product] for product in f.overlap),
                matched=f.matched,
                ceiling=f.ceiling,
                through=f.through,
                policy=policy,
                engine_version=ENGINE_VERSION,
            )
            for f in found
        ]
    )
    registration.assessed_at = now
    registration.save(update_fields=["assessed_at"])


def _look_again_at_rivals(registration: Registration, found: list[rules.Found]) -> None:
    """Undecided rivals that do not know of this registration yet are assessed again. Each only once: they know then."""
    ids = [f.subject[1] for f in found if f.subject[0] == "deal"]
    rivals = Registration.objects.undecided().filter(public_id__in=ids)
    knowing = Finding.objects.filter(subject_type="deal", subject_id=registration.public_id).values("registration")
    look_again(rivals.exclude(pk__in=knowing))
