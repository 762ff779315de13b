"""Files as people send them, and as people with bad intentions do."""

import struct
import zipfile
import zlib
from collections.abc import Mapping
from io import BytesIO

from PIL import Image

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
MAIN = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml", "pptx": "ppt/presentation.xml"}
PLAIN_XML = b'<?xml version="1.0" encoding="UTF-8"?><w/>'


def picture(form: str = "PNG", size: tuple[int, int] = (8, 6), **options: object) -> bytes:
    written = BytesIO()
    Image.new("RGB", size, (11, 107, 95)).save(written, format=form, **options)
    return written.getvalue()


def moving(form: str, frames: int = 3, size: tuple[int, int] = (8, 6)) -> bytes:
    written = BytesIO()
    drawn = [Image.new("RGB", size, (40 * number % 256, number, 9)) for number in range(frames)]
    drawn[0].save(written, format=form, save_all=True, append_images=drawn[1:], duration=40)
    return written.getvalue()


def promising(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it is that large."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


def archive(parts: Mapping[str, bytes], comment: bytes = b"") -> bytes:
    written = BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, data in parts.items():
            opened.writestr(name, data)
        opened.comment = comment
    return written.getvalue()


def office(kind: str = "docx", more: Mapping[str, bytes] | None = None, comment: bytes = b"") -> bytes:
    parts = {"[Content_Types].xml": PLAIN_XML, MAIN[kind]: PLAIN_XML, **(more or {})}
    return archive(parts, comment)


def locked(raw: bytes) -> bytes:
    """As an archive says that its first part is encrypted, in both of its heads."""
    raw = raw[:6] + b"\x01" + raw[7:]
    at = raw.index(b"PK\x01\x02") + 8
    return raw[:at] + b"\x01" + raw[at + 1 :]


def broken(raw: bytes) -> bytes:
    """One letter of the first part is another."""
    at = raw.index(b"PK\x03\x04", 4) - 3
    return raw[:at] + bytes([raw[at] ^ 0xFF]) + raw[at + 1 :]
