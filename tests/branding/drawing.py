"""Pictures as people send them."""

import struct
import zlib
from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

TEAL = (11, 107, 95)


def png(width: int = 200, height: int = 80, mode: str = "RGBA", **saved: Any) -> bytes:
    return written("PNG", Image.new(mode, (width, height), TEAL if mode == "RGB" else (*TEAL, 128)), **saved)


def jpeg(width: int = 200, height: int = 80, **saved: Any) -> bytes:
    return written("JPEG", Image.new("RGB", (width, height), TEAL), **saved)


def written(kind: str, image: Image.Image, **saved: Any) -> bytes:
    file = BytesIO()
    image.save(file, format=kind, **saved)
    return file.getvalue()


def opened(raw: bytes) -> Image.Image:
    image = Image.open(BytesIO(raw))
    image.load()
    return image


def upload(raw: bytes, name: str = "logo.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, raw, content_type="image/png")


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def promising(width: int, height: int) -> bytes:
    """A small file that says it is a picture of that size."""
    header = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    rows = zlib.compress(b"\0" * 1000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
