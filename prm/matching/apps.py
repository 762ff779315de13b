from importlib import import_module

from django.apps import AppConfig


class MatchingConfig(AppConfig):
    name = "prm.matching"
    label = "matching"

    def ready(self) -> None:
        import_module("prm.matching.checks")
        import_module("prm.matching.rulebook")
