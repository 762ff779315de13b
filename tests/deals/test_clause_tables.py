"""Clause by clause: a situation in; findings, recommendation, the partner's text and the reviewer's sentence out."""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

import pytest

from deals.conflicts.cases import Case, plain, read
from deals.conflicts.incumbents import OfRecord
from deals.conflicts.rules import (
    Agreement,
    Asked,
    Business,
    Customer,
    Direct,
    Recommendation,
    Rival,
    Tendered,
    assess,
    recommend,
)
from deals.conflicts.texts import REASONS, partner_text
from deals.conflicts.ways import Own
from deals.precedence import CLAUSE_OF, weights_of
from deals.registrations.states import RejectReason
from deals.rulebook import DealRules

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
TODAY = date(2026, 11, 24)
FLEET, PLANNER = 1, 2
PROOF = (("name_key", "The names are the same."),)
ASKED = Asked(place=(NOON, 7), products=frozenset({FLEET}), opportunity="new", has_proof=True, registered_on=TODAY)
RIVAL = Rival(
    *("deal_rival", (NOON - timedelta(hours=1), 3), frozenset({FLEET}), "new", frozenset(), True, "block", 0.97),
    evidence=PROOF,
)
HOLDER = replace(RIVAL, protected=frozenset({FLEET}), undecided=False, until=NOON + timedelta(days=30))
CUSTOMER = Customer("acc_one", named=False, existing=False, band="block", score=0.97, evidence=PROOF)
TENDER = Tendered(date(2026, 11, 20), "Gazette 12")
OURS = Direct("direct_opportunity", date(2026, 8, 1), before=True)
TOUCHED = Direct("direct_touch", date(2026, 9, 25), before=True)
GERMAN = Agreement(frozenset({"AT", "DE"}), frozenset({"mid_market"}))
NOBODY = Own(website=False, tax_number=False, mailbox=False)
Verdicts = list[tuple[str, str, str]]


@dataclass(frozen=True)
class Situation:
    """What is asked beside whom, and what comes of it: (kind, band, clause) of each finding, advice, and texts."""

    asked: Asked
    found: Verdicts
    advice: Recommendation
    evidence: str = ""
    partner: str = ""
    rivals: tuple[Rival, ...] = ()
    customers: tuple[Customer, ...] = ()
    rules: DealRules = field(default_factory=DealRules)


FREE = Recommendation("exclusive", (), ())
OTHERS = OfRecord(own=False, until=NOON + timedelta(days=200))


def weighing(kind: str, **changes: object) -> DealRules:
    """Rules in which that kind weighs otherwise."""
    values = DealRules().model_dump()
    values["precedence"][kind] |= changes
    return DealRules.model_validate(values)


def looked_at(kind: str, *unless: str) -> Recommendation:
    return Recommendation("ask", (kind,), unless)


SITUATIONS = {
    "nobody else": Situation(ASKED, [], FREE),
    # 1.1
    "nothing to recognise the customer by": Situation(
        replace(ASKED, has_proof=False),
        [("thin_evidence", "hint", "1.1")],
        FREE,
        "No own web domain, company mailbox or tax number is given.",
        "Rule 1.1, What a registration needs",
    ),
    # 1.3
    "more open ones than usual": Situation(
        replace(ASKED, business=Business(open=21)),
        [("hoarding", "review", "1.3")],
        looked_at("hoarding", "fewer_open"),
        "The partner has 21 open registrations; up to 20 are usual when 0 of 0 closed in 12 months came to a decision.",
    ),
    "as many open ones as usual": Situation(replace(ASKED, business=Business(open=20)), [], FREE),
    # 1.4
    "throw-away mailbox": Situation(
        replace(ASKED, mail="throwaway"),
        [("email_domain", "review", "1.4")],
        looked_at("email_domain", "company_mailbox"),
        "The contact's e-mail address belongs to a service for throw-away mail.",
        "Information is missing",
    ),
    "domain that cannot exist": Situation(
        replace(ASKED, mail="incomplete"),
        [("email_domain", "review", "1.4")],
        looked_at("email_domain", "company_mailbox"),
        "The domain of the contact's e-mail address cannot exist.",
    ),
    # 3.1
    "protected for another": Situation(
        ASKED,
        [("rival_protection", "block", "3.1")],
        Recommendation("reject", ("rival_protection",), ("other_products", "not_the_same")),
        "The names are the same.",
        "Rule 3.1, One protection",
        rivals=(HOLDER,),
    ),
    # 3.2
    "another was first": Situation(
        ASKED,
        [("earlier_registration", "block", "3.2")],
        Recommendation("wait", ("earlier_registration",), ("earlier_ends", "other_products", "not_the_same")),
        "The names are the same.",
        rivals=(RIVAL,),
    ),
    "another came later": Situation(
        ASKED,
        [("later_registration", "hint", "3.2")],
        FREE,
        rivals=(replace(RIVAL, place=(NOON + timedelta(hours=1), 9)),),
    ),
    # 3.3
    "named account": Situation(
        ASKED,
        [("named_account", "review", "3.3")],
        looked_at("named_account", "not_the_same"),
        partner="Rule 3.3, Named accounts",
        customers=(replace(CUSTOMER, named=True),),
    ),
    # 3.4
    "existing customer": Situation(
        ASKED,
        [("existing_customer", "review", "3.4")],
        looked_at("existing_customer", "not_the_same"),
        partner="Rule 3.4, Existing customers",
        customers=(replace(CUSTOMER, existing=True),),
    ),
    "known customer": Situation(ASKED, [("known_account", "hint", "3.4")], FREE, customers=(CUSTOMER,)),
    # 3.5
    "another country": Situation(
        replace(ASKED, country="FR", agreement=GERMAN),
        [("outside_territory", "review", "3.5")],
        looked_at("outside_territory", "agreement_extended"),
        "The customer is in FR; the agreement covers AT, DE.",
        "Rule 3.5, Territory and tenders",
    ),
    "another segment": Situation(
        replace(ASKED, country="DE", segment="enterprise", agreement=GERMAN),
        [("outside_territory", "review", "3.5")],
        looked_at("outside_territory", "agreement_extended"),
        "The customer's segment is enterprise; the agreement covers mid_market.",
    ),
    # 3.9
    "renewal at a customer of another partner of record": Situation(
        replace(ASKED, opportunity="renewal"),
        [("partner_of_record", "block", "3.9")],
        Recommendation("reject", ("partner_of_record",), ("record_changes", "other_products", "not_the_same")),
        "Renewals and expansions are for the partner of record that the customer chose.",
        "Rule 3.9, Partner of record",
        customers=(replace(CUSTOMER, of_record=OTHERS),),
    ),
    "new business at a customer of another partner of record": Situation(
        ASKED,
        [("partner_of_record", "review", "3.9")],
        looked_at("partner_of_record", "not_the_same"),
        "The customer has another partner of record; this is about new business.",
        customers=(replace(CUSTOMER, of_record=OTHERS),),
    ),
    # 4.6
    "another partner has first refusal": Situation(
        ASKED,
        [("first_refusal", "block", "4.6")],
        Recommendation("wait", ("first_refusal",), ("refusal_ends", "other_products", "not_the_same")),
        "The names are the same.",
        "The customer is already protected",
        rivals=(replace(RIVAL, undecided=False, refusal=frozenset({FLEET}), until=NOON + timedelta(days=2)),),
    ),
    "first refusal of other products": Situation(
        ASKED,
        [("earlier_registration", "hint", "3.2")],
        FREE,
        rivals=(replace(RIVAL, undecided=False, refusal=frozenset({PLANNER})),),
    ),
    "first refusal of a customer that is only alike": Situation(
        ASKED,
        [("first_refusal", "review", "4.6")],
        looked_at("first_refusal", "not_the_same"),
        rivals=(replace(RIVAL, undecided=False, band="review", refusal=frozenset({FLEET})),),
    ),
    "neither country nor segment is known": Situation(replace(ASKED, agreement=GERMAN), [], FREE),
    "agreement without bounds": Situation(replace(ASKED, country="FR", segment="enterprise"), [], FREE),
    "published as a tender": Situation(
        ASKED,
        [("tender", "review", "3.5")],
        looked_at("tender", "other_need"),
        "The need was published as a tender on 2026-11-20 (Gazette 12).",
        "A published tender",
        customers=(replace(CUSTOMER, tenders=(TENDER,)),),
    ),
    "published on the same day": Situation(
        replace(ASKED, registered_on=TENDER.published_on),
        [("tender", "review", "3.5")],
        looked_at("tender", "other_need"),
        customers=(replace(CUSTOMER, tenders=(TENDER,)),),
    ),
    "registered before the tender": Situation(
        replace(ASKED, registered_on=date(2026, 11, 19)),
        [("known_account", "hint", "3.4")],
        FREE,
        customers=(replace(CUSTOMER, tenders=(TENDER,)),),
    ),
    "tender of something else": Situation(
        ASKED,
        [("known_account", "hint", "3.4")],
        FREE,
        customers=(replace(CUSTOMER, tenders=(replace(TENDER, products=frozenset({PLANNER})),)),),
    ),
    "tender of a company that is only alike": Situation(
        ASKED,
        [("tender", "review", "3.5")],
        looked_at("tender", "other_need"),
        customers=(replace(CUSTOMER, band="review", tenders=(TENDER,)),),
        rules=weighing("tender", weight="block"),
    ),
    "tender of a company that people judged another": Situation(
        ASKED,
        [("tender", "hint", "3.5")],
        FREE,
        customers=(replace(CUSTOMER, band="hint", ceiling="hint", tenders=(TENDER,)),),
    ),
    # 3.7
    "open opportunity of our own": Situation(
        ASKED,
        [("direct_opportunity", "review", "3.7")],
        looked_at("direct_opportunity", "not_the_same"),
        "Our own sales have an open opportunity since 2026-08-01.",
        "There is a direct opportunity",
        customers=(replace(CUSTOMER, direct=(OURS,)),),
    ),
    "open opportunity of our own, entered afterwards": Situation(
        ASKED,
        [("direct_opportunity", "hint", "3.7")],
        FREE,
        "Our own sales have an open opportunity since 2026-08-01. It was entered after the registration.",
        customers=(replace(CUSTOMER, direct=(replace(OURS, before=False),)),),
    ),
    "open opportunity of our own for something else": Situation(
        ASKED,
        [("known_account", "hint", "3.4")],
        FREE,
        customers=(replace(CUSTOMER, direct=(replace(OURS, products=frozenset({PLANNER})),)),),
    ),
    "open opportunity of our own that stands in the way": Situation(
        ASKED,
        [("direct_opportunity", "block", "3.7")],
        Recommendation("ask", ("direct_opportunity",), ("not_the_same",)),
        customers=(replace(CUSTOMER, direct=(replace(OURS, products=frozenset({FLEET})),)),),
        rules=weighing("direct_opportunity", weight="block"),
    ),
    "touch on the last day that counts": Situation(
        ASKED,
        [("direct_touch", "review", "3.7")],
        looked_at("direct_touch", "not_the_same"),
        "Our own sales were in touch with the customer on 2026-09-25.",
        "Rule 3.7, Our own sales",
        customers=(replace(CUSTOMER, direct=(TOUCHED,)),),
    ),
    "touch a day before that": Situation(
        ASKED,
        [("known_account", "hint", "3.4")],
        FREE,
        customers=(replace(CUSTOMER, direct=(replace(TOUCHED, on=date(2026, 9, 24)),)),),
    ),
    "touch after the registration": Situation(
        ASKED,
        [("known_account", "hint", "3.4")],
        FREE,
        customers=(replace(CUSTOMER, direct=(replace(TOUCHED, on=date(2026, 11, 25)),)),),
    ),
    "touch of a version that looks further back": Situation(
        ASKED,
        [("direct_touch", "review", "3.7")],
        looked_at("direct_touch", "not_the_same"),
        customers=(replace(CUSTOMER, direct=(replace(TOUCHED, on=date(2026, 9, 24)),)),),
        rules=DealRules(direct_touch_days=61),
    ),
    "touch at a company that people judged another": Situation(
        ASKED,
        [("direct_touch", "hint", "3.7")],
        FREE,
        customers=(replace(CUSTOMER, band="hint", ceiling="hint", direct=(TOUCHED,)),),
    ),
    "touch of a registration without a day": Situation(
        replace(ASKED, registered_on=None),
        [("direct_touch", "review", "3.7")],
        looked_at("direct_touch", "not_the_same"),
        customers=(replace(CUSTOMER, direct=(TOUCHED,)),),
    ),
    # 3.6: the version decides
    "named accounts that stand in the way": Situation(
        ASKED,
        [("named_account", "block", "3.3")],
        Recommendation("ask", ("named_account",), ("not_the_same",)),
        customers=(replace(CUSTOMER, named=True),),
        rules=weighing("named_account", weight="block"),
    ),
    "territory that stands in the way": Situation(
        replace(ASKED, country="FR", agreement=GERMAN),
        [("outside_territory", "block", "3.5")],
        Recommendation("reject", ("outside_territory",), ("agreement_extended",)),
        rules=weighing("outside_territory", weight="block"),
    ),
    "hoarding that is only noted": Situation(
        replace(ASKED, business=Business(open=21)),
        [("hoarding", "hint", "1.3")],
        FREE,
        rules=weighing("hoarding", weight="hint"),
    ),
    "later ones that are looked at": Situation(
        ASKED,
        [("later_registration", "review", "3.2")],
        looked_at("later_registration", "not_the_same"),
        rivals=(replace(RIVAL, place=(NOON + timedelta(hours=1), 9)),),
        rules=weighing("later_registration", weight="review"),
    ),
    "the line named before the protection": Situation(
        ASKED,
        [("earlier_registration", "block", "3.2"), ("rival_protection", "block", "3.1")],
        Recommendation(
            "wait", ("earlier_registration", "rival_protection"), ("earlier_ends", "other_products", "not_the_same")
        ),
        rivals=(HOLDER, RIVAL),
        rules=weighing("rival_protection", place=50),
    ),
    "the protection named before the line": Situation(
        ASKED,
        [("rival_protection", "block", "3.1"), ("earlier_registration", "block", "3.2")],
        Recommendation("reject", ("rival_protection", "earlier_registration"), ("other_products", "not_the_same")),
        rivals=(RIVAL, HOLDER),
    ),
}


@pytest.mark.parametrize("name", SITUATIONS)
def test_situation_leads_to_findings_and_advice(name: str) -> None:
    case = SITUATIONS[name]

    found = assess(case.asked, case.rivals, case.customers, case.rules)

    assert [(f.kind, f.band, f.clause) for f in found] == case.found
    assert recommend(found, weights_of(case.rules.precedence)) == case.advice
    if case.evidence:
        assert case.evidence in [text for _rule, text in found[0].evidence]


@pytest.mark.parametrize("name", [name for name in SITUATIONS if SITUATIONS[name].partner])
def test_partner_reads_category_clause_and_its_own_evidence(name: str) -> None:
    case = SITUATIONS[name]
    kind = case.found[0][0]
    reason = REASONS[kind]

    text = partner_text(reason, CLAUSE_OF[kind], NOBODY, case.rules)

    assert case.partner in text
    assert text.startswith(f"{RejectReason(reason).label}. Rule {CLAUSE_OF[kind]}, ")
    for secret in ("deal_rival", "acc_one", "Gazette", "The names are the same", "2026"):
        assert secret not in text


@pytest.mark.parametrize("name", SITUATIONS)
def test_case_is_kept_and_read_again(name: str) -> None:
    situation = SITUATIONS[name]
    case = Case(situation.asked, situation.rivals, situation.customers)

    assert read(plain(case)) == case
    assert read(plain(case)).found(situation.rules) == case.found(situation.rules)


def test_unless_is_said_where_the_partner_could_show_something() -> None:
    assert "This would change the answer" not in partner_text("other", "2.3", NOBODY, DealRules())
    assert partner_text("tender", "9.9", NOBODY, DealRules()).startswith("A published tender. This would change")


def test_case_of_before_direct_sales_were_known_is_read() -> None:
    kept = plain(Case(ASKED, (), (CUSTOMER,)))
    del kept["customers"][0]["direct"]

    assert read(kept) == Case(ASKED, (), (CUSTOMER,))
