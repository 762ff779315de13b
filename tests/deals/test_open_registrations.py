"""From how many open registrations on somebody looks: (closed in 12 months, of these came to a decision, limit)."""

from deals.conflicts.rules import Business, open_before_a_look
from deals.rulebook import DealRules

LIMITS = [
    (0, 0, 20),
    (2, 0, 17),
    (2, 1, 20),
    (2, 2, 23),
    (4, 0, 16),
    (4, 1, 18),
    (4, 2, 20),
    (4, 3, 22),
    (4, 4, 24),
    (6, 0, 15),
    (6, 1, 16),
    (6, 3, 20),
    (6, 4, 22),
    (6, 6, 25),
    (8, 0, 14),
    (8, 2, 17),
    (8, 4, 20),
    (8, 6, 23),
    (8, 8, 26),
    (10, 0, 13),
    (10, 2, 16),
    (10, 5, 20),
    (10, 7, 23),
    (10, 10, 27),
    (12, 0, 13),
    (12, 3, 16),
    (12, 6, 20),
    (12, 9, 24),
    (12, 12, 27),
    (14, 0, 13),
    (14, 3, 16),
    (14, 7, 20),
    (14, 10, 23),
    (14, 14, 27),
    (16, 0, 12),
    (16, 4, 16),
    (16, 8, 20),
    (16, 12, 24),
    (16, 16, 28),
    (18, 0, 12),
    (18, 4, 16),
    (18, 9, 20),
    (18, 13, 23),
    (18, 18, 28),
    (20, 0, 12),
    (20, 5, 16),
    (20, 10, 20),
    (20, 15, 24),
    (20, 20, 28),
    (22, 0, 12),
    (22, 5, 16),
    (22, 11, 20),
    (22, 16, 24),
    (22, 22, 28),
    (24, 0, 12),
    (24, 6, 16),
    (24, 12, 20),
    (24, 18, 24),
    (24, 24, 28),
    (26, 0, 12),
    (26, 6, 15),
    (26, 13, 20),
    (26, 19, 24),
    (26, 26, 28),
    (28, 0, 12),
    (28, 7, 16),
    (28, 14, 20),
    (28, 21, 24),
    (28, 28, 28),
    (30, 0, 11),
    (30, 7, 15),
    (30, 15, 20),
    (30, 22, 24),
    (30, 30, 29),
    (32, 0, 11),
    (32, 8, 16),
    (32, 16, 20),
    (32, 24, 24),
    (32, 32, 29),
]


def test_limits_are_those_of_the_formula() -> None:
    rules = DealRules()
    found = [
        (closed, progressed, open_before_a_look(Business(0, progressed, closed), rules))
        for closed, progressed, _limit in LIMITS
    ]

    assert found == LIMITS


def test_whoever_brings_deals_to_a_decision_may_have_more_open() -> None:
    by_closed: dict[int, list[int]] = {}
    for closed, _progressed, limit in LIMITS:
        by_closed.setdefault(closed, []).append(limit)

    assert all(limits == sorted(limits) for limits in by_closed.values())
    assert min(limit for _c, _p, limit in LIMITS) >= 10
