"""The frame around every page: brand, navigation with badges, bell, person. The same number of queries on each page."""

import json
from dataclasses import dataclass
from functools import cached_property
from string import ascii_lowercase
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from prm.accounts.models import Organisation, User
from prm.branding.selectors import Brand, LogoFace
from prm.branding.selectors import memory as branding
from prm.notices.models import Notice
from prm.portal.sockets import NAVIGATION, SEARCH, NavItem, Text

HTMX_CONFIG = json.dumps(
    {
        "includeIndicatorStyles": False,
        "allowEval": False,
        "selfRequestsOnly": True,
        "historyCacheSize": 0,
        # A refused form comes back as a fragment with its sentences: it is shown, not swallowed.
        "responseHandling": [
            {"code": "204", "swap": False},
            {"code": "[23]..", "swap": True},
            {"code": "4(00|09|22)", "swap": True, "error": False},
            {"code": "...", "swap": False, "error": True},
        ],
    }
)


@dataclass(frozen=True)
class NavLink:
    label: Text
    url: str
    badge: int
    is_current: bool
    key: str = ""


@dataclass(frozen=True)
class NavSection:
    title: str
    links: list[NavLink]


class Shell:
    """Read by the templates piece by piece; whatever a page does not show is not asked for."""

    htmx_config = HTMX_CONFIG

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    @cached_property
    def brand(self) -> Brand:
        return branding.current()

    @property
    def name(self) -> str:
        return self.brand.name

    @property
    def logo(self) -> LogoFace | None:
        return self.brand.logo

    @property
    def is_demo(self) -> bool:
        return settings.PRM_DEMO

    @cached_property
    def theme(self) -> str:
        """Changes with the colours: the browser may keep the stylesheet until then."""
        return self.brand.accent.lstrip("#").lower()

    @property
    def has_search(self) -> bool:
        return bool(SEARCH.names())

    @cached_property
    def person(self) -> User | None:
        """Present on error pages too, where the request may have failed before anybody logged in."""
        user = getattr(self.request, "user", None)
        return user if isinstance(user, User) else None

    @property
    def organisation(self) -> Organisation | None:
        return self.person.organisation if self.person else None

    @property
    def initials(self) -> str:
        words = str(self.person or "").replace("@", " ").split()
        return "".join(word[0] for word in (words[:1] + words[1:][-1:]))

    @cached_property
    def unread(self) -> int:
        return Notice.objects.visible_to(self.person).unread().count() if self.person else 0

    @cached_property
    def navigation(self) -> list[NavSection]:
        person = self.person
        if person is None or person.organisation is None:
            return []
        items = sorted((item for item in NAVIGATION if item.is_for(person)), key=lambda item: item.order)
        current = self._current([reverse(item.url_name) for item in items])
        sections: dict[str, list[NavLink]] = {}
        for item, key in zip(items, keys_of([str(item.label) for item in items]), strict=True):
            sections.setdefault(str(item.section), []).append(_link(item, person, current, key))
        return [NavSection(title, links) for title, links in sections.items()]

    def _current(self, urls: list[str]) -> str:
        """The longest address that the page lies under; the home page only when it is the page itself."""
        path = self.request.path
        return max((url for url in urls if path == url or (url != "/" and path.startswith(url))), key=len, default="")


def keys_of(labels: list[str]) -> list[str]:
    """For each label a letter of its own, the first of it that is still free; empty where there is none."""
    keys: list[str] = []
    for label in labels:
        key = next((letter for letter in label.lower() if letter in ascii_lowercase and letter not in keys), "")
        keys.append(key)
    return keys


def _link(item: NavItem, person: User, current: str, key: str) -> NavLink:
    url = reverse(item.url_name)
    return NavLink(item.label, url, item.badge(person) if item.badge else 0, url == current, key)


def shell(request: HttpRequest) -> dict[str, Any]:
    return {"shell": Shell(request)}
