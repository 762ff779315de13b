from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prm.matching import Band, Identity, keys, normalise, score
from prm.matching.likeness import likeness
from prm.matching.rules import band_of, is_generic

VAT = "DE136695976"
OTHER_VAT = "DE811569869"
MUELLER = Identity("Müller Logistik GmbH", "DE", "Hamburg", "mueller-logistik.de", "", VAT)


def said(a: Identity, b: Identity) -> tuple[float, str, list[str]]:
    match = score(a, b)
    return match.score, match.band, [evidence.rule for evidence in match.evidence]


CASES = {
    "everything": (MUELLER, MUELLER, (1.0, "block", ["tax_number", "name_and_country", "domain"])),
    "tax number alone": (
        Identity("A", "DE", tax_number=VAT),
        Identity("B", tax_number=VAT),
        (1.0, "block", ["tax_number"]),
    ),
    "domain, related names": (
        Identity("Müller Group", website="www.mueller-logistik.de"),
        MUELLER,
        (0.95, "block", ["domain", "part_of_name"]),
    ),
    "domain of the mailbox": (
        Identity("Müller Group", email="x@mueller-logistik.de"),
        MUELLER,
        (0.95, "block", ["domain", "part_of_name"]),
    ),
    "domain, initials": (
        Identity("BMW", website="bmw.de"),
        Identity("Bayerische Motoren Werke", website="bmw.de"),
        (0.95, "block", ["domain"]),
    ),
    "domain, no name": (
        Identity("", website="acme.com"),
        Identity("X", website="acme.com"),
        (0.95, "block", ["domain"]),
    ),
    "domain, unrelated names": (
        Identity("Nordlicht", website="mueller-logistik.de"),
        MUELLER,
        (0.85, "review", ["domain_other_name"]),
    ),
    "domain outweighs another country": (
        Identity("Acme Ltd", "GB", website="acme.com"),
        Identity("Acme", "US", website="acme.com"),
        (0.95, "block", ["domain", "name_other_country"]),
    ),
    "name and country": (
        Identity("Mueller Logistik", "DE"),
        Identity("MÜLLER LOGISTIK AG", "DE"),
        (0.97, "block", ["name_and_country"]),
    ),
    "name in one word": (
        Identity("MuellerLogistik", "DE"),
        Identity("Müller Logistik", "DE"),
        (0.97, "block", ["name_and_country"]),
    ),
    "name, country unknown": (
        Identity("Müller Logistik"),
        Identity("Müller Logistik", "DE"),
        (0.88, "review", ["name"]),
    ),
    "name, other country": (
        Identity("Müller Logistik", "AT"),
        Identity("Müller Logistik", "DE"),
        (0.76, "hint", ["name_other_country"]),
    ),
    "name and country, other domain": (
        Identity("Müller Logistik", "DE", website="mueller.com"),
        Identity("Müller Logistik", "DE", website="logistik-mueller.de"),
        (0.82, "review", ["name_and_country", "other_domain"]),
    ),
    "name and country, brand under another suffix": (
        Identity("Müller Logistik", "DE", website="mueller.com"),
        Identity("Müller Logistik", "DE", website="mueller.de"),
        (0.89, "review", ["name_and_country", "other_domain"]),
    ),
    "name and country, other tax number": (
        Identity("Müller Logistik", "DE", tax_number=VAT),
        Identity("Müller Logistik", "DE", tax_number=OTHER_VAT),
        (0.82, "review", ["name_and_country", "other_tax_number"]),
    ),
    "name, other country and domain": (
        Identity("Müller Logistik", "AT", website="mueller.at"),
        Identity("Müller Logistik", "DE", website="logistik-mueller.de"),
        (0.61, "hint", ["name_other_country", "other_domain"]),
    ),
    "generic name": (
        Identity("Global Technologies", "US"),
        Identity("Global Technologies Inc", "US"),
        (0.80, "review", ["name_generic"]),
    ),
    "generic name, same city": (
        Identity("Global Technologies", "US", "Austin"),
        Identity("Global Technologies Inc", "US", "AUSTIN"),
        (0.97, "block", ["name_and_country"]),
    ),
    "former name": (
        Identity("Old Name", "DE"),
        Identity("New Name", "DE", former_names=("Old Name GmbH",)),
        (0.97, "block", ["name_and_country"]),
    ),
    "look-alike letters": (
        Identity("\u0410\u0421\u041c\u0415 GmbH", "DE"),
        Identity("Acme", "DE"),
        (0.85, "review", ["look_alike"]),
    ),
    "look-alike letters on the other side": (
        Identity("Acme", "DE"),
        Identity("\u0410\u0421\u041c\u0415 GmbH", "DE"),
        (0.85, "review", ["look_alike"]),
    ),
    "nothing": (Identity("Acme", "DE", "Hamburg"), Identity("Bolt", "DE", "Hamburg"), (0.0, "hint", [])),
    "free mail is no domain": (
        Identity("Acme", email="a@gmail.com"),
        Identity("Bolt", email="b@gmail.com"),
        (0.0, "hint", []),
    ),
    "two names of nothing": (Identity("…"), Identity("—"), (0.0, "hint", [])),
}


@pytest.mark.parametrize("case", CASES)
def test_score_is_the_strongest_rule(case: str) -> None:
    a, b, expected = CASES[case]

    assert said(a, b) == expected


def test_evidence_names_the_fields_and_values_that_matched() -> None:
    texts = [evidence.text for evidence in score(MUELLER, MUELLER).evidence]

    assert texts == [
        "Same tax number DE136695976",
        "Same name “Müller Logistik GmbH” and country DE",
        "Same web domain mueller-logistik.de",
    ]


def test_evidence_never_tells_how_the_other_is_written() -> None:
    secret = Identity(
        "MÜLLER-LOGISTIK Canary AG", "AT", "Canarytown", "https://canary.example", "canary@canary.at", OTHER_VAT
    )
    asked = Identity("Müller Logistik Canary", "DE", "Hamburg", "mueller.de", tax_number=VAT)

    texts = " ".join(evidence.text for evidence in score(asked, secret).evidence)

    assert texts == (
        "Same name “Müller Logistik Canary”, in another country than DE But another web domain than mueller.de "
        "But another tax number than DE136695976"
    )


@pytest.mark.parametrize(
    ("value", "band"),
    [(1.0, Band.BLOCK), (0.9, Band.BLOCK), (0.89, Band.REVIEW), (0.78, Band.REVIEW), (0.77, Band.HINT), (0, Band.HINT)],
)
def test_band_has_two_edges(value: float, band: Band) -> None:
    assert band_of(value) == band


@pytest.mark.parametrize(
    ("name", "generic"), [("global", True), ("institute of technology", True), ("acme group", False)]
)
def test_generic_names_are_words_that_many_use(name: str, generic: bool) -> None:
    assert is_generic(name) == generic


names = st.sampled_from(
    [
        "Acme",
        "ACME GmbH",
        "\u0410\u0421\u041c\u0415",
        "A C M E",
        "Müller Logistik",
        "Mueller-Logistik AG",
        "Global",
        "Müller Logistics Austria",
        "Mueler Logistik, Hamburg",
        "Logistik Müller d/b/a Acme",
        "ML",
        "…",
        "",
    ]
)
identities = st.builds(
    Identity,
    name=names | st.text(max_size=20),
    country=st.sampled_from(["", "DE", "AT", "??"]),
    city=st.sampled_from(["", "Hamburg"]),
    website=st.sampled_from(["", "acme.com", "https://www.acme.com/x", "gmail.com", "mueller.de"]),
    email=st.sampled_from(["", "a@acme.com", "a@gmail.com", "@"]),
    tax_number=st.sampled_from(["", VAT, OTHER_VAT, "136695976", "12345"]),
    former_names=st.lists(names, max_size=2).map(tuple),
)


@settings(max_examples=500)
@given(identities, identities)
def test_no_rule_fires_without_a_shared_key(a: Identity, b: Identity) -> None:
    shared = keys(normalise(a)) & keys(normalise(b))

    assert bool(score(a, b).evidence) <= bool(shared)


def test_control_names_that_are_alike_but_share_no_key_do_not_fire() -> None:
    one, other = Identity("Xordlichy"), Identity("Nordlicht")

    assert likeness(normalise(one), normalise(other)).letters > 0.7
    assert keys(normalise(one)).isdisjoint(keys(normalise(other)))
    assert score(one, other).evidence == ()


PARTS = ["Nordlicht", "Café", "Robotics", "Institute", "of", "Müller"]
proper = st.lists(st.sampled_from(PARTS), min_size=1, max_size=4)
SPELT_OTHERWISE: list[Callable[[str], str]] = [
    str.upper,
    str.lower,
    lambda name: f"{name} GmbH",
    lambda name: f"  {name} ",
    lambda name: f"{name}, Inc.",
]


@settings(max_examples=300)
@given(identities, proper.map(" ".join), st.sampled_from(SPELT_OTHERWISE))
def test_score_does_not_depend_on_case_spaces_and_legal_form(
    a: Identity, name: str, respelt: Callable[[str], str]
) -> None:
    plain, other = (score(a, Identity(each, "DE", "Hamburg")) for each in (name, respelt(name)))

    assert (plain.score, plain.band) == (other.score, other.band)


@settings(max_examples=200)
@given(st.permutations(["Nordlicht", "Café", "Robotics", "Müller"]))
def test_score_of_words_in_any_order_is_that_of_the_same_words(order: list[str]) -> None:
    match = score(Identity(" ".join(order), "DE"), Identity("Nordlicht Café Robotics Müller", "DE"))

    assert match.score in {0.91, 0.97}


@settings(max_examples=300)
@given(identities, identities)
def test_score_is_the_same_from_both_sides(a: Identity, b: Identity) -> None:
    one, other = score(a, b), score(b, a)

    assert (one.score, one.band) == (other.score, other.band)
    assert [evidence.rule for evidence in one.evidence] == [evidence.rule for evidence in other.evidence]


@given(identities)
def test_score_of_anything_with_itself_stays_within_its_band(a: Identity) -> None:
    match = score(a, a)

    assert 0 <= match.score <= 1
    assert match.band == band_of(match.score)
