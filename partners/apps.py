from importlib import import_module

from django.apps import AppConfig


class PartnersConfig(AppConfig):
    name = "partners"
    label = "partners"

    def ready(self) -> None:
        import_module("partners.events")
        import_module("partners.sockets")
        import_module("partners.imports.portions")
        import_module("partners.lists.accounts")
        import_module("partners.lists.work")
        import_module("partners.lists.listing")
        import_module("partners.merges.holdings")
        import_module("partners.merges.sweep")
        import_module("partners.merges.panel")
        import_module("partners.merges.listing")
        import_module("partners.demo.steps")
        import_module("partners.demo.doubles")
        import_module("partners.demo.calendars")
        import_module("partners.customers.listing")
        import_module("partners.profiles.listing")
        import_module("partners.imports.listing")
