"""Downloads of what a list shows. A spreadsheet must never run what somebody typed into a field."""

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from functools import partial
from io import BytesIO
from typing import IO, Any, cast

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict, StreamingHttpResponse
from django.shortcuts import render
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from xlsxwriter import Workbook

from prm.portal import formats
from prm.portal.guards import MemberRequest
from prm.portal.listings import Cell, Listing, is_longer
from prm.portal.places import TRY_AGAIN_SECONDS, Held, take_place

# Blanks and quotes before what makes a spreadsheet calculate, in ASCII and as full-width forms. Each run of them is
# read once and from its beginning, so that a text of nothing else takes no longer than another.
BEFORE_SIGN = re.compile(r"(?<![\s\"'\ufeff\u200b;])[\s\"'\ufeff\u200b;]*+(?=[=+\-@＝＋－＠])")
# A spreadsheet that parts cells at another character finds more of them than were written.
PARTING = frozenset(";\t")

# Longer ones take longer than anybody waits, and a workbook ends at a million anyway.
MOST_ROWS = 50_000
# Beyond that nobody waits for it: the file is made in the background, and ends there.
LONG = 20_000
MOST_LINES, MOST_BOUND = 1_000_000, 200_000
LONGEST_CELL = 32_767
KINDS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class TooLong(Exception):
    """More rows than a workbook takes."""


class _Line:
    """A file that hands each written line straight back."""

    def write(self, text: str) -> str:
        return text


def safe(cell: Cell) -> str:
    """The cell as text. Numbers stay numbers, dates are ISO, and whatever could be a formula is marked as text."""
    match cell:
        case None:
            return ""
        case datetime() | date():
            return cell.isoformat()
        case str():
            text = BEFORE_SIGN.sub(lambda run: run[0] if PARTING.isdisjoint(run[0]) else f"{run[0]}'", cell)
            return f"'{text}" if _is_formula(cell) else text
    return str(cell)


def _is_formula(text: str) -> bool:
    """At the beginning of the text or of one of its lines."""
    return text.startswith(("\t", "\r")) or any(_begins_line(run) for run in BEFORE_SIGN.finditer(text))


def _begins_line(run: re.Match[str]) -> bool:
    last = run[0].rpartition(";")[2]
    return bool({"\r", "\n"}.intersection(last)) or (run.start() == 0 and last == run[0])


def csv_lines(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
    """UTF-8 with a byte order mark, which is how spreadsheets recognise it."""
    yield "\ufeff" + next(csv_rows([header]))
    yield from csv_rows(rows)


def csv_rows(rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
    writer = csv.writer(_Line())
    for row in rows:
        yield writer.writerow([safe(cell) for cell in row])


def sent(request: MemberRequest, name: str, kind: str, content: Iterator[bytes]) -> HttpResponseBase:
    """A file that is there already, while a place is free."""
    place = take_place(request.organisation.pk)
    return _try_again(request) if place is None else _attached(name, kind, Held(content, place))


def download(
    request: MemberRequest,
    name: str,
    header: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    *,
    first: Callable[[], object] | None = None,
) -> HttpResponseBase:
    """CSV, or with `?file=xlsx` a workbook; 429 while the organisation has as many exports running as it may.

    `first` is what has to be written down before a row leaves.
    """
    place = take_place(request.organisation.pk)
    if place is None:
        return _try_again(request)
    try:
        if first is not None:
            first()
        response = file_of(request, name, header, rows)
    except BaseException:
        place.leave()
        raise
    if not isinstance(response, StreamingHttpResponse):
        place.leave()
        return response
    response.streaming_content = Held(cast(Iterator[bytes], response.streaming_content), place)
    return response


def listed(request: MemberRequest, listing: Listing) -> HttpResponseBase:
    """The list as the address asks for it."""
    asked = request.POST if request.method == "POST" else request.GET
    found = listing.found(request.user, asked)
    if is_longer(found, LONG):
        return _long(request, listing, asked)
    first = partial(listing.written, request.user, asked) if listing.written else None
    return download(request, listing.name, listing.header, listing.cells(found, request.user), first=first)


def _long(request: MemberRequest, listing: Listing, asked: QueryDict) -> HttpResponse:
    """The page that asks whether to have it made."""
    file = request.GET.get("file", "csv")
    if file not in KINDS:
        raise Http404
    narrowed = asked.copy()
    for name in ("cursor", "file", "csrfmiddlewaretoken"):
        narrowed.pop(name, None)
    context = {"listing": listing.name, "file": file, "query": narrowed.urlencode(), "rows": formats.number(LONG)}
    return render(request, "portal/long.html", context)


def most_rows(file: str) -> int:
    """As many as a file holds that is made in the background."""
    return MOST_LINES if file == "csv" else MOST_BOUND


def file_of(request: HttpRequest, name: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> HttpResponseBase:
    """`name` becomes the file's name, without what is no plain letter."""
    match request.GET.get("file", "csv"):
        case "csv":
            content: Iterable[str | bytes] = csv_lines(header, rows)
            kind = "csv"
        case "xlsx":
            try:
                content = [workbook(header, rows)]
            except TooLong:
                return _too_long(request)
            kind = "xlsx"
        case _:
            raise Http404
    return _attached(name, kind, content)


def _attached(name: str, kind: str, content: Iterable[str | bytes]) -> StreamingHttpResponse:
    response = StreamingHttpResponse(content, content_type=KINDS[kind])
    plain = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "export"
    response["Content-Disposition"] = f'attachment; filename="{plain}.{kind}"'
    return response


def _try_again(request: HttpRequest) -> HttpResponse:
    said = {
        "title": _("Your organisation is exporting already"),
        "detail": _("A few exports can run at a time. Try again in a moment."),
    }
    response = render(request, "portal/errors/error.html", said, status=429)
    response["Retry-After"] = str(TRY_AGAIN_SECONDS)
    return response


def _too_long(request: HttpRequest) -> HttpResponse:
    said = {
        "title": _("Too long for a workbook"),
        "detail": _("A workbook holds up to %(rows)d rows. Filter the list first, or take CSV.") % {"rows": MOST_ROWS},
    }
    return render(request, "portal/errors/error.html", said, status=400)


def workbook(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """One sheet with typed cells. Text is text, so a formula that somebody typed is only shown.

    Rows rest on the disk until it is complete; a list that is too long is refused at its first row too many.
    """
    file = BytesIO()
    write_workbook(file, header, rows, MOST_ROWS)
    return file.getvalue()


def write_workbook(file: IO[bytes], header: Sequence[str], rows: Iterable[Sequence[Cell]], most: int) -> None:
    """The same into a file, with up to `most` rows."""
    with Workbook(file, {"constant_memory": True, "default_date_format": "yyyy-mm-dd"}) as book:
        _fill(book, header, rows, most)


def _fill(book: Workbook, header: Sequence[str], rows: Iterable[Sequence[Cell]], most: int) -> None:
    sheet, number = book.add_worksheet(), 0
    bold, moment = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    for column, title in enumerate(header):
        sheet.write_string(0, column, title, bold)
    for number, row in enumerate(rows, start=1):
        if number > most:
            raise TooLong
        for column, cell in enumerate(row):
            _write(sheet, number, column, cell, moment)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, number, len(header) - 1)


def _write(sheet: Any, row: int, column: int, cell: Cell, moment: Any) -> None:
    """Times are the reader's own: a workbook knows no zones."""
    match cell:
        case None:
            return
        case bool():
            sheet.write_boolean(row, column, cell)
        case datetime():
            sheet.write_datetime(row, column, localtime(cell).replace(tzinfo=None), moment)
        case date():
            sheet.write_datetime(row, column, cell)
        case str():
            sheet.write_string(row, column, cell[:LONGEST_CELL])
        case _:
            sheet.write_number(row, column, cell)
