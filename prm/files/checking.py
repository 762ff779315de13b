"""Every file that somebody sends is looked at before it is kept, by what it holds and not by what is said of it."""

import hashlib
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prm.files import documents, pictures
from prm.files.refusals import Refused
from prm.files.rules import clean_name, kind_of
from prm.files.sockets import SCANNERS
from prm.files.states import PICTURES, TEXTS, Kind

TAKEN = gettext_lazy("PDF, Word, Excel, PowerPoint, PNG, JPEG, WebP, GIF, text, Markdown or CSV")

# What a request with one of the largest files holds besides it.
TAKES = settings.PRM_FILE_MAX_BYTES + 500_000


@dataclass(frozen=True)
class Checked:
    """What is kept: for a picture no longer the bytes that were sent."""

    name: str
    kind: Kind
    data: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()


def most_bytes() -> int:
    """One more is enough to know that it is too much."""
    return int(settings.PRM_FILE_MAX_BYTES)


def check(raw: bytes, name: str) -> Checked:
    """Raises Refused."""
    if not raw:
        raise Refused(_("This file is empty."))
    if len(raw) > most_bytes():
        raise Refused(_("This file is larger than %(most)s MB.") % {"most": most_bytes() // 1_000_000})
    named = clean_name(name)
    kind = kind_of(raw, named)
    if kind is None:
        raise Refused(_("Take %(taken)s, with a name that ends so.") % {"taken": TAKEN})
    if any(scan(raw) for scan in SCANNERS):
        raise Refused(_("This file is infected and is not kept."))
    return Checked(named, kind, _looked_through(raw, kind))


def _looked_through(raw: bytes, kind: Kind) -> bytes:
    if kind in PICTURES:
        return pictures.redrawn(raw, kind)
    if kind == Kind.PDF:
        documents.check_pdf(raw)
    elif kind in TEXTS:
        documents.check_text(raw)
    else:
        documents.check_office(raw, kind)
    return raw
