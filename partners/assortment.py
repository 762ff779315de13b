"""What partners sell, by its slugs and names. Whoever sells it says so here; whoever else speaks of it asks here."""

from collections.abc import Callable

from prm.registry import Registry

PRODUCT_LINES: Registry[Callable[[], list[tuple[str, str]]]] = Registry("source of product lines")


def product_lines() -> list[tuple[str, str]]:
    return [line for source in PRODUCT_LINES for line in source()]
