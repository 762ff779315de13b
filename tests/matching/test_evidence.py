"""What speaks for a match is put into words when somebody reads it, in their language."""

from collections.abc import Iterator

import pytest
from django.utils import translation

from prm.matching import Identity, evidence, score
from prm.matching.evidence import Evidence, line

ACME = Identity("Acme 100% Foods", "DE", "Kiel", "acme.de")


DANISH = {"Same web domain %(value)s": "Samme domæne %(value)s"}


@pytest.fixture
def in_danish(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A language that knows one sentence."""
    said = lambda text: DANISH.get(text, text) if translation.get_language() == "da" else text  # noqa: E731
    monkeypatch.setattr(evidence, "gettext", said)
    with translation.override("da"):
        yield


def test_line_is_read_in_the_language_of_the_reader(in_danish: None) -> None:
    same = score(ACME, Identity("Acme 100% Foods Nord", "", "", "acme.de")).evidence[0]

    assert (same.rule, same.text) == ("domain", "Samme domæne acme.de")
    with translation.override("en"):
        assert same.text == "Same web domain acme.de"


def test_what_is_typed_is_never_taken_for_a_sentence(in_danish: None) -> None:
    asked = Identity("Same web domain %(value)s", "DE")
    [named] = [each for each in score(asked, asked).evidence if each.rule == "name_and_country"]

    assert named.text == "Same name “Same web domain %(value)s” and country DE"


def test_plain_words_stay_as_they_are() -> None:
    assert Evidence("other_name", "Under “100% Foods”").text == "Under “100% Foods”"
    assert line("domain", "Same web domain %(value)s", value="100%.de").text == "Same web domain 100%.de"


def test_strength_stands_on_the_first_line_of_a_rule_alone() -> None:
    found = score(ACME, Identity("Acme 100 Foots", "DE", "Bonn")).evidence

    assert [each.strength is None for each in found] == [False, True]
    assert [each.rule for each in found] == ["similar_words", "other_city"]
