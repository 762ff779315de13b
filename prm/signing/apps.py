from importlib import import_module

from django.apps import AppConfig


class SigningConfig(AppConfig):
    name = "prm.signing"
    label = "signing"

    def ready(self) -> None:
        import_module("prm.signing.events")
        import_module("prm.signing.navigation")
