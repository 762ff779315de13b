"""Rules in plain language: numbered clauses, what two versions differ in, and the digest that is acknowledged."""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256


@dataclass(frozen=True)
class Clause:
    """`number` is stable over versions, such as 3.2: decisions cite it."""

    number: str
    title: str
    text: str

    @property
    def anchor(self) -> str:
        return "rule-" + self.number.replace(".", "-")


@dataclass(frozen=True)
class ChangedClause:
    """One clause before and after; None where there was, or will be, none."""

    number: str
    before: Clause | None
    after: Clause | None

    @property
    def title(self) -> str:
        clause = self.after or self.before
        return clause.title if clause else ""


def order_of(number: str) -> tuple[int, ...]:
    """3.10 comes after 3.9."""
    return tuple(int(part) for part in number.split("."))


def compared(before: Iterable[Clause], after: Iterable[Clause]) -> list[ChangedClause]:
    """The clauses that read differently, in the order of their numbers."""
    old = {clause.number: clause for clause in before}
    new = {clause.number: clause for clause in after}
    numbers = sorted(old.keys() | new.keys(), key=order_of)
    return [
        ChangedClause(number, old.get(number), new.get(number))
        for number in numbers
        if old.get(number) != new.get(number)
    ]


def rendered(clauses: Iterable[Clause]) -> str:
    """The whole text as it is acknowledged: a line for the number and title, a line for the rule."""
    return "".join(f"{clause.number} {clause.title}\n{clause.text}\n" for clause in clauses)


def digest(text: str) -> str:
    """SHA-256 in hexadecimal digits."""
    return sha256(text.encode()).hexdigest()
