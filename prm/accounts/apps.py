from importlib import import_module

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "prm.accounts"
    label = "accounts"

    def ready(self) -> None:
        import_module("prm.accounts.events")
        import_module("prm.accounts.resets")
        import_module("prm.accounts.listing")
