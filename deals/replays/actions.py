"""Replaying decisions under a version: a few at once, many in the background, portion by portion."""

from dataclasses import asdict
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from deals.replays.models import Replay, ReplayDifference
from deals.replays.policies import can_replay
from deals.replays.selectors import bases, decided_without_basis, judged
from deals.rulebook import SCHEMA
from prm.accounts.models import User
from prm.audit.actions import record
from prm.errors import InvalidInput, NotAllowed
from prm.jobs.actions import start
from prm.jobs.models import Job
from prm.jobs.sockets import KINDS, Kind
from prm.policy.models import PolicyVersion

KIND = "replay"
PORTION = 200


@transaction.atomic
def replay(*, version: PolicyVersion, since: date | None = None, by: User, now: datetime) -> Replay:
    """Which decisions would differ under the version. What takes no longer than a page may is done at once."""
    if not can_replay(by):
        raise NotAllowed(_("Your role does not allow this."))
    if version.schema != SCHEMA:
        raise InvalidInput({"version": [_("Choose a version of the rules of engagement.")]})
    rows = bases(since)
    asked = Replay.objects.create(
        version=version,
        since=since,
        total=rows.count(),
        without_basis=decided_without_basis(since),
        upto=rows.aggregate(last=Max("pk"))["last"] or 0,
        created_at=now,
        created_by=by,
    )
    subject = ("replay", asked.public_id)
    record("rules.replayed", by=by, now=now, organisation_id=None, subject=subject, data={"number": version.number})
    if asked.total > PORTION:
        portions = -(-asked.total // PORTION)
        start(kind=KIND, subject_id=asked.public_id, total=portions, by=by, now=now)
    else:
        _judge_some(asked)
        _finish(asked, now)
    return asked


def _judge_some(asked: Replay) -> None:
    """The next portion: its differences, and how far it has come, in one transaction."""
    rows = list(bases(asked.since).filter(pk__gt=asked.reached, pk__lte=asked.upto)[:PORTION])
    differing = [row for row in judged(rows, asked.version) if row.differences]
    ReplayDifference.objects.bulk_create(
        ReplayDifference(
            replay=asked,
            registration=row.registration,
            differences=[asdict(difference) for difference in row.differences],
        )
        for row in differing
    )
    asked.reached = rows[-1].pk if rows else asked.upto
    asked.judged += len(rows)
    asked.differing += len(differing)
    asked.save(update_fields=["reached", "judged", "differing"])


def _finish(asked: Replay, now: datetime) -> None:
    asked.finished_at = now
    asked.save(update_fields=["finished_at"])


def _of(job: Job) -> Replay:
    return Replay.objects.select_related("version").get(public_id=job.subject_id)


def _portion(job: Job, _now: datetime) -> None:
    _judge_some(_of(job))


def _failed(job: Job, now: datetime) -> None:
    Replay.objects.filter(public_id=job.subject_id).update(failed_at=now)


def _finished(job: Job, now: datetime) -> None:
    _finish(_of(job), now)


KINDS.register(KIND, Kind(_portion, _failed, _finished))
