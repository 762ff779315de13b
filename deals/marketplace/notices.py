"""What is said about offers in marketplaces: to the partner what ends, to the account manager what was won."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from deals.marketplace.models import MarketplaceOffer
from deals.registrations.notices import on_wall, pam_of, partner_people
from prm.accounts.models import User
from prm.notices.actions import prepare, promise_all, take_back
from prm.portal import formats


def reminded(offer: MarketplaceOffer, *, days: int, now: datetime) -> None:
    title = ngettext(
        "The offer to %(buyer)s in %(marketplace)s ends tomorrow",
        "The offer to %(buyer)s in %(marketplace)s ends in %(days)d days",
        days,
    )
    body = _("%(amount)s, offer %(offer)s. Have it accepted, or give it more time there and enter the new day here.")
    _tell(offer, partner_people(offer.registration), f"reminded-{offer.version}-{days}", title, body, now, days=days)


def expired(offer: MarketplaceOffer, *, now: datetime) -> None:
    take_back(f"{offer.public_id}-reminded-")
    title = _("The offer to %(buyer)s in %(marketplace)s has expired")
    body = _("%(amount)s, offer %(offer)s. Was it accepted in time? Then say so; or give it another last day.")
    _tell(offer, partner_people(offer.registration), f"expired-{offer.version}", title, body, now)


def accepted(offer: MarketplaceOffer, *, by: User, now: datetime) -> None:
    """To the other side; whoever has done it knows."""
    take_back(f"{offer.public_id}-reminded-")
    title = _("%(buyer)s has accepted the offer in %(marketplace)s")
    body = _("%(amount)s, offer %(offer)s of %(reference)s. Say that the deal is won when everything is signed.")
    _tell(offer, _others(offer, by), "accepted", title, body, now)


def co_sell(offer: MarketplaceOffer, *, by: User, now: datetime) -> None:
    title = _("Co-sell of the offer to %(buyer)s in %(marketplace)s: %(co_sell)s")
    body = _("%(amount)s, offer %(offer)s of %(reference)s.")
    _tell(offer, _others(offer, by), f"co-sell-{offer.version}", title, body, now)


def _others(offer: MarketplaceOffer, by: User) -> list[User]:
    people = partner_people(offer.registration) if by.is_vendor else pam_of(offer.registration)
    return [user for user in people if user.pk != by.pk]


def _tell(
    offer: MarketplaceOffer, to: list[User], key: str, title: str, body: str, now: datetime, **more: object
) -> None:
    kind = key.partition("-")[0] if not key.startswith("co-sell") else "co_sell"
    told = []
    for user in to:
        said = {
            "buyer": offer.buyer,
            "marketplace": offer.marketplace_title,
            "offer": offer.offer_id,
            "amount": formats.money(offer.amount, offer.currency),
            "co_sell": offer.get_co_sell_display(),
            "reference": offer.registration.reference,
            "until": on_wall(offer.expires_at, user, offer.registration) if offer.expires_at else "",
            **more,
        }
        told.append(
            prepare(
                key=f"{offer.public_id}-{key}-{user.pk}",
                kind=f"marketplace.{kind}",
                to=user,
                organisation=offer.partner.organisation,
                title=title % said,
                body=body % said,
                path=offer.get_absolute_url(),
                now=now,
            )
        )
    promise_all(told)
