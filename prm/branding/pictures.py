"""A picture that somebody sends is decoded and written anew: what is served was made here, pixel by pixel.

Whatever else was in the file, other formats behind the first, comments, places, profiles, does not come through.
"""

import hashlib
from dataclasses import dataclass
from io import BytesIO

from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from prm.branding.models import Logo

MOST_BYTES = 512 * 1024
# Looked at before anything is decoded: a small file can promise a very large picture.
MOST_PIXELS_A_SIDE = 3_000
# Large enough for a sharp header on any screen.
KEPT_SIZE = (640, 160)
MAGIC = {Logo.Kind.PNG: b"\x89PNG\r\n\x1a\n", Logo.Kind.JPEG: b"\xff\xd8\xff"}
MODES = {Logo.Kind.PNG: "RGBA", Logo.Kind.JPEG: "RGB"}


class NotAPicture(ValueError):
    """A sentence that says how to mend it."""


@dataclass(frozen=True)
class Picture:
    kind: Logo.Kind
    width: int
    height: int
    data: bytes

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.data).hexdigest()


def read(raw: bytes) -> Picture:
    """Raises NotAPicture. The name and the declared type of the file are nobody's business."""
    if len(raw) > MOST_BYTES:
        raise NotAPicture(_("The file is larger than 512 KB. Save the logo smaller."))
    kind = _kind_of(raw)
    drawn = _decoded(raw, kind)
    return Picture(kind, drawn.width, drawn.height, _encoded(drawn, kind))


def _kind_of(raw: bytes) -> Logo.Kind:
    for kind, magic in MAGIC.items():
        if raw.startswith(magic):
            return kind
    raise NotAPicture(_("This is neither PNG nor JPEG. Save the logo as one of them."))


def _decoded(raw: bytes, kind: Logo.Kind) -> Image.Image:
    try:
        with Image.open(BytesIO(raw), formats=[kind.label]) as image:
            _check_size(image)
            turned = ImageOps.exif_transpose(image).convert(MODES[kind])
    except NotAPicture:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_many_pixels() from None
    except Exception as error:
        # A decoder has many ways to say that a file is broken.
        raise NotAPicture(_("This picture is broken. Save the logo once more and send that file.")) from error
    turned.thumbnail(KEPT_SIZE)
    return turned


def _check_size(image: Image.Image) -> None:
    if max(image.size) > MOST_PIXELS_A_SIDE:
        raise _too_many_pixels()


def _too_many_pixels() -> NotAPicture:
    sentence = _("The picture is more than %(most)s pixels wide or high. Save the logo smaller.")
    return NotAPicture(sentence % {"most": MOST_PIXELS_A_SIDE})


def _encoded(drawn: Image.Image, kind: Logo.Kind) -> bytes:
    """On a fresh sheet: a decoded picture still carries profiles and comments of its file."""
    sheet, written = Image.new(drawn.mode, drawn.size), BytesIO()
    sheet.paste(drawn)
    sheet.save(written, format=kind.label, optimize=True)
    return written.getvalue()
