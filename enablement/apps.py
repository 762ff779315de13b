from importlib import import_module

from django.apps import AppConfig


class EnablementConfig(AppConfig):
    name = "enablement"
    label = "enablement"

    def ready(self) -> None:
        import_module("enablement.library.wiring")
