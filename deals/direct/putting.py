"""Direct sales as a CRM knows them: what has its id here is changed, everything else is new."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from deals.direct import actions, policies
from deals.direct.attaching import closed
from deals.direct.models import DirectOpportunity, DirectTouch
from deals.direct.states import ENDS, Stage
from deals.products.models import ProductLine
from deals.sheets import Change
from partners.models import Account
from prm.accounts.models import User
from prm.errors import InvalidInput


@transaction.atomic
def put_opportunity(
    *,
    account: Account,
    external_id: str,
    values: Mapping[str, Any],
    products: Iterable[ProductLine] | None = None,
    closed_on: date | None = None,
    by: User,
    now: datetime,
) -> tuple[DirectOpportunity, Change]:
    """The opportunity with this id in the CRM as it is given; what is left out stays. An end closes it, once."""
    known = DirectOpportunity.objects.filter(external_id=external_id).select_related("account").first()
    ends = values["stage"] if values.get("stage") in ENDS else None
    given = {name: value for name, value in values.items() if name != "stage" or ends is None}
    if known is not None:
        _check_own(known, account, by)
        if not known.is_open:
            return _left(known, ends)
    if ends is not None and closed_on is None:
        raise InvalidInput({"closed_on": [_("Give the day on which it was closed.")]})
    opportunity, change = _open_as_given(known, account, external_id, given, products, by, now)
    if ends is None or closed_on is None:
        return opportunity, change
    value = values.get("value")
    ended = actions.close_opportunity(
        opportunity=opportunity, stage=ends, closed_on=closed_on, value=value, by=by, now=now
    )
    return ended, Change.NEW if known is None else Change.CHANGED


def _open_as_given(
    known: DirectOpportunity | None,
    account: Account,
    external_id: str,
    given: Mapping[str, Any],
    products: Iterable[ProductLine] | None,
    by: User,
    now: datetime,
) -> tuple[DirectOpportunity, Change]:
    if known is None:
        values = {"stage": Stage.PROSPECTING, **given, "external_id": external_id}
        made = actions.create_opportunity(account=account, values=values, products=products or (), by=by, now=now)
        return made, Change.NEW
    chosen = None if products is None else list(products)
    same = chosen is None or {line.pk for line in chosen} == {line.pk for line in known.products.all()}
    if same and all(getattr(known, name) == value for name, value in given.items()):
        return known, Change.UNCHANGED
    changed = actions.change_opportunity(opportunity=known, values=given, products=chosen, by=by, now=now)
    return changed, Change.CHANGED


def _left(known: DirectOpportunity, ends: str | None) -> tuple[DirectOpportunity, Change]:
    """Of a closed one nothing changes; a file that tells something else is not up to date."""
    if known.stage != ends:
        raise closed(known)
    return known, Change.UNCHANGED


@transaction.atomic
def put_touch(
    *, account: Account, external_id: str, kind: str, on: date, note: str = "", by: User, now: datetime
) -> tuple[DirectTouch, Change]:
    known = DirectTouch.objects.filter(external_id=external_id).select_related("account").first()
    given: dict[str, Any] = {"kind": kind, "on": on, "note": note.strip()}
    if known is None:
        made = actions.add_touch(account=account, external_id=external_id, **given, by=by, now=now)
        return made, Change.NEW
    _check_own(known, account, by)
    if all(getattr(known, name) == value for name, value in given.items()) and known.withdrawn_at is None:
        return known, Change.UNCHANGED
    return actions.change_touch(touch=known, **given, by=by, now=now), Change.CHANGED


def _check_own(known: DirectOpportunity | DirectTouch, account: Account, by: User) -> None:
    """A colleague's reads like any other id that is taken."""
    if not policies.can_change(by, known):
        raise InvalidInput({"external_id": [_("Another one has this id.")]})
    if known.account_id != account.pk:
        raise InvalidInput({"account": [_("With this id another customer is known.")]})
