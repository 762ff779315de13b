"""Random public identifiers such as `deal_7k2m…`: they tell neither order nor volume."""

import secrets
from typing import Any

from django.db import models

# No vowels and no look-alikes: ids are read aloud on the telephone and must not spell words.
ALPHABET = "23456789bcdfghjkmnpqrstvwxz"
LENGTH = 18  # 27^18 ≈ 2^85 values


def random_id(prefix: str) -> str:
    # One draw for all letters: imports make thousands of ids.
    number = secrets.randbelow(len(ALPHABET) ** LENGTH)
    letters = []
    for _ in range(LENGTH):
        number, letter = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[letter])
    return f"{prefix}_" + "".join(letters)


class PublicIdField(models.CharField[str, str]):
    """A unique random id with a prefix that names the noun; drawn when the row is made."""

    def __init__(self, *, prefix: str, **kwargs: Any) -> None:
        self.prefix = prefix
        kwargs["max_length"] = len(prefix) + 1 + LENGTH
        kwargs["unique"] = True
        kwargs["editable"] = False
        super().__init__(**kwargs)

    def get_default(self) -> str:
        return random_id(self.prefix)

    def has_default(self) -> bool:
        return True

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        for derived in ("max_length", "unique", "editable"):
            kwargs.pop(derived, None)
        return name, path, args, {**kwargs, "prefix": self.prefix}
