"""What is said about leads. A partner reads of its own offer; nobody outside is named before it is taken."""

from collections.abc import Callable, Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from deals.leads.models import Lead, LeadOffer
from deals.registrations.notices import members_of
from prm.accounts.models import Membership, User
from prm.accounts.roles import Permission as P
from prm.accounts.roles import permissions_of
from prm.notices.actions import prepare, promise_all, take_back
from prm.notices.models import Notice

Said = Callable[[LeadOffer, User], tuple[str, str]]


def offered(offer: LeadOffer, *, now: datetime) -> None:
    """To everybody who may answer."""
    title = _("A lead for you: %(customer)s") % _named(offer)
    body = _("Accept or decline it by %(due)s; without an answer it goes to the next partner.")
    promise_all(_to_partner([offer], "offered", lambda one, user: (title, body % {"due": _due(one, user)}), now))


def remind(offers: Iterable[LeadOffer], *, now: datetime) -> None:
    title = _("Still to be answered: the lead %(customer)s")
    body = _("We need your answer by %(due)s. If you have no time for it, a word is enough, and the next one is asked.")
    said = lambda one, user: (title % _named(one), body % {"due": _due(one, user)})  # noqa: E731
    promise_all(_to_partner(offers, "reminded", said, now))


def lapsed(offers: Iterable[LeadOffer], *, now: datetime) -> None:
    """What was only to be recalled is no longer said."""
    ended = list(offers)
    for offer in ended:
        take_back(f"{offer.public_id}-reminded-")
    title = _("The lead %(customer)s went on")
    body = _("Nobody of you answered by %(due)s. Your turn comes again with another lead.")
    said = lambda one, user: (title % _named(one), body % {"due": _due(one, user)})  # noqa: E731
    promise_all(_to_partner(ended, "lapsed", said, now))


def withdrawn(offer: LeadOffer, *, now: datetime) -> None:
    title = _("The lead %(customer)s is taken back") % _named(offer)
    body = _("Nothing is left to do for you, and you keep your turn.")
    promise_all(_to_partner([offer], "offer_withdrawn", lambda _one, _user: (title, body), now))


def accepted(offer: LeadOffer, *, now: datetime) -> None:
    named = {**_named(offer), "partner": offer.partner.organisation.name}
    title = _("%(partner)s takes the lead %(customer)s") % named
    body = _("From now on they read whom to call, and report here how it goes.")
    promise_all(_to_owner(offer.lead, f"{offer.public_id}-accepted", "accepted", title, body, now))


def returned(lead: Lead, *, now: datetime) -> None:
    """Nobody is left to ask."""
    title = _("Back with us: the lead %(customer)s") % {"customer": lead.customer_name}
    body = _("Nobody who could be asked has taken it. Change what it asks for, offer it again, or close it.")
    promise_all(_to_owner(lead, f"{lead.public_id}-returned-{lead.version}", "returned", title, body, now))


def lost(offer: LeadOffer, *, now: datetime) -> None:
    named = {**_named(offer), "partner": offer.partner.organisation.name}
    title = _("%(partner)s has lost the lead %(customer)s") % named
    body = f"{offer.lead.get_loss_reason_display()}\n\n{offer.lead.loss_text}".strip()
    promise_all(_to_owner(offer.lead, f"{offer.lead.public_id}-lost", "lost", title, body, now))


def _named(offer: LeadOffer) -> dict[str, str]:
    return {"customer": offer.lead.customer_name}


def _due(offer: LeadOffer, user: User) -> str:
    zone = user.time_zone or offer.partner.organisation.time_zone or "UTC"
    return date_format(localtime(offer.due_at, ZoneInfo(zone)), "D j M Y, H:i")


def _to_partner(offers: Iterable[LeadOffer], kind: str, said: Said, now: datetime) -> list[Notice]:
    rows = list(offers)
    members = members_of(row.partner.organisation_id for row in rows)
    return [
        _notice(f"{row.public_id}-{kind}-{user.pk}", kind, user, said(row, user), row.get_absolute_url(), now)
        for row in rows
        for user in _answering(members[row.partner.organisation_id])
    ]


def _answering(members: list[Membership]) -> list[User]:
    return [member.user for member in members if P.DEALS_REGISTER in permissions_of(member.roles)]


def _to_owner(lead: Lead, key: str, kind: str, title: str, body: str, now: datetime) -> list[Notice]:
    owner = lead.created_by
    if owner is None or not owner.is_active:
        return []
    return [_notice(key, kind, owner, (title, body), lead.get_absolute_url(), now)]


def _notice(key: str, kind: str, to: User, said: tuple[str, str], path: str, now: datetime) -> Notice:
    title, body = said
    return prepare(
        key=key, kind=f"lead.{kind}", to=to, organisation=to.organisation, title=title, body=body, path=path, now=now
    )
