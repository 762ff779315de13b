"""Clauses: what two versions differ in, and the digest of what was read."""

import pytest

from prm.policy.clauses import ChangedClause, Clause, compared, digest, order_of, rendered

ONE = Clause("1.1", "Needs", "A name.")
TWO = Clause("3.2", "First", "Who is first prevails.")
NINE, TEN = Clause("3.9", "Nine", "Nine."), Clause("3.10", "Ten", "Ten.")
LONGER = Clause("3.2", "First", "Who is first and complete prevails.")


@pytest.mark.parametrize(
    ("before", "after", "changed"),
    [
        ([], [], []),
        ([ONE, TWO], [ONE, TWO], []),
        ([ONE, TWO], [TWO, ONE], []),
        ([ONE, TWO], [ONE, LONGER], [ChangedClause("3.2", TWO, LONGER)]),
        ([ONE], [ONE, TWO], [ChangedClause("3.2", None, TWO)]),
        ([ONE, TWO], [TWO], [ChangedClause("1.1", ONE, None)]),
        ([TEN, NINE], [], [ChangedClause("3.9", NINE, None), ChangedClause("3.10", TEN, None)]),
    ],
)
def test_clauses_are_compared_by_number(
    before: list[Clause], after: list[Clause], changed: list[ChangedClause]
) -> None:
    assert compared(before, after) == changed


@pytest.mark.parametrize(
    ("change", "title"),
    [
        (ChangedClause("1.1", ONE, None), "Needs"),
        (ChangedClause("3.2", TWO, LONGER), "First"),
        (ChangedClause("9.9", None, None), ""),
    ],
)
def test_change_is_named_by_what_there_is(change: ChangedClause, title: str) -> None:
    assert change.title == title


def test_tenth_clause_follows_the_ninth() -> None:
    assert sorted(["3.10", "3.9", "10.1", "2.1"], key=order_of) == ["2.1", "3.9", "3.10", "10.1"]


def test_text_holds_numbers_titles_and_rules() -> None:
    assert rendered([ONE, TWO]) == "1.1 Needs\nA name.\n3.2 First\nWho is first prevails.\n"
    assert rendered([]) == ""


def test_digest_is_that_of_the_text_and_of_no_other() -> None:
    assert digest("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert len({digest(rendered(text)) for text in ([ONE], [TWO], [ONE, TWO], [ONE, LONGER])}) == 4


def test_anchor_is_an_id_of_html() -> None:
    assert (TEN.anchor, ONE.anchor) == ("rule-3-10", "rule-1-1")
