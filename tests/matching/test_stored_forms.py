"""The stored form gives back what was written, whatever was typed, and stays short."""

from hypothesis import given
from hypothesis import strategies as st

from prm.matching import Identity, Normalised, normalise
from prm.matching.stored import name_of, read, written

texts = st.text(max_size=30)


@given(texts, texts, texts, texts, texts, st.lists(texts, max_size=3), texts, st.lists(texts, max_size=3))
def test_form_is_read_as_it_was_written(
    name: str, domain: str, tax: str, country: str, city: str, former: list[str], look: str, readings: list[str]
) -> None:
    form = Normalised(name, domain, tax, country, city, tuple(former), look, tuple(readings))

    assert read(written(form)) == form


@given(texts, texts, texts)
def test_form_of_whatever_is_typed_can_be_stored(name: str, website: str, city: str) -> None:
    text = written(normalise(Identity(name, "DE", city, website, former_names=(name[:5],))))

    assert text.isascii()
    assert "\0" not in text


@given(texts, texts)
def test_name_alone_is_read_without_the_rest(name: str, city: str) -> None:
    form = normalise(Identity(name, "DE", city, former_names=("Acme",)))

    assert name_of(written(form)) == form.name_key


def test_no_name_is_none_whatever_else_is_known() -> None:
    assert [name_of(written(normalise(each))) for each in (Identity(""), Identity("", "DE", "Kiel"))] == ["", ""]


def test_what_is_not_known_takes_no_room() -> None:
    assert written(normalise(Identity("Acme GmbH", "DE"))) == '["acme","DE"]'
    assert written(normalise(Identity(""))) == "[]"


def test_nothing_stored_is_nothing_known() -> None:
    assert read("[]") == normalise(Identity(""))
