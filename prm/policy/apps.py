from importlib import import_module

from django.apps import AppConfig


class PolicyConfig(AppConfig):
    name = "prm.policy"
    label = "policy"

    def ready(self) -> None:
        for name in ("events", "groups", "listing", "navigation", "panel", "demo"):
            import_module(f"prm.policy.{name}")
