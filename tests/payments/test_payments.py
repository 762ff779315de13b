"""Four eyes, one file, one payment: the way of the money from the ledger to the bank and back."""

import xml.etree.ElementTree as ET
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from prm.accounts.models import User
from prm.clocks.database import database_now
from prm.errors import InvalidInput, NotAllowed, StateConflict
from prm.ledger.models import Entry, Settlement
from prm.ledger.selectors import balances
from prm.notices.models import Notice
from prm.payments import actions, files
from prm.payments.models import Payee, Payment, PaymentLine, PaymentRun
from prm.payments.rulebook import SCHEMA, PaymentRules
from prm.policy.actions import publish
from tests.deals.portal.reading import main
from tests.factories import Cast, make_user
from tests.payments.paying import IBAN, answer, handed_over, payable, prepared, tomorrow, with_account
from tests.rates.knowing import know_today

SPACE = {"p": "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"}


@pytest.fixture(autouse=True)
def payer(settings: Any) -> None:
    settings.PRM_PAYER_NAME, settings.PRM_PAYER_IBAN, settings.PRM_PAYER_BIC = "Northwind", "DE89370400440532013000", ""


@pytest.fixture
def treasurer(cast: Cast) -> User:
    """The second pair of eyes."""
    return make_user("treasurer@vendor.example", cast.vendor, "finance")


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def act(verb: Any, run: PaymentRun, by: User, **given: Any) -> PaymentRun:
    made: PaymentRun = verb(run=run, by=by, now=database_now(), **given)
    return made


def test_run_is_prepared_approved_handed_over_and_closed(cast: Cast) -> None:
    run = handed_over(cast, "100.00", "23.45")
    closed = act(actions.take_results, run, cast.finance, results=answer(run))
    [payment] = Payment.objects.all()
    [balance] = balances(Entry.objects.all(), tomorrow())

    assert (closed.state, closed.total) == ("closed", Decimal("123.45"))
    assert (payment.state, payment.amount, payment.paid_on) == (
        "paid",
        Decimal("123.45"),
        actions.today_of(cast.finance, database_now()),
    )
    assert payment.payout is not None
    assert payment.payout.amount == Decimal("-123.45")
    assert (balance.earned, balance.payable, balance.paid) == (Decimal("123.45"), Decimal("0.00"), Decimal("123.45"))
    assert [row.title for row in Notice.objects.filter(kind="payments.paid")] == ["€123.45 is paid to ···· 2051"]
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")


def test_answer_that_comes_twice_pays_once(cast: Cast) -> None:
    run = handed_over(cast, "100.00")
    results = answer(run)
    for _again in range(3):
        act(actions.take_results, run, cast.finance, results=results)

    assert Entry.objects.filter(kind="payout").count() == Settlement.objects.count() == 1
    assert Notice.objects.filter(kind="payments.paid").count() == 1
    with pytest.raises(InvalidInput) as refused:
        act(actions.take_results, run, cast.finance, results=answer(run, "failed"))
    assert refused.value.errors == {"file": ["Row 2: This payment is settled already, with another result."]}


def test_answer_with_one_bad_row_changes_nothing(cast: Cast) -> None:
    run = handed_over(cast, "100.00")
    bad = [*answer(run), files.Result(3, "pay_unknown", "paid", None)]

    with pytest.raises(InvalidInput):
        act(actions.take_results, run, cast.finance, results=bad)
    assert Payment.objects.get().state == "waiting"


def test_failed_payment_is_paid_with_the_next_run(cast: Cast) -> None:
    run = handed_over(cast, "100.00")
    act(actions.take_results, run, cast.finance, results=answer(run, "failed"))
    again = prepared(cast)

    assert again.total == Decimal("100.00")
    assert PaymentLine.objects.filter(living=True).count() == 1
    assert Notice.objects.get(kind="payments.failed").user == cast.helix.admin


def test_discarded_run_frees_its_entries(cast: Cast) -> None:
    run = prepared(cast, "100.00")
    with pytest.raises(StateConflict, match="nothing to pay"):
        prepared(cast)
    act(actions.discard_run, run, cast.finance)

    assert prepared(cast).total == Decimal("100.00")


@pytest.mark.parametrize("verb", [actions.approve_run, actions.export_run, actions.discard_run])
def test_verb_that_was_called_already_changes_nothing(cast: Cast, verb: Any) -> None:
    run = prepared(cast, "100.00")
    if verb is actions.export_run:
        act(actions.approve_run, run, cast.finance)
    act(verb, run, cast.finance)
    before = list(PaymentRun.objects.values())

    with pytest.raises(StateConflict):
        act(verb, run, cast.finance)
    assert list(PaymentRun.objects.values()) == before


def test_run_at_the_bank_cannot_be_discarded(cast: Cast) -> None:
    with pytest.raises(StateConflict, match="At the bank"):
        act(actions.discard_run, handed_over(cast, "100.00"), cast.finance)


def test_large_run_needs_a_second_person(cast: Cast, treasurer: User) -> None:
    run = prepared(cast, "10000.01")
    with pytest.raises(NotAllowed, match="second person"):
        act(actions.approve_run, run, cast.finance)
    with pytest.raises(IntegrityError, match="run_four_eyes"), transaction.atomic():
        PaymentRun.objects.filter(pk=run.pk).update(approved_by=cast.finance, approved_at=database_now())

    assert act(actions.approve_run, run, treasurer).state == "approved"


def test_limit_is_a_rule_with_a_date(cast: Cast) -> None:
    now = database_now()
    publish(
        schema=SCHEMA,
        values={"four_eyes_above": "50", "least_payment": "200"},
        effective_from=now,
        by=cast.admin,
        now=now,
    )
    with pytest.raises(StateConflict, match="nothing to pay"):
        prepared(cast, "100.00")
    assert prepared(cast, "100.00").needs_second
    assert PaymentRules().four_eyes_above == Decimal(10000)


def test_programme_admin_may_be_the_second_person_and_nothing_more(cast: Cast) -> None:
    run = act(actions.approve_run, prepared(cast, "20000.00"), cast.admin)

    assert (run.state, run.approved_by) == ("approved", cast.admin)
    with pytest.raises(NotAllowed, match="does not pay partners"):
        act(actions.export_run, run, cast.admin)


@pytest.mark.parametrize("who", ["pam", "executive", "seller"])
def test_only_finance_pays(cast: Cast, who: str) -> None:
    run, by = prepared(cast, "100.00"), getattr(cast, who)
    for verb in (actions.approve_run, actions.discard_run):
        with pytest.raises(NotAllowed):
            act(verb, run, by)
    with pytest.raises(NotAllowed):
        actions.prepare_run(currency="EUR", due_on=tomorrow(), by=by, now=database_now())


def test_account_counts_once_a_second_person_confirmed_it(cast: Cast) -> None:
    first = with_account(cast.helix, cast.finance)
    asked = {"holder": "Helix AG", "by": cast.helix.admin, "now": database_now()}
    second = actions.request_payee(iban="DE89370400440532013000", **asked)
    with pytest.raises(StateConflict, match="waits for its confirmation"):
        actions.request_payee(iban=IBAN, **asked)
    with pytest.raises(NotAllowed):
        actions.confirm_payee(payee=second, by=cast.helix.admin, now=database_now())
    payable(cast.helix.organisation, "100.00")
    run = actions.prepare_run(currency="EUR", due_on=tomorrow(), by=cast.finance, now=database_now())
    assert run.payments.get().payee == first

    actions.confirm_payee(payee=second, by=cast.finance, now=database_now())
    with pytest.raises(StateConflict, match="decided already"):
        actions.decline_payee(payee=second, by=cast.finance, now=database_now())
    with pytest.raises(StateConflict, match="replaced meanwhile"):
        act(actions.approve_run, run, cast.finance)
    assert [row.state for row in Payee.objects.order_by("pk")] == ["replaced", "active"]


def test_account_is_encrypted_and_shown_masked(cast: Cast) -> None:
    payee = with_account(cast.helix, cast.finance)
    with connection.cursor() as cursor:
        cursor.execute("select * from payments_payee")
        stored = str(cursor.fetchall())

    assert payee.iban == IBAN
    assert IBAN not in stored
    assert IBAN[4:] not in stored
    assert "···· 2051" in main(browser(cast.helix.admin).get("/payee/"))
    assert IBAN not in browser(cast.helix.admin).get("/payee/").text


@pytest.mark.parametrize(
    ("iban", "bic", "fields"), [("DE00", "", ["iban"]), (IBAN, "x", ["bic"]), ("", "x", ["iban", "bic"])]
)
def test_account_that_cannot_be_is_refused_at_its_field(cast: Cast, iban: str, bic: str, fields: list[str]) -> None:
    with pytest.raises(InvalidInput) as refused:
        actions.request_payee(holder="H", iban=iban, bic=bic, by=cast.helix.admin, now=database_now())

    assert list(refused.value.errors) == fields
    with pytest.raises(NotAllowed):
        actions.request_payee(holder="H", iban=IBAN, by=cast.helix.rep, now=database_now())


def test_file_for_the_bank_is_valid_and_the_same_each_time(cast: Cast, settings: Any) -> None:
    settings.PRM_PAYER_NAME, settings.PRM_PAYER_IBAN = "Northwind Żółć", "DE89 3704 0044 0532 0130 00"
    with_account(cast.helix, cast.finance, holder="Müller & Söhne <GmbH>")
    with_account(cast.orbit, cast.finance, iban="FR1420041010050500013M02606", holder="Orbit")
    payable(cast.orbit.organisation, "0.10", "small")
    payable(cast.orbit.organisation, "1234.56", "large")
    run = handed_over(cast, "864.00")
    content = files.sepa(run)
    found = ET.fromstring(content)

    assert content == files.sepa(PaymentRun.objects.get(pk=run.pk))
    assert text(found, "GrpHdr/p:MsgId") == [run.public_id]
    assert text(found, "GrpHdr/p:NbOfTxs") == ["2"]
    assert text(found, "GrpHdr/p:CtrlSum") == ["2098.66"]
    assert text(found, "PmtInf/p:Dbtr/p:Nm") == ["Northwind Zolc"]
    amounts = dict(
        zip(
            text(found, "PmtInf/p:CdtTrfTxInf/p:Cdtr/p:Nm"),
            text(found, "PmtInf/p:CdtTrfTxInf/p:Amt/p:InstdAmt"),
            strict=True,
        )
    )
    assert amounts == {"Muller & Sohne <GmbH>": "864.00", "Orbit": "1234.66"}
    ids = text(found, "PmtInf/p:CdtTrfTxInf/p:PmtId/p:EndToEndId")
    assert sorted(ids) == sorted(Payment.objects.values_list("public_id", flat=True))


def text(found: ET.Element, path: str) -> list[str]:
    return [str(node.text) for node in found.findall(f"p:CstmrCdtTrfInitn/p:{path}", SPACE)]


def test_run_needs_an_account_to_pay_from(cast: Cast, settings: Any) -> None:
    settings.PRM_PAYER_IBAN = ""
    run = act(actions.approve_run, prepared(cast, "100.00"), cast.finance)

    with pytest.raises(StateConflict, match="PRM_PAYER_IBAN"):
        act(actions.export_run, run, cast.finance)


def test_other_currencies_are_paid_by_table(cast: Cast, settings: Any) -> None:
    settings.PRM_PAYER_IBAN = ""
    know_today(cast, USD="0.9")
    run = act(actions.approve_run, prepared(cast, "100.00", currency="USD"), cast.finance)
    run = act(actions.export_run, run, cast.finance)
    client, url = browser(cast.finance), reverse("payment-run-file", args=[run.public_id])
    table: Any = client.get(url)

    [payment] = Payment.objects.all()
    rows = b"".join(table).decode("utf-8-sig").splitlines()
    assert rows[1] == f"{payment.public_id},Helix Systems,Helix Systems GmbH,{IBAN},,100.00,USD,{run.due_on}"
    assert client.get(url, {"file": "xml"}).status_code == 404


def test_pages_lead_from_what_can_be_paid_to_what_was_paid(cast: Cast, settings: Any) -> None:
    settings.PRM_PAYER_IBAN = IBAN
    payable(cast.orbit.organisation, "40.00")
    payable(cast.helix.organisation, "100.00")
    partner, client = browser(cast.helix.admin), browser(cast.finance)
    refused = partner.post("/payee/", {"holder": "Helix", "iban": "DE00"})
    partner.post("/payee/", {"holder": "Helix", "iban": "DE02 1203 0000 0000 2020 51"})
    client.post(reverse("payee-confirm", args=[Payee.objects.get().public_id]))
    before = main(client.get("/payments/"))
    early = client.post("/payments/", {"currency": "EUR", "due_on": "2020-01-01"})
    client.post("/payments/", {"currency": "EUR", "due_on": tomorrow().isoformat()})
    run = PaymentRun.objects.get()
    url = run.get_absolute_url()
    locked = client.get(f"{url}file/")
    client.post(f"{url}approve/")
    client.post(f"{url}hand-over/")
    xml = client.get(f"{url}file/", {"file": "xml"})
    wrong = client.post(f"{url}results/", {"file": upload(b"nonsense")})
    done = client.post(
        f"{url}results/",
        {"file": upload(f"payment,result\n{Payment.objects.get().public_id},paid\n".encode())},
        follow=True,
    )

    assert (refused.status_code, early.status_code, locked.status_code, wrong.status_code) == (400, 400, 404, 400)
    assert "This is no IBAN: check its digits." in main(refused)
    assert "Can be paid, EUR €100 to 1 partner No account known: Orbit Solutions €40" in before
    assert (xml["Content-Type"], xml.content[:5]) == ("application/xml", b"<?xml")
    assert "Closed" in main(done)
    assert "Paid €100" in main(partner.get("/earnings/"))
    assert "€100" in main(browser(cast.executive).get(url))
    assert browser(cast.executive).post(f"{url}discard/").status_code == 403
    assert browser(cast.executive).get(f"{url}file/").status_code == 403
    assert partner.get(url).status_code == 403


def upload(content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("answer.csv", content, content_type="text/csv")


def test_work_of_the_day_names_runs_and_accounts(cast: Cast, treasurer: User) -> None:
    prepared(cast, "20000.00")
    actions.request_payee(holder="Orbit", iban=IBAN, by=cast.orbit.admin, now=database_now())

    assert "Approve the payment run" not in main(browser(cast.finance).get("/work/"))
    page = main(browser(treasurer).get("/work/"))
    assert "Approve the payment run" in page
    assert "Confirm the new account for payments" in page


def test_day_of_payment_is_not_past_and_not_ahead(cast: Cast) -> None:
    with pytest.raises(InvalidInput) as refused:
        actions.prepare_run(currency="EUR", due_on=date(2020, 1, 1), by=cast.finance, now=database_now())
    assert list(refused.value.errors) == ["due_on"]
    run = handed_over(cast, "100.00")
    [result] = answer(run)
    ahead = files.Result(2, result.payment, "paid", tomorrow() + timedelta(days=3))
    with pytest.raises(InvalidInput, match="Please correct"):
        act(actions.take_results, run, cast.finance, results=[ahead])
