from importlib import import_module

from django.apps import AppConfig


class DealsConfig(AppConfig):
    name = "deals"
    label = "deals"

    def ready(self) -> None:
        import_module("deals.events")
        import_module("deals.groups")
        import_module("deals.sockets")
        import_module("deals.holdings")
        import_module("deals.lists")
        import_module("deals.panels")
        import_module("deals.conversations")
        import_module("deals.metrics")
        import_module("deals.demo.steps")
        import_module("deals.registrations.listing")
        import_module("deals.quality.listing")
