"""Assessment: runs behind the commit of a submission, and again under the lock of an approval. Verdicts on pairs."""

from datetime import datetime
from decimal import Decimal

from django.db import connection, transaction
from django.utils.translation import gettext as _

from deals.conflicts import rules
from deals.conflicts.comparing import Comparison, Other, compared, side_of
from deals.conflicts.models import Finding
from deals.conflicts.policies import can_judge
from deals.conflicts.selectors import findings_for, product_names, rules_in_force
from deals.precedence import BLOCK
from deals.registrations.events import record_deal
from deals.registrations.locking import look_again
from deals.registrations.models import Registration
from deals.registrations.reading import with_lines
from prm.accounts.models import User
from prm.clocks.database import database_now
from prm.errors import InvalidInput, NotAllowed
from prm.matching import ENGINE_VERSION
from prm.matching.feedback.actions import keep, take_back
from prm.matching.feedback.models import Judgement
from prm.matching.rulebook import in_force
from prm.policy.selectors import asked_once
from prm.questions import Change, Question, planned_once

BATCH, AT_A_TIME = 50, 1000

_unless_held = Question(
    lambda key: (
        Registration.objects.to_assess()
        .with_people()
        .filter(pk=key)
        .select_for_update(skip_locked=True, of=("self",))
        .order_by()
    ),
    int,
)
FORGET = f"delete from {Finding._meta.db_table} where registration_id = %s"  # noqa: S608 - a constant name
_assessed = Change(lambda key, now: (Registration.objects.filter(pk=key), {"assessed_at": now}), int, datetime)


def assess_pending(now: datetime | None = None) -> int:
    """Assess what was submitted, answered or overtaken. Returns how many; safe in parallel."""
    moment = now or database_now()
    with asked_once():
        _look_again_under_new_rules(moment)
        waiting = list(Registration.objects.to_assess().order_by("pk").values_list("pk", flat=True)[:BATCH])
        return sum(_assess(key, moment) for key in waiting)


@transaction.atomic
def _look_again_under_new_rules(now: datetime) -> None:
    """What was assessed before the thresholds or the rules in force began, some at a time."""
    began = max(in_force(now).version.effective_from, rules_in_force(now).version.effective_from)
    look_again(Registration.objects.undecided().filter(assessed_at__lt=began)[:AT_A_TIME])


@transaction.atomic
def _assess(key: int, now: datetime) -> bool:
    """False when somebody else holds it, or it was assessed meanwhile."""
    registration = _unless_held.one(key)
    if registration is None:
        return False
    found = findings_for(with_lines(registration), now=now)
    first = not store(registration, found, now=now)
    counted = {"findings": len(found), "blocking": sum(f.band == BLOCK for f in found)}
    if first:
        record_deal("deal.assessed", registration, by=None, now=now, data=counted)
    _look_again_at_rivals(registration, found)
    return True


def store(registration: Registration, found: list[rules.Found], *, now: datetime) -> int:
    """Replace the findings; the newest assessment is the one that counts. Returns how many there were."""
    with connection.cursor() as cursor, planned_once():
        cursor.execute(FORGET, [registration.pk])
        replaced = int(cursor.rowcount)
    if found:
        _write(registration, found, now)
    registration.assessed_at = now
    _assessed.make(registration.pk, now)
    return replaced


def _write(registration: Registration, found: list[rules.Found], now: datetime) -> None:
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
                until=f.until,
                policy=policy,
                engine_version=ENGINE_VERSION,
            )
            for f in found
        ]
    )


@transaction.atomic
def judge(
    *,
    registration: Registration,
    other: Other,
    verdict: str,
    reason: str = "",
    version: int = 0,
    by: User,
    now: datetime,
) -> None:
    """Say that the two are "same" or "different" customers, or that it is "open" again.

    It counts from then on, on both sides, until one of them is described otherwise. `version` is the one of the
    judgement that was read, 0 for none: StateConflict when somebody has judged the pair meanwhile. Everything said
    stays in the log of events.
    """
    if not can_judge(by, registration):
        raise NotAllowed(_("Your role does not allow this for this registration."))
    compared_now = compared(registration, other, reader=by, now=now)
    _check_verdict(compared_now, verdict, reason)
    mine, theirs = side_of(registration), side_of(other)
    before = compared_now.judgement.verdict if compared_now.judgement else OPEN
    if verdict == OPEN:
        take_back(mine.record, theirs.record, version=version)
    else:
        keep(
            *(mine, theirs),
            verdict=verdict,
            reason=reason.strip(),
            match=compared_now.match,
            policy=compared_now.policy.version,
            version=version,
            by=by,
            now=now,
        )
    _remember(registration, other, {"verdict": verdict, "before": before, "reason": reason.strip()}, by, now)


OPEN = "open"


def _check_verdict(about: Comparison, verdict: str, reason: str) -> None:
    errors: dict[str, list[str]] = {}
    if verdict not in {*Judgement.Verdict.values, OPEN}:
        errors["verdict"] = [_("Choose one of: %(known)s.") % {"known": ", ".join([*Judgement.Verdict.values, OPEN])}]
    elif not about.may_be_judged:
        errors["verdict"] = [_("Nothing connects these two, so there is nothing to judge.")]
    if len(reason.strip()) > LONGEST_REASON:
        errors["reason"] = [_("Give at most %(most)d characters.") % {"most": LONGEST_REASON}]
    if errors:
        raise InvalidInput(errors)


LONGEST_REASON = 300


def _remember(registration: Registration, other: Other, said: dict[str, str], by: User, now: datetime) -> None:
    """An event on each registration of the pair, and both are assessed again while they are undecided."""
    sides = [(registration, other.public_id)]
    if isinstance(other, Registration):
        sides.append((other, registration.public_id))
    for row, beside in sides:
        record_deal("deal.judged", row, by=by, now=now, data={"other": beside, **said})
    look_again(Registration.objects.undecided().filter(pk__in=[row.pk for row, _beside in sides]))


def _look_again_at_rivals(registration: Registration, found: list[rules.Found]) -> None:
    """Undecided rivals that do not know of this registration yet are assessed again. Each only once: they know then."""
    ids = [f.subject[1] for f in found if f.subject[0] == "deal"]
    if not ids:
        return
    rivals = Registration.objects.undecided().filter(public_id__in=ids)
    knowing = Finding.objects.filter(subject_type="deal", subject_id=registration.public_id).values("registration")
    look_again(rivals.exclude(pk__in=knowing))
