"""What a person reads of a team: a partner its own seat, and who shares it once both have accepted."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from deals.registrations.models import Registration
from deals.teaming.models import Holder, Teaming
from deals.teaming.notices import contact
from deals.teaming.selectors import holders_of, seat_of
from deals.teaming.states import TeamState
from prm.accounts.models import User
from prm.errors import InvalidInput


@dataclass(frozen=True)
class Seat:
    """Of one partner. `name` and `contact` are empty for whom the reader may not know; so is `accepted` of another."""

    share: Decimal
    accepted: bool | None
    name: str = ""
    contact: str = ""
    deal: str = ""
    reference: str = ""
    is_own: bool = False


@dataclass(frozen=True)
class Team:
    """What is proposed or agreed, as one person may read it. `earns` is what the own part of the terms brings."""

    state: str
    due_at: datetime
    message: str
    share: Decimal
    rate: Decimal
    earns: Decimal
    currency: str
    accepted: bool | None
    seats: list[Seat] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        return self.state == TeamState.OPEN

    @property
    def others(self) -> list[Seat]:
        return [seat for seat in self.seats if not seat.is_own]


def team_of(registration: Registration, reader: User) -> Team | None:
    """The one it is asked about, or shares in; None for all others, without a query."""
    seat = seat_of(registration)
    if seat is None:
        return None
    earns = seat.terms["earns"]
    return Team(
        state=seat.teaming.state,
        due_at=seat.teaming.due_at,
        message=seat.teaming.message,
        share=seat.share,
        rate=Decimal(seat.terms["rate"]),
        earns=Decimal(earns["amount"]),
        currency=earns["currency"],
        accepted=seat.accepted,
        seats=_seats(seat, seat.teaming, reader),
    )


def _seats(own: Holder, teaming: Teaming, reader: User) -> list[Seat]:
    """Before both have accepted a partner reads of its own seat alone."""
    if reader.is_partner and teaming.state != TeamState.AGREED:
        return []
    return [_seat(holder, own, reader) for holder in holders_of(teaming)]


def _seat(holder: Holder, own: Holder, reader: User) -> Seat:
    row = holder.registration
    is_own = holder.pk == own.pk
    sees_deal = reader.is_vendor or is_own
    return Seat(
        share=holder.share,
        accepted=holder.accepted,
        name=row.partner.organisation.name,
        contact=contact(row),
        deal=row.public_id if sees_deal else "",
        reference=row.reference if sees_deal else "",
        is_own=is_own,
    )


def beside_of(reader: User, public_id: str) -> Registration | None:
    """The registration with this id; None without one. InvalidInput for what the reader does not see."""
    if not public_id:
        return None
    found = Registration.objects.visible_to(reader).with_nouns().filter(public_id=public_id).first()
    if found is None:
        raise InvalidInput({"beside": [_("There is no such registration.")]})
    return found
