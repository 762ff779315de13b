from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from partners.customers.imports import Batch, import_rows
from partners.customers.models import Account
from partners.customers.rows import Row, RowError
from partners.management.commands import import_accounts
from prm import matching
from prm.audit.models import Event
from prm.matching import Identity
from tests.factories import Cast, make_account

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def rows(*values: dict[str, Any]) -> list[Row]:
    return [
        Row(number, {"external_id": f"x{number}", "name": "Acme", **given}) for number, given in enumerate(values, 2)
    ]


def imported(*values: dict[str, Any]) -> Batch:
    return import_rows(rows=rows(*values), run="imp_test", by=None, now=NOW)


def run(tmp_path: Path, content: str | bytes, *, fails: bool = False) -> tuple[str, list[str]]:
    """Summary and what was said on the error channel."""
    file = tmp_path / "accounts.csv"
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    out, err = StringIO(), StringIO()
    if fails:
        with pytest.raises(CommandError) as failure:
            call_command("import_accounts", str(file), stdout=out, stderr=err)
        return out.getvalue().strip(), [*err.getvalue().splitlines(), str(failure.value)]
    call_command("import_accounts", str(file), stdout=out, stderr=err)
    return out.getvalue().strip(), err.getvalue().splitlines()


@pytest.mark.django_db
class TestImportRows:
    def test_new_rows_become_customers_that_can_be_found(self) -> None:
        batch = imported({"name": "Müller GmbH", "country": "DE", "website": "www.mueller.de"}, {"name": "Bolt"})

        mueller = Account.objects.get(external_id="x2")
        assert batch == Batch(created=2)
        assert (mueller.name_key, mueller.domain, mueller.version, mueller.created_at) == (
            "mueller",
            "mueller.de",
            1,
            NOW,
        )
        assert matching.candidates(Identity("", website="mueller.de"), sources=["account"]) == {"account": {mueller.pk}}

    def test_same_rows_again_change_nothing_and_are_no_event(self) -> None:
        imported({}, {"city": "Hamburg"})
        before = list(Account.objects.order_by("pk").values())

        batch = imported({}, {"city": "Hamburg"})

        assert batch == Batch(unchanged=2)
        assert list(Account.objects.order_by("pk").values()) == before
        assert Event.objects.filter(kind="accounts.imported").count() == 1

    def test_changed_row_gets_a_version_and_new_keys(self) -> None:
        imported({"website": "old.com"}, {})
        first = Account.objects.get(external_id="x2")

        batch = imported({"website": "new.com"}, {"website": ""})

        account = Account.objects.get(external_id="x2")
        assert (batch.changed, batch.unchanged) == (1, 1)
        assert (account.pk, account.public_id, account.version, account.domain) == (
            first.pk,
            first.public_id,
            2,
            "new.com",
        )
        assert matching.candidates(Identity("", website="new.com"), sources=["account"]) == {"account": {account.pk}}
        assert matching.candidates(Identity("", website="old.com"), sources=["account"]) == {}

    def test_columns_that_the_file_lacks_stay_as_they_are(self, cast: Cast) -> None:
        make_account(
            "Acme", external_id="x2", website="acme.com", owner=cast.seller, former_names=["Old"], segment="enterprise"
        )

        imported({"name": "Acme Holding"})

        account = Account.objects.get(external_id="x2")
        assert (account.name, account.website, account.owner, account.segment) == (
            "Acme Holding",
            "acme.com",
            cast.seller,
            "enterprise",
        )
        found = [
            matching.candidates(identity, sources=["account"])
            for identity in (Identity("", website="acme.com"), Identity("Old"))
        ]
        assert found == [{"account": {account.pk}}] * 2

    def test_empty_cell_of_a_column_clears_it(self) -> None:
        imported({"city": "Hamburg", "customer_since": date(2020, 1, 1)})
        imported({"city": "", "customer_since": None})

        assert Account.objects.values_list("city", "customer_since").get() == ("", None)

    def test_owner_is_found_by_address_and_unknown_ones_are_refused(self, cast: Cast) -> None:
        batch = imported(
            {"owner_email": cast.seller.email},
            {"owner_email": ""},
            {"owner_email": cast.helix.rep.email},
            {"owner_email": "nobody@vendor.example"},
        )

        assert batch.created == 2
        assert [(error.row, error.field) for error in batch.errors] == [(4, "owner_email"), (5, "owner_email")]
        assert dict(Account.objects.values_list("external_id", "owner")) == {"x2": cast.seller.pk, "x3": None}

    def test_owner_who_left_is_refused(self, cast: Cast) -> None:
        cast.seller.memberships.update(ended_at=NOW)

        assert imported({"owner_email": cast.seller.email}).errors == [
            RowError(2, "owner_email", "Nobody of the vendor has the address seller@vendor.example.")
        ]

    def test_one_event_tells_of_the_batch(self, cast: Cast) -> None:
        import_rows(rows=rows({}, {}), run="imp_test", by=cast.admin, now=NOW)

        event = Event.objects.get(kind="accounts.imported")
        assert (event.subject_id, event.actor_id, event.organisation_id, event.data) == (
            "imp_test",
            cast.admin.pk,
            None,
            {"created": 2, "changed": 0},
        )

    def test_number_of_queries_does_not_depend_on_the_number_of_rows(self) -> None:
        with CaptureQueriesContext(connection) as few:
            imported({})
        with CaptureQueriesContext(connection) as many:
            import_rows(rows=rows(*[{"city": "Kiel"}] * 500), run="imp_test", by=None, now=NOW)

        assert len(few) == len(many)


@pytest.mark.django_db
class TestCommand:
    def test_file_is_imported_and_summed_up(self, tmp_path: Path) -> None:
        content = "\ufeffexternal_id,name,country,website\nx1,Müller,DE,mueller.de\nx2,Kosovo Works,XK,\n"

        assert run(tmp_path, content) == ("2 rows: 2 created, 0 changed, 0 unchanged, 0 with errors.", [])
        assert run(tmp_path, content) == ("2 rows: 0 created, 0 changed, 2 unchanged, 0 with errors.", [])

    def test_rows_with_errors_are_named_and_the_others_land(self, tmp_path: Path) -> None:
        content = (
            b"external_id,name,country,owner_email\nx1,Acme,DE,\nx2,,ZZ,\nx3,\xff,DE,\n"
            b"x4,Bolt,DE,who@vendor.example\nx5,Last,FR,\n"
        )

        summary, said = run(tmp_path, content, fails=True)

        assert summary == "5 rows: 2 created, 0 changed, 0 unchanged, 3 with errors."
        assert said == [
            "row 3, name: This must not be empty.",
            "row 3, country: ZZ is no country code; two letters such as DE.",
            "row 4, name: There are characters that are not text; save the file as UTF-8.",
            "row 5, owner_email: Nobody of the vendor has the address who@vendor.example.",
            "3 rows were not imported; all others were.",
        ]
        assert list(Account.objects.order_by("external_id").values_list("external_id", flat=True)) == ["x1", "x5"]

    def test_batches_are_independent_of_the_file_size(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(import_accounts, "BATCH", 3)
        monkeypatch.setattr(import_accounts, "PROGRESS_EVERY", 5)
        lines = "".join(f"x{number},Customer {number}\n" for number in range(10))

        summary, said = run(tmp_path, f"external_id,name\n{lines}")

        assert summary == "10 rows: 10 created, 0 changed, 0 unchanged, 0 with errors."
        assert said == ["5 rows read …", "10 rows read …"]
        assert [event.data["created"] for event in Event.objects.filter(kind="accounts.imported").order_by("pk")] == [
            3,
            3,
            3,
            1,
        ]
        assert Event.objects.values("subject_id").distinct().count() == 1

    def test_errors_are_shown_up_to_a_limit_and_counted(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(import_accounts, "SHOWN_ERRORS", 2)

        _summary, said = run(tmp_path, "external_id,name\n" + "".join(f"x{n},\n" for n in range(5)), fails=True)

        assert said == [
            "row 2, name: This must not be empty.",
            "row 3, name: This must not be empty.",
            "3 more errors are not shown.",
            "5 rows were not imported; all others were.",
        ]

    @pytest.mark.parametrize(
        ("content", "sentence"),
        [("", "missing: external_id, name"), ("id,title\n1,Acme\n", "missing: external_id, name")],
    )
    def test_file_without_the_columns_is_refused_as_a_whole(self, tmp_path: Path, content: str, sentence: str) -> None:
        _summary, said = run(tmp_path, content, fails=True)

        assert said == [f"The first row must name the columns; {sentence}."]

    def test_file_whose_first_line_is_no_csv_is_refused(self, tmp_path: Path) -> None:
        _summary, said = run(tmp_path, '"' + "x" * 200_000, fails=True)

        assert said == ["This is no CSV: field larger than field limit (131072)."]

    def test_file_that_is_not_there_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(CommandError, match="No such file"):
            call_command("import_accounts", str(tmp_path / "nothing.csv"))
