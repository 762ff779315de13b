from importlib import import_module

from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "prm.files"
    label = "files"

    def ready(self) -> None:
        import_module("prm.files.events")
