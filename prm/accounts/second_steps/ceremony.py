"""Talking to a security key. What comes back from a browser is anything at all, and is checked here."""

from typing import Any

from allauth.mfa.webauthn.internal import auth
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from fido2.utils import websafe_encode

from prm.accounts.models import User


def registration_options(user: User) -> dict[str, Any]:
    """What the browser is asked to make; its challenge is kept in the session."""
    found: dict[str, Any] = auth.begin_registration(user, False)
    return found


def login_options(user: User) -> dict[str, Any]:
    found: dict[str, Any] = auth.begin_authentication(user)
    return found


def checked_registration(given: Any) -> dict[str, Any]:
    """The parts of a new credential that are kept. Raises ValidationError for anything odd."""
    try:
        parsed = auth.parse_registration_response(given)
        auth.complete_registration(given)
        response = parsed.response
        kept = {"clientDataJSON": response.client_data, "attestationObject": response.attestation_object}
        key = websafe_encode(parsed.raw_id)
    except Exception as error:
        raise _refused() from error
    encoded = {name: websafe_encode(bytes(value)) for name, value in kept.items()}
    return {"id": key, "rawId": key, "type": "public-key", "response": encoded, "clientExtensionResults": {}}


def checked_login(user: User, given: Any) -> Any:
    """The key of the person that signed the challenge. Raises ValidationError for anything odd."""
    try:
        auth.parse_authentication_response(given)
        return auth.complete_authentication(user, given)
    except Exception as error:
        # The library lets through whatever its parsers stumble over; none of it is a key.
        raise _refused() from error


def _refused() -> ValidationError:
    return ValidationError(_("The key did not answer as it should. Please try again."))
