from importlib import import_module

from django.apps import AppConfig


class RatesConfig(AppConfig):
    name = "prm.rates"
    label = "rates"

    def ready(self) -> None:
        for name in ("events", "listing", "navigation"):
            import_module(f"prm.rates.{name}")
