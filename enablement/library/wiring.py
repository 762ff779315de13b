"""Everything of the library that is hung somewhere, for the wing's `AppConfig.ready()`."""

from importlib import import_module

for _name in ("events", "sockets", "listing", "demo"):
    import_module(f"enablement.library.{_name}")
