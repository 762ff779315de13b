from importlib import import_module

from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "prm.audit"
    label = "audit"

    def ready(self) -> None:
        import_module("prm.audit.events")
        import_module("prm.audit.listing")
