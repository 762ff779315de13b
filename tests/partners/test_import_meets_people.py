"""A file that is imported while people work on the same customers: nothing is lost, nothing is there twice."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client

from partners.customers.actions import create_account, update_account
from partners.customers.imports import Batch, import_rows
from partners.customers.rows import Row
from partners.models import Account
from prm.audit.models import Event
from prm.clocks.database import database_now
from prm.errors import InvalidInput
from tests.factories import Cast, make_account, make_token
from tests.partners.test_races import assert_keys_fit
from tests.portal.holding import away, meanwhile, unfinished

pytestmark = pytest.mark.django_db(transaction=True)

MANY = 60


def imported(*values: dict[str, Any]) -> Batch:
    rows = [Row(number, {"name": "Acme", **given}) for number, given in enumerate(values, 2)]
    return import_rows(rows=rows, run="imp_test", by=None, now=database_now())


def file_says(**values: Any) -> Callable[[], Batch]:
    return lambda: imported({"external_id": "x1", **values})


def facts() -> tuple[str, str, str, int]:
    return Account.objects.values_list("name", "city", "website", "version").get()


def in_the_portal(cast: Cast, account: Account, **given: str) -> Callable[[], int]:
    client = Client()
    client.force_login(cast.admin)
    form = {"name": "Acme", "country": "DE", "external_id": "x1", **given}
    return lambda: client.post(f"/accounts/{account.public_id}/edit/", form).status_code


def over_rest(cast: Cast, account: Account, etag: str, **given: str) -> Callable[[], int]:
    path = f"/api/v1/accounts/{account.public_id}"
    client = Client(headers={"authorization": f"Bearer {make_token(cast.admin)}", "if-match": etag})
    return lambda: client.patch(path, given, content_type="application/json").status_code


@pytest.fixture
def acme(live_cast: Cast) -> Account:
    return make_account("Acme", external_id="x1", city="Kiel", website="old.com")


def test_page_that_was_opened_before_the_import_does_not_undo_it(live_cast: Cast, acme: Account) -> None:
    edit = in_the_portal(live_cast, acme, city="Ulm", website="typed.com", version="1")

    status = meanwhile(file_says(city="Bonn", website="file.com"), edit)

    assert (status, facts()) == (400, ("Acme", "Bonn", "file.com", 2))
    assert_keys_fit()


def test_page_without_a_version_undoes_the_import(live_cast: Cast, acme: Account) -> None:
    """The control: what the version prevents."""
    edit = in_the_portal(live_cast, acme, city="Ulm", website="typed.com")

    status = meanwhile(file_says(city="Bonn", website="file.com"), edit)

    assert (status, facts()) == (302, ("Acme", "Ulm", "typed.com", 3))


def test_call_with_an_old_etag_does_not_undo_the_import(live_cast: Cast, acme: Account) -> None:
    call = over_rest(live_cast, acme, '"1"', city="Ulm")

    status = meanwhile(file_says(city="Bonn"), call)

    assert (status, facts()) == (412, ("Acme", "Bonn", "old.com", 2))


def test_call_for_any_version_changes_its_own_field_alone(live_cast: Cast, acme: Account) -> None:
    call = over_rest(live_cast, acme, "*", website="typed.com")

    status = meanwhile(file_says(city="Bonn"), call)

    assert (status, facts()) == (200, ("Acme", "Bonn", "typed.com", 3))
    assert_keys_fit()


def test_import_that_waits_for_a_person_keeps_what_the_file_does_not_say(live_cast: Cast, acme: Account) -> None:
    def change() -> None:
        update_account(account=acme, values={"website": "typed.com"}, by=live_cast.admin, now=database_now())

    batch = meanwhile(change, file_says(city="Bonn"))

    assert (batch, facts()) == (Batch(changed=1), ("Acme", "Bonn", "typed.com", 3))
    assert Event.objects.filter(kind="account.updated").count() == 1
    assert_keys_fit()


def test_whoever_writes_what_was_read_before_loses_what_a_person_typed(live_cast: Cast, acme: Account) -> None:
    """The control: the same meeting, by reading first and writing the whole row then."""

    def change() -> None:
        update_account(account=acme, values={"website": "typed.com"}, by=live_cast.admin, now=database_now())

    def naive() -> None:
        acme.city = "Bonn"
        acme.save()

    meanwhile(change, naive)

    assert facts() == ("Acme", "Bonn", "old.com", 1)


def test_import_that_waits_for_the_same_change_counts_it_as_unchanged(live_cast: Cast, acme: Account) -> None:
    def change() -> None:
        update_account(account=acme, values={"city": "Bonn"}, by=live_cast.admin, now=database_now())

    batch = meanwhile(change, file_says(city="Bonn"))

    assert (batch, facts()) == (Batch(unchanged=1), ("Acme", "Bonn", "old.com", 2))


def test_second_import_of_a_file_waits_for_the_first_and_finds_nothing_to_do(live_cast: Cast) -> None:
    rows = [{"external_id": f"x{number}", "city": "Bonn"} for number in range(MANY)]

    second = meanwhile(lambda: imported(*rows), lambda: imported(*reversed(rows)))

    assert (second, Account.objects.count()) == (Batch(unchanged=MANY), MANY)
    assert [event.data for event in Event.objects.filter(kind="accounts.imported")] == [{"created": MANY, "changed": 0}]
    assert_keys_fit()


def creation(cast: Cast) -> Callable[[], Account | InvalidInput]:
    def create() -> Account | InvalidInput:
        try:
            return create_account(values={"name": "Typed", "external_id": "x1"}, by=cast.admin, now=database_now())
        except InvalidInput as error:
            return error

    return create


def test_person_who_creates_what_the_import_just_creates_is_told_that_the_id_is_taken(live_cast: Cast) -> None:
    answer = meanwhile(file_says(city="Bonn"), creation(live_cast))

    assert isinstance(answer, InvalidInput)
    assert list(answer.errors) == ["external_id"]
    assert facts() == ("Acme", "Bonn", "", 1)
    assert_keys_fit()


def test_import_of_what_a_person_just_creates_brings_it_up_to_date(live_cast: Cast) -> None:
    batch = meanwhile(creation(live_cast), file_says(city="Bonn"))

    assert (batch, facts()) == (Batch(changed=1), ("Acme", "Bonn", "", 2))


@pytest.fixture
def no_wall() -> Iterator[None]:
    """The database without the rule that an external id is there once."""
    constraint = next(each for each in Account._meta.constraints if each.name == "account_external_id_once")
    with connection.schema_editor() as editor:
        editor.remove_constraint(Account, constraint)
    yield
    Account.objects.all().delete()
    with connection.schema_editor() as editor:
        editor.add_constraint(Account, constraint)


@pytest.mark.usefixtures("no_wall")
def test_without_the_constraint_one_customer_is_there_twice(live_cast: Cast) -> None:
    """The control."""
    with unfinished(creation(live_cast)):
        creation(live_cast)()

    assert Account.objects.filter(external_id="x1").count() == 2


@pytest.mark.parametrize(("second", "customers"), [("x", MANY), ("y", 2 * MANY)])
def test_two_files_at_once_make_a_customer_for_each_id(
    live_cast: Cast, tmp_path: Path, second: str, customers: int
) -> None:
    """The same file twice; and two files without a common id, as the control of the count."""

    def run(prefix: str) -> str:
        file, said = tmp_path / f"{prefix}.csv", StringIO()
        call_command("import_accounts", str(file), stdout=said, stderr=StringIO())
        return said.getvalue()

    for prefix in {"x", second}:
        lines = "".join(f"{prefix}{number},Customer {number},{number}.com\n" for number in range(MANY))
        (tmp_path / f"{prefix}.csv").write_text(f"external_id,name,website\n{lines}")
    with ThreadPoolExecutor(2) as pool:
        said = list(pool.map(lambda prefix: away(lambda: run(prefix)), ("x", second)))

    assert Account.objects.count() == customers
    events = Event.objects.filter(kind="accounts.imported")
    assert (sum(event.data["created"] for event in events), len(said)) == (customers, 2)
    assert all(" 0 with errors." in summary for summary in said)
    assert_keys_fit()
