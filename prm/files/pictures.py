"""Pictures are decoded and written anew: what is kept was made here, without places, comments and other formats."""

from io import BytesIO

from django.utils.translation import gettext as _
from PIL import Image, ImageOps, ImageSequence

from prm.files.refusals import Refused
from prm.files.states import Kind

# Looked at before anything is decoded, of all frames together: a small file can promise a very large picture.
MOST_PIXELS = 20_000_000
MOST_A_SIDE = 12_000
MOST_FRAMES = 200
FORMATS: dict[str, str] = {Kind.PNG: "PNG", Kind.JPEG: "JPEG", Kind.WEBP: "WEBP", Kind.GIF: "GIF"}
# What each format writes without losing anything; the rest is drawn in colour, with what shines through.
MODES: dict[str, tuple[str, ...]] = {
    Kind.PNG: ("1", "L", "LA", "P", "RGB", "RGBA"),
    Kind.JPEG: ("L", "RGB"),
    Kind.WEBP: ("RGB", "RGBA"),
    Kind.GIF: ("RGBA",),
}


def redrawn(raw: bytes, kind: Kind) -> bytes:
    """The picture once more; Refused when it is none, or larger than anybody needs."""
    try:
        with Image.open(BytesIO(raw), formats=[FORMATS[kind]]) as image:
            _check_size(image)
            return _written(image, kind)
    except Refused:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_large() from None
    except Exception as error:
        # A decoder has many ways to say that a file is broken.
        raise Refused(_("This picture is broken. Save it once more and send that file.")) from error


def _check_size(image: Image.Image) -> None:
    frames = getattr(image, "n_frames", 1)
    width, height = image.size
    if max(width, height) > MOST_A_SIDE or frames > MOST_FRAMES or width * height * frames > MOST_PIXELS:
        raise _too_large()


def _too_large() -> Refused:
    sentence = _("The picture has more than %(most)s million pixels. Save it smaller.")
    return Refused(sentence % {"most": MOST_PIXELS // 1_000_000})


def _written(image: Image.Image, kind: Kind) -> bytes:
    written, options = BytesIO(), {}
    moves = kind in {Kind.GIF, Kind.WEBP} and getattr(image, "n_frames", 1) > 1
    lasts = int(image.info.get("duration", 100) or 100)
    frames = [_plain(frame, kind) for frame in ImageSequence.Iterator(image)] if moves else [_plain(image, kind)]
    if moves:
        options = {"save_all": True, "append_images": frames[1:], "duration": lasts, "loop": 0}
    frames[0].save(written, format=FORMATS[kind], **options)
    return written.getvalue()


def _plain(image: Image.Image, kind: Kind) -> Image.Image:
    """Upright, and without what else its file knew."""
    turned = ImageOps.exif_transpose(image)
    modes = MODES[kind]
    drawn = turned.copy() if turned.mode in modes else turned.convert(modes[-1])
    # Of a palette the place of what shines through is kept; everything else is where comments and profiles hide.
    drawn.info = {"transparency": drawn.info["transparency"]} if "transparency" in drawn.info else {}
    return drawn
