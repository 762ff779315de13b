from importlib import import_module

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "prm.ledger"
    label = "ledger"

    def ready(self) -> None:
        for name in ("events", "groups", "listing", "navigation"):
            import_module(f"prm.ledger.{name}")
