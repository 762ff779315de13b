"""What speaks for or against two being one company: a line for each rule."""

from collections.abc import Mapping
from typing import NamedTuple

from django.utils.translation import gettext


class Evidence(NamedTuple):
    """`rule` is stable and may be stored; `text` is a sentence in the language of whoever reads it.

    `strength` is the score that the rule alone gives, below 0 what a doubt takes away; None for what only explains.
    """

    rule: str
    said: str
    strength: float | None = None
    about: Mapping[str, str] | None = None

    @property
    def text(self) -> str:
        """Put into words only when it is read: most of what is weighed is never shown."""
        return self.said if self.about is None else gettext(self.said) % self.about


def line(rule: str, said: str, **about: str) -> Evidence:
    """Evidence whose words are put together when it is read; `said` is marked for translation where it stands."""
    return Evidence(rule, said, about=about)
