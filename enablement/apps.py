from importlib import import_module

from django.apps import AppConfig


class EnablementConfig(AppConfig):
    name = "enablement"
    label = "enablement"

    def ready(self) -> None:
        import_module("enablement.groups")
        import_module("enablement.certification.events")
        import_module("enablement.certification.listing")
        import_module("enablement.certificates.events")
        import_module("enablement.certificates.following")
        import_module("enablement.certificates.listing")
        import_module("enablement.claims.events")
        import_module("enablement.claims.leaving")
        import_module("enablement.claims.listing")
        import_module("enablement.sockets")
        import_module("enablement.demo.steps")
