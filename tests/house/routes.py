"""Every route of the installation, as the resolver knows it."""

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from tests.house.source import PACKAGES


@dataclass(frozen=True)
class Route:
    """`pattern` is the whole path with its `<converter:argument>` parts; `names` are those arguments."""

    name: str
    pattern: str
    view: Callable[..., Any]
    names: tuple[str, ...]

    @property
    def is_api(self) -> bool:
        return self.pattern.startswith("api/v1/")

    @property
    def is_admin(self) -> bool:
        return self.pattern.startswith("admin/")

    @property
    def guard(self) -> str:
        return getattr(self.view, "guard", "")

    @property
    def view_class(self) -> type[Any] | None:
        return getattr(self.view, "view_class", None) or getattr(self.view, "cls", None)

    @property
    def handler(self) -> Any:
        """What somebody wrote: the class of a door, or the function under its decorators."""
        return self.view_class or inspect.unwrap(self.view)


@cache
def routes() -> tuple[Route, ...]:
    return tuple(_walk(get_resolver("config.urls").url_patterns, "", {}))


def _walk(patterns: list[Any], prefix: str, names: dict[str, Any]) -> Iterator[Route]:
    for pattern in patterns:
        path = prefix + str(pattern.pattern)
        found = {**names, **pattern.pattern.converters}
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, path, found)
        elif isinstance(pattern, URLPattern):
            arguments = tuple(found) or tuple(pattern.pattern.regex.groupindex)
            yield Route(pattern.name or path, path, pattern.callback, arguments)


def own_routes() -> list[Route]:
    """Without the stock admin, which only a superuser can open."""
    return [route for route in routes() if not route.is_admin]


@cache
def door_modules() -> tuple[Path, ...]:
    """Files of ours that hold what a route leads to."""
    files = {
        Path(inspect.getfile(route.handler))
        for route in own_routes()
        if route.handler.__module__.partition(".")[0] in PACKAGES
    }
    return tuple(sorted(files))
