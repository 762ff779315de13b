from importlib import import_module

from django.apps import AppConfig


class ThreadsConfig(AppConfig):
    name = "prm.threads"
    label = "threads"

    def ready(self) -> None:
        import_module("prm.threads.events")
        import_module("prm.threads.groups")
