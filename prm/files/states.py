"""What may be kept as a file, and what each kind is called elsewhere."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    PDF = "pdf", _("PDF")
    PNG = "png", _("PNG picture")
    JPEG = "jpeg", _("JPEG picture")
    WEBP = "webp", _("WebP picture")
    GIF = "gif", _("GIF picture")
    DOCX = "docx", _("Word document")
    XLSX = "xlsx", _("Excel workbook")
    PPTX = "pptx", _("PowerPoint deck")
    TEXT = "txt", _("Text")
    MARKDOWN = "md", _("Markdown")
    CSV = "csv", _("CSV")


PICTURES = frozenset({Kind.PNG, Kind.JPEG, Kind.WEBP, Kind.GIF})
OFFICE = frozenset({Kind.DOCX, Kind.XLSX, Kind.PPTX})
TEXTS = frozenset({Kind.TEXT, Kind.MARKDOWN, Kind.CSV})
ENDINGS: dict[str, Kind] = {kind.value: kind for kind in Kind} | {"jpg": Kind.JPEG, "markdown": Kind.MARKDOWN}
_OPEN_XML = "application/vnd.openxmlformats-officedocument."
MEDIA_TYPES: dict[str, str] = {
    Kind.PDF: "application/pdf",
    Kind.PNG: "image/png",
    Kind.JPEG: "image/jpeg",
    Kind.WEBP: "image/webp",
    Kind.GIF: "image/gif",
    Kind.DOCX: f"{_OPEN_XML}wordprocessingml.document",
    Kind.XLSX: f"{_OPEN_XML}spreadsheetml.sheet",
    Kind.PPTX: f"{_OPEN_XML}presentationml.presentation",
    Kind.TEXT: "text/plain; charset=utf-8",
    Kind.MARKDOWN: "text/markdown; charset=utf-8",
    Kind.CSV: "text/csv; charset=utf-8",
}
