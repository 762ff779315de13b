"""A small part of Markdown as HTML: headings, lists, quotes, code, emphasis and links. Everything else is text.

Nothing that somebody typed reaches the page as a tag: each piece is escaped where it is put in.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

FENCE = "```"
# A page has its own first two.
TOP, DEEPEST = 2, 4
NOTHING = format_html_join("", "{}", ())


def render(text: str) -> SafeString:
    return format_html_join("\n", "{}", ((block,) for block in _blocks(text.replace("\r\n", "\n").split("\n"))))


@dataclass
class _Open:
    """Lines of one block that is not complete yet."""

    kind: str = ""
    lines: list[str] = field(default_factory=list)

    def close(self) -> Iterator[SafeString]:
        if self.lines or self.kind == FENCE:
            yield DRAWN[self.kind](self.lines)
        self.kind, self.lines = "", []


def _blocks(lines: Iterable[str]) -> Iterator[SafeString]:
    block = _Open()
    for line in lines:
        if block.kind == FENCE or line.startswith(FENCE):
            if not line.startswith(FENCE):
                block.lines.append(line)
                continue
            ends = block.kind == FENCE
            yield from block.close()
            block.kind = "" if ends else FENCE
            continue
        kind, words = _kind_of(line)
        if kind != block.kind or kind.startswith("#"):
            yield from block.close()
            block.kind = kind
        if kind or words:
            block.lines.append(words)
    yield from block.close()


def _kind_of(line: str) -> tuple[str, str]:
    """What a line begins, and the rest of it; "" is nothing."""
    bare = line.strip()
    if not bare:
        return "", ""
    marks, _blank, words = bare.partition(" ")
    if words and set(marks) == {"#"}:
        return "#" * min(len(marks) + TOP - 1, DEEPEST), words.strip()
    if words and marks in {"-", "*"}:
        return "-", words
    if words and marks[:-1].isascii() and marks[:-1].isdigit() and marks[-1] == ".":
        return "1", words
    if marks == ">":
        return ">", words
    return "p", bare


def _heading(lines: list[str], level: int) -> SafeString:
    return format_html("<h{0}>{1}</h{0}>", level, _inline(" ".join(lines)))


def _list(lines: list[str], name: str) -> SafeString:
    return format_html(
        "<{0}>{1}</{0}>", name, format_html_join("", "<li>{}</li>", ((_inline(line),) for line in lines))
    )


DRAWN: dict[str, Callable[[list[str]], SafeString]] = {
    "": lambda _lines: NOTHING,
    "p": lambda lines: format_html("<p>{}</p>", _inline("\n".join(lines))),
    "-": lambda lines: _list(lines, "ul"),
    "1": lambda lines: _list(lines, "ol"),
    ">": lambda lines: format_html("<blockquote><p>{}</p></blockquote>", _inline("\n".join(lines))),
    FENCE: lambda lines: format_html("<pre><code>{}</code></pre>", "\n".join(lines)),
    **{"#" * level: lambda lines, level=level: _heading(lines, level) for level in range(TOP, DEEPEST + 1)},  # type: ignore[misc]
}
PAIRS: tuple[tuple[str, str], ...] = (("`", "code"), ("**", "strong"), ("*", "em"))


def _inline(text: str) -> SafeString:
    """Read once from left to right; a mark that nothing closes is not looked for again."""
    pieces: list[SafeString] = []
    plain, at, unclosed = 0, 0, set[str]()
    while at < len(text):
        found = _marked(text, at, unclosed) if text[at] in "`*[" else None
        if found is None:
            at += 1
            continue
        drawn, after = found
        pieces += [format_html("{}", text[plain:at]), drawn]
        plain = at = after
    return format_html_join("", "{}", ((piece,) for piece in [*pieces, format_html("{}", text[plain:])]))


def _marked(text: str, at: int, unclosed: set[str]) -> tuple[SafeString, int] | None:
    """What begins here, and where it ends."""
    if text[at] == "[":
        return _link(text, at, unclosed)
    for mark, name in PAIRS:
        if text.startswith(mark, at) and mark not in unclosed:
            end = text.find(mark, at + len(mark))
            if end > at + len(mark):
                inner = text[at + len(mark) : end]
                drawn = format_html("{}", inner) if mark == "`" else _inline(inner)
                return format_html("<{0}>{1}</{0}>", name, drawn), end + len(mark)
            if end < 0:
                unclosed.add(mark)
    return None


def _link(text: str, at: int, unclosed: set[str]) -> tuple[SafeString, int] | None:
    if "[" in unclosed:
        return None
    middle = text.find("](", at)
    end = text.find(")", middle) if middle > 0 else -1
    if end < 0:
        unclosed.add("[")
        return None
    label, address = text[at + 1 : middle], text[middle + 2 : end].strip()
    if not _leads_somewhere(address):
        return format_html("{}", label), end + 1
    return format_html('<a href="{}" rel="noopener noreferrer">{}</a>', address, _inline(label)), end + 1


def _leads_somewhere(address: str) -> bool:
    """A page of the portal, or one elsewhere over http(s)."""
    if not address.isprintable() or " " in address or "\\" in address:
        return False
    inside = address.startswith("/") and not address.startswith("//")
    return inside or address.lower().startswith(("https://", "http://"))
