"""What can be wrong with a receipt is a sentence that names the step."""

import pytest

from prm.signing.checking import Seen
from prm.signing.management.commands.verify_receipts import sentence
from prm.signing.rules import Found
from prm.signing.states import Flaw


@pytest.mark.parametrize("flaw", list(Flaw))
def test_flaws_are_sentences(flaw: Flaw) -> None:
    said = sentence(Seen("deal", "deal_x", Found(417, flaw)))

    assert "417" in said
    assert "%" not in said
    assert said[0].isupper()
    assert said.endswith(".")


def test_every_flaw_has_a_sentence_of_its_own() -> None:
    assert len({str(flaw.label) for flaw in Flaw}) == len(Flaw)


def test_codes_fit_into_their_column() -> None:
    assert max(len(flaw) for flaw in Flaw) <= 12


def test_sentences_of_roots_name_the_root() -> None:
    """A root is of a day, and its number is not a step of a deal."""
    said = sentence(Seen("root", "2026-11-21", Found(3, Flaw.ROOT)))

    assert "root 3" in said
    assert "Step" not in said
