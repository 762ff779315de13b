"""Plays the plots of the demo through the verbs, in the order of time, with the sweeps running in between."""

import heapq
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from itertools import count
from typing import Any

from deals.amendments.actions import answer_amendment, propose_amendment
from deals.appeals.actions import appeal, decide_appeal
from deals.appeals.states import Outcome
from deals.conflicts.actions import assess_pending
from deals.conversations import subject_of
from deals.decisions import actions as decisions
from deals.demo.backdating import Backdating
from deals.demo.plots import PAM, Plot, Remark
from deals.earnings.rules import rate_of
from deals.engagement.actions import appeal_engagement, decide_engagement
from deals.engagement.states import Outcome as Part
from deals.extensions.actions import ask_extension, decide_extension
from deals.products.models import ProductLine
from deals.protections.actions import expire_due, remind_due
from deals.punctuality.actions import escalate_due
from deals.registrations import actions, rules
from deals.registrations.models import Registration
from deals.registrations.quotes import ONCE
from deals.registrations.selectors import calendar_of
from deals.registrations.states import LossReason, Motion, Per, State
from deals.reversals.actions import reverse
from deals.reversals.states import Mistake
from deals.rulebook import DealRules
from partners.demo.cast import address
from partners.states import BusinessModel
from prm.accounts.models import User
from prm.clocks.calendar import Calendar, local_date
from prm.signing.actions import leaving
from prm.threads.actions import post_message

Act = Callable[[datetime], None]

# Every registration of the demo has a form nonce that begins with it.
NONCE = "demo-"
MOTIONS = {
    BusinessModel.MSP: Motion.MANAGED,
    BusinessModel.MSSP: Motion.MANAGED,
    BusinessModel.REFERRAL: Motion.REFERRAL,
    BusinessModel.AFFILIATE: Motion.REFERRAL,
    BusinessModel.INFLUENCE: Motion.INFLUENCE,
    BusinessModel.ISV: Motion.CO_SELL,
}
WORK_DONE = (
    "Two workshops with {who}; the requirements are written down and the budget is confirmed.",
    "Site visit in {where}, demo for the dispatchers, and a pilot on five vehicles has begun.",
    "We have looked after this customer's network for years and replaced their old system on paper with them.",
    "First call with {who}; an offer is being prepared, and the decision is planned for this quarter.",
)
REFUSALS = {
    "already_protected": "This customer is protected. You are welcome to register other products.",
    "tender": "The tender was published last week; everybody may offer.",
    "outside_territory": "Your agreement does not cover this region yet. Let us talk about it.",
    "direct_opportunity": "Our own seller has been in talks with the customer for two months.",
    "existing_customer": "The customer buys this product from us already.",
    "incomplete": "We could not find out who the customer is. Please register again with the website.",
}


class Story:
    """An agenda of what happens when; ends at `now`."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self._agenda: list[tuple[datetime, int, Act]] = []
        self._number = count()
        self.people = {user.email: user for user in User.objects.all()}
        self.backdating = Backdating()
        self.products = {product.slug: product for product in ProductLine.objects.all()}

    def at(self, moment: datetime, act: Act) -> None:
        heapq.heappush(self._agenda, (moment, next(self._number), act))

    def play(self) -> None:
        # Receipts are signed once and for all: only when the past is as it should be.
        with leaving():
            while self._agenda and self._agenda[0][0] <= self.now:
                moment, _number, act = heapq.heappop(self._agenda)
                act(moment)
        self.backdating.tell()

    def person(self, local: str, partner: str) -> User:
        return self.people[address(local, partner)]


class Player:
    """One plot on its way through the verbs."""

    def __init__(self, number: int, plot: Plot, story: Story) -> None:
        self.number, self.plot, self.story = number, plot, story
        self.person = story.person(plot.person, plot.partner)
        story.at(plot.drafted, self.draft)

    @property
    def fate(self) -> State:
        return self.plot.fate

    @property
    def calendar(self) -> Calendar:
        return calendar_of(self.registration.partner, self.story.now)

    @property
    def pam(self) -> User:
        pam = self.registration.partner.pam
        if pam is None:
            raise AssertionError("every partner of the demo has an account manager")
        return pam

    def draft(self, now: datetime) -> None:
        lines = [(self.story.products[slug], units) for slug, units in self.plot.lines]
        value = sum((product.list_price * units for product, units in lines), Decimal(0))
        self.registration = actions.create_draft(
            values=self._values(value, now),
            lines=lines,
            by=self.person,
            now=now,
            form_nonce=f"{NONCE}{self.number}",
        )
        if self.fate != State.DRAFT:
            self.story.at(self.plot.submitted, self.submit)

    def submit(self, now: datetime) -> None:
        self.registration = actions.submit(registration=self.registration, by=self.person, now=now)
        self.story.backdating.take_back(self.registration, now)
        assess_pending(now=now)
        self._expect(self.registration.decision_due_at or now)
        if self.plot.shared_with:
            self.share(now)
        for remark in self.plot.said:
            self.story.at(now + timedelta(hours=remark.hours), partial(self.say, remark))
        if self.fate == State.WITHDRAWN:
            self.story.at(self._after(now, 1), self.withdraw)
        elif self.plot.asked or self.fate in (State.ASKED, State.LAPSED):
            self.story.at(self._after(now, 1), self.ask)
        elif self.fate != State.SUBMITTED:
            self.story.at(self._after(now, self.plot.decided_after), self.decide)

    def _expect(self, due: datetime) -> None:
        """Let the sweep look when the decision has missed its date, and when it is protected meanwhile."""
        if self.fate == State.SUBMITTED or self.plot.decided_after > DealRules().decision_business_days:
            later = self.calendar.due(due, DealRules().provisional_after_business_days)
            for moment in (due, later):
                self.story.at(moment + timedelta(minutes=1), escalate)

    def say(self, remark: Remark, now: datetime) -> None:
        by = self.pam if remark.who == PAM else self.story.person(remark.who, self.plot.partner)
        post_message(subject=subject_of(self.registration), text=remark.text, internal=remark.internal, by=by, now=now)

    def share(self, now: datetime) -> None:
        colleague = self.story.person(self.plot.shared_with, self.plot.partner)
        actions.share(registration=self.registration, colleague=colleague, by=self.person, now=now)

    def ask(self, now: datetime) -> None:
        message = "Who decides at the customer, and what have you agreed with them so far?"
        fields = ["customer.contact.name", "customer.contact.title", "work_done"]
        self.registration = decisions.ask(
            registration=self.registration, message=message, fields=fields, by=self.pam, now=now
        )
        if self.fate == State.LAPSED and self.registration.answer_due_at:
            self.story.at(self.registration.answer_due_at, expire)
        elif self.fate == State.SUBMITTED:
            self.story.at(self.story.now - timedelta(hours=3), self.answer)
        elif self.fate != State.ASKED:
            self.story.at(self._after(now, 2), self.answer)

    def answer(self, now: datetime) -> None:
        values = {"contact_title": "Head of operations"}
        self.registration = actions.answer(
            registration=self.registration,
            message="The head of operations decides; the board has agreed to the budget.",
            values=values,
            fields=["customer.contact.title"],
            by=self.person,
            now=now,
        )
        assess_pending(now=now)
        if self.fate != State.SUBMITTED:
            self.story.at(self._after(now, 1), self.decide)

    def withdraw(self, now: datetime) -> None:
        reason = "The customer has postponed the project."
        actions.withdraw(registration=self.registration, reason=reason, by=self.person, now=now)

    def decide(self, now: datetime) -> None:
        if self.fate == State.REJECTED:
            reason = self.plot.reason
            message = REFUSALS.get(reason, "We see no project behind it yet. Please come back when there is one.")
            decisions.reject(registration=self.registration, reason=reason, message=message, by=self.pam, now=now)
            if self.plot.appeal:
                self.story.at(self._after(now, 1), self.appeal)
            if self.plot.reversed:
                self.story.at(self._after(now, 3), self.reverse)
        else:
            self.approve(now)

    def appeal(self, now: datetime) -> None:
        self.registration = appeal(registration=self.registration, text=WRONG, proof=SHOWN, by=self.person, now=now)
        if self.plot.appeal != "waiting":
            self.story.at(self._after(now, 1), self.compensate)

    def compensate(self, now: datetime) -> None:
        by = self.registration.appeal.assigned_to or self.story.people["admin@vendor.example"]
        decide_appeal(
            registration=self.registration,
            outcome=Outcome.COMPENSATED,
            message="You had offered before anybody else; we should have seen that. The customer is protected by now.",
            amount=Decimal(1500),
            by=by,
            now=now,
        )

    def reverse(self, now: datetime) -> None:
        reverse(
            registration=self.registration,
            reason=Mistake.WRONG_CUSTOMER,
            clause="3.1",
            message="We took your customer for another company of the same name, and have looked at it again.",
            amount=Decimal(900),
            by=self.story.people["admin@vendor.example"],
            now=now,
        )

    def approve(self, now: datetime) -> None:
        self.registration = decisions.approve(
            registration=self.registration,
            outcome=self.plot.outcome,
            override_reason=self.plot.override,
            engagement=self.plot.confirmed,
            message=HELPED if self.plot.confirmed else "",
            by=self.pam,
            now=now,
        )
        if self.plot.claim:
            # Before the story ends, however many days off lie in between.
            asked = min(self._after(now, self.plot.claimed_after), self.story.now - timedelta(hours=6))
            self.story.at(asked, self.claim)
        if self.plot.amendment:
            later = self.story.now - timedelta(days=2)
            agreed = self.plot.amendment == "agreed"
            self.story.at(self._after(now, self.plot.amended_after) if agreed else later, self.amend)
        self._run_clocks(now)

    def amend(self, now: datetime) -> None:
        """Three quarters of what was promised once."""
        once = (rate_of(self.registration.terms, ONCE) or Decimal(0)) * 3 / 4
        self.registration = propose_amendment(
            registration=self.registration, once=once.quantize(Decimal("0.0001")), reason=LESS, by=self.pam, now=now
        )
        if self.plot.amendment == "agreed":
            self.story.at(self._after(now, 2), self.consent)

    def consent(self, now: datetime) -> None:
        text = "As discussed on the telephone: we would rather win it with the discount than lose it."
        answer_amendment(registration=self.registration, accept=True, text=text, by=self.person, now=now)

    def claim(self, now: datetime) -> None:
        self.registration = appeal_engagement(
            registration=self.registration, text=OWN_PART, proof=SHOWN, by=self.person, now=now
        )
        if self.plot.claim != "waiting":
            self.story.at(self._after(now, 1), self.uphold)

    def uphold(self, now: datetime) -> None:
        by = self.registration.engagement_appeal.assigned_to or self.story.people["admin@vendor.example"]
        message = "Your people ran the pilot and the negotiation; ours came to one meeting. What you registered counts."
        self.registration = decide_engagement(
            registration=self.registration, outcome=Part.UPHELD, message=message, by=by, now=now
        )

    def _run_clocks(self, now: datetime) -> None:
        """Let the sweeps look when something of this registration is due."""
        end = now + timedelta(days=self.plot.ended_after)
        if self.fate == State.WON:
            self.story.at(end, self.win)
        elif self.fate == State.LOST:
            self.story.at(end, self.lose)
        else:
            end = self.registration.protected_until or end
            self.story.at(end, expire)
        if self.plot.extension:
            self.story.at(end - EXTENDED_BEFORE, self.extend)
        zone = self.registration.partner.organisation.time_zone
        until = self.registration.protected_until or end
        for moment, _days in rules.reminder_times(until, DealRules().reminder_days, zone):
            if moment < end:
                self.story.at(moment, remind)

    def extend(self, now: datetime) -> None:
        ask_extension(registration=self.registration, proof=PROGRESS, by=self.person, now=now)
        if self.plot.extension == "granted":
            self.story.at(self._after(now, 1), self.grant)

    def grant(self, now: datetime) -> None:
        message = "The offer and the date of the board are convincing. Please tell me what they decide."
        decide_extension(registration=self.registration, accept=True, message=message, by=self.pam, now=now)
        self.story.at(Registration.objects.get(pk=self.registration.pk).protected_until or now, expire)

    def win(self, now: datetime) -> None:
        day = local_date(now, self.registration.partner.organisation.time_zone)
        actions.win(
            registration=self.registration, closed_on=day, early_reason="Signed at once.", by=self.person, now=now
        )

    def lose(self, now: datetime) -> None:
        reason = list(LossReason)[self.number % len(LossReason)]
        actions.lose(registration=self.registration, reason=reason, by=self.person, now=now)

    def _after(self, now: datetime, business_days: int) -> datetime:
        """Somewhat before the same wall time so many business days later, or somewhat later on the same day."""
        minutes = timedelta(minutes=self.plot.minutes)
        due = self.calendar.due(now, business_days)
        return due - minutes if business_days else due + minutes

    def _values(self, value: Decimal, now: datetime) -> dict[str, Any]:
        plot, customer = self.plot, self.plot.customer
        host = customer.website.removeprefix("https://").removeprefix("http://").removeprefix("www.").split("/")[0]
        who = CONTACTS[self.number % len(CONTACTS)]
        model = BusinessModel(self.person.organisation.partner.model) if self.person.organisation else None
        motion = MOTIONS.get(model, Motion.RESALE) if model else Motion.RESALE
        values = {
            "customer_name": customer.name,
            "customer_country": customer.country,
            "customer_city": customer.city,
            "customer_website": customer.website,
            "contact_name": who,
            "contact_email": f"{who.split()[0].lower()}@{host}" if host else "",
            "value": value,
            "currency": "EUR",
            "expected_close": local_date(now, "UTC") + timedelta(days=30 + self.number % 70),
            "motion": motion,
            "opportunity": plot.opportunity,
            "engagement": plot.engagement,
            "origin": plot.origin,
            "segment": plot.segment,
            "competitor": plot.competitor,
            "own_services": [
                {"name": name, "value": {"amount": f"{amount}.00", "currency": "EUR"}} for name, amount in plot.services
            ],
            "work_done": WORK_DONE[self.number % len(WORK_DONE)].format(who=who, where=customer.city),
            "external_id": f"{plot.partner.upper()}-{1000 + self.number}",
        }
        if motion == Motion.MANAGED:
            monthly = (value / 12).quantize(Decimal("0.01"))
            values |= {"recurring_amount": monthly, "recurring_per": Per.MONTH, "recurring_months": 36}
        return values


EXTENDED_BEFORE = timedelta(days=4)
PROGRESS = (
    "The test installation has run for six weeks, our offer is with purchasing, and the board decides on it at its "
    "next meeting. The head of operations confirms it by mail."
)


HELPED = "Our engineers take part in the pilot and answer the technical questions, so it is a joint effort."
OWN_PART = "We ran the pilot, the workshops and the negotiation on our own; your engineer came to one meeting."
LESS = "The customer asks for a discount that neither of us had planned. We propose to carry a part of it each."
WRONG = "The project is real: purchasing has asked for our offer in writing, and the pilot begins next month."
SHOWN = "The mail of the head of purchasing, and the minutes of the workshop with the dispatchers."


def expire(now: datetime) -> None:
    expire_due(now=now)


def escalate(now: datetime) -> None:
    escalate_due(now=now)


def remind(now: datetime) -> None:
    remind_due(now=now)


CONTACTS = ("Jana Roth", "Luis Marti", "Eva Lund", "Tom Baker", "Lea Simon", "Milan Kral", "Sara Conti", "Ivo Petrov")
