"""From a workbook (.xlsx) to rows of text. No Django, no database.

A workbook is a zip of XML that somebody else made. It is read as a stream by handlers that keep what they look for and
forget the rest, so that no file needs more memory than its rows, however it is built: what is unpacked is counted, and
so are cells and letters. Documents with a type declaration, the only way to entities, are refused.
"""

import io
import posixpath
import zipfile
import zlib
from collections.abc import Iterator
from typing import TypeVar
from xml.parsers import expat

from partners.imports.bounds import LONGEST_CELL, MOST_COLUMNS, MOST_ROWS, NoSuchSheet, Unreadable
from partners.imports.cells import DAYS, shown, unescaped

ZIPPED, COMPOUND = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
MOST_UNPACKED = 150_000_000
MOST_CELLS = 1_500_000
# A text that stands in every cell is once in the file and often in the table.
MOST_LETTERS = 30_000_000
# Of what names the sheets, their parts and styles.
MOST_OF_A_PART = 10_000_000
# The parser remembers what is open, and reads what has not ended again with each chunk.
DEEPEST = 40
LONGEST_MARK = 300_000
CHUNK = 65_536

NO_WORKBOOK = "This is no workbook that can be read. Save it as .xlsx or as “CSV UTF-8”, please."
TOO_MUCH = "There is more in this workbook than a list of customers needs; save the one sheet as CSV, please."
OLD = "This is a workbook of an old Excel. Save it as .xlsx, please."
LOCKED = "The workbook is protected by a password. Save it without one, please."

# What a zip says of itself, what it holds, and what XML has to be, can all be untrue.
# (An unknown method of packing or a password is a RuntimeError.)
BROKEN = (zipfile.BadZipFile, zlib.error, expat.ExpatError, KeyError, RuntimeError, EOFError,
          UnicodeError)  # fmt: skip

Attributes = dict[str, str]
R = TypeVar("R", bound="Reader")


class Reader:
    """Handlers of one part; names come without their namespace, because producers differ in theirs."""

    def __init__(self) -> None:
        self.text: list[str] | None = None

    def begins(self, name: str, attributes: Attributes) -> None: ...

    def ends(self, name: str) -> None: ...

    def said(self, text: str) -> None:
        if self.text is not None:
            self.text.append(text)

    def taken(self) -> str:
        """What was collected, and no more is."""
        text, self.text = "".join(self.text or ()), None
        return text


class Relations(Reader):
    """Which part is meant by an id: {id: (kind, target)}."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, tuple[str, str]] = {}

    def begins(self, name: str, attributes: Attributes) -> None:
        if name == "Relationship":
            kind = attributes.get("Type", "").rpartition("/")[2]
            self.found[attributes.get("Id", "")] = kind, attributes.get("Target", "")


class Contents(Reader):
    """The sheets that a person sees, by name and id, and from which day days are counted."""

    def __init__(self) -> None:
        super().__init__()
        self.sheets: list[tuple[str, str]] = []
        self.from_1904 = False

    def begins(self, name: str, attributes: Attributes) -> None:
        if name == "sheet" and attributes.get("state", "visible") == "visible":
            key = next((value for name, value in attributes.items() if name.endswith(" id")), "")
            self.sheets.append((attributes.get("name", ""), key))
        elif name == "workbookPr":
            self.from_1904 = attributes.get("date1904", "0") in {"1", "true"}


class Strings(Reader):
    """Texts that cells name by number; how a character is to be pronounced is no part of them."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.parts: list[str] = []
        self.aside = False

    def begins(self, name: str, attributes: Attributes) -> None:
        if name == "si":
            self.parts = []
        elif name == "rPh":
            self.aside = True
        elif name == "t" and not self.aside:
            self.text = []

    def ends(self, name: str) -> None:
        if name == "t" and self.text is not None:
            self.parts.append(self.taken())
        elif name == "rPh":
            self.aside = False
        elif name == "si":
            if len(self.found) == MOST_CELLS:
                raise Unreadable(TOO_MUCH)
            self.found.append(unescaped("".join(self.parts))[:LONGEST_CELL])


class Styles(Reader):
    """The format of numbers in a cell of each style."""

    def __init__(self) -> None:
        super().__init__()
        self.codes = dict.fromkeys(map(str, DAYS), "d")
        self.found: list[str] = []
        self.inside = False

    def begins(self, name: str, attributes: Attributes) -> None:
        if name == "numFmt":
            self.codes[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")[:255]
        elif name == "cellXfs":
            self.inside = True
        elif name == "xf" and self.inside:
            self.found.append(self.codes.get(attributes.get("numFmtId", "0"), ""))

    def ends(self, name: str) -> None:
        if name == "cellXfs":
            self.inside = False


class Rows(Reader):
    """Rows as they are complete, `done`; those that the file leaves out are empty ones, unless nothing follows."""

    def __init__(self, strings: list[str], formats: list[str], from_1904: bool) -> None:
        super().__init__()
        self.strings, self.formats, self.from_1904 = strings, formats, from_1904
        self.done: list[list[str]] = []
        self.number = self.told = self.cells = self.letters = 0
        self.row: list[str] = []
        self.column = -1
        self.kind = self.style = ""
        self.value: list[str] = []

    def begins(self, name: str, attributes: Attributes) -> None:
        if name == "row":
            said = attributes.get("r", "")
            number = int(said) if said.isascii() and said.isdigit() and len(said) < 9 else 0
            self.number = max(number, self.number + 1)
        elif name == "c":
            self.column = column_of(attributes.get("r", ""), self.column + 1)
            self.kind, self.style, self.value = attributes.get("t", "n"), attributes.get("s", "0"), []
        elif name in {"v", "t"}:
            self.text = []

    def ends(self, name: str) -> None:
        if name in {"v", "t"}:
            self.value.append(self.taken())
        elif name == "c":
            self._put(self._text("".join(self.value)))
        elif name == "row":
            self._end_row()

    def _end_row(self) -> None:
        if self.row:
            # One row more than there may be is enough to say so.
            gap = min(self.number - self.told - 1, MOST_ROWS + 1)
            self.done += [[] for _empty in range(gap)]
            self.done.append(self.row)
            self.told = self.number
        self.row, self.column = [], -1

    def _text(self, value: str) -> str:
        match self.kind:
            case "s":
                return self._shared(value)
            case "b":
                return {"1": "TRUE", "0": "FALSE"}.get(value, "")
            case "n":
                return shown(value, self._format(), from_1904=self.from_1904)[:LONGEST_CELL]
            case "d":
                return value.removesuffix("T00:00:00")[:LONGEST_CELL]
        return unescaped(value)[:LONGEST_CELL]

    def _shared(self, value: str) -> str:
        try:
            return self.strings[int(value[:9])] if value else ""
        except (ValueError, IndexError):
            raise Unreadable(NO_WORKBOOK) from None

    def _format(self) -> str:
        place = int(self.style) if self.style.isascii() and self.style.isdigit() and len(self.style) < 7 else 0
        return self.formats[place] if place < len(self.formats) else ""

    def _put(self, text: str) -> None:
        self.cells += 1
        self.letters += len(text)
        if self.cells > MOST_CELLS or self.letters > MOST_LETTERS:
            raise Unreadable(TOO_MUCH)
        if not text:
            return
        if self.column >= MOST_COLUMNS:
            raise Unreadable(f"There are more than {MOST_COLUMNS} columns; leave some out, please.")
        self.row += [""] * (self.column + 1 - len(self.row))
        self.row[self.column] = text


def column_of(reference: str, following: int) -> int:
    """0 for `A7`, 27 for `AB1`; the next one where the file does not say."""
    letters = reference.rstrip("0123456789")
    if not (0 < len(letters) < 4 and letters.isascii() and letters.isalpha() and letters.isupper()):
        return following
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


class Workbook:
    def __init__(self, packed: zipfile.ZipFile) -> None:
        self.packed = packed
        self.unpacked = 0
        book = self._target(self._relations(""), "officeDocument")
        if book is None:
            raise Unreadable(NO_WORKBOOK)
        self.related = self._relations(book)
        self.contents = self._read(book, Contents())

    def lines(self, sheet: str) -> Iterator[list[str]]:
        part = self._chosen(" ".join(sheet.split()).casefold())
        strings, styles = self._optional("sharedStrings", Strings()), self._optional("styles", Styles())
        rows = Rows(strings.found, styles.found, self.contents.from_1904)
        for _chunk in self._stream(part, rows, MOST_UNPACKED):
            yield from rows.done
            rows.done = []

    def _chosen(self, name: str) -> str:
        """The part of the first sheet, or of the one of that name."""
        there = [(said, self.related[key][1]) for said, key in self.contents.sheets if self._is_table(key)]
        found = [part for said, part in there if name in {"", " ".join(said.split()).casefold()}]
        if found:
            return found[0]
        if not there:
            raise Unreadable(NO_WORKBOOK)
        names = ", ".join(said for said, _part in there[:10])
        raise NoSuchSheet(f"There is no such sheet in the workbook. It has: {names[:500]}.")

    def _is_table(self, key: str) -> bool:
        """A sheet may also be a chart."""
        return self.related.get(key, ("", ""))[0] == "worksheet"

    def _relations(self, part: str) -> dict[str, tuple[str, str]]:
        folder, name = posixpath.split(part)
        named = self._read(posixpath.join(folder, "_rels", f"{name}.rels"), Relations()).found
        return {
            key: (kind, posixpath.normpath(posixpath.join("/", folder, to))[1:]) for key, (kind, to) in named.items()
        }

    def _target(self, related: dict[str, tuple[str, str]], kind: str) -> str | None:
        return next((part for one, part in related.values() if one == kind), None)

    def _optional(self, kind: str, reader: R) -> R:
        part = self._target(self.related, kind)
        return self._read(part, reader, MOST_UNPACKED) if part else reader

    def _read(self, part: str, reader: R, most: int = 0) -> R:
        for _chunk in self._stream(part, reader, most or MOST_OF_A_PART):
            pass
        return reader

    def _stream(self, part: str, reader: Reader, most: int) -> Iterator[None]:
        """Hands the part to the reader, chunk by chunk."""
        parser, fed = parser_for(reader), 0
        entry = self.packed.getinfo(part)
        if entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
            raise Unreadable(NO_WORKBOOK)
        with self.packed.open(entry) as stream:
            while chunk := stream.read(CHUNK):
                most -= len(chunk)
                self.unpacked += len(chunk)
                if most < 0 or self.unpacked > MOST_UNPACKED:
                    raise Unreadable(TOO_MUCH)
                parser.Parse(chunk, False)
                fed += len(chunk)
                if fed - parser.CurrentByteIndex > LONGEST_MARK:
                    raise Unreadable(NO_WORKBOOK)
                yield
        parser.Parse(b"", True)
        yield


def parser_for(reader: Reader) -> expat.XMLParserType:
    depth = 0

    def begins(name: str, attributes: Attributes) -> None:
        nonlocal depth
        depth += 1
        if depth > DEEPEST:
            raise Unreadable(NO_WORKBOOK)
        reader.begins(name.rpartition(" ")[2], attributes)

    def ends(name: str) -> None:
        nonlocal depth
        depth -= 1
        reader.ends(name.rpartition(" ")[2])

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = begins, ends
    parser.CharacterDataHandler = reader.said
    parser.StartDoctypeDeclHandler = refuse
    return parser


def refuse(*_declared: object) -> None:
    raise Unreadable(NO_WORKBOOK)


def is_workbook(content: bytes) -> bool:
    """By its first bytes, whatever the file is called."""
    return content.startswith((ZIPPED, COMPOUND))


def lines_of(content: bytes, sheet: str = "") -> Iterator[list[str]]:
    """The rows of the first sheet that is not hidden, or of the one of that name. Raises Unreadable."""
    if content.startswith(COMPOUND):
        raise Unreadable(LOCKED if ENCRYPTED in content else OLD)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            yield from Workbook(packed).lines(sheet)
    except BROKEN:
        raise Unreadable(NO_WORKBOOK) from None
