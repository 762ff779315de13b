"""How many steps a regular expression takes: a matcher that goes back as the real one does, and counts.

Seconds depend on the machine; steps do not.
"""

import re
from collections.abc import Callable, Iterator
from re import _constants as op
from re import _parser  # type: ignore[attr-defined]
from typing import Any

Then = Callable[[int], bool]


class Matcher:
    def __init__(self, pattern: re.Pattern[str], text: str, most: int) -> None:
        self.text, self.most, self.flags, self.steps = text, most, pattern.flags, 0
        self.groups: dict[int, str] = {}
        self.tree = list(_parser.parse(pattern.pattern, pattern.flags))

    def search(self) -> tuple[int, int] | None:
        """Where it is found first."""
        ends: list[int] = []
        for start in range(len(self.text) + 1):
            if self._all(self.tree, start, lambda end: not ends.append(end)):
                return start, ends[0]
        return None

    def _all(self, nodes: list[Any], place: int, then: Then) -> bool:
        if not nodes:
            return then(place)
        return self._one(nodes[0], place, lambda after: self._all(nodes[1:], after, then))

    def _one(self, node: Any, place: int, then: Then) -> bool:
        self.steps += 1
        if self.steps > self.most:
            raise OverflowError(self.steps)
        kind, value = node
        match str(kind):
            case "MAX_REPEAT":
                return self._repeat(*value, place, then)
            case "MIN_REPEAT":
                return self._repeat_little(*value, place, then)
            case "POSSESSIVE_REPEAT" | "ATOMIC_GROUP":
                nodes = [(op.MAX_REPEAT, value)] if str(kind) == "POSSESSIVE_REPEAT" else list(value)
                ends: list[int] = []
                return self._all(nodes, place, lambda end: not ends.append(end)) and then(ends[0])
            case "SUBPATTERN":
                return self._all(list(value[3]), place, lambda end: self._keep(value[0], place, end) and then(end))
            case "BRANCH":
                return any(self._all(list(way), place, then) for way in value[1])
            case "ASSERT" | "ASSERT_NOT":
                return self._look(value)(place) is (str(kind) == "ASSERT") and then(place)
            case "AT":
                return self._at(str(value), place) and then(place)
            case "GROUPREF":
                text = self.groups.get(value, "")
                return self.text.startswith(text, place) and then(place + len(text))
        return place < len(self.text) and self._letter(node, self.text[place]) and then(place + 1)

    def _keep(self, group: int | None, start: int, end: int) -> bool:
        if group is not None:
            self.groups[group] = self.text[start:end]
        return True

    def _repeat(self, least: int, most: int, node: Any, place: int, then: Then) -> bool:
        """As many as there are, then fewer; single letters without recursion, as the real one."""
        nodes = list(node)
        if len(nodes) == 1 and str(nodes[0][0]) in {"LITERAL", "NOT_LITERAL", "ANY", "IN"}:
            end = place
            while end < len(self.text) and end - place < most and self._letter(nodes[0], self.text[end]):
                end += 1
                self.steps += 1
            return any(then(back) for back in self._backwards(end, place + least))
        if most > 0 and self._all(
            nodes, place, lambda end: end > place and self._repeat(max(0, least - 1), most - 1, node, end, then)
        ):
            return True
        return least == 0 and then(place)

    def _repeat_little(self, least: int, most: int, node: Any, place: int, then: Then) -> bool:
        if least == 0 and then(place):
            return True
        return most > 0 and self._all(
            list(node),
            place,
            lambda end: end > place and self._repeat_little(max(0, least - 1), most - 1, node, end, then),
        )

    def _backwards(self, end: int, first: int) -> Iterator[int]:
        for place in range(end, first - 1, -1):
            self.steps += 1
            yield place

    def _look(self, value: Any) -> Callable[[int], bool]:
        direction, nodes = value
        width = nodes.getwidth()[0] if direction < 0 else 0
        return lambda place: place >= width and self._all(list(nodes), place - width, lambda _end: True)

    def _at(self, where: str, place: int) -> bool:
        text = self.text
        match where:
            case "AT_BEGINNING" | "AT_BEGINNING_STRING":
                return place == 0 or (bool(self.flags & re.MULTILINE) and text[place - 1] == "\n")
            case "AT_END":
                return place == len(text) or text[place:] == "\n"
            case "AT_END_STRING":
                return place == len(text)
        inside = [bool(re.match(r"\w", letter)) for letter in (text[place - 1 : place], text[place : place + 1])]
        return (inside[0] != inside[1]) is (where == "AT_BOUNDARY")

    def _letter(self, node: Any, letter: str) -> bool:
        kind, value = node
        match str(kind):
            case "LITERAL":
                return self._same(letter, value)
            case "NOT_LITERAL":
                return not self._same(letter, value)
            case "ANY":
                return letter != "\n" or bool(self.flags & re.DOTALL)
        negated = str(value[0][0]) == "NEGATE"
        return any(self._belongs(item, letter) for item in value[negated:]) is not negated

    def _belongs(self, item: Any, letter: str) -> bool:
        kind, value = item
        if str(kind) == "RANGE":
            return value[0] <= ord(letter) <= value[1]
        if str(kind) == "LITERAL":
            return self._same(letter, value)
        name = str(value).removeprefix("CATEGORY_")
        sign = {"SPACE": "s", "DIGIT": "d", "WORD": "w"}[name.removeprefix("NOT_")]
        is_one = re.match(f"\\{sign}", letter, self.flags & re.ASCII) is not None
        return is_one is not name.startswith("NOT_")

    def _same(self, letter: str, code: int) -> bool:
        if self.flags & re.IGNORECASE:
            return letter.casefold() == chr(code).casefold()
        return ord(letter) == code


def steps(pattern: re.Pattern[str], text: str, most: int = 100_000) -> int:
    """Of a search; `most` when it takes more."""
    matcher = Matcher(pattern, text, most)
    try:
        matcher.search()
    except OverflowError:
        return most
    return matcher.steps
