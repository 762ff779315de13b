"""A list from its file to its results, by its verbs."""

import io
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from partners.lists import actions, work
from partners.lists.models import KEPT, CompanyList, ListPortion, ListRow
from partners.lists.selectors import hits, percent, with_progress
from partners.lists.states import State
from partners.models import Account
from partners.tasks import forget_old_lists
from prm.accounts.models import User
from prm.audit.models import Event
from prm.clocks.database import database_now
from prm.errors import InvalidInput, NotAllowed, StateConflict
from prm.notices import relay
from prm.operations.models import JobRun
from tests.factories import Cast, make_account, make_registration

pytestmark = pytest.mark.django_db
ROWS = ("Quarzwerk Ostsee GmbH;DE;Kiel", "Ganz Anders Ltd;GB;Leeds", ";DE;Bonn", ";;", "Zenturio Handels;;")


def uploaded(by: User, *rows: str, header: str = "Company;Country;City") -> CompanyList:
    content = "\n".join([header, *(rows or ROWS)]).encode()
    return actions.upload(file_name="theirs.csv", file=io.BytesIO(content), by=by, now=database_now())


def started(by: User, *rows: str) -> CompanyList:
    given = uploaded(by, *rows)
    return actions.start(given=given, columns=given.columns, by=by, now=database_now())


def compared(by: User, *rows: str) -> Any:
    given = started(by, *rows)
    while work.assess_next():
        continue
    return with_progress(CompanyList.objects).get(pk=given.pk)


def bands(given: CompanyList) -> list[tuple[int, str]]:
    return list(ListRow.objects.filter(of=given).order_by("number").values_list("number", "band"))


def known_ones() -> tuple[Account, Account]:
    return make_account("Quarzwerk Ostsee", city="Kiel"), make_account("Zenturio Handels AG")


def test_each_row_has_its_result(cast: Cast) -> None:
    quarz, _zenturio = known_ones()

    given = compared(cast.pam)

    first = ListRow.objects.get(number=2)
    assert bands(given) == [(2, "block"), (3, "none"), (4, "refused"), (6, "review")]
    assert (first.name, first.country, first.matches[0]["type"], first.matches[0]["id"]) == (
        *("Quarzwerk Ostsee GmbH", "DE"),
        *("account", quarz.public_id),
    )
    assert first.matches[0]["evidence"][0] == {
        "rule": "name_and_country",
        "text": "Same name “Quarzwerk Ostsee GmbH” and country DE",
    }
    assert ListRow.objects.get(number=4).sentence == "There is no name to look for."


def test_counts_and_progress_are_of_what_is_done(cast: Cast) -> None:
    known_ones()

    waiting: Any = with_progress(CompanyList.objects).get(pk=started(cast.pam).pk)
    given = compared(cast.pam)

    assert (waiting.state, percent(waiting), waiting.rows_block) == ("working", 0, 0)
    assert (given.state, percent(given), given.finished_at is not None) == ("done", 100, True)
    counts = (given.rows_block, given.rows_review, given.rows_hint, given.rows_none, given.rows_refused)
    assert (given.rows, counts) == (5, (1, 1, 0, 1, 1))


def test_file_is_forgotten_once_it_is_compared(cast: Cast) -> None:
    given = compared(cast.pam)

    assert list(ListPortion.objects.filter(of=given).values_list("done", "rows")) == [(True, [])]


def test_registrations_are_compared_too(cast: Cast) -> None:
    deal = make_registration(
        cast.helix, cast.products["fleet-cloud"], customer_name="Ganz Anders", customer_country="GB"
    )

    given = compared(cast.pam)

    row = ListRow.objects.get(of=given, number=3)
    assert [(match["type"], match["id"]) for match in row.matches] == [("deal", deal.public_id)]


def test_likeliest_of_both_comes_first(cast: Cast) -> None:
    make_account("Ganz Anders Leeds Holding", country="GB")
    make_registration(cast.helix, cast.products["fleet-cloud"], customer_name="Ganz Anders", customer_country="GB")

    given = compared(cast.pam)

    row = ListRow.objects.get(of=given, number=3)
    scores = [match["score"] for match in row.matches]
    assert scores == sorted(scores, reverse=True)
    assert float(row.score) == scores[0]


def test_reader_is_shown_what_is_theirs_to_see(cast: Cast) -> None:
    quarz, _zenturio = known_ones()
    make_registration(cast.helix, cast.products["fleet-cloud"], customer_name="Quarzwerk Ostsee", customer_country="DE")
    row = ListRow.objects.get(of=compared(cast.pam), number=2)

    ((_row, pams),) = hits([row], cast.pam)
    ((_row, sellers),) = hits([row], cast.seller)

    assert sorted(hit.kind for hit in pams) == ["account", "deal"]
    assert [hit.kind for hit in sellers] == ["account"]
    assert {hit.link.label for hit in sellers if hit.link} == {quarz.name}


def test_columns_are_guessed_and_remembered(cast: Cast) -> None:
    first = uploaded(cast.pam, "1;x@acme.com;Acme", header="No;E-Mail;Firma")
    chosen = ["", "website", "name"]
    guessed = first.columns
    actions.start(given=first, columns=chosen, by=cast.pam, now=database_now())

    assert guessed == ["", "email", "name"]
    assert uploaded(cast.pam2, "2;;Beta", header="No;E-Mail;Firma").columns == chosen


@pytest.mark.parametrize("columns", [["name"], ["", "country", "city"], ["name", "name", ""]])
def test_columns_that_do_not_do_are_refused(cast: Cast, columns: list[str]) -> None:
    given = uploaded(cast.pam)

    with pytest.raises(InvalidInput):
        actions.start(given=given, columns=columns, by=cast.pam, now=database_now())

    given.refresh_from_db()
    assert given.state == State.UPLOADED


def test_file_that_is_no_list_leaves_nothing(cast: Cast) -> None:
    for content in (b"", b"name\n", b"name\n" + b"Acme\n" * 9000 + b"M\xfcller\n"):
        with pytest.raises(InvalidInput) as refused:
            actions.upload(file_name="x.csv", file=io.BytesIO(content), by=cast.pam, now=database_now())
        assert list(refused.value.errors) == ["file"]

    assert (CompanyList.objects.count(), ListPortion.objects.count()) == (0, 0)


def test_rows_are_kept_in_portions_with_their_numbers(cast: Cast) -> None:
    size = actions.PORTION
    given = uploaded(cast.pam, *(f"Firma {number};DE;" for number in range(2 * size + 1)))

    found = [(row.number, row.first, len(row.rows)) for row in given.portions.order_by("number")]
    assert (given.rows, found) == (2 * size + 1, [(0, 2, size), (1, 2 + size, size), (2, 2 + 2 * size, 1)])


def test_second_start_is_a_conflict(cast: Cast) -> None:
    given = started(cast.pam)

    with pytest.raises(StateConflict):
        actions.start(given=given, columns=given.columns, by=cast.pam, now=database_now())

    assert Event.objects.filter(kind="accounts.list_started").count() == 1


def test_only_account_managers_and_admins_compare(cast: Cast) -> None:
    given = uploaded(cast.admin)

    for somebody in (cast.seller, cast.executive, cast.expert, cast.finance, cast.helix.admin):
        with pytest.raises(NotAllowed):
            uploaded(somebody)
        with pytest.raises(NotAllowed):
            actions.start(given=given, columns=given.columns, by=somebody, now=database_now())
        assert not CompanyList.objects.visible_to(somebody).exists()
    assert CompanyList.objects.visible_to(cast.pam2).exists()


def test_who_may_no_longer_read_compares_with_nothing(cast: Cast) -> None:
    known_ones()
    given = started(cast.pam)
    cast.pam.memberships.update(ended_at=database_now(), ended_by=cast.admin)

    while work.assess_next():
        continue

    assert {band for _number, band in bands(given)} == {"none", "refused"}


def test_portion_that_fails_is_tried_again_and_given_up_in_the_end(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_about: object) -> None:
        raise RuntimeError("broken")

    given = started(cast.pam)
    monkeypatch.setattr(work, "compared", broken)

    for _try in range(work.MOST_ATTEMPTS):
        with pytest.raises(RuntimeError):
            work.assess_next()
    work.assess_next()

    given.refresh_from_db()
    assert given.state == State.FAILED
    assert (work.assess_next(), ListRow.objects.count()) == (0, 0)


def test_relay_does_it(cast: Cast) -> None:
    given = started(cast.pam)

    while relay.run():
        continue

    given.refresh_from_db()
    assert given.state == State.DONE


def test_lists_are_forgotten_after_thirty_days(cast: Cast) -> None:
    old, young = compared(cast.pam), compared(cast.pam)
    CompanyList.objects.filter(pk=old.pk).update(created_at=database_now() - KEPT)
    CompanyList.objects.filter(pk=young.pk).update(created_at=database_now() - KEPT + timedelta(minutes=5))

    forget_old_lists()

    assert list(CompanyList.objects.all()) == [young]
    assert set(ListRow.objects.values_list("of", flat=True)) == {young.pk}
    assert JobRun.objects.get(name="forget-old-lists").succeeded_at is not None


def test_database_refuses_a_second_result_of_a_row(cast: Cast) -> None:
    given = compared(cast.pam)

    for values in ({"number": 2, "band": "none"}, {"number": 99, "band": "nonsense"}, {"number": 99, "score": 2}):
        with pytest.raises(IntegrityError), transaction.atomic():
            ListRow.objects.create(of=given, name="x", **{"band": "none", **values})
    for changes in ({"state": "nonsense"}, {"state": "uploaded"}, {"state": "working"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            CompanyList.objects.filter(pk=given.pk).update(**changes)
