import pytest
from hypothesis import given
from hypothesis import strategies as st

from prm.matching.hosts import registrable
from prm.matching.tax import tax_key

ADDRESSES = [
    ("https://www.Mueller-Logistik.de/kontakt?x=1", "mueller-logistik.de"),
    ("WWW.mueller-logistik.DE", "mueller-logistik.de"),
    ("shop.acme.co.uk:8443", "acme.co.uk"),
    ("acme.wixsite.com/home", "acme.wixsite.com"),
    ("müller.de", "xn--mller-kva.de"),
    ("xn--mller-kva.de", "xn--mller-kva.de"),
    ("https://нииип-нзик.рф", "xn----ntbbaacores.xn--p1ai"),
    ("https://shop.acme.example/x", "acme.example"),
    ("acme.example", "acme.example"),
    ("gmail.com", ""),
    ("https://www.linkedin.com/company/acme", ""),
    ("co.uk", ""),
    ("localhost", ""),
    ("192.168.0.1", ""),
    ("not a host", ""),
    ("", ""),
]


@pytest.mark.parametrize(("address", "domain"), ADDRESSES)
def test_registrable_domain_tells_who_somebody_is(address: str, domain: str) -> None:
    assert registrable(address) == domain


@given(st.text(max_size=600))
def test_registrable_never_fails_and_is_ascii(address: str) -> None:
    assert registrable(address).isascii()


NUMBERS = [
    ("DE 136,695 976", "DE", "DE136695976"),
    ("136695976", "de".upper(), "DE136695976"),
    ("DE136695976", "", "DE136695976"),
    ("DE136695976", "FR", "DE136695976"),
    ("136695977", "DE", ""),
    ("EL094259216", "", "GR094259216"),
    ("GB 980 7806 84", "GB", "GB980780684"),
    ("91-1144442", "US", "US911144442"),
    ("ABC 12345", "XK", "XKABC12345"),
    ("ABCDEF", "XK", ""),
    ("1234", "XK", ""),
    ("12345", "", ""),
    ("", "DE", ""),
]


@pytest.mark.parametrize(("number", "country", "key"), NUMBERS)
def test_tax_key_is_a_number_that_can_be_right(number: str, country: str, key: str) -> None:
    assert tax_key(number, country) == key


@given(st.text(max_size=60), st.sampled_from(["", "DE", "US", "IN", "XK", "DO", "ZZ"]))
def test_tax_key_never_fails_and_is_compact(number: str, country: str) -> None:
    key = tax_key(number, country)

    assert key == "" or (key.isascii() and key.isalnum() and key == key.upper())
