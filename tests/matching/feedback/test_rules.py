"""What a verdict does to a match, how long it holds, and how sure a share of few cases is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prm.matching import Band, Identity, Match, Thresholds, band_of, score
from prm.matching.feedback.rules import Verdict, decided, interval, is_still_told, paired, told_of

MUELLER = Identity("Müller Logistik GmbH", "DE", "Hamburg", "mueller-logistik.de", tax_number="DE136695976")
ALIKE = score(MUELLER, Identity("Müller Logistik", "DE", "Kiel", "mueller-logistik.de"))


def test_pair_is_the_same_from_both_sides() -> None:
    one, other = ("registration", 7), ("account", 9)

    assert paired(one, other) == paired(other, one) == (other, one)
    assert paired(("account", 10), ("account", 9)) == (("account", 9), ("account", 10))


def test_record_is_no_pair_with_itself() -> None:
    with pytest.raises(ValueError, match="itself"):
        paired(("account", 9), ("account", 9))


def test_same_is_certain_and_says_so_first() -> None:
    weak = Match(0.66, Band.HINT, ALIKE.evidence, 1.2, Band.REVIEW)
    found = decided(weak, Verdict.SAME)

    assert (found.score, found.band, found.ceiling, found.closeness) == (1.0, Band.BLOCK, Band.BLOCK, 1.2)
    assert [line.rule for line in found.evidence] == ["judged_same", *[line.rule for line in ALIKE.evidence]]


def test_different_is_a_hint_whatever_the_score_is() -> None:
    found = decided(ALIKE, Verdict.DIFFERENT)

    assert ALIKE.band == Band.BLOCK
    assert (found.score, found.band, found.ceiling) == (ALIKE.score, Band.HINT, Band.HINT)
    assert [line.rule for line in found.evidence] == ["judged_different", *[line.rule for line in ALIKE.evidence]]


@given(st.floats(0, 1), st.sampled_from(Verdict))
def test_no_thresholds_change_what_people_said(value: float, verdict: Verdict) -> None:
    found = decided(Match(value, band_of(value), ()), verdict)
    strict, lenient = Thresholds(0.65, 0.83), Thresholds(0.82, 1.0)

    assert {band_of(found.score, each, found.ceiling) for each in (strict, lenient)} == {found.band}


@pytest.mark.parametrize(
    ("now", "holds"),
    [
        (MUELLER, True),
        (Identity("MUELLER LOGISTIK", "DE", "", "https://www.mueller-logistik.de/", tax_number="DE 136 695 976"), True),
        (Identity("Müller Logistik GmbH", "DE", "Bremen", "mueller-logistik.de", tax_number="DE136695976"), True),
        (Identity("Müller Logistik GmbH", "DE", "", "", "x@mueller-logistik.de", "DE136695976"), True),
        (Identity("Müller Transport GmbH", "DE", "", "mueller-logistik.de", tax_number="DE136695976"), False),
        (Identity("Müller Logistik GmbH", "DE", "", "mueller.de", tax_number="DE136695976"), False),
        (Identity("Müller Logistik GmbH", "DE", "", "", tax_number="DE136695976"), False),
        (Identity("Müller Logistik GmbH", "DE", "", "mueller-logistik.de", tax_number="DE811569869"), False),
    ],
    ids=["nothing", "written otherwise", "city", "mailbox for website", "name", "domain", "no domain", "tax number"],
)
def test_verdict_holds_until_a_strong_key_changes(now: Identity, holds: bool) -> None:
    assert is_still_told(told_of(MUELLER), now) is holds


def test_what_is_kept_names_nobody() -> None:
    told = told_of(Identity("Acme", "DE", "Kiel", email="jane.doe@acme.de"))

    assert told == {"name": "Acme", "country": "DE", "domain": "acme.de", "tax_number": ""}


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    # As tables of Wilson's interval at 95 % have them.
    [(0, 0, 0.0, 1.0), (0, 1, 0.0, 0.793), (1, 1, 0.207, 1.0), (5, 10, 0.237, 0.763), (90, 100, 0.826, 0.945)],
)
def test_interval_is_wide_where_little_is_known(hits: int, of: int, low: float, high: float) -> None:
    found = interval(hits, of)

    assert (round(found.low, 3), round(found.high, 3)) == (low, high)


@given(st.integers(1, 500).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_interval_holds_the_share_and_narrows(case: tuple[int, int]) -> None:
    hits, of = case
    found, more = interval(hits, of), interval(hits * 10, of * 10)

    assert 0 <= found.low <= hits / of <= found.high <= 1
    assert more.high - more.low < found.high - found.low
