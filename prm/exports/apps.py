from importlib import import_module

from django.apps import AppConfig


class ExportsConfig(AppConfig):
    name = "prm.exports"
    label = "exports"

    def ready(self) -> None:
        import_module("prm.exports.events")
        import_module("prm.exports.portions")
