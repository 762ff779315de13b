"""How the programme presents itself now. Every page and every mail asks, so each process remembers it for a while."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import formataddr, parseaddr

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.urls import reverse

from prm.branding.models import ONLY, Branding


@dataclass(frozen=True)
class LogoFace:
    url: str
    width: int
    height: int


@dataclass(frozen=True)
class Brand:
    """What an administrator has set, else what the settings say."""

    name: str
    accent: str
    logo: LogoFace | None = None
    own_name: bool = False

    @property
    def sender(self) -> str:
        """The address is the operator's, the name before it the programme's."""
        address = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
        return formataddr((self.name, address)) if self.own_name else settings.DEFAULT_FROM_EMAIL


def defaults() -> Brand:
    return Brand(settings.PRM_NAME, settings.PRM_ACCENT)


def row() -> Branding:
    """The stored row, or one that is not stored yet and sets nothing. Without the picture itself."""
    found = Branding.objects.select_related("logo").defer("logo__data").filter(pk=ONLY).first()
    return found or Branding(pk=ONLY)


def read() -> Brand:
    return brand_of(row())


def brand_of(branding: Branding) -> Brand:
    logo = branding.logo
    return Brand(
        name=branding.name or settings.PRM_NAME,
        accent=branding.accent or settings.PRM_ACCENT,
        logo=LogoFace(reverse("brand-logo", args=[logo.digest]), logo.width, logo.height) if logo else None,
        own_name=bool(branding.name),
    )


class Memory:
    """Asked anew after `PRM_BRANDING_KEPT_SECONDS`: that late at most, other processes follow a change."""

    def __init__(self, read: Callable[[], Brand], clock: Callable[[], float] = time.monotonic) -> None:
        self.read, self.clock = read, clock
        self.known: Brand | None = None
        self.until = 0.0

    def current(self) -> Brand:
        if self.known is not None and self.clock() < self.until:
            return self.known
        return self.renewed()

    def renewed(self) -> Brand:
        """A database that is away changes nobody's name: the last one that was known stays."""
        try:
            self.known = self.read()
        except (OperationalError, InterfaceError):
            self.known = self.last_known()
        self.until = self.clock() + settings.PRM_BRANDING_KEPT_SECONDS
        return self.known

    def last_known(self) -> Brand:
        """Without a question to anybody."""
        return self.known or defaults()

    def forget(self) -> None:
        self.until = 0.0


memory = Memory(read)
