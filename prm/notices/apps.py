from importlib import import_module

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "prm.notices"
    label = "notices"

    def ready(self) -> None:
        import_module("prm.notices.events")
        import_module("prm.notices.groups")
        import_module("prm.notices.digests")
        import_module("prm.notices.choices.panel")
        import_module("prm.notices.listing")
