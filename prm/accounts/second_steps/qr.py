"""A QR code as the path of an SVG, so that a page can draw it without a script, a style or an image."""

from dataclasses import dataclass

from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode


@dataclass(frozen=True)
class Drawing:
    """`size` squares to a side, the quiet border included; `path` covers the dark ones."""

    size: int
    path: str


def drawn(text: str) -> Drawing:
    code = QRCode(error_correction=ERROR_CORRECT_M, border=4)
    code.add_data(text)
    code.make(fit=True)
    rows = code.get_matrix()
    squares = [f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark]
    return Drawing(len(rows), "".join(squares))
