"""What a partner reads of each reason, word for word: with nothing given of the customer, "
"and with everything."""

import pytest

from deals.conflicts.texts import REASONS, partner_text
from deals.conflicts.ways import Own
from deals.precedence import CLAUSE_OF, KINDS
from deals.registrations.states import RejectReason
from deals.rulebook import DealRules

NOTHING = Own(website=False, tax_number=False, mailbox=False)
EVERYTHING = Own(website=True, tax_number=True, mailbox=True)
CHANGES = "This would change the answer: "

# The reason, what was given, and the text sentence by sentence: category, rule, and what could be shown.
READ: list[tuple[str, Own, list[str]]] = [
    (
        "already_protected",
        NOTHING,
        [
            "The customer is already protected.",
            "Rule 3.1, One protection: A customer is protected for one partner per product at a time.",
            "Our own sellers are bound by it too.",
            (
                CHANGES
                + "the tax number of the customer, if it is another company; "
                + "the customer's own website; "
                + "a contact with a mailbox at the customer's own domain; "
                + "a need for other products, registered anew."
            ),
        ],
    ),
    (
        "already_protected",
        EVERYTHING,
        [
            "The customer is already protected.",
            "Rule 3.1, One protection: A customer is protected for one partner per product at a time.",
            "Our own sellers are bound by it too.",
            (CHANGES + "a need for other products, registered anew."),
        ],
    ),
    (
        "duplicate",
        NOTHING,
        [
            "Already registered.",
            "Rule 1.2, One registration per opportunity: Your organisation registers a customer's need for "
            "a product once; a second registration is refused at once.",
            (
                CHANGES
                + "the tax number of the customer, if it is another company; "
                + "the customer's own website; "
                + "a contact with a mailbox at the customer's own domain; "
                + "a need for other products, registered anew."
            ),
        ],
    ),
    (
        "duplicate",
        EVERYTHING,
        [
            "Already registered.",
            "Rule 1.2, One registration per opportunity: Your organisation registers a customer's need for "
            "a product once; a second registration is refused at once.",
            (CHANGES + "a need for other products, registered anew."),
        ],
    ),
    (
        "direct_opportunity",
        NOTHING,
        [
            "There is a direct opportunity.",
            "Rule 3.7, Our own sales: Somebody looks at it when our own sales have an open opportunity with the "
            "customer for one of the products, or were in touch with it in the 60 days before you registered. "
            "What they enter after that takes nothing from your place in line.",
            (
                CHANGES
                + "the tax number of the customer, if it is another company; "
                + "the customer's own website; "
                + "a contact with a mailbox at the customer's own domain; "
                + "a need for other products, registered anew."
            ),
        ],
    ),
    (
        "direct_opportunity",
        EVERYTHING,
        [
            "There is a direct opportunity.",
            "Rule 3.7, Our own sales: Somebody looks at it when our own sales have an open opportunity with the "
            "customer for one of the products, or were in touch with it in the 60 days before you registered. "
            "What they enter after that takes nothing from your place in line.",
            (CHANGES + "a need for other products, registered anew."),
        ],
    ),
    (
        "partner_of_record",
        NOTHING,
        [
            "The customer has a partner of record.",
            "Rule 3.9, Partner of record: A customer has at most one partner of record, by its own consent and for a "
            "year at a time. Whoever wins a managed deal with a customer that has none is its partner of record for "
            "the first year. Renewals and expansions are for the partner of record; new business with its customer is "
            "looked at. We ask for proof 90, 30, 7 days before the year ends; with it another year follows. A customer "
            "may consent to another partner.",
            (
                CHANGES
                + "the tax number of the customer, if it is another company; "
                + "the customer's own website; "
                + "a contact with a mailbox at the customer's own domain; "
                + "the customer's consent that you become its partner of record."
            ),
        ],
    ),
    (
        "partner_of_record",
        EVERYTHING,
        [
            "The customer has a partner of record.",
            "Rule 3.9, Partner of record: A customer has at most one partner of record, by its own consent and for a "
            "year at a time. Whoever wins a managed deal with a customer that has none is its partner of record for "
            "the first year. Renewals and expansions are for the partner of record; new business with its customer is "
            "looked at. We ask for proof 90, 30, 7 days before the year ends; with it another year follows. A customer "
            "may consent to another partner.",
            (CHANGES + "the customer's consent that you become its partner of record."),
        ],
    ),
    (
        "named_account",
        NOTHING,
        [
            "A named account of the vendor.",
            "Rule 3.3, Named accounts: Named accounts are looked after by a seller of ours; a registration "
            "for one is reviewed with that seller.",
            (
                CHANGES
                + "the tax number of the customer, if it is another company; "
                + "the customer's own website; "
                + "a contact with a mailbox at the customer's own domain."
            ),
        ],
    ),
    (
        "named_account",
        EVERYTHING,
        [
            "A named account of the vendor.",
            "Rule 3.3, Named accounts: Named accounts are looked after by a seller of ours; a registration "
            "for one is reviewed with that seller.",
        ],
    ),
    (
        "existing_customer",
        NOTHING,
        [
            "An existing customer.",
            "Rule 3.4, Existing customers: For a customer we already serve, new products and other parts of "
            "the business can be registered.",
            (
                CHANGES
                + "the tax number of the customer, if it is another company; "
                + "the customer's own website; "
                + "a contact with a mailbox at the customer's own domain; "
                + "a need for other products, registered anew."
            ),
        ],
    ),
    (
        "existing_customer",
        EVERYTHING,
        [
            "An existing customer.",
            "Rule 3.4, Existing customers: For a customer we already serve, new products and other parts of "
            "the business can be registered.",
            (CHANGES + "a need for other products, registered anew."),
        ],
    ),
    (
        "outside_territory",
        NOTHING,
        [
            "Outside your territory.",
            "Rule 3.5, Territory and tenders: Registrations cover the territory of your agreement.",
            "Once a tender is published, it is open to all.",
            (CHANGES + "that the site or entity that buys lies within your agreement."),
        ],
    ),
    (
        "outside_territory",
        EVERYTHING,
        [
            "Outside your territory.",
            "Rule 3.5, Territory and tenders: Registrations cover the territory of your agreement.",
            "Once a tender is published, it is open to all.",
            (CHANGES + "that the site or entity that buys lies within your agreement."),
        ],
    ),
    (
        "tender",
        NOTHING,
        [
            "A published tender.",
            "Rule 3.5, Territory and tenders: Registrations cover the territory of your agreement.",
            "Once a tender is published, it is open to all.",
            (CHANGES + "that it is another need than the published one."),
        ],
    ),
    (
        "tender",
        EVERYTHING,
        [
            "A published tender.",
            "Rule 3.5, Territory and tenders: Registrations cover the territory of your agreement.",
            "Once a tender is published, it is open to all.",
            (CHANGES + "that it is another need than the published one."),
        ],
    ),
    (
        "incomplete",
        NOTHING,
        [
            "Information is missing.",
            "Rule 1.1, What a registration needs: A registration is complete with the customer's name and "
            "country, the products, the value, the expected close, how you sell it and your part in "
            "it, and at least 20 characters about the work you have done.",
            (
                CHANGES
                + "the tax number of the customer, if it is another company; "
                + "the customer's own website; "
                + "a contact with a mailbox at the customer's own domain."
            ),
        ],
    ),
    (
        "incomplete",
        EVERYTHING,
        [
            "Information is missing.",
            "Rule 1.1, What a registration needs: A registration is complete with the customer's name and "
            "country, the products, the value, the expected close, how you sell it and your part in "
            "it, and at least 20 characters about the work you have done.",
        ],
    ),
    (
        "not_qualified",
        NOTHING,
        [
            "Not a qualified opportunity.",
            "Rule 1.1, What a registration needs: A registration is complete with the customer's name and "
            "country, the products, the value, the expected close, how you sell it and your part in "
            "it, and at least 20 characters about the work you have done.",
            (CHANGES + "what you have agreed with the customer since."),
        ],
    ),
    (
        "not_qualified",
        EVERYTHING,
        [
            "Not a qualified opportunity.",
            "Rule 1.1, What a registration needs: A registration is complete with the customer's name and "
            "country, the products, the value, the expected close, how you sell it and your part in "
            "it, and at least 20 characters about the work you have done.",
            (CHANGES + "what you have agreed with the customer since."),
        ],
    ),
    (
        "other",
        NOTHING,
        [
            "Another reason.",
            "Rule 2.3, Reasons: Every decision names its reason and the clause it rests on.",
        ],
    ),
    (
        "other",
        EVERYTHING,
        [
            "Another reason.",
            "Rule 2.3, Reasons: Every decision names its reason and the clause it rests on.",
        ],
    ),
]


@pytest.mark.parametrize(("reason", "own", "sentences"), READ)
def test_partner_reads_word_for_word(reason: str, own: Own, sentences: list[str]) -> None:
    assert partner_text(reason, CLAUSE_OF[reason], own, DealRules()) == " ".join(sentences)


def test_every_reason_is_in_the_table() -> None:
    assert {reason for reason, _own, _sentences in READ} == set(RejectReason.values)


@pytest.mark.parametrize("kind", KINDS)
def test_finding_that_a_rejection_can_rest_on_has_its_reason(kind: str) -> None:
    """Neither a later registration nor a customer that we merely know is a reason to say no."""
    assert (kind in REASONS) == (kind not in {"later_registration", "known_account"})


@pytest.mark.parametrize(
    ("days", "characters"),
    [
        (90, 20),
        (45, 200),
    ],
)
def test_text_is_of_the_version_that_the_decision_rests_on(days: int, characters: int) -> None:
    rules = DealRules(protection_days=days, work_done_characters=characters)

    assert f"at least {characters} characters" in partner_text("incomplete", "1.1", EVERYTHING, rules)
    assert f"the {days}th day" in partner_text("other", "4.1", EVERYTHING, rules)
