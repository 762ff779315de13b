from importlib import import_module

from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "prm.jobs"
    label = "jobs"

    def ready(self) -> None:
        import_module("prm.jobs.work")
