"""The shipped rules, word for word: partners acknowledge this text by its digest, so no word changes by chance."""

import pytest

from deals.rulebook import DealRules, clauses
from prm.policy.clauses import Clause, digest, rendered

SHIPPED = [
    Clause(
        "1.1",
        "What a registration needs",
        "A registration is complete with the customer's name and country, the products, the "
        "value, the expected close, how you sell it and your part in it, and at least 20 "
        "characters about the work you have done.",
    ),
    Clause(
        "1.2",
        "One registration per opportunity",
        "Your organisation registers a customer's need for a product once; a second registration is refused at once.",
    ),
    Clause(
        "1.3",
        "Many open registrations",
        "Somebody looks at it when more than 10 registrations of a partner are open, and up to "
        "20 more the larger the share of its deals of the last 12 months that came to a "
        "customer's decision. Each partner begins with 2.5 of 5 such deals. The same holds for "
        "every size, and nothing is refused for it.",
    ),
    Clause(
        "1.4",
        "A contact that can be reached",
        "A contact's e-mail address belongs to the customer. An address of a service for "
        "throw-away mail, or of a domain that cannot exist, is no evidence.",
    ),
    Clause(
        "2.1",
        "A decision in time",
        "Your account manager decides within 2 business days, at the same time of day. The date "
        "is shown from the moment you register.",
    ),
    Clause(
        "2.2",
        "Questions",
        "A question sends the registration back with only the asked fields open and keeps your "
        "place in line. The first 2 questions pause the clock; without an answer within 10 "
        "business days it lapses.",
    ),
    Clause(
        "2.3",
        "Reasons",
        "Every decision names its reason and the clause it rests on.",
    ),
    Clause(
        "2.4",
        "When we are late",
        "A decision that misses its date goes to a second account manager, who may decide it too. You are told at "
        "once, and it counts in the figures of how we keep our word.",
    ),
    Clause(
        "2.5",
        "Business days",
        "Business days are those of your account manager: without weekends, public holidays and days off that were "
        "known when you registered. A date that you were given never moves because somebody takes a day off later.",
    ),
    Clause(
        "2.6",
        "Reading the rules",
        "An admin of your organisation acknowledges each version. You can register deals before that, too.",
    ),
    Clause(
        "2.7",
        "One appeal",
        "Once, within 10 business days after a rejection, or an approval of only some of the products, you may appeal. "
        "Somebody other than who decided answers "
        "within 5 business days. If you were right, what was refused is registered again in its old place in line; "
        "where the customer is protected by then, we compensate you.",
    ),
    Clause(
        "2.8",
        "Wrong decisions",
        "A decision that was wrong is reversed by somebody other than who decided, with the reason and the rule. An "
        "approval ends then; a refusal is registered again in its old place in line. We compensate what cannot be made "
        "good.",
    ),
    Clause(
        "3.1",
        "One protection",
        "A customer is protected for one partner per product at a time. Our own sellers are bound by it too.",
    ),
    Clause(
        "3.2",
        "First complete registration wins",
        "The place in line is the moment of the first complete registration. It survives "
        "questions, and the size of the partner plays no part.",
    ),
    Clause(
        "3.3",
        "Named accounts",
        "Named accounts are looked after by a seller of ours; a registration for one is reviewed with that seller.",
    ),
    Clause(
        "3.4",
        "Existing customers",
        "For a customer we already serve, new products and other parts of the business can be registered.",
    ),
    Clause(
        "3.5",
        "Territory and tenders",
        "Registrations cover the territory of your agreement. Once a tender is published, it is open to all.",
    ),
    Clause(
        "3.6",
        "What weighs how much",
        "This can stand in the way, the first named first: a protection of another partner; an "
        "earlier registration of another partner; a first refusal of another partner; another partner of record. "
        "Somebody looks at this: a published tender; a customer outside your territory or segments; a named account; a "
        "customer we serve; many open registrations; an e-mail domain that is no evidence; an open opportunity of our "
        "own sales; a recent touch of our own sales. This is only noted: a later "
        "registration of another partner; a customer we know; little evidence who the customer "
        "is.",
    ),
    Clause(
        "3.7",
        "Our own sales",
        "Somebody looks at it when our own sales have an open opportunity with the customer for one of the products, "
        "or were in touch with it in the 60 days before you registered. What they enter after that takes nothing from "
        "your place in line.",
    ),
    Clause(
        "3.8",
        "Our own sales at your customers",
        "When our own sales are in touch with a customer who is protected for you, or open an opportunity there, that "
        "opens a case. Your account manager decides it within 2 business days: you are attached, it is permitted with "
        "a reason, or it is a breach. You are told, and it counts in your figures.",
    ),
    Clause(
        "3.9",
        "Partner of record",
        "A customer has at most one partner of record, by its own consent and for a year at a time. Whoever wins a "
        "managed deal with a customer that has none is its partner of record for the first year. Renewals and "
        "expansions are for the partner of record; new business with its customer is looked at. We ask for proof "
        "90, 30, 7 days before the year ends; with it another year follows. A customer may consent to another partner.",
    ),
    Clause(
        "4.1",
        "How long a protection lasts",
        "A protection lasts from approval to the end of the 90th day in your time zone. We "
        "remind you 30, 14, 3 days before its end.",
    ),
    Clause(
        "4.2",
        "One extension",
        "Once, before a protection ends, you may ask for 30 more days with proof of progress. "
        "Your account manager decides within 2 business days; until then the protection goes on.",
    ),
    Clause(
        "4.3",
        "Provisional protection",
        "If we have not decided 2 business days after the missed date, no earlier registration is undecided and "
        "nothing blocks yours, the customer is protected for you provisionally: until our decision, and for 5 "
        "business days after it.",
    ),
    Clause(
        "4.4",
        "Approval without a protection",
        "We may approve a deal that is not exclusive: what you earn is frozen as for every approval, nobody is kept "
        "away from the customer for you, and nothing ends by a date. A protection of another partner stands in the "
        "way of that, too.",
    ),
    Clause(
        "4.5",
        "Two partners on one protection",
        "Where two partners are after one opportunity, we may propose that they share one protection and what the "
        "deal earns, each at least 10 per cent. Both have 3 business days; silence counts as no. Names are shown once "
        "both have accepted, and until then everything stays as it was. From then on either of them closes the deal "
        "for both.",
    ),
    Clause(
        "4.6",
        "First refusal",
        "When a protection ends without a win, those who had asked for the same are told that the customer is free, "
        "one after the other in the order of their places in line. Each has 2 business days of its own calendar to "
        "take it up with the old place, or to decline. Nobody else is approved meanwhile.",
    ),
    Clause(
        "4.7",
        "Wins soon after approval",
        "Registrations are for deals that are still to be won. A win within 72 hours of the approval needs a reason, "
        "which your account manager and the programme read.",
    ),
    Clause(
        "4.8",
        "Selling together",
        "You may ask for one of our sellers at your side on an open registration, and we may ask you to sell together. "
        "The other side answers within 2 business days and names its person. Our seller reads the deal for as long as "
        "you sell together, and no longer. What you earn does not change by it.",
    ),
    Clause(
        "5.1",
        "What you earn",
        "Of the deal's value: 4 % assisted, 12 % shared, 20 % independent; 10 % for a referral, 3 % for influence; "
        "renewals 50 % of that. Managed customers bring 5 % of what recurs in a year, for the days of each year on "
        "which you are their partner of record. The rates are frozen at approval.",
    ),
    Clause(
        "5.2",
        "When it is paid, and what takes it back",
        "A won deal is written into your ledger at once and can be paid 30 days later. When the customer is refunded, "
        "the same share of what you earned with it is taken back, to the cent.",
    ),
    Clause(
        "5.5",
        "Our sellers earn more with you",
        "Our own seller earns 2 % of the value more when a partner is attached to a deal, also when we found it.",
    ),
    Clause(
        "5.6",
        "Your part in the deal",
        "Your part in the deal is confirmed at approval; where it is another than you registered, the reason is told. "
        "Where it is smaller, you may appeal once within 10 business days, and somebody other than who decided answers "
        "within 5 business days. If you were right, the terms are frozen anew with the rates of the approval, and of a "
        "won deal the difference is booked. Help that we give later takes nothing from it.",
    ),
    Clause(
        "5.7",
        "Changes of frozen terms",
        "Terms are frozen at approval. We may propose lower ones with a reason; nothing changes unless you consent "
        "within 10 business days, and silence leaves all as it is. What is booked is never cut.",
    ),
]


@pytest.mark.parametrize("number", [clause.number for clause in SHIPPED])
def test_clause_reads_word_for_word(number: str) -> None:
    found = {clause.number: clause for clause in clauses(DealRules())}

    assert found[number] == next(clause for clause in SHIPPED if clause.number == number)


def test_text_and_its_digest_are_those_of_the_clauses() -> None:
    assert clauses(DealRules()) == SHIPPED
    assert digest(rendered(clauses(DealRules()))) == digest(rendered(SHIPPED))
    assert digest(rendered(SHIPPED)) != digest(rendered(SHIPPED[1:]))
