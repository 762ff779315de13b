"""What a partner can do, as plain values."""

from dataclasses import dataclass
from datetime import datetime

Key = tuple[str, str]


@dataclass(frozen=True)
class Held:
    """A competency at a level: how many have proved it, and until when the last of them has."""

    competency: str
    level: str
    holders: int
    valid_until: datetime

    @property
    def key(self) -> Key:
        return self.competency, self.level
