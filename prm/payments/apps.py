from importlib import import_module

from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    name = "prm.payments"
    label = "payments"

    def ready(self) -> None:
        for name in ("rulebook", "events", "groups", "listing", "sockets"):
            import_module(f"prm.payments.{name}")
