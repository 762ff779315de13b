"""What becomes of a file that somebody sends as a logo."""

import zlib
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from prm.branding import pictures
from prm.branding.models import Logo
from prm.branding.pictures import NotAPicture
from tests.branding.drawing import TEAL, chunk, jpeg, opened, png, promising, written

SECRET = "Halle 7, Frau Kanarie"


def refusal(raw: bytes) -> str:
    with pytest.raises(NotAPicture) as refused:
        pictures.read(raw)
    return str(refused.value)


def test_png_stays_png_with_its_transparency() -> None:
    picture = pictures.read(png())
    drawn = opened(picture.data)

    assert (picture.kind, picture.width, picture.height) == (Logo.Kind.PNG, 200, 80)
    assert (drawn.format, drawn.mode, drawn.size, drawn.getpixel((0, 0))) == ("PNG", "RGBA", (200, 80), (*TEAL, 128))


def test_jpeg_stays_jpeg() -> None:
    picture = pictures.read(jpeg())
    drawn = opened(picture.data)

    assert (picture.kind, drawn.format, drawn.mode, drawn.size) == (Logo.Kind.JPEG, "JPEG", "RGB", (200, 80))


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "RGB"])
def test_every_kind_of_png_is_drawn(mode: str) -> None:
    image = Image.new("L", (20, 10), 255).convert(mode)
    drawn = opened(pictures.read(written("PNG", image)).data)

    assert (drawn.mode, drawn.getpixel((3, 3))) == ("RGBA", (255, 255, 255, 255))


def test_jpeg_of_a_printer_is_drawn_for_screens() -> None:
    image = Image.new("CMYK", (20, 10), (0, 0, 0, 0))

    assert opened(pictures.read(written("JPEG", image)).data).mode == "RGB"


@pytest.mark.parametrize(
    ("size", "kept"),
    [((640, 160), (640, 160)), ((1280, 320), (640, 160)), ((3000, 3000), (160, 160)), ((8, 8), (8, 8))],
)
def test_large_picture_is_kept_smaller_in_its_proportions(size: tuple[int, int], kept: tuple[int, int]) -> None:
    picture = pictures.read(png(*size))

    assert (picture.width, picture.height) == opened(picture.data).size == kept


def test_line_of_a_picture_keeps_a_pixel() -> None:
    picture = pictures.read(png(3000, 1))

    assert (picture.width, picture.height) == (640, 1)


def test_photograph_is_turned_as_it_was_taken() -> None:
    turned = Image.Exif()
    turned[0x0112] = 6

    assert pictures.read(jpeg(200, 80, exif=turned)).height == 160


def test_same_picture_has_the_same_digest() -> None:
    one, again, other = (pictures.read(raw).digest for raw in (png(), png(), png(201)))

    assert one == again != other
    assert len(one) == 64


def test_comments_of_a_png_do_not_come_through() -> None:
    about = PngInfo()
    about.add_text("Author", SECRET)
    about.add_itxt("Comment", SECRET)
    raw = png(pnginfo=about, icc_profile=SECRET.encode())

    assert SECRET.encode() in raw
    assert SECRET.encode() not in pictures.read(raw).data
    assert sorted(opened(pictures.read(raw).data).info) == []


def test_places_and_comments_of_a_photograph_do_not_come_through() -> None:
    about = Image.Exif()
    about[0x010E] = SECRET
    raw = jpeg(exif=about, comment=SECRET, icc_profile=SECRET.encode())
    data = pictures.read(raw).data

    assert raw.count(SECRET.encode()) == 3
    assert SECRET.encode() not in data
    assert not opened(data).getexif()


@pytest.mark.parametrize("behind", [b"<script>alert(1)</script>", b"PK\x03\x04evil", b"%PDF-1.7"])
@pytest.mark.parametrize("picture", [png, jpeg])
def test_what_hides_behind_a_picture_is_left_behind(picture: object, behind: bytes) -> None:
    raw: bytes = picture()  # type: ignore[operator]

    assert behind not in pictures.read(raw + behind).data


@pytest.mark.parametrize(
    "raw",
    [
        *(b"", b"\x89PNG", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", b"GIF89a\1\0\1\0\0\0\0"),
        *(b"BM" + b"\0" * 60, b"RIFF\0\0\0\0WEBPVP8 ", b"II*\0" + b"\0" * 40, b"%PDF-1.7", b"<html>", b"MZ"),
    ],
)
def test_other_kinds_are_refused_by_what_they_begin_with(raw: bytes) -> None:
    assert refusal(raw) == "This is neither PNG nor JPEG. Save the logo as one of them."


@pytest.mark.parametrize(
    "raw",
    [
        *(png()[:60], jpeg()[:40], b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", png()[:30] + b"\0" * 500),
        *(b"\x89PNG\r\n\x1a\n" + jpeg(), b"\xff\xd8\xff" + png(), promising(100, 100), promising(0, 10)),
    ],
)
def test_broken_picture_is_refused_with_a_sentence(raw: bytes) -> None:
    assert refusal(raw) == "This picture is broken. Save the logo once more and send that file."


@pytest.mark.parametrize("size", [(3001, 10), (10, 3001), (50_000, 50_000), (10_000, 10_000), (2**31 - 1, 1)])
def test_small_file_that_promises_a_large_picture_is_refused(size: tuple[int, int]) -> None:
    raw = promising(*size)

    assert len(raw) < 200
    assert refusal(raw) == "The picture is more than 3000 pixels wide or high. Save the logo smaller."


def test_comment_that_swells_is_refused() -> None:
    """Two megabytes of nothing in a text chunk of two kilobytes."""
    text = chunk(b"zTXt", b"Comment\0\0" + zlib.compress(b"\0" * 80_000_000))
    raw = png()[:33] + text + png()[33:]

    assert len(raw) < 100_000
    assert refusal(raw) == "This picture is broken. Save the logo once more and send that file."


def test_file_up_to_the_limit_is_taken() -> None:
    most = png() + b"\0" * (pictures.MOST_BYTES - len(png()))

    assert pictures.read(most).width == 200
    assert refusal(most + b"\0") == "The file is larger than 512 KB. Save the logo smaller."


@given(st.binary(max_size=300), st.sampled_from([png(20, 10), jpeg(20, 10)]), st.integers(3, 400))
def test_whatever_is_sent_is_a_picture_or_a_sentence(noise: bytes, raw: bytes, at: int) -> None:
    """No other error, whatever a decoder stumbles over."""
    found = []
    with suppress(NotAPicture):
        found.append(pictures.read(raw[:at] + noise + raw[at + len(noise) :]))

    assert [opened(picture.data).format for picture in found] == [picture.kind.label for picture in found]
