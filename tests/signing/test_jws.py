"""Compact JWS: written, read strictly, verified."""

import base64
import json

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from prm.signing import jws
from tests.signing.chains import Signatory

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=10,
)
ONE = Signatory()


@settings(max_examples=20)
@given(st.dictionaries(st.text(max_size=20), VALUES, max_size=6))
def test_whatever_is_signed_is_read_back_and_verifies(claims: dict[str, object]) -> None:
    text = jws.compact(claims, typ="t", kid=ONE.public.kid, key=ONE.private)
    token = jws.read(text)

    assert (token.claims, token.kid, token.typ) == (claims, ONE.public.kid, "t")
    assert jws.verifies(token, ONE.public.x)


def test_every_flipped_byte_is_found() -> None:
    text = ONE.sign(seq=1, kind="registered")
    believed = []
    for place in range(len(text)):
        for other in "Aa0_":
            changed = text[:place] + other + text[place + 1 :]
            if changed != text and is_believed(changed):
                believed.append((place, other))

    assert believed == []


def is_believed(text: str) -> bool:
    try:
        return jws.verifies(jws.read(text), ONE.public.x)
    except jws.NotAToken:
        return False


def test_control_what_was_not_changed_is_believed() -> None:
    assert is_believed(ONE.sign(seq=1))


def test_last_letter_has_one_spelling() -> None:
    """64 bytes fill 86 letters with four bits to spare: what differs in them alone must not be read as the same."""
    text = ONE.sign(seq=1)
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    beside = alphabet[alphabet.index(text[-1]) ^ 1]

    assert base64.urlsafe_b64decode(text[-86:] + "==") == base64.urlsafe_b64decode(text[-86:-1] + beside + "==")
    with pytest.raises(jws.NotAToken):
        jws.read(text[:-1] + beside)


def test_other_keys_do_not_verify() -> None:
    other = Signatory()

    assert not jws.verifies(jws.read(ONE.sign(seq=1)), other.public.x)


def part(value: object) -> str:
    return jws.b64(json.dumps(value).encode())


HEADER = {"alg": "EdDSA", "kid": "k", "typ": "t"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        "a.b",
        "a.b.c.d",
        f"{part(HEADER)}.{part([1])}.AA",
        f"{part([])}.{part({})}.AA",
        f"{part({**HEADER, 'alg': 'none'})}.{part({})}.",
        f"{part({**HEADER, 'alg': 'HS256'})}.{part({})}.AA",
        f"{part({'alg': 'EdDSA', 'typ': 't'})}.{part({})}.AA",
        f"{part({**HEADER, 'kid': 7})}.{part({})}.AA",
        f"{part({**HEADER, 'typ': None})}.{part({})}.AA",
        f"{part(HEADER)}.{part({})}.A",
        f"{part(HEADER)}.{part({})}.A=",
        f"{part(HEADER)}.{part({})}.ä",
        f"{part(HEADER)}.{jws.b64(b'not json')}.AA",
        f"{part(HEADER)}.{jws.b64(bytes([255, 254]))}.AA",
        f"{part(HEADER)}.{jws.b64(b'[' * 9000)}.AA",
        f"{part(HEADER)}.{'A' * 20_000}.AA",
    ],
)
def test_what_is_no_token_is_refused(text: str) -> None:
    with pytest.raises(jws.NotAToken):
        jws.read(text)


def test_signature_of_another_length_does_not_verify() -> None:
    text = ONE.sign(seq=1).rpartition(".")[0]

    assert not jws.verifies(jws.read(f"{text}."), ONE.public.x)
    assert not jws.verifies(jws.read(f"{text}.{jws.b64(bytes(63))}"), ONE.public.x)


def test_thumbprint_is_the_one_of_the_standard() -> None:
    """RFC 8037, appendix A.3."""
    x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
    expected = "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"

    assert jws.thumbprint(jws.unb64(x)) == expected


def test_signature_is_the_one_of_the_standard() -> None:
    """RFC 8037, appendix A.4: header and text of another kind, the same bytes signed."""
    key = Ed25519PrivateKey.from_private_bytes(jws.unb64("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"))
    signed = b"eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc"
    expected = "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"

    assert jws.b64(key.sign(signed)) == expected


def test_digest_is_of_the_compact_form() -> None:
    assert jws.digest("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
