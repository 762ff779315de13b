"""Documents are looked through and kept as they came: nobody here unpacks more of them than that takes."""

import zipfile
from collections.abc import Iterator
from io import BytesIO

from django.utils.translation import gettext as _

from prm.api.text import is_clean_body
from prm.files.refusals import Refused
from prm.files.states import Kind

# An honest deck unpacks to a few times its size; what promises more is a bomb, and is not unpacked.
MOST_UNPACKED = 200_000_000
MOST_PARTS = 5_000
MOST_XML = 60_000_000
PORTION = 1 << 20
CONTENTS = "[Content_Types].xml"
MAIN: dict[str, str] = {
    Kind.DOCX: "word/document.xml",
    Kind.XLSX: "xl/workbook.xml",
    Kind.PPTX: "ppt/presentation.xml",
}
# Programs, and parts that run some.
ACTIVE_PARTS = ("vbaproject", "vbadata", "activex", "oleobject")
# A reader runs these when it opens the document.
ACTIVE_PDF = (b"/JavaScript", b"/Launch", b"/EmbeddedFile", b"/RichMedia", b"/XFA")
UTF16 = (b"\xff\xfe", b"\xfe\xff")
# A text that a browser would take for a page.
PAGES = ("<!doctype", "<html", "<head", "<body", "<svg", "<script", "<?xml", "%pdf-")


def check_pdf(raw: bytes) -> None:
    if b"%%EOF" not in raw[-2048:]:
        raise Refused(_("This PDF is not complete. Save it once more and send that file."))
    if zipfile.is_zipfile(BytesIO(raw)):
        raise Refused(_("This is a PDF and an archive in one. Send the PDF alone."))
    if any(name in raw for name in ACTIVE_PDF) or any(name in _plainly_named(raw) for name in ACTIVE_PDF):
        raise Refused(_("This PDF holds programs or other files. Print it into a new PDF and send that one."))


def _plainly_named(raw: bytes) -> bytes:
    """Names of a PDF may spell each letter as #XX; only those are looked at once more."""
    found = []
    for piece in raw.split(b"/")[1:]:
        name = piece[:64]
        if b"#" in name:
            found.append(b"/" + _spelled_out(name))
    return b" ".join(found)


def _spelled_out(name: bytes) -> bytes:
    first, *rest = name.split(b"#")
    letters = [first]
    for piece in rest:
        try:
            letters.append(bytes([int(piece[:2], 16)]) + piece[2:])
        except ValueError:
            letters.append(b"#" + piece)
    return b"".join(letters)


def check_text(raw: bytes) -> None:
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refused(_("This text is not in UTF-8. Save it with that encoding.")) from None
    if not is_clean_body(text):
        raise Refused(_("This text holds characters that are no text."))
    if text.lstrip()[:10].lower().startswith(PAGES):
        raise Refused(_("This is a page or a drawing for browsers. Send text, or a PDF of it."))


def check_office(raw: bytes, kind: Kind) -> None:
    try:
        with zipfile.ZipFile(BytesIO(raw)) as archive:
            _check_parts(archive, kind)
            _check_xml(archive)
    except Refused:
        raise
    except Exception as error:
        # An archive has many ways to be broken, and its reader as many to say so.
        raise _broken() from error


def _broken() -> Refused:
    return Refused(_("This document is broken. Save it once more and send that file."))


def _check_parts(archive: zipfile.ZipFile, kind: Kind) -> None:
    parts = archive.infolist()
    names = [part.filename for part in parts]
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise Refused(_("This document unpacks to more than it should. Send it smaller."))
    if len(set(names)) != len(names) or archive.comment or any(_leads_out(name) for name in names):
        raise _broken()
    if CONTENTS not in names or MAIN[kind] not in names:
        raise Refused(_("This is no document of that kind. Archives are not taken."))
    if any(part.flag_bits & 1 for part in parts):
        raise Refused(_("This document is locked with a password. Send it without."))
    if any(word in name.lower() for name in names for word in ACTIVE_PARTS):
        raise Refused(_("This document holds macros or programs. Save it without them."))


def _leads_out(name: str) -> bool:
    return name.startswith(("/", "\\")) or ".." in name.replace("\\", "/").split("/") or ":" in name


def _check_xml(archive: zipfile.ZipFile) -> None:
    """Entities reach for other files and grow without end; no office program writes any."""
    read = 0
    for part in archive.infolist():
        if not part.filename.lower().endswith((".xml", ".rels", ".vml")):
            continue
        read += part.file_size
        if read > MOST_XML:
            raise Refused(_("This document unpacks to more than it should. Send it smaller."))
        _check_part(archive, part)


def _check_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    begins = True
    for text in _overlapping(archive, part):
        if begins and text.startswith(UTF16):
            raise _broken()
        begins = False
        if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
            raise _broken()
        if b"macroEnabled" in text and part.filename == CONTENTS:
            raise Refused(_("This document holds macros or programs. Save it without them."))
        if b"attachedTemplate" in text and b'"External"' in text:
            raise Refused(_("This document fetches a template from elsewhere. Save it with one of its own."))


def _overlapping(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """Portions that begin with the end of the one before, so that no word is cut in two."""
    before = b""
    with archive.open(part) as stream:
        while portion := stream.read(PORTION):
            yield before + portion
            before = portion[-256:]
