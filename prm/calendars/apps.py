from importlib import import_module

from django.apps import AppConfig


class CalendarsConfig(AppConfig):
    name = "prm.calendars"
    label = "calendars"

    def ready(self) -> None:
        import_module("prm.calendars.events")
        import_module("prm.calendars.panel")
