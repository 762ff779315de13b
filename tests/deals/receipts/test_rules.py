"""What a receipt of a registration says at each step."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from deals.receipts.rules import STEPS, Standing, claims, constant, facts
from deals.receipts.sentences import told
from prm.audit.kinds import KINDS

AT = datetime(2026, 11, 21, 9, 0, 0, 123456, UTC)
UNTIL = AT + timedelta(days=90)
TERMS = {"rate": "0.20"}
UNDECIDED = Standing("deal_x", "org_x", AT, 41, None, None, {}, None)
DECIDED = Standing("deal_x", "org_x", AT, 41, AT, UNTIL, TERMS, 3)
SAID, UNTIL_SAID = "2026-11-21T09:00:00.123456Z", "2027-02-19T09:00:00.123456Z"


def said(kind: str, standing: Standing, **data: Any) -> tuple[Any, ...]:
    found = claims(kind, data, AT, standing, "secret")
    return tuple(found[name] for name in ("outcome", "protected_until", "terms", "policy"))


def test_step_that_is_told_late_says_the_terms_of_its_time() -> None:
    first, second = {"rate": "0.20"}, {"rate": "0.15"}
    hour = timedelta(hours=1)
    standing = replace(DECIDED, terms={"rate": "0.10"}, earlier=((AT + hour, first), (AT + 2 * hour, second)))
    moments = [(AT, first), (AT + hour, second), (AT + 2 * hour, standing.terms)]

    for at, expected in moments:
        assert claims("deal.won", {}, at, standing, "secret")["terms"] == expected


@pytest.mark.parametrize(
    ("kind", "standing", "data", "expected"),
    [
        ("deal.submitted", UNDECIDED, {}, (None, None, None, None)),
        # Issued later, when more is known than was promised then.
        ("deal.submitted", DECIDED, {}, (None, None, None, None)),
        (
            "deal.approved",
            DECIDED,
            {"outcome": "exclusive", "protected_until": UNTIL.isoformat()},
            ("exclusive", UNTIL_SAID, TERMS, 3),
        ),
        ("deal.approved_non_exclusive", DECIDED, {"outcome": "non_exclusive"}, ("non_exclusive", None, TERMS, 3)),
        ("deal.rejected", DECIDED, {"reason": "other"}, ("rejected", None, TERMS, 3)),
        ("deal.withdrawn", UNDECIDED, {}, ("withdrawn", None, None, None)),
        ("deal.lapsed", UNDECIDED, {}, ("lapsed", None, None, None)),
        ("deal.won", DECIDED, {}, ("won", UNTIL_SAID, TERMS, 3)),
        ("deal.lost", DECIDED, {}, ("lost", UNTIL_SAID, TERMS, 3)),
        ("deal.extension_asked", DECIDED, {"until": UNTIL_SAID}, ("asked", UNTIL_SAID, TERMS, 3)),
        ("deal.extension_granted", DECIDED, {"until": UNTIL_SAID}, ("granted", UNTIL_SAID, TERMS, 3)),
        ("deal.extension_refused", DECIDED, {"until": UNTIL_SAID}, ("refused", UNTIL_SAID, TERMS, 3)),
        ("deal.appealed", DECIDED, {"due_at": UNTIL_SAID}, ("asked", None, TERMS, 3)),
        ("deal.appeal_refused", DECIDED, {"reason": "stands"}, ("refused", None, TERMS, 3)),
        ("deal.appeal_reinstated", DECIDED, {"deal": "deal_y"}, ("reinstated", None, TERMS, 3)),
        ("deal.appeal_compensated", DECIDED, {"amount": "1.00"}, ("compensated", None, TERMS, 3)),
        ("deal.terms_proposed", DECIDED, {"due_at": UNTIL_SAID}, ("proposed", UNTIL_SAID, TERMS, 3)),
        ("deal.terms_agreed", DECIDED, {"once": "0.1"}, ("agreed", UNTIL_SAID, TERMS, 3)),
        ("deal.terms_declined", DECIDED, {"once": "0.1"}, ("declined", UNTIL_SAID, TERMS, 3)),
        ("deal.engagement_appealed", DECIDED, {"due_at": UNTIL_SAID}, ("engagement_asked", UNTIL_SAID, TERMS, 3)),
        ("deal.engagement_kept", DECIDED, {"reason": "stands"}, ("engagement_kept", UNTIL_SAID, TERMS, 3)),
        ("deal.engagement_upheld", DECIDED, {"engagement": "shared"}, ("engagement_upheld", UNTIL_SAID, TERMS, 3)),
        ("deal.reversed", DECIDED, {"reason": "other"}, ("reversed", UNTIL_SAID, TERMS, 3)),
        ("deal.expired", DECIDED, {"protected_until": UNTIL_SAID}, ("expired", UNTIL_SAID, TERMS, 3)),
    ],
)
def test_steps_say_what_was_promised(
    kind: str, standing: Standing, data: dict[str, Any], expected: tuple[Any, ...]
) -> None:
    assert said(kind, standing, **data) == expected


def test_every_step_repeats_the_place() -> None:
    same = constant(DECIDED, "secret")

    assert {name: same[name] for name in ("deal", "partner", "priority_at")} == {
        "deal": "deal_x",
        "partner": "org_x",
        "priority_at": SAID,
    }
    assert 0 <= same["place"] < 65_536
    for kind in STEPS:
        found = claims(kind, {}, AT, DECIDED, "secret")
        assert {name: found[name] for name in same} == same
        assert found["at"] == SAID


def test_newest_receipt_must_say_how_it_is() -> None:
    assert facts(DECIDED, "secret") == {**constant(DECIDED, "secret"), "protected_until": UNTIL_SAID}
    assert facts(UNDECIDED, "secret")["protected_until"] is None


def test_signed_kinds_are_events() -> None:
    unknown = set(STEPS) - set(KINDS.names())

    assert unknown == set()


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"kind": "registered", "deal": "deal_x", "priority_at": SAID}, "deal_x was registered"),
        ({"kind": "decided", "outcome": "rejected", "at": SAID}, "It was not approved, on"),
        ({"kind": "decided", "outcome": "non_exclusive", "at": SAID}, "It was approved on 21 Nov"),
        ({"kind": "decided", "outcome": "exclusive", "at": SAID, "protected_until": UNTIL_SAID}, "It was approved on"),
        ({"kind": "extended", "outcome": "provisional", "at": SAID}, "The decision was late: from"),
        ({"kind": "ended", "outcome": "provisional", "at": SAID}, "The provisional protection ended on"),
        ({"kind": "extended", "outcome": "asked", "at": SAID}, "An extension was asked for on"),
        ({"kind": "extended", "outcome": "refused", "at": SAID}, "The extension was refused on"),
        ({"kind": "extended", "at": SAID, "protected_until": UNTIL_SAID}, "The protection was extended on"),
        ({"kind": "ended", "outcome": "won", "at": SAID}, "The deal was closed as won"),
        ({"kind": "ended", "outcome": "lost", "at": SAID}, "The deal was closed as lost"),
        ({"kind": "ended", "outcome": "withdrawn", "at": SAID}, "It was withdrawn on"),
        ({"kind": "ended", "outcome": "lapsed", "at": SAID}, "It lapsed on"),
        ({"kind": "ended", "outcome": "expired", "protected_until": SAID}, "The protection ended on"),
        ({"kind": "ended", "outcome": "reversed", "at": SAID}, "The decision was reversed on"),
        ({"kind": "ended", "outcome": "?", "at": SAID}, "It ended on"),
        ({"kind": "appealed", "outcome": "asked", "at": SAID}, "An appeal was made on"),
        ({"kind": "appealed", "outcome": "refused", "at": SAID}, "The appeal was refused on"),
        ({"kind": "appealed", "outcome": "reinstated", "at": SAID}, "The appeal was upheld on"),
        ({"kind": "appealed", "outcome": "compensated", "at": SAID}, "The appeal was upheld on"),
        ({"kind": "appealed", "outcome": "engagement_asked", "at": SAID}, "An appeal about the partner's part"),
        (
            {"kind": "appealed", "outcome": "engagement_kept", "at": SAID},
            "The partner's part in the deal was kept",
        ),
        (
            {"kind": "appealed", "outcome": "engagement_upheld", "at": SAID},
            "The partner's part in the deal was restored",
        ),
        ({"kind": "amended", "outcome": "proposed", "at": SAID}, "Other terms were proposed on"),
        ({"kind": "amended", "outcome": "agreed", "at": SAID}, "The partner consented to other terms on"),
        ({"kind": "amended", "outcome": "declined", "at": SAID}, "The partner did not consent to other terms"),
        ({"kind": ["x"], "at": "no moment"}, "Something happened on …"),
        ({}, "Something happened on …"),
    ],
)
def test_steps_are_told_in_sentences(given: dict[str, Any], expected: str) -> None:
    assert told(given).startswith(expected)
