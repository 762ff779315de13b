"""Writing links in the verb's own transaction or soon after it, and changing keys."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from prm.accounts.models import User
from prm.audit.actions import record
from prm.audit.kinds import Noted, handle, note
from prm.audit.models import Event
from prm.errors import NotAllowed, StateConflict
from prm.notices import doorbell
from prm.rows import insert_all
from prm.signing import jws, policies, rules
from prm.signing.keys import KeyUnreadable, Signer, current_signer, hold_keys, make_first_key, store_key
from prm.signing.models import Due, Link, SigningKey
from prm.signing.selectors import Head, heads_of
from prm.signing.sockets import CHAINS, SIGNED, Step, typ_of

# Chains that a worker continues in one transaction.
BATCH = 200
# Whoever asks twice within that time means one new key.
AGAIN = timedelta(minutes=1)
_leaving: ContextVar[bool] = ContextVar("leaving", default=False)


def certify(subject_type: str, *kinds: str) -> None:
    """Events of these kinds get their link in the transaction of the verb that records them."""
    for kind in kinds:
        SIGNED.register(kind, subject_type)
        handle(kind, sign)


def certify_later(subject_type: str, *kinds: str) -> None:
    """Events of these kinds get their link from a worker: what ends by the thousand must not wait for signatures."""
    for kind in kinds:
        SIGNED.register(kind, subject_type)
        note(kind, leave)


@contextmanager
def leaving() -> Iterator[None]:
    """In here nothing is signed at once: for a story of the past that is still being told."""
    token = _leaving.set(True)
    try:
        yield
    finally:
        _leaving.reset(token)


def sign(event: Event) -> None:
    """The link of an event that was just recorded; the caller holds the subject's row.

    A key that cannot be opened stops nobody's work: the link is written when it can be.
    """
    kind, subject = event.subject_type, event.subject_id
    noted = [(event.public_id, kind, subject)]
    if _leaving.get():
        return leave(noted)
    try:
        signer = current_signer(kind, subject)
    except KeyUnreadable:
        return leave(noted)
    waiting = _waiting(kind, [subject]) if signer.head.waiting else []
    _write(kind, [*waiting, event], signer, {subject: signer.head})
    return None


def leave(noted: Noted) -> None:
    """Have the links written by a worker."""
    rows = [{"event": event, "subject_type": kind, "subject_id": subject} for event, kind, subject in noted]
    insert_all(Due, rows, but_known=True)
    if rows:
        doorbell.ring_after_commit()


def sign_due(_now: datetime | None = None, *, backdated: bool = False) -> int:
    """Write links that wait, of up to BATCH subjects of each type. Returns how many were written.

    A subject that somebody has in hand is left to the next time. `backdated` issues each at the moment of its event,
    for the story of the demo.
    """
    return sum(_sign_type(subject_type, backdated) for subject_type in CHAINS.names())


@transaction.atomic
def _sign_type(subject_type: str, backdated: bool) -> int:
    oldest = Due.objects.filter(subject_type=subject_type).order_by("pk").values_list("subject_id", flat=True)[:BATCH]
    ids = list(dict.fromkeys(oldest))
    held = CHAINS[subject_type].hold(ids) if ids else []
    if not held:
        return 0
    try:
        signer = current_signer()
    except KeyUnreadable:
        return 0
    events = _waiting(subject_type, held)
    _write(subject_type, events, signer, heads_of(subject_type, held), backdated=backdated)
    return len(events)


def _waiting(subject_type: str, ids: list[str]) -> list[Event]:
    """Events without a link, in the order in which they happened to their subject."""
    noted = list(Due.objects.of(subject_type, ids).order_by("pk").values_list("event", flat=True))
    return list(Event.objects.filter(public_id__in=noted).order_by("pk"))


def _write(
    subject_type: str, events: Sequence[Event], signer: Signer, heads: dict[str, Head], *, backdated: bool = False
) -> None:
    """Continue the chains; `events` may be of many subjects, in order for each of them."""
    chain = CHAINS[subject_type]
    ends = {subject: (head.seq, head.digest) for subject, head in heads.items()}
    rows = []
    for event, step in zip(events, chain.steps(events, signer.secret), strict=True):
        issued = event.at if backdated else signer.now
        row = _link(event, step, signer, ends[event.subject_id], issued)
        ends[event.subject_id] = (row["seq"], row["digest"])
        rows.append(row)
    insert_all(Link, rows)
    late = [subject for subject, head in heads.items() if head.waiting]
    if late:
        Due.objects.of(subject_type, late).filter(event__in=[event.public_id for event in events]).delete()


def _link(event: Event, step: Step, signer: Signer, end: tuple[int, str | None], issued: datetime) -> dict[str, Any]:
    seq = end[0] + 1
    claims = {"iss": settings.PRM_BASE_URL, "seq": seq, "prev": end[1], "kind": step.kind, **step.claims}
    claims |= {"event": event.public_id, "iat": int(issued.timestamp())}
    if rules.is_late(event.at, issued):
        claims["late"] = True
    text = jws.compact(claims, typ=typ_of(event.subject_type), kid=signer.kid, key=signer.key)
    return {
        "subject_type": event.subject_type,
        "subject_id": event.subject_id,
        "seq": seq,
        "kind": step.kind,
        "cause": event.public_id,
        "jws": text,
        "digest": jws.digest(text),
        "key_id": signer.pk,
        "issued_at": issued,
        "day": signer.day_of(issued),
    }


@transaction.atomic
def rotate(*, by: User | None, now: datetime, at_once: bool = False) -> SigningKey:
    """A new key, published now, that signs a day later (rules.OVERLAP), or `at_once` when the present one is lost.

    `by` None is the command. StateConflict while a new key is waiting; `at_once` takes its place.
    """
    if by is not None and not policies.can_manage_keys(by):
        raise NotAllowed(_("Your roles do not include this."))
    make_first_key(now=now)
    hold_keys()
    present = SigningKey.objects.latest("signs_from")
    _check_first(present, now, at_once)
    if present.signs_from > now:
        # It has signed nothing yet.
        present.delete()
    signs_from = now if at_once else now + rules.OVERLAP
    key = store_key(signs_from=signs_from, secret=present.secret, by=by, now=now)
    data = {"kid": key.kid, "signs_from": signs_from.isoformat()}
    record("signing.key_made", by=by, now=now, organisation_id=None, subject=("signing", "keys"), data=data)
    return key


def _check_first(present: SigningKey, now: datetime, at_once: bool) -> None:
    """The same wish twice makes one key."""
    if present.signs_from > now and not at_once:
        raise StateConflict(_("A new key is published already, and waits for its time."), state="waiting")
    if at_once and present.signs_from <= now and now - present.created_at < AGAIN and SigningKey.objects.count() > 1:
        raise StateConflict(_("A new key was made a moment ago, and signs already."), state="made")


def forget_retired(now: datetime) -> int:
    """The private halves of keys that sign no more: what is not there cannot be stolen."""
    signing = SigningKey.objects.filter(signs_from__lte=now - rules.TOLERANCE).order_by("-signs_from").first()
    if signing is None:
        return 0
    return SigningKey.objects.filter(signs_from__lt=signing.signs_from).exclude(sealed="").update(sealed="")
