from importlib import import_module

from django.apps import AppConfig


class FiltersConfig(AppConfig):
    name = "prm.filters"
    label = "filters"

    def ready(self) -> None:
        import_module("prm.filters.events")
