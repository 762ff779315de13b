"""What the login library asks us about second steps."""

from urllib.parse import urlsplit

from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings

from prm.accounts.second_steps import sealing
from prm.branding.selectors import memory


class SecondStepAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    def encrypt(self, text: str) -> str:
        return sealing.seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        return sealing.unseal(encrypted_text)

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Keys belong to the address of the installation, whatever Host a request claims."""
        return {"id": urlsplit(settings.PRM_BASE_URL).hostname or "", "name": memory.current().name}

    def get_totp_issuer(self) -> str:
        """What the app shows above the code."""
        return memory.current().name
