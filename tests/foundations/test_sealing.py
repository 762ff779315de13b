"""Secrets at rest open with the installation's key, for the purpose they were sealed for."""

from typing import Any

import pytest
from cryptography.fernet import InvalidToken

from prm.accounts.second_steps.sealing import seal, unseal
from prm.sealing import seal as seal_for
from prm.sealing import unseal as unseal_for


def test_what_is_sealed_opens_again() -> None:
    sealed = seal_for("the secret", purpose=b"one")

    assert "secret" not in sealed
    assert unseal_for(sealed, purpose=b"one") == "the secret"


def test_another_purpose_does_not_open() -> None:
    with pytest.raises(InvalidToken):
        unseal_for(seal_for("the secret", purpose=b"one"), purpose=b"another")


def test_second_steps_have_a_purpose_of_their_own() -> None:
    assert unseal(seal("the secret")) == "the secret"
    with pytest.raises(InvalidToken):
        unseal_for(seal("the secret"), purpose=b"prm.signing")


def test_former_key_still_opens_and_a_lost_one_does_not(settings: Any) -> None:
    sealed, former = seal("the secret"), settings.SECRET_KEY
    settings.SECRET_KEY = "another one"
    settings.SECRET_KEY_FALLBACKS = [former]

    assert unseal(sealed) == "the secret"
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(InvalidToken):
        unseal(sealed)
