"""An import from its file to its undoing, by its verbs."""

from datetime import date
from typing import Any

import pytest
from django.db import connection

from partners.customers.actions import update_account
from partners.imports import actions, portions
from partners.imports.models import AccountImport, ImportedRow
from partners.imports.states import State
from partners.models import Account
from prm import matching
from prm.accounts.models import User
from prm.audit.models import Event
from prm.clocks.database import database_now
from prm.errors import InvalidInput, NotAllowed, StateConflict
from prm.jobs.actions import MOST_ATTEMPTS, work
from prm.jobs.models import Job
from prm.matching.models import MatchRecord
from tests.factories import Cast, make_account, make_approved
from tests.matching.stored import strays

pytestmark = pytest.mark.django_db
HEADER = "CRM id;Name;Country;City;Owner;Notes"
ROWS = (
    "a1;Acme Werke;DE;Kiel;;first",
    "a2;Beta Bau;AT;Wien;seller@vendor.example;",
    "a3;;DE;Bonn;;no name",
    "a1;Acme again;DE;Kiel;;twice",
    "a4;Delta;XX;Rom;;no such country",
    "a5;Epsilon;FR;Lyon;nobody@vendor.example;stranger",
)
COLUMNS = ["external_id", "name", "country", "city", "owner_email", ""]


def uploaded(by: User, *rows: str, header: str = HEADER) -> AccountImport:
    content = "\n".join([header, *(rows or ROWS)]).encode()
    return actions.upload(file_name="crm.csv", content=content, by=by, now=database_now())


def checked(by: User, *rows: str) -> AccountImport:
    return done(actions.check(given=uploaded(by, *rows), columns=COLUMNS, by=by, now=database_now()))


def imported(by: User, *rows: str) -> AccountImport:
    return done(actions.run(given=checked(by, *rows), by=by, now=database_now()))


def undone(given: AccountImport, by: User) -> AccountImport:
    return done(actions.undo(given=given, by=by, now=database_now()))


def done(given: AccountImport) -> AccountImport:
    while work():
        continue
    given.refresh_from_db()
    return given


def counts(given: AccountImport) -> tuple[int, int, int, int]:
    return given.new, given.changed, given.unchanged, given.refused


def facts() -> list[tuple[Any, ...]]:
    return list(Account.objects.order_by("external_id").values_list("external_id", "name", "city", "owner__email"))


def test_file_is_kept_in_portions(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "PORTION", 4)
    given = uploaded(cast.admin)

    assert (given.rows, given.state, given.header) == (6, State.UPLOADED, HEADER.split(";"))
    assert list(given.portions.order_by("number").values_list("number", "first")) == [(0, 2), (1, 6)]


def test_columns_are_guessed_and_then_remembered(cast: Cast) -> None:
    first = uploaded(cast.admin)
    assert first.columns == ["external_id", "name", "country", "city", "owner_email", ""]

    other = ["external_id", "name", "", "city", "", ""]
    actions.check(given=first, columns=other, by=cast.admin, now=database_now())

    assert uploaded(cast.admin).columns == other
    assert uploaded(cast.admin, "x", header="CRM id").columns == ["external_id"]


def test_file_that_is_no_table_is_refused_at_its_field(cast: Cast) -> None:
    with pytest.raises(InvalidInput) as refused:
        actions.upload(file_name="x.csv", content=b"", by=cast.admin, now=database_now())

    assert refused.value.errors == {"file": ["The first row must name the columns."]}


def test_check_tells_of_every_row_and_changes_nothing(cast: Cast) -> None:
    make_account("Acme", external_id="a1", country="DE", city="Kiel")
    make_account("Beta Bau", external_id="a2", country="AT", city="Wien", owner=cast.seller)
    before = facts()

    given = checked(cast.admin)

    assert (given.state, counts(given), facts()) == (State.CHECKED, (0, 1, 1, 4), before)
    assert [(finding.row, finding.field, finding.sentence) for finding in given.findings.order_by("row")] == [
        (4, "name", "This must not be empty."),
        (5, "external_id", "Row 2 names this customer already."),
        (6, "country", "XX is no country code; two letters such as DE."),
        (7, "owner_email", "Nobody of the vendor has the address nobody@vendor.example."),
    ]


def test_check_again_begins_anew(cast: Cast) -> None:
    given = checked(cast.admin)
    columns = ["external_id", "name", "", "city", "", ""]

    again = done(actions.check(given=given, columns=columns, by=cast.admin, now=database_now()))

    assert counts(again) == (4, 0, 0, 2)
    assert list(again.findings.order_by("row").values_list("row", flat=True)) == [4, 5]


def test_doubles_are_found_across_portions(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "PORTION", 1)

    assert counts(checked(cast.admin)) == (2, 0, 0, 4)


def test_findings_end_at_a_limit_and_the_count_does_not(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(portions, "MOST_FINDINGS", 3)
    given = checked(cast.admin, *(f"b{n};;DE;Bonn;;" for n in range(9)))

    assert (given.refused, given.findings.count()) == (9, 3)


def test_import_does_what_the_check_said(cast: Cast) -> None:
    make_account("Acme", external_id="a1", country="DE", city="Kiel", website="acme.example")

    given = imported(cast.admin)

    assert (given.state, counts(given)) == (State.DONE, (1, 1, 0, 4))
    assert facts() == [("a1", "Acme Werke", "Kiel", None), ("a2", "Beta Bau", "Wien", cast.seller.email)]
    # A column that the file does not have stays as it is.
    assert Account.objects.get(external_id="a1").website == "acme.example"
    assert given.imported_by == cast.admin
    kinds = Event.objects.filter(subject_id=given.public_id).order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["accounts.import_started", "accounts.imported"]


def test_imported_customer_is_found_by_what_it_is_called(cast: Cast) -> None:
    imported(cast.admin, "a1;Acme Werke;DE;Kiel;;")

    assert matching.candidates(matching.Identity(name="Acme Werke", country="DE"), sources=["account"])["account"]


def test_import_resumes_after_a_portion_that_broke(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "PORTION", 1)
    rows = [f"c{n};Firma {n};DE;Bonn;;" for n in range(4)]
    given = actions.run(given=checked(cast.admin, *rows), by=cast.admin, now=database_now())
    work()
    broken = [True]

    def breaks_once(*arguments: Any) -> None:
        remember(*arguments)
        if broken.pop():
            raise RuntimeError("the machine went down")

    remember = portions._remember
    monkeypatch.setattr(portions, "_remember", breaks_once)
    assert work() == 0
    monkeypatch.setattr(portions, "_remember", remember)
    done(given)

    assert (given.state, counts(given), Account.objects.count()) == (State.DONE, (4, 0, 0, 0), 4)
    assert ImportedRow.objects.filter(of=given, account_id__isnull=False).count() == 4


def test_import_that_cannot_be_completed_is_stopped(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    given = actions.check(given=uploaded(cast.admin), columns=COLUMNS, by=cast.admin, now=database_now())
    Job.objects.update(attempts=MOST_ATTEMPTS)

    assert done(given).state == State.FAILED
    with pytest.raises(StateConflict):
        actions.run(given=given, by=cast.admin, now=database_now())


def test_undo_gives_back_what_was(cast: Cast) -> None:
    make_account("Acme", external_id="a1", country="AT", city="Graz", owner=cast.pam)
    make_account("Zeta", external_id="z1", customer_since=date(2020, 1, 1))
    before = facts()

    given = undone(imported(cast.admin), cast.admin)

    assert (given.state, given.kept, facts()) == (State.UNDONE, 0, before)
    assert given.undone_by == cast.admin
    restored = Account.objects.get(external_id="a1")
    assert (restored.country, restored.owner) == ("AT", cast.pam)
    assert not MatchRecord.objects.filter(source="account").exclude(record_id__in=Account.objects.values("pk")).exists()
    assert strays() == set()
    kinds = Event.objects.filter(subject_id=given.public_id).order_by("pk").values_list("kind", flat=True)
    assert list(kinds)[-2:] == ["accounts.undo_started", "accounts.undone"]


def test_undo_gives_back_dates_and_flags(cast: Cast) -> None:
    header = "external_id,name,named_account,customer_since"
    old = make_account("Acme", external_id="a1", named_account=True, customer_since=date(2020, 5, 1))
    given = uploaded(cast.admin, "a1,Acme,no,2024-01-31", header=header)
    done(actions.check(given=given, columns=given.columns, by=cast.admin, now=database_now()))
    done(actions.run(given=given, by=cast.admin, now=database_now()))
    old.refresh_from_db()
    assert (old.named_account, old.customer_since) == (False, date(2024, 1, 31))

    undone(given, cast.admin)

    old.refresh_from_db()
    assert (old.named_account, old.customer_since) == (True, date(2020, 5, 1))


def test_undo_leaves_who_was_changed_or_used_since(cast: Cast) -> None:
    given = imported(cast.admin, "a1;Acme Werke;DE;Kiel;;", "a2;Beta Bau;DE;Bonn;;", "a3;Gamma;DE;Ulm;;")
    first, second = (Account.objects.get(external_id=name) for name in ("a1", "a2"))
    update_account(account=first, values={"city": "Lübeck"}, by=cast.pam, now=database_now())
    deal = make_approved(cast.helix)
    type(deal).objects.filter(pk=deal.pk).update(account=second)

    undone(given, cast.admin)

    assert (given.kept, given.state) == (0, State.DONE)
    given.refresh_from_db()
    assert (given.kept, given.state) == (2, State.UNDONE)
    left = Account.objects.filter(external_id__startswith="a").order_by("external_id")
    assert list(left.values_list("external_id", flat=True)) == ["a1", "a2"]


def test_undo_goes_on_past_those_it_keeps(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    given = imported(cast.admin, *(f"d{n};Firma {n};DE;Bonn;;" for n in range(7)))
    Account.objects.filter(external_id__in=["d0", "d3", "d6"]).update(version=9)
    monkeypatch.setattr(actions, "PORTION", 2)
    monkeypatch.setattr(portions, "PORTION", 2)

    given = undone(given, cast.admin)

    assert (given.kept, given.state) == (3, State.UNDONE)
    assert sorted(Account.objects.values_list("external_id", flat=True)) == ["d0", "d3", "d6"]


def test_only_the_last_import_can_be_undone(cast: Cast) -> None:
    first = imported(cast.admin, "a1;Acme;DE;Kiel;;")
    second = imported(cast.admin, "a1;Acme Werke;DE;Kiel;;")
    with pytest.raises(StateConflict, match="Only the last import"):
        actions.undo(given=first, by=cast.admin, now=database_now())

    undone(second, cast.admin)
    undone(first, cast.admin)

    assert facts() == []


@pytest.mark.parametrize(
    ("columns", "sentence"),
    [
        (["name", "", "", "", "", ""], "Choose which column holds: external_id."),
        (["", "", "", "", "", ""], "Choose which column holds: external_id, name."),
        (["external_id", "name", "name", "", "", ""], "Two columns cannot be the same: name."),
        (["external_id", "name"], "Choose for every column of the file."),
    ],
)
def test_columns_that_do_not_fit_are_refused(cast: Cast, columns: list[str], sentence: str) -> None:
    given = uploaded(cast.admin)
    with pytest.raises(InvalidInput) as refused:
        actions.check(given=given, columns=columns, by=cast.admin, now=database_now())

    assert refused.value.errors == {"": [sentence]}
    given.refresh_from_db()
    assert given.state == State.UPLOADED


def test_second_call_of_a_step_changes_nothing(cast: Cast) -> None:
    given = uploaded(cast.admin)
    for step in (
        lambda: actions.check(given=given, columns=COLUMNS, by=cast.admin, now=database_now()),
        lambda: actions.run(given=given, by=cast.admin, now=database_now()),
        lambda: actions.undo(given=given, by=cast.admin, now=database_now()),
    ):
        step()
        with pytest.raises(StateConflict):
            step()
        assert Job.objects.unfinished().count() == 1
        done(given)


@pytest.mark.parametrize("verb", [actions.run, actions.undo])
def test_step_that_does_not_fit_the_state_is_refused(cast: Cast, verb: Any) -> None:
    given = uploaded(cast.admin)
    with pytest.raises(StateConflict):
        verb(given=given, by=cast.admin, now=database_now())

    assert not Job.objects.exists()


@pytest.mark.parametrize("who", ["pam", "seller", "executive"])
def test_only_who_may_change_every_customer_imports(cast: Cast, who: str) -> None:
    given = uploaded(cast.admin)
    person = getattr(cast, who)
    for step in (
        lambda: uploaded(person),
        lambda: actions.check(given=given, columns=COLUMNS, by=person, now=database_now()),
        lambda: actions.run(given=given, by=person, now=database_now()),
        lambda: actions.undo(given=given, by=person, now=database_now()),
    ):
        with pytest.raises(NotAllowed):
            step()
    assert not AccountImport.objects.visible_to(person).exists()
    assert AccountImport.objects.visible_to(cast.admin).count() == 1


def test_rows_asked_for_do_not_grow_with_what_was_imported(cast: Cast) -> None:
    """Every portion asks as often as the first."""
    given = uploaded(cast.admin, *(f"e{n};Firma {n};DE;Bonn;;" for n in range(60)))
    from django.test.utils import CaptureQueriesContext

    asked = []
    for size in (20, 60):
        given.portions.all().delete()
        AccountImport.objects.filter(pk=given.pk).update(state=State.UPLOADED)
        rows = [[f"e{n}", f"Firma {n}", "DE", "Bonn", "", ""] for n in range(size)]
        given.portions.create(number=0, first=2, rows=rows)
        actions.check(given=given, columns=COLUMNS, by=cast.admin, now=database_now())
        with CaptureQueriesContext(connection) as captured:
            work()
        asked.append(len(captured))
    assert asked[0] == asked[1]
