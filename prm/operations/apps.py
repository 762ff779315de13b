from importlib import import_module

from django.apps import AppConfig

from prm.operations import slow


class OperationsConfig(AppConfig):
    name = "prm.operations"
    label = "operations"

    def ready(self) -> None:
        import_module("prm.operations.navigation")
        slow.install()
        import_module("prm.operations.listing")
