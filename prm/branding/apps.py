from importlib import import_module

from django.apps import AppConfig


class BrandingConfig(AppConfig):
    name = "prm.branding"
    label = "branding"

    def ready(self) -> None:
        import_module("prm.branding.events")
        import_module("prm.branding.navigation")
