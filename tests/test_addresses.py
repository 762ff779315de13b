"""Countries and websites as people type them."""

import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st

from prm.addresses import LONGEST_WEBSITE, countries, country_choices, website_host

ACCEPTED = [
    ("example.org", "example.org"),
    ("EXAMPLE.org", "example.org"),
    ("www.example.org/path?q=1#top", "www.example.org"),
    ("http://example.org", "example.org"),
    ("https://example.org:8443/", "example.org"),
    ("example.org:8080", "example.org"),
    ("https://sub.domain.example.co.uk/a/b", "sub.domain.example.co.uk"),
    ("https://müller.de", "müller.de"),
    ("http://нииип-нзик.рф", "нииип-нзик.рф"),
    ("https://luustoliitto.fi/jäsenyhdistykset/", "luustoliitto.fi"),
    ("xn--mller-kva.de", "xn--mller-kva.de"),
    ("example.org.", "example.org."),
    ("192.168.0.1", "192.168.0.1"),
]
REFUSED = [
    "",
    "example",
    "localhost",
    "javascript:alert(1)",
    "javascript://example.org/%0aalert(1)",
    "data:text/html,hello",
    "ftp://example.org",
    "mailto:somebody@example.org",
    "file:///etc/passwd",
    "//example.org",
    "https://",
    "https:///path",
    "https://user@example.org",
    "https://user:secret@example.org",
    "https://example.org:port",
    "https://example.org:99999",
    "https://example.org:0",
    "https://exam ple.org",
    "https://example.org/a b",
    "https://example.org/\n",
    "https://example.org/\x00",
    "https://example.org/\u202e",
    "https://example..org",
    "https://.example.org",
    "https://[::1]/",
    "https://[broken",
    "https://" + "a" * 64 + ".org",
    "https://" + "a." * 130 + "org",
    "https://example.org/" + "x" * LONGEST_WEBSITE,
]


@pytest.mark.parametrize(("typed", "host"), ACCEPTED)
def test_website_is_a_host_name_or_an_address_of_the_web(typed: str, host: str) -> None:
    assert website_host(typed) == host


@pytest.mark.parametrize("typed", REFUSED)
def test_website_of_any_other_kind_is_none(typed: str) -> None:
    assert website_host(typed) is None


@given(st.text(max_size=600))
def test_website_never_fails_whatever_is_typed(typed: str) -> None:
    host = website_host(typed)

    assert host is None or ("." in host and not any(letter.isspace() for letter in host))


@given(st.from_regex(r"https?://[a-z]{1,10}\.(com|de|example)(/[a-z]{0,10})?", fullmatch=True))
def test_website_of_an_ordinary_address_is_its_host(typed: str) -> None:
    assert website_host(typed) == typed.split("/")[2]


@pytest.mark.parametrize("code", ["DE", "AT", "CH", "US", "GB", "JP", "XK", "TW", "PS", "VA"])
def test_countries_of_addresses_are_known(code: str) -> None:
    assert code in countries()


@pytest.mark.parametrize("code", ["", "ZZ", "EU", "UN", "XA", "QO", "de", "DEU", "001", "419"])
def test_what_is_no_country_of_an_address_is_unknown(code: str) -> None:
    assert code not in countries()


def test_countries_are_those_of_the_standard_and_kosovo() -> None:
    # ISO 3166-1 has 249 entries.
    assert len(countries()) == 250


def test_choices_start_empty_and_follow_the_names_of_the_language() -> None:
    english, german = country_choices(Locale("en")), country_choices(Locale("de"))

    assert english[0] == german[0] == ("", "—")
    assert ("DE", "Germany") in english
    assert ("DE", "Deutschland") in german
    assert [name for _code, name in english[1:]] == sorted(name for _code, name in english[1:])
    assert {code for code, _name in english} == countries() | {""}
