"""What is said to whom about a registration. Nothing here ever names another partner."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from deals.registrations.models import Registration, address_of
from deals.registrations.states import State
from prm.accounts.models import Membership, User
from prm.accounts.roles import Permission as P
from prm.accounts.roles import permissions_of
from prm.notices.actions import prepare, promise_all
from prm.notices.models import Notice
from prm.questions import Question

_present = Question(
    lambda organisations: (
        Membership.objects.filter(ended_at=None, user__is_active=True, organisation__any_of=organisations)
        .select_related("user")
        .order_by("pk")
    ),
    list,
)


def partner_people(registration: Registration) -> list[User]:
    organisation = registration.partner.organisation_id
    return addressees(registration.created_by_id, members_of([organisation])[organisation])


def members_of(organisations: Iterable[int]) -> dict[int, list[Membership]]:
    """Those present, by organisation: one query for any number."""
    found: dict[int, list[Membership]] = defaultdict(list)
    for membership in _present.all(sorted(set(organisations))):
        found[membership.organisation_id].append(membership)
    return found


def addressees(registrant_id: int | None, members: list[Membership]) -> list[User]:
    """Whom to tell on the partner's side: the registrant; when that person has left, the admins."""
    registrant = [m.user for m in members if m.user_id == registrant_id]
    admins = [m.user for m in members if P.DEALS_MANAGE_ORGANISATION in permissions_of(m.roles)]
    return registrant or admins


def _tell(
    registration: Registration, to: list[User], *, key: str, kind: str, title: str, body: str, now: datetime
) -> None:
    promise_all(_prepared(registration, to, key=key, kind=kind, title=title, body=body, now=now))


def _prepared(
    registration: Registration, to: list[User], *, key: str, kind: str, title: str, body: str, now: datetime
) -> list[Notice]:
    return [
        prepare(
            key=f"{registration.public_id}-{key}-{user.pk}",
            kind=f"deal.{kind}",
            to=user,
            organisation=registration.partner.organisation,
            title=title,
            body=body,
            path=registration.get_absolute_url(),
            now=now,
        )
        for user in to
    ]


def pam_of(registration: Registration) -> list[User]:
    return [registration.partner.pam] if registration.partner.pam else []


def on_wall(moment: datetime, user: User | None, registration: Registration) -> str:
    """A moment as the reader's wall clock shows it, for a mail."""
    zone = (user.time_zone if user else "") or registration.partner.organisation.time_zone
    return date_format(localtime(moment, ZoneInfo(zone)), "D j M Y, H:i")


def submitted(registration: Registration, *, by: User, now: datetime) -> None:
    named = {"customer": registration.customer_name, "reference": registration.reference}
    due = registration.decision_due_at or now
    told: list[Notice] = []
    # Who has just done it is present, and need not be looked for.
    for user in [by] if by.pk == registration.created_by_id else partner_people(registration):
        told += _prepared(
            registration,
            [user],
            key="submitted",
            kind="submitted",
            title=_("%(reference)s is registered: %(customer)s") % named,
            body=_("Your place in line is fixed. You have a decision with its reason by %(due)s.")
            % {"due": on_wall(due, user, registration)},
            now=now,
        )
    for user in pam_of(registration):
        told += _prepared(
            registration,
            [user],
            key="to-decide",
            kind="to_decide",
            title=_("Please decide %(reference)s: %(customer)s") % named,
            body=_("%(partner)s registered this customer. The decision is due by %(due)s.")
            % {"partner": registration.partner.organisation.name, "due": on_wall(due, user, registration)},
            now=now,
        )
    promise_all(told)


def asked(registration: Registration, *, now: datetime) -> None:
    due = registration.answer_due_at or now
    told: list[Notice] = []
    for user in partner_people(registration):
        told += _prepared(
            registration,
            [user],
            key=f"asked-{registration.asks}",
            kind="asked",
            title=_("A question about %(reference)s: %(customer)s")
            % {"reference": registration.reference, "customer": registration.customer_name},
            body=registration.asked_message
            + "\n\n"
            + _("Please answer by %(due)s. Your place in line is kept.") % {"due": on_wall(due, user, registration)},
            now=now,
        )
    promise_all(told)


def answered(registration: Registration, *, now: datetime) -> None:
    _tell(
        registration,
        pam_of(registration),
        key=f"answered-{registration.asks}",
        kind="answered",
        title=_("%(reference)s is answered: %(customer)s")
        % {"reference": registration.reference, "customer": registration.customer_name},
        body=registration.answer_message,
        now=now,
    )


def approved(registration: Registration, *, now: datetime) -> None:
    title = _("Approved: %(customer)s is protected for you")
    if registration.protected_until is None:
        title = _("Approved, not exclusive: %(customer)s")
    told: list[Notice] = []
    for user in partner_people(registration):
        told += _prepared(
            registration,
            [user],
            key="decided",
            kind="approved",
            title=title % {"customer": registration.customer_name},
            body="\n\n".join(filter(None, (_granted(registration, user), registration.decision_message))),
            now=now,
        )
    promise_all(told)


def _granted(registration: Registration, user: User) -> str:
    until = registration.protected_until
    if until is not None:
        said = {"reference": registration.reference, "until": on_wall(until, user, registration)}
        return _("The protection of %(reference)s lasts until %(until)s.") % said
    sentence = _(
        "%(reference)s is approved without a protection: we may work with others at this customer too. Your terms are "
        "frozen, and you close the deal as won or lost."
    )
    return " ".join((sentence % {"reference": registration.reference}, *_still_protected(registration)))


def rejected(registration: Registration, *, now: datetime) -> None:
    _tell(
        registration,
        partner_people(registration),
        key="decided",
        kind="rejected",
        title=_("%(reference)s is not approved: %(customer)s")
        % {"reference": registration.reference, "customer": registration.customer_name},
        body="\n\n".join(
            (
                _("Reason: %(reason)s (rule %(clause)s).")
                % {"reason": registration.get_decision_reason_display(), "clause": registration.decision_clause},
                registration.decision_message,
                *_still_protected(registration),
            )
        ),
        now=now,
    )


def _still_protected(registration: Registration) -> list[str]:
    """Of a decision that came so late that the customer was protected meanwhile."""
    until = registration.provisional_until
    if until is None:
        return []
    said = _("We were late: the customer stays protected for you until %(until)s.")
    return [said % {"until": on_wall(until, None, registration)}]


def ended_by_partner(registration: Registration, *, now: datetime) -> None:
    """Withdrawn, won or lost: the PAM hears of it."""
    _tell(
        registration,
        pam_of(registration),
        key="ended",
        kind=str(registration.state),
        title=_("%(reference)s: %(state)s, %(customer)s")
        % {
            "reference": registration.reference,
            "state": registration.get_state_display(),
            "customer": registration.customer_name,
        },
        body="",
        now=now,
    )


class Ended(NamedTuple):
    """What is told of a registration that time has ended; thousands may end at once."""

    pk: int
    public_id: str
    reference: str
    customer_name: str
    created_by_id: int | None
    protected_until: datetime | None
    organisation_id: int
    pam_id: int | None


# As the database names them.
ENDED = (
    *("pk", "public_id", "reference", "customer_name", "created_by", "protected_until"),
    *("partner__organisation", "partner__pam"),
)


def ended_by_time(endings: list[Ended], state: State, *, now: datetime) -> None:
    """Expired or lapsed: both sides hear of it. For a whole batch in a few statements."""
    members = members_of(ended.organisation_id for ended in endings)
    pams = User.objects.in_bulk({ended.pam_id for ended in endings if ended.pam_id})
    said = (
        _("The protection of %(customer)s has ended (%(reference)s)")
        if state == State.EXPIRED
        else _("%(reference)s has lapsed: %(customer)s")
    )
    promise_all(
        [
            _ended(ended, person, state, said, now)
            for ended in endings
            for person in [
                *addressees(ended.created_by_id, members[ended.organisation_id]),
                *([pams[ended.pam_id]] if ended.pam_id else []),
            ]
        ]
    )


def _ended(ended: Ended, person: User, state: State, said: str, now: datetime) -> Notice:
    return prepare(
        key=f"{ended.public_id}-ended-{person.pk}",
        kind=f"deal.{state}",
        to=person,
        organisation=ended.organisation_id,
        title=said % {"customer": ended.customer_name, "reference": ended.reference},
        path=address_of(ended.public_id),
        now=now,
    )


def reminded(registration: Registration, *, days: int, now: datetime) -> None:
    until = registration.protected_until or now
    told: list[Notice] = []
    for user in partner_people(registration):
        told += _prepared(
            registration,
            [user],
            key=f"expires-{until:%Y%m%d}-{days}",
            kind="reminded",
            title=_("%(days)d days left: the protection of %(customer)s")
            % {"days": max(1, (until - now).days), "customer": registration.customer_name},
            body=_("%(reference)s is protected until %(until)s. Close the deal, or tell us that it is lost.")
            % {"reference": registration.reference, "until": on_wall(until, user, registration)},
            now=now,
        )
    promise_all(told)
