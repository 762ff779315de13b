"""Verbs, permissions and questions about customers."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from partners.customers import policies
from partners.customers.actions import create_account, record_revenue, update_account
from partners.customers.models import Account, RevenueFact
from partners.customers.selectors import AccountFilter, accounts_like, filtered
from prm import matching
from prm.accounts.models import User
from prm.audit.models import Event
from prm.audit.selectors import timeline
from prm.errors import InvalidInput, StateConflict
from prm.matching import Identity
from tests.factories import Cast, make_account

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
LATER = datetime(2026, 11, 22, 12, tzinfo=UTC)

pytestmark = pytest.mark.django_db


def found_by(**identity: Any) -> set[int]:
    return matching.candidates(Identity(**{"name": "", **identity}), sources=["account"]).get("account", set())


def names(*, reader: User, **wanted: Any) -> list[str]:
    rows = filtered(Account.objects.visible_to(reader), AccountFilter(**wanted), reader=reader)
    return list(rows.order_by("name_key").values_list("name", flat=True))


class TestCreate:
    def test_customer_is_stored_with_what_is_derived_and_can_be_matched(self, cast: Cast) -> None:
        values = {"name": "Müller GmbH", "website": "www.mueller.de", "former_names": ["Alt AG"], "owner": cast.seller}

        account = create_account(values=values, by=cast.seller, now=NOW)

        stored = Account.objects.get()
        assert (stored.name_key, stored.domain, stored.version) == ("mueller", "mueller.de", 1)
        assert (stored.created_at, stored.created_by, stored.updated_at, stored.updated_by) == (NOW, cast.seller) * 2
        assert found_by(website="mueller.de") == found_by(name="Alt") == {account.pk}

    def test_event_holds_ids_alone_and_is_the_vendors(self, cast: Cast) -> None:
        account = create_account(values={"name": "Canary"}, by=cast.seller, now=NOW)

        event = Event.objects.get(kind="account.created")
        assert (event.subject_type, event.subject_id, event.actor_id, event.organisation_id, event.data) == (
            "account",
            account.public_id,
            cast.seller.pk,
            None,
            {},
        )
        assert list(Event.objects.visible_to(cast.helix.admin).filter(kind="account.created")) == []

    def test_external_id_that_is_taken_is_refused_at_its_field(self) -> None:
        make_account(external_id="x1")

        with pytest.raises(InvalidInput) as refused:
            make_account(external_id="x1")
        assert list(refused.value.errors) == ["external_id"]
        assert Account.objects.count() == 1

    def test_many_customers_may_have_no_external_id(self) -> None:
        make_account()
        make_account()

        assert list(Account.objects.values_list("external_id", flat=True)) == [None, None]

    @pytest.mark.parametrize("values", [{"name": ""}, {"external_id": ""}, {"segment": "nobles"}])
    def test_database_refuses_what_no_door_may_let_in(self, values: dict[str, Any]) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            create_account(values={"name": "Acme", **values}, by=None, now=NOW)


class TestUpdate:
    def test_change_is_stored_with_a_version_an_event_and_new_keys(self, cast: Cast) -> None:
        account = make_account("Acme", website="cedar.com", city="Kiel")

        changed = update_account(
            account=account, values={"website": "bolt.com", "city": "Kiel"}, by=cast.admin, now=LATER
        )

        event = Event.objects.get(kind="account.updated")
        assert (changed.version, changed.domain, changed.updated_at, changed.updated_by) == (
            2,
            "bolt.com",
            LATER,
            cast.admin,
        )
        assert event.data == {"fields": ["website"]}
        assert (found_by(website="cedar.com"), found_by(website="bolt.com")) == (set(), {account.pk})

    def test_nothing_is_written_when_nothing_differs(self, cast: Cast) -> None:
        account = make_account("Acme", owner=cast.seller)

        same = update_account(account=account, values={"name": "Acme", "owner": cast.seller}, by=cast.admin, now=LATER)

        assert (same.version, same.updated_by) == (1, None)
        assert not Event.objects.filter(kind="account.updated").exists()

    def test_stale_version_is_a_conflict(self, cast: Cast) -> None:
        account = make_account("Acme")
        update_account(account=account, values={"city": "Kiel"}, by=cast.admin, now=NOW, version=1)

        with pytest.raises(StateConflict):
            update_account(account=account, values={"city": "Bonn"}, by=cast.admin, now=LATER, version=1)
        assert Account.objects.get().city == "Kiel"

    @pytest.mark.parametrize("depth", [0, 1, 2])
    def test_customer_is_not_its_own_ancestor(self, cast: Cast, depth: int) -> None:
        top = make_account("Top")
        child = make_account("Child", parent=top)
        grandchild = make_account("Grandchild", parent=child)

        with pytest.raises(InvalidInput) as refused:
            update_account(account=top, values={"parent": [top, child, grandchild][depth]}, by=cast.admin, now=NOW)
        assert list(refused.value.errors) == ["parent"]

    def test_history_tells_what_was_done(self, cast: Cast) -> None:
        account = create_account(values={"name": "Acme"}, by=cast.seller, now=NOW)
        update_account(account=account, values={"city": "Kiel"}, by=None, now=LATER)

        entries = timeline("account", account.public_id, reader=cast.admin)
        assert [(entry.text, entry.actor) for entry in entries] == [
            ("Customer created", cast.seller.name),
            ("Customer changed: city", "The system"),
        ]


class TestRevenue:
    def fact(self, cast: Cast, account: Account, **changes: Any) -> RevenueFact:
        given = {
            "amount": Decimal("86400.00"),
            "currency": "EUR",
            "origin": "partner",
            "on": date(2026, 11, 20),
            **changes,
        }
        return record_revenue(
            account=account, partner=cast.helix.partner, subject=("deal", "deal_x"), now=NOW, by=cast.pam, **given
        )

    def test_revenue_is_written_once_for_each_kind(self, cast: Cast) -> None:
        account = make_account()

        self.fact(cast, account)
        self.fact(cast, account, kind="reversed")
        with pytest.raises(StateConflict):
            self.fact(cast, account)

        assert sorted(RevenueFact.objects.values_list("kind", "amount")) == [
            ("reversed", Decimal("86400.00")),
            ("won", Decimal("86400.00")),
        ]
        assert Event.objects.filter(kind="account.revenue", subject_id=account.public_id).count() == 2

    @pytest.mark.parametrize("amount", ["-0.01", "100000000000.01"])
    def test_database_refuses_amounts_out_of_range(self, cast: Cast, amount: str) -> None:
        account = make_account()
        with pytest.raises(IntegrityError), transaction.atomic():
            RevenueFact.objects.create(
                account=account,
                partner=cast.helix.partner,
                subject_type="deal",
                subject_id="deal_x",
                kind="won",
                amount=Decimal(amount),
                currency="EUR",
                origin="partner",
                on=NOW.date(),
                created_at=NOW,
            )


class TestSight:
    def test_vendor_staff_with_the_right_see_every_customer_and_nobody_else(self, cast: Cast) -> None:
        make_account()
        everybody = [*cast.vendor_staff, cast.helix.admin, cast.helix.rep, cast.orbit.admin]

        assert [person for person in everybody if Account.objects.visible_to(person).exists()] == [
            cast.pam,
            cast.pam2,
            cast.admin,
            cast.seller,
            cast.executive,
        ]
        assert not Account.objects.visible_to(AnonymousUser()).exists()

    def test_who_may_do_what(self, cast: Cast) -> None:
        own, other = make_account(owner=cast.seller), make_account()

        def rights(user: User) -> tuple[bool, ...]:
            return (
                policies.can_list(user),
                policies.can_read_fully(user, own),
                policies.can_read_fully(user, other),
                policies.can_create(user),
                policies.can_update(user, own),
                policies.can_update(user, other),
                policies.can_choose_owner(user),
            )

        assert rights(cast.admin) == (True,) * 7
        assert rights(cast.pam) == (True, True, True, False, False, False, False)
        assert rights(cast.executive) == (True, True, True, False, False, False, False)
        assert rights(cast.seller) == (True, True, False, True, True, False, False)
        assert rights(cast.expert) == rights(cast.finance) == rights(cast.helix.admin) == (False,) * 7


class TestSearch:
    def test_name_is_found_by_the_beginning_of_any_word_in_any_spelling(self, cast: Cast) -> None:
        for name in ("Müller Logistik GmbH", "Mueller Bau", "Nordlicht Spedition"):
            make_account(name)

        assert names(reader=cast.admin, q="müll") == ["Mueller Bau", "Müller Logistik GmbH"]
        assert names(reader=cast.admin, q="LOG mueller") == ["Müller Logistik GmbH"]
        assert names(reader=cast.admin, q="ister") == []

    @pytest.mark.parametrize("text", ["'", "a & | !", "(((", ":*", "\\", "a'b", "…", "   "])
    def test_odd_questions_are_no_errors(self, cast: Cast, text: str) -> None:
        make_account("Acme")

        assert len(names(reader=cast.admin, q=text)) <= 1

    def test_domain_and_external_id_are_found_exactly(self, cast: Cast) -> None:
        make_account("Acme", website="https://www.acme.com/x", external_id="CRM-7")
        make_account("Bolt", website="bolt.com")

        assert names(reader=cast.admin, q="shop.acme.com") == ["Acme"]
        assert names(reader=cast.admin, q="CRM-7") == ["Acme"]
        assert names(reader=cast.admin, external_id="CRM-7") == ["Acme"]

    def test_filters_narrow_down(self, cast: Cast) -> None:
        make_account("Acme", country="DE", named_account=True, owner=cast.seller)
        make_account("Bolt", country="FR")

        assert names(reader=cast.admin, country="FR") == ["Bolt"]
        assert names(reader=cast.admin, named=True) == ["Acme"]
        assert names(reader=cast.admin, named=False) == ["Bolt"]
        assert names(reader=cast.admin, owner=cast.seller) == ["Acme"]

    def test_seller_cannot_ask_for_what_a_seller_may_not_read(self, cast: Cast) -> None:
        make_account("Acme", website="acme.com", external_id="X1", named_account=True, owner=cast.admin)
        make_account("Own", website="own.com", external_id="X2", named_account=True, owner=cast.seller)

        assert names(reader=cast.seller, q="ac") == ["Acme"]
        assert names(reader=cast.seller, q="acme.com") == []
        assert names(reader=cast.seller, q="X1") == []
        assert names(reader=cast.seller, external_id="X1") == []
        assert names(reader=cast.seller, owner=cast.admin) == []
        assert names(reader=cast.seller, named=True) == names(reader=cast.seller, q="own.com") == ["Own"]


class TestAccountsLike:
    def test_likely_customers_come_best_first_with_their_evidence(self) -> None:
        other = make_account("Müller Logistik", country="AT")
        same = make_account("Mueller-Logistik GmbH", country="DE")
        make_account("Nordlicht")

        found = accounts_like(Identity("Müller Logistik AG", "DE"))

        assert [(account, match.score, match.band) for account, match in found] == [
            (same, 0.97, "block"),
            (other, 0.76, "hint"),
        ]

    def test_nobody_alike_is_an_empty_list(self) -> None:
        make_account("Acme")

        assert accounts_like(Identity("Bolt")) == accounts_like(Identity("…")) == []

    def test_two_queries_whatever_the_number(self) -> None:
        for _number in range(12):
            make_account("Acme", country="DE")

        with CaptureQueriesContext(connection) as queries:
            found = accounts_like(Identity("Acme", "DE"))

        assert (len(queries), len(found)) == (2, 12)
