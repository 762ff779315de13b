from importlib import import_module

from django.apps import AppConfig


class AnnouncementsConfig(AppConfig):
    name = "prm.announcements"
    label = "announcements"

    def ready(self) -> None:
        for name in ("events", "groups", "listing", "navigation", "panel", "demo"):
            import_module(f"prm.announcements.{name}")
