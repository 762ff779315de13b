"""What the demo's library holds: playbooks in two languages, two papers to print, and something that has got old."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from enablement.library.actions import add_version, create_item, publish, review, write_collection
from enablement.library.models import LibraryItem
from enablement.library.states import Use
from enablement.library.using import keep, note_use
from partners.assortment import product_lines
from prm.accounts.models import User
from prm.portal.sockets import DEMO, DemoStep

ADMIN, REP = "admin@vendor.example", "rep@helix.example"
DISCOVERY = """# Before the first call

- Read what the registration says about **work done**.
- Ask who pays, who decides and who uses it.
- Agree on the next step before you hang up.

## Questions that open a conversation

1. What does an hour of standstill cost?
2. Who plans the routes today, and with what?
3. What happens when nothing changes?

> Write the answers into the registration: they count when it is decided.

More about what counts is in the [rules of the programme](/rules/).
"""
EINFÜHRUNG = """# Die ersten dreißig Tage

- Fahrzeuge und Häuser des Kunden erfassen
- Schulungen für Disponenten vereinbaren
- Nach zwei Wochen gemeinsam die ersten Auswertungen lesen

## Woran Einführungen scheitern

Meistens an Zuständigkeiten. **Benennen Sie je Standort eine Person.**
"""
OBJECTIONS = """# "We have a spreadsheet for that"

Ask how it is kept up to date during the day. A spreadsheet knows the plan; it does not know the traffic.

## "It is too expensive"

Compare with *one* saved vehicle a year.
"""
INTERNAL = """# What partners ask us most

Answer within one business day, and send the answer here once it is asked a third time.
"""
PRICES = ("List prices", "Fleet Cloud: 360 EUR a vehicle and year", "Route Planner: on request", "Valid this quarter")
ARCHITECTURE = ("Architecture", "Vehicles speak to a gateway in their region.", "Nothing leaves the region it is in.")


@dataclass(frozen=True)
class Piece:
    title: str
    kind: str
    summary: str
    text: str = ""
    lines: tuple[str, ...] = ()
    about: dict[str, Any] = field(default_factory=dict)
    days: int = 180


PIECES = (
    Piece("Discovery playbook", "playbook", "How to lead the first conversation with a fleet.", DISCOVERY),
    Piece("Answers to objections", "playbook", "What buyers say.", OBJECTIONS, about={"tags": ["sales"]}),
    Piece("Einführung beim Kunden", "playbook", "Die ersten Wochen.", EINFÜHRUNG, about={"language": "de"}),
    Piece("Price list", "datasheet", "To print.", lines=PRICES, about={"roles": ["partner_admin", "sales_rep"]}),
    Piece("Architecture for MSPs", "technical", "Where data is and who runs what.", lines=ARCHITECTURE,
          about={"business_models": ["msp", "mssp"], "tags": ["security"]}),
    Piece("Questions of partners", "playbook", "For our own people.", INTERNAL, about={"internal": True}),
    Piece("Trade fair deck", "deck", "Slides of last year.", lines=("Trade fair", "Halls 3 and 4"), days=1),
)  # fmt: skip


def library(now: datetime) -> None:
    if LibraryItem.objects.exists():
        return
    by = User.objects.get(email=ADMIN)
    lines = [slug for slug, _name in product_lines()][:2]
    made = [_written(piece, lines if number % 2 == 0 else [], by, now) for number, piece in enumerate(PIECES)]
    write_collection(name="Your first deal", items=made[:2], by=by, now=now)
    # Nobody has looked at it since.
    old = made[-1]
    LibraryItem.objects.filter(pk=old.pk).update(review_on=now.date() - timedelta(days=5))
    review(item=made[0], review_on=now.date() + timedelta(days=365), by=by, now=now)
    _used(made[:3], now)


def _written(piece: Piece, products: list[str], by: User, now: datetime) -> LibraryItem:
    values = {"title": piece.title, "kind": piece.kind, "summary": piece.summary, "products": products, **piece.about}
    item = create_item(values={**values, "review_on": now.date() + timedelta(days=piece.days)}, by=by, now=now)
    file = (f"{piece.title}.pdf", paper(piece.lines)) if piece.lines else None
    add_version(item=item, text=piece.text, file=file, note="First version", by=by, now=now)
    return publish(item=item, by=by, now=now)


def _used(items: list[LibraryItem], now: datetime) -> None:
    reader = User.objects.get(email=REP)
    keep(item=items[0], kept=True, by=reader, now=now)
    for item in items:
        if item.current is not None:
            note_use(version=item.current, what=Use.OPENED, by=reader, now=now)


def paper(lines: tuple[str, ...]) -> bytes:
    """One page of plain lines, as small as a PDF can be."""
    shown = "".join(f"({line}) Tj 0 -28 Td " for line in lines)
    drawn = f"BT /F1 18 Tf 60 760 Td {shown}ET".encode("latin-1")
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(drawn), drawn),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    written, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    tail = b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n" % (size, len(written))
    return written + b"xref\n0 %d\n0000000000 65535 f \n" % size + table + tail + b"%%EOF\n"


DEMO.register("enablement.library", DemoStep(80, library))
