"""Paying for programs: what can be paid, the runs with their verbs, the file for the bank and its answer, accounts."""

from typing import Any

from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from prm.accounts.roles import Permission as P
from prm.api.doors import Acts, Creates, Door, FileDoor, Lists, NounDoor, Reads, require
from prm.api.fields import Choice, Day, MoneyField, PlainText
from prm.api.filters import Filter
from prm.api.serializers import Given
from prm.payments import actions, files, policies, selectors
from prm.payments.models import Payee, Payment, PaymentRun
from prm.payments.rules import Result
from prm.payments.states import FILED, RESULTS, PayeeState, PaymentState, RunState
from prm.portal.exports import csv_lines
from prm.rates.api import CODES, TogetherOut
from prm.rates.selectors import together

XML, CSV = "xml", "csv"


class PaymentOut(serializers.Serializer[Payment]):
    id = serializers.CharField(source="public_id", help_text="The reference that the bank carries along.")
    partner = serializers.CharField(source="organisation.public_id")
    holder = serializers.CharField(source="payee.holder")
    last_four = serializers.CharField(source="payee.last_four")
    amount = serializers.DecimalField(max_digits=14, decimal_places=2)
    state = serializers.ChoiceField(choices=PaymentState.choices)
    paid_on = serializers.DateField(allow_null=True)
    reason = serializers.CharField()


class RunOut(serializers.Serializer[PaymentRun]):
    id = serializers.CharField(source="public_id")
    state = serializers.ChoiceField(choices=RunState.choices)
    currency = serializers.CharField()
    total = serializers.DecimalField(max_digits=14, decimal_places=2)
    due_on = serializers.DateField()
    needs_second = serializers.BooleanField(help_text="Somebody else than who prepared it approves it.")
    worth = MoneyField(
        source="worth_money",
        allow_null=True,
        help_text="In the programme's currency, at the rate of the day; null without one, and two people are needed.",
    )
    rate = serializers.DecimalField(max_digits=20, decimal_places=10, allow_null=True)
    rate_on = serializers.DateField(allow_null=True, help_text="The day of the rate; null where none was needed.")
    created_at = serializers.DateTimeField()
    approved_at = serializers.DateTimeField(allow_null=True)
    submitted_at = serializers.DateTimeField(source="exported_at", allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)


class WholeRunOut(RunOut):
    payments = PaymentOut(many=True)


class RunIn(Given):
    currency = serializers.ChoiceField(choices=CODES)
    due_on = Day()


class ResultIn(Given):
    payment = PlainText(max_length=40)
    result = serializers.ChoiceField(choices=sorted(RESULTS))
    paid_on = Day(required=False, allow_null=True, default=None)
    reason = PlainText(max_length=200, required=False, allow_blank=True, default="")


class ResultsIn(Given):
    results = serializers.ListField(child=ResultIn(), min_length=1, max_length=files.MOST_ROWS)


class MissingOut(serializers.Serializer[Any]):
    partner = serializers.CharField()
    amount = serializers.DecimalField(max_digits=16, decimal_places=2)


class OutlookOut(serializers.Serializer[selectors.Outlook]):
    currency = serializers.CharField()
    total = serializers.DecimalField(max_digits=16, decimal_places=2)
    payments = serializers.IntegerField()
    without_account = serializers.SerializerMethodField(help_text="What cannot be paid: nobody knows where to.")

    def get_without_account(self, row: selectors.Outlook) -> list[dict[str, str]]:
        return [{"partner": found.public_id, "amount": str(amount)} for found, amount in row.exceptions]


class OutlooksOut(serializers.Serializer[Any]):
    results = OutlookOut(many=True)
    together = TogetherOut(allow_null=True, help_text="Of several currencies, at the rates of today; else null.")


class Outlooks(Door):
    """What a run would pay now: one row for each currency, and about how much that is together."""

    serializer_class = OutlooksOut
    out = OutlooksOut

    def get(self, _request: Request, **_path: str) -> Response:
        require(self.user.may(P.PAYMENTS_READ))
        self.parameters()
        today = actions.today_of(self.user, self.now)
        found = selectors.outlooks(self.now, today)
        figure = together([row.money for row in found], today)
        return Response(OutlooksOut({"results": found, "together": figure}).data)


class RunDoor(NounDoor[PaymentRun]):
    out = WholeRunOut

    def rows(self) -> QuerySet[PaymentRun]:
        payments = Payment.objects.select_related("organisation", "payee").order_by("pk")
        return PaymentRun.objects.visible_to(self.user).prefetch_related(Prefetch("payments", payments))


class Runs(Lists[PaymentRun], Creates[PaymentRun]):
    """The payment runs, the newest first. POST prepares one with everything that can be paid now."""

    out, into = RunOut, RunIn
    order = ("-created_at", "-pk")
    filters = {"state": Filter(Choice(RunState), "state"), "currency": Filter(PlainText(max_length=3), "currency")}

    def rows(self) -> QuerySet[PaymentRun]:
        return PaymentRun.objects.visible_to(self.user)

    def may_list(self) -> bool:
        return self.user.may(P.PAYMENTS_READ)

    def may_create(self) -> bool:
        return policies.can_run(self.user)

    def create(self, given: dict[str, Any]) -> PaymentRun:
        return actions.prepare_run(**given, by=self.user, now=self.now)


class OneRun(RunDoor, Reads[PaymentRun]):
    """A run with its payments."""


class RunVerb(RunDoor, Acts[PaymentRun]):
    def may(self, noun: PaymentRun) -> bool:
        return policies.can_run(self.user)


class Approve(RunVerb):
    """Above the limit of the rules, and without a rate to compare with it, by a second person: 403 for who prepared
    it."""

    def may(self, noun: PaymentRun) -> bool:
        return policies.can_approve_some(self.user)

    def act(self, noun: PaymentRun, given: dict[str, Any]) -> PaymentRun:
        actions.approve_run(run=noun, by=self.user, now=self.now)
        return self.noun()


class Submit(RunVerb):
    """It is at the bank from now on: its file can be fetched, and it cannot be discarded any more."""

    def act(self, noun: PaymentRun, given: dict[str, Any]) -> PaymentRun:
        actions.export_run(run=noun, by=self.user, now=self.now)
        return self.noun()


class Discard(RunVerb):
    """Before it is at the bank: what it would have paid is free for another run."""

    def act(self, noun: PaymentRun, given: dict[str, Any]) -> PaymentRun:
        actions.discard_run(run=noun, by=self.user, now=self.now)
        return self.noun()


class Results(RunVerb):
    """What the bank says: all of it or nothing. What is known already changes nothing, however often it comes."""

    into = ResultsIn

    def act(self, noun: PaymentRun, given: dict[str, Any]) -> PaymentRun:
        results = [
            Result(number, row["payment"], row["result"], row["paid_on"], row["reason"])
            for number, row in enumerate(given["results"], start=1)
        ]
        actions.take_results(run=noun, results=results, by=self.user, now=self.now)
        return self.noun()


class RunFile(FileDoor[PaymentRun]):
    """What goes to the bank, the same each time: a SEPA transfer for euros, else a table. 404 before `submit`."""

    filters = {"kind": Filter(serializers.ChoiceField([XML, CSV]), description="xml, for euros alone, or csv.")}
    media_types = ("application/xml", "text/csv")

    def rows(self) -> QuerySet[PaymentRun]:
        return PaymentRun.objects.visible_to(self.user)

    def may(self) -> bool:
        return policies.can_run(self.user)

    def file(self, noun: PaymentRun, asked: dict[str, Any]) -> HttpResponseBase:
        is_sepa = noun.currency == actions.SEPA
        kind = asked.get("kind", XML if is_sepa else CSV)
        if noun.state not in FILED or (kind == XML and not is_sepa):
            raise Http404
        if kind == CSV:
            return HttpResponse(csv_lines(files.HEADER, files.rows(noun)), content_type="text/csv; charset=utf-8")
        return HttpResponse(files.sepa(noun), content_type="application/xml")


class PayeeOut(serializers.Serializer[Payee]):
    id = serializers.CharField(source="public_id")
    partner = serializers.CharField(source="organisation.public_id")
    holder = serializers.CharField()
    last_four = serializers.CharField(help_text="Of the IBAN, which is never told again.")
    bic = serializers.CharField()
    state = serializers.ChoiceField(choices=PayeeState.choices)
    requested_at = serializers.DateTimeField()
    decided_at = serializers.DateTimeField(allow_null=True)


class PayeeIn(Given):
    holder = PlainText(max_length=70)
    iban = PlainText(max_length=42)
    bic = PlainText(max_length=11, required=False, allow_blank=True, default="")


class PayeeDoor(NounDoor[Payee]):
    out = PayeeOut

    def rows(self) -> QuerySet[Payee]:
        return Payee.objects.visible_to(self.user).select_related("organisation")


class Payees(PayeeDoor, Lists[Payee], Creates[Payee]):
    """Accounts for payments, the newest first. POST asks to be paid to another one: it counts once it is confirmed."""

    into = PayeeIn
    order = ("-requested_at", "-pk")
    filters = {
        "state": Filter(Choice(PayeeState), "state"),
        "partner": Filter(PlainText(max_length=40), "organisation__public_id"),
    }

    def may_list(self) -> bool:
        return policies.can_read_payees(self.user)

    def may_create(self) -> bool:
        return policies.can_request_payee(self.user)

    def create(self, given: dict[str, Any]) -> Payee:
        return actions.request_payee(**given, by=self.user, now=self.now)


class OnePayee(PayeeDoor, Reads[Payee]):
    """An account without its number."""


class PayeeVerb(PayeeDoor, Acts[Payee]):
    def may(self, noun: Payee) -> bool:
        return policies.can_decide_payee(self.user, noun)


class ConfirmPayee(PayeeVerb):
    """A second person has asked the partner over another way: payments go there from now on."""

    def act(self, noun: Payee, given: dict[str, Any]) -> Payee:
        return actions.confirm_payee(payee=noun, by=self.user, now=self.now)


class DeclinePayee(PayeeVerb):
    """The account before stays in use."""

    def act(self, noun: Payee, given: dict[str, Any]) -> Payee:
        return actions.decline_payee(payee=noun, by=self.user, now=self.now)
