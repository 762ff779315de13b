"""SQL that is written once and asked again with other values."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from threading import Thread
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now
from django.db.models.sql.compiler import SQLCompiler, SQLUpdateCompiler
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext

from deals.products.models import ProductLine
from deals.registrations.models import Registration
from prm.accounts.models import Membership, Organisation, User
from prm.questions import Change, Question, Rows
from tests.factories import Cast, make_approved, make_draft, make_registration

pytestmark = pytest.mark.django_db
NAMES = ["Alpha", "Beta", "Gamma"]


@pytest.fixture
def three() -> list[Organisation]:
    return [Organisation.objects.create(kind="partner", name=name) for name in NAMES]


def named() -> Question[Organisation]:
    return Question(lambda name: Organisation.objects.filter(name=name).order_by("pk"), str)


def test_answer_is_that_of_the_queryset(three: list[Organisation]) -> None:
    question = named()

    assert [question.one(name) for name in NAMES] == three
    assert question.one("Delta") is None
    assert question.all("Delta") == []


def test_sql_is_written_once(three: list[Organisation], monkeypatch: pytest.MonkeyPatch) -> None:
    question, written = named(), list[str]()
    write = SQLCompiler.as_sql

    def counted(self: Any, *given: Any, **more: Any) -> Any:
        written.append(self.query.model.__name__)
        return write(self, *given, **more)

    monkeypatch.setattr(SQLCompiler, "as_sql", counted)

    assert [question.one(name) for name in NAMES] == three
    assert written == ["Organisation"]


def test_control_a_queryset_is_written_each_time(three: list[Organisation], monkeypatch: pytest.MonkeyPatch) -> None:
    written, write = list[str](), SQLCompiler.as_sql

    def counted(self: Any, *given: Any, **more: Any) -> Any:
        written.append(self.query.model.__name__)
        return write(self, *given, **more)

    monkeypatch.setattr(SQLCompiler, "as_sql", counted)

    assert [Organisation.objects.get(name=name) for name in NAMES] == three
    assert len(written) == 3


def test_plain_values_of_a_union_are_those_of_the_queryset(
    three: list[Organisation], monkeypatch: pytest.MonkeyPatch
) -> None:
    def build(key: int) -> QuerySet[Any, Any]:
        own = Organisation.objects.filter(pk=key).values_list("name", "kind")
        others = Organisation.objects.exclude(pk=key).filter(kind="partner").values_list("public_id", "kind")
        return own.union(others, all=True).order_by("name")[:3]

    rows, written, write = Rows(build, int), list[str](), SQLCompiler.as_sql
    wanted = [list(build(one.pk)) for one in three]

    def counted(self: Any, *given: Any, **more: Any) -> Any:
        written.append(self.query.model.__name__)
        return write(self, *given, **more)

    monkeypatch.setattr(SQLCompiler, "as_sql", counted)

    assert [rows.all(one.pk) for one in three] == wanted
    assert [len(found) for found in wanted] == [3, 3, 3]
    # The union and its two parts, once.
    assert len(written) == 3


@pytest.mark.parametrize("value", ["'; drop table x; --", "%s", "%(name)s", "\ue0000\ue001", "ä\u200b", ""])
def test_value_is_never_part_of_the_sql(value: str) -> None:
    Organisation.objects.create(kind="partner", name=value or "x")

    found = named().one(value)

    assert (found.name if found else "") == value


def test_number_a_moment_and_a_list_are_values(cast: Cast) -> None:
    now = datetime.now(UTC)
    number = Question(lambda pk: User.objects.filter(pk=pk), int)
    moment = Question(lambda at: User.objects.filter(joined_at__lte=at).order_by("pk"), datetime)
    several = Question(lambda pks: User.objects.filter(pk__any_of=pks).order_by("pk"), list)
    people = list(User.objects.order_by("pk"))

    assert number.one(cast.pam.pk) == cast.pam
    assert moment.all(now + timedelta(days=1)) == people
    assert moment.all(now - timedelta(days=9)) == []
    assert several.all([people[0].pk, people[2].pk, 10**12]) == [people[0], people[2]]
    assert several.all([]) == []


def test_same_value_can_stand_in_two_places(three: list[Organisation]) -> None:
    either = Question(lambda text: Organisation.objects.filter(Q(name=text) | Q(public_id=text)), str)

    assert [either.one("Beta"), either.one(three[2].public_id)] == three[1:]


def test_values_are_told_apart(cast: Cast) -> None:
    question = Question(
        lambda person, organisation: Membership.objects.filter(user=person, organisation=organisation), int, int
    )
    helix, pam = cast.helix, cast.pam
    membership = helix.rep.membership
    assert membership

    assert question.one(helix.rep.pk, helix.organisation.pk) == membership
    assert question.one(pam.pk, helix.organisation.pk) is None


def test_relations_come_along_in_one_query(cast: Cast) -> None:
    deal = make_approved(cast.helix)
    question = Question(lambda pk: Registration.objects.filter(pk=pk).with_people(), int)

    with CaptureQueriesContext(connection) as captured:
        found = question.one(deal.pk)
        assert found
        assert found.account
        names = [found.partner.organisation.name, str(found.partner.pam), found.account.name]

    assert len(captured) == 1
    assert names == [cast.helix.organisation.name, str(cast.pam), deal.customer_name]


def test_every_field_reads_as_from_a_queryset(cast: Cast) -> None:
    """JSON, arrays, amounts, days and moments, and the empty relation."""
    deal = make_approved(cast.helix)
    draft = make_draft(cast.helix)
    question = Question(lambda pk: Registration.objects.filter(pk=pk).with_people(), int)

    for pk in (deal.pk, draft.pk):
        found, plain = question.one(pk), Registration.objects.with_people().get(pk=pk)
        assert found
        assert fields_of(found) == fields_of(plain)
        assert found.partner == plain.partner
        assert found.account == plain.account
        assert isinstance(found.value, Decimal)
        assert not found._state.adding
        assert found._state.db == "default"


def fields_of(row: Registration) -> dict[str, Any]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def test_row_can_be_saved_again(cast: Cast) -> None:
    question = Question(lambda pk: ProductLine.objects.filter(pk=pk), int)
    product = make_registration(cast.helix).lines.get().product
    found = question.one(product.pk)
    assert found
    found.name = "New name"
    found.save(update_fields=["name"])

    product.refresh_from_db()
    assert product.name == "New name"


def test_what_is_always_empty_needs_no_query() -> None:
    with CaptureQueriesContext(connection) as captured:
        assert Question(Organisation.objects.none).all() == []

    assert len(captured) == 0


def test_value_that_does_not_reach_the_database_is_refused() -> None:
    """It would be answered for the stand-in, whoever asks."""
    forgetful = Question(lambda _name: Organisation.objects.all(), str)
    with pytest.raises(ValueError, match="does not reach the database"):
        forgetful.all("Beta")

    changed = Question(lambda name: Organisation.objects.filter(name=name.upper() + "!"), str)
    with pytest.raises(ValueError, match="does not reach the database"):
        changed.all("Beta")


def test_spare_values_may_be_left_out(three: list[Organisation]) -> None:
    question = Question(lambda _one, name: Organisation.objects.filter(name=name), int, str, spare=1)

    assert question.one(7, "Beta") == three[1]


@pytest.mark.django_db(transaction=True)
def test_rows_are_locked_in_a_transaction_only(three: list[Organisation]) -> None:
    question = Question(lambda pk: Organisation.objects.select_for_update(of=("self",)).filter(pk=pk), int)

    with transaction.atomic():
        assert question.one(three[0].pk) == three[0]
        assert is_locked(three[0])
        assert not is_locked(three[1])
    with pytest.raises(TransactionManagementError):
        question.one(three[0].pk)


def is_locked(row: Organisation) -> bool:
    """As another connection sees it."""
    seen: list[bool] = []

    def look() -> None:
        with transaction.atomic():
            rows: QuerySet[Organisation] = Organisation.objects.select_for_update(skip_locked=True)
            seen.append(not rows.filter(pk=row.pk).exists())
        connection.close()

    other = Thread(target=look)
    other.start()
    other.join(30)
    return seen[0]


def prepared() -> int:
    """How many statements the connection has had planned for later."""
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from pg_prepared_statements")
        (count,) = cursor.fetchone()
    return int(count)


def test_questions_are_planned_once_and_nothing_else_is(three: list[Organisation]) -> None:
    """A plan for all values would pass by the partial indexes that sweeps live on."""
    question, before = named(), prepared()
    for _ in range(20):
        Registration.objects.to_assess().first()
        Organisation.objects.filter(name="Beta").first()
    assert prepared() == before

    for _ in range(20):
        question.one("Beta")
    assert prepared() == before + 1


def test_question_for_a_partial_index_is_written_once_and_planned_each_time(three: list[Organisation]) -> None:
    question = Question(
        lambda name: Organisation.objects.filter(name=name).order_by("pk"),
        str,
        planned_anew=True,
    )
    before = prepared()

    assert [question.one("Beta") for _ in range(20)] == [three[1]] * 20
    assert prepared() == before


def renamed() -> Change:
    return Change(
        lambda pk, name: (Organisation.objects.filter(pk=pk), {"name": name, "created_at": Now()}),
        *(int, str),
    )


def test_change_is_that_of_an_update(three: list[Organisation]) -> None:
    change = renamed()

    assert [change.make(row.pk, f"{row.name} %s\ue000") for row in three] == [1, 1, 1]
    assert list(Organisation.objects.order_by("pk").values_list("name", flat=True)) == [
        f"{name} %s\ue000" for name in NAMES
    ]


def test_change_of_a_row_that_is_not_there_changes_nothing(three: list[Organisation]) -> None:
    assert renamed().make(10**9, "Delta") == 0
    assert [Organisation.objects.get(pk=row.pk).name for row in three] == NAMES


def test_change_is_written_once(three: list[Organisation], monkeypatch: pytest.MonkeyPatch) -> None:
    change, written = renamed(), list[str]()
    write = SQLUpdateCompiler.as_sql

    def counted(self: Any) -> Any:
        written.append(self.query.model.__name__)
        return write(self)

    monkeypatch.setattr(SQLUpdateCompiler, "as_sql", counted)
    for row in three:
        change.make(row.pk, "Same")
        Organisation.objects.filter(pk=row.pk).update(name="Same")

    assert len(written) == 1 + len(three)


def test_change_with_a_value_that_does_not_reach_the_database_is_refused(three: list[Organisation]) -> None:
    forgetful = Change(lambda _pk, name: (Organisation.objects.all(), {"name": name}), int, str)

    with pytest.raises(ValueError, match="does not reach the database"):
        forgetful.make(three[0].pk, "All of them")
    assert [Organisation.objects.get(pk=row.pk).name for row in three] == NAMES
