"""Mapping over REST: a partner's lists, what the vendor shows, and the overlaps of both."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.utils.functional import cached_property
from rest_framework import serializers

from deals.mapping import actions, policies
from deals.mapping.listing import OWN, lists_of, overlaps_of
from deals.mapping.models import READERS, MappedList, MappedRow
from deals.mapping.rules import LONGEST_CONTACT
from deals.mapping.selectors import own_accounts
from deals.mapping.states import MapState, Relation
from partners.models import Account, Partner
from prm.api.doors import Acts, Creates, Lists, NounDoor, Reads
from prm.api.fields import Choice, PlainText, StrictBoolean
from prm.api.filters import Filter
from prm.api.pagination import CursorPage
from prm.api.serializers import Given
from prm.errors import InvalidInput
from prm.rows import one_or_none

MOST_ROWS, MOST_CHOSEN = 1000, 500
COLUMNS = ("name", "country", "city", "website", "email", "tax_number", "relation", "contact")


class MappedListOut(serializers.Serializer[MappedList]):
    id = serializers.CharField(source="public_id")
    name = serializers.CharField()
    state = serializers.ChoiceField(choices=MapState.choices)
    rows = serializers.IntegerField()
    refused = serializers.IntegerField(help_text="Rows that could not be read.")
    created_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)


class MappedRowOut(serializers.Serializer[MappedRow]):
    """What you have given, and whether you show it; never whether anybody knows it."""

    id = serializers.CharField(source="public_id")
    row = serializers.IntegerField(source="number")
    name = serializers.CharField()
    country = serializers.CharField()
    city = serializers.CharField()
    relation = serializers.ChoiceField(choices=Relation.choices)
    contact = serializers.CharField()
    shown = serializers.BooleanField(source="is_shared")


class OverlapOut(serializers.Serializer[MappedRow]):
    """A customer that both sides know and show. `theirs` is the partner's, `ours` the vendor's side of it."""

    id = serializers.CharField(source="public_id")
    partner = serializers.CharField(source="of.partner.organisation.public_id")
    partner_customer = serializers.CharField(source="name")
    partner_contact = serializers.CharField(source="contact")
    country = serializers.CharField()
    relation = serializers.ChoiceField(choices=Relation.choices)
    vendor_customer = serializers.CharField(source="account.name")
    vendor_owner = serializers.SerializerMethodField()
    vendor_relation = serializers.SerializerMethodField()

    def get_vendor_owner(self, row: MappedRow) -> str:
        return str(row.account.owner) if row.account and row.account.owner else ""

    def get_vendor_relation(self, row: MappedRow) -> str:
        since = row.account.customer_since if row.account else None
        return Relation.CUSTOMER.value if since else Relation.PROSPECT.value


class OwnAccountOut(serializers.Serializer[Account]):
    id = serializers.CharField(source="public_id")
    name = serializers.CharField()
    country = serializers.CharField()
    shown = serializers.BooleanField(source="is_shown")


class MapRowIn(Given):
    name = PlainText(max_length=250)
    country = PlainText(max_length=2, required=False, allow_blank=True)
    city = PlainText(max_length=120, required=False, allow_blank=True)
    website = PlainText(max_length=310, required=False, allow_blank=True)
    email = PlainText(max_length=254, required=False, allow_blank=True)
    tax_number = PlainText(max_length=40, required=False, allow_blank=True)
    relation = Choice(Relation, required=False)
    contact = PlainText(max_length=LONGEST_CONTACT, required=False, allow_blank=True)


class MapIn(Given):
    name = PlainText(max_length=200)
    customers = serializers.ListField(child=MapRowIn(), min_length=1, max_length=MOST_ROWS)


class ChosenIn(Given):
    """Some of them by their ids, or `all`."""

    ids = serializers.ListField(child=PlainText(max_length=40), max_length=MOST_CHOSEN, required=False)
    all = StrictBoolean(required=False, default=False)


def chosen(given: dict[str, Any]) -> list[str] | None:
    """None for all of them."""
    if given.get("all"):
        return None
    if not given.get("ids"):
        raise InvalidInput({"ids": ["Give ids, or all: true."]})
    return list(given["ids"])


class MapDoor(NounDoor[MappedList]):
    out = MappedListOut

    def rows(self) -> QuerySet[MappedList]:
        return lists_of(self.user)


class MappedLists(MapDoor, Lists[MappedList], Creates[MappedList]):
    """Lists of your customers, the newest first. POST brings one, which is compared in the background; a few a day."""

    into = MapIn
    order = ("-created_at", "-public_id")

    def may_list(self) -> bool:
        return self.user.may(*OWN)

    def may_create(self) -> bool:
        return policies.can_map(self.user)

    def create(self, given: dict[str, Any]) -> MappedList:
        rows = [[row.get(name, "") for name in COLUMNS] for row in given["customers"]]
        about: dict[str, Any] = {"by": self.user, "now": self.now}
        made = actions.bring(name=given["name"], header=list(COLUMNS), rows=rows, **about)
        return actions.start(given=made, columns=COLUMNS, **about)


class OneMappedList(MapDoor, Reads[MappedList]):
    """A list of yours: how far it has come."""


class ShowRows(MapDoor, Acts[MappedList]):
    """Be ready to show these rows, or all of them, wherever the vendor is ready as well. 409 when they are already."""

    into = ChosenIn

    def may(self, noun: MappedList) -> bool:
        return policies.can_change(self.user, noun)

    def act(self, noun: MappedList, given: dict[str, Any]) -> MappedList:
        return actions.show_rows(given=noun, rows=chosen(given), by=self.user, now=self.now)


class HideRows(ShowRows):
    """Take that back: what was seen is gone on both sides at once."""

    def act(self, noun: MappedList, given: dict[str, Any]) -> MappedList:
        return actions.hide_rows(given=noun, rows=chosen(given), by=self.user, now=self.now)


class DeleteMappedList(MapDoor, Acts[MappedList]):
    """Delete it with all of its rows. The answer is what it was."""

    def may(self, noun: MappedList) -> bool:
        return policies.can_change(self.user, noun)

    def act(self, noun: MappedList, given: dict[str, Any]) -> MappedList:
        actions.delete_list(given=noun, by=self.user, now=self.now)
        return noun


class MappedRowsPage(CursorPage):
    # Whoever may read one row of a list may read them all.
    anchor = "pk"


class MappedRows(Lists[MappedRow]):
    """The rows of a list of yours, and which of them you show."""

    out = MappedRowOut
    order = ("number",)
    pagination_class = MappedRowsPage

    def rows(self) -> QuerySet[MappedRow]:
        return self.of.customers.all()

    @cached_property
    def of(self) -> MappedList:
        found = one_or_none(lists_of(self.user).filter(public_id=self.kwargs["public_id"]))
        if found is None:
            raise Http404
        return found


class Overlaps(Lists[MappedRow]):
    """Customers that both sides know and show: your organisation's, for sellers of the vendor those of their own."""

    out = OverlapOut
    order = ("name", "public_id")
    filters = {"relation": Filter(Choice(Relation), "relation")}

    def may_list(self) -> bool:
        return self.user.may(*READERS)

    def rows(self) -> QuerySet[MappedRow]:
        return overlaps_of(self.user)


class ToPartner(NounDoor[Partner]):
    lookup = "organisation__public_id"

    def noun(self, *, whole: bool = True) -> Partner:
        found = one_or_none(self.partners().filter(organisation__public_id=self.kwargs["public_id"]))
        if found is None:
            raise Http404
        return found

    def partners(self) -> QuerySet[Partner]:
        rows = Partner.objects.visible_to(self.user) if self.user.is_vendor else Partner.objects.none()
        return rows.active().select_related("organisation")


class ShownCountOut(serializers.Serializer[Any]):
    changed = serializers.IntegerField()


class OwnAccounts(Lists[Account]):
    """Your customers, and which of them this partner may know of if it shows them as well; for account managers those
    that nobody owns."""

    out = OwnAccountOut
    order = ("name", "public_id")

    def may_list(self) -> bool:
        return policies.can_show_accounts(self.user)

    def rows(self) -> QuerySet[Account]:
        return own_accounts(self.user, self.partner)

    @cached_property
    def partner(self) -> Partner:
        rows = Partner.objects.visible_to(self.user) if self.user.is_vendor else Partner.objects.none()
        found = one_or_none(rows.active().filter(organisation__public_id=self.kwargs["public_id"]))
        if found is None:
            raise Http404
        return found


class ShowAccounts(ToPartner, Acts[Partner]):
    """Be ready to show these of your customers, or all, to a partner that knows them and shows them as well."""

    out = ShownCountOut
    into = ChosenIn
    changed = 0

    def rows(self) -> QuerySet[Partner]:
        return self.partners()

    def may(self, noun: Partner) -> bool:
        return policies.can_show_accounts(self.user)

    def act(self, noun: Partner, given: dict[str, Any]) -> Partner:
        accounts = chosen(given)
        self.changed = actions.show_accounts(partner=noun, accounts=accounts, by=self.user, now=self.now)
        return noun

    def show(self, noun: Partner) -> Any:
        return self.out({"changed": self.changed}).data


class HideAccounts(ShowAccounts):
    """Take that back: what was seen is gone on both sides at once."""

    def act(self, noun: Partner, given: dict[str, Any]) -> Partner:
        accounts = chosen(given)
        self.changed = actions.hide_accounts(partner=noun, accounts=accounts, by=self.user, now=self.now)
        return noun
