from importlib import import_module

from django.apps import AppConfig
from django.conf import settings

from prm.portal import theme


class PortalConfig(AppConfig):
    name = "prm.portal"
    label = "portal"

    def ready(self) -> None:
        theme.parse(settings.PRM_ACCENT)
        import_module("prm.portal.navigation")
