"""What is said when a price is held no longer soon."""

from datetime import datetime

from django.utils.translation import gettext as _

from deals.holds.models import PriceHold
from deals.registrations.notices import on_wall, partner_people
from prm.notices.actions import prepare, promise_all
from prm.portal import formats


def ending(hold: PriceHold, *, now: datetime) -> None:
    registration = hold.registration
    told = []
    for user in partner_people(registration):
        said = {
            "product": hold.product.name,
            "customer": registration.customer_name,
            "price": formats.money(hold.price, hold.currency),
            "until": on_wall(hold.until, user, registration),
        }
        told.append(
            prepare(
                key=f"{hold.public_id}-ending-{user.pk}",
                kind="deal.price_hold_ending",
                to=user,
                organisation=registration.partner.organisation,
                title=_("The price of %(product)s for %(customer)s is held until %(until)s") % said,
                body=_("%(price)s for a unit and year. Register a renewal or an expansion before, to have it.") % said,
                path=registration.get_absolute_url(),
                now=now,
            )
        )
    promise_all(told)
