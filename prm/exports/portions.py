"""A long export, portion by portion: the keys of its rows, the rows, and for a workbook the workbook.

Each portion is committed with the note that it is done. Keys are taken once, so that no row is doubled or lost while
others come and go; whether the person may still see a row is asked again when it is read.
"""

import json
import zlib
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from tempfile import TemporaryFile
from typing import IO, Any

from django.http import QueryDict
from django.utils import timezone

from prm.accounts.models import User
from prm.exports import policies
from prm.exports.models import Export, ExportPart
from prm.exports.notices import tell_failed, tell_ready
from prm.exports.states import Kind, State
from prm.jobs.models import Job
from prm.jobs.sockets import KINDS
from prm.jobs.sockets import Kind as JobKind
from prm.portal import formats
from prm.portal.exports import csv_rows, most_rows, write_workbook
from prm.portal.listings import LISTINGS, Cell
from prm.portal.lists import packed, unpacked
from prm.portal.middleware import zone_of

PORTION = 5_000
PIECE = 1_000_000


def portion(job: Job, now: datetime) -> None:  # noqa: ARG001 - every kind of work is told when
    export = _of(job)
    reader = _reader(export) if export is not None else None
    if export is None or reader is None:
        _stop(job, export)
        return
    parts = export.parts.count()
    with timezone.override(zone_of(reader)), formats.written_for(reader.locale):
        if job.done == 0:
            _end_after(job, 1 + _keep_keys(export, reader) + (export.file == Kind.XLSX))
        elif job.done <= parts:
            _write(export, reader, job.done - 1)
        else:
            _bind(export)


def finished(job: Job, now: datetime) -> None:
    export = _of(job)
    if export is not None and export.is_working:
        export.state, export.made_at = State.READY, now
        export.save(update_fields=["state", "made_at"])
        tell_ready(export, now)


def failed(job: Job, now: datetime) -> None:
    export = _of(job)
    if export is not None and export.is_working:
        _give_up(export)
        tell_failed(export, now)


def _of(job: Job) -> Export | None:
    """None when it was forgotten meanwhile."""
    rows = Export.objects.select_for_update(of=("self",)).select_related("organisation")
    return rows.filter(public_id=job.subject_id).first()


def _reader(export: Export) -> User | None:
    """Who asked, as that person is now; None for one who may no longer have it."""
    user = User.objects.get(pk=export.created_by_id)
    return user if policies.can_take(user, export) else None


def _stop(job: Job, export: Export | None) -> None:
    """Nothing is to be done any more, and nobody is told: whoever lost the right is not to learn of the list."""
    _end_after(job, job.done + 1)
    if export is not None:
        _give_up(export)


def _give_up(export: Export) -> None:
    export.state = State.FAILED
    export.save(update_fields=["state"])
    export.parts.all().delete()


def _end_after(job: Job, total: int) -> None:
    job.total = total
    job.save(update_fields=["total"])


def _keep_keys(export: Export, reader: User) -> int:
    """The keys of all rows in their order, some thousand in each part. Returns how many parts there are."""
    rows = LISTINGS[export.listing].found(reader, QueryDict(export.query)).prefetch_related(None)
    keys = rows.values_list("pk", flat=True)[: most_rows(export.file)].iterator(chunk_size=PORTION)
    number = 0
    while some := list(islice(keys, PORTION)):
        ExportPart.objects.create(of=export, number=number, keys=some)
        number += 1
        export.rows += len(some)
    export.save(update_fields=["rows"])
    return number


def _write(export: Export, reader: User, number: int) -> None:
    part = export.parts.get(number=number)
    listing = LISTINGS[export.listing]
    rows = listing.found(reader, QueryDict(export.query)).filter(pk__in=part.keys)
    cells = listing.cells(rows, reader)
    if export.file == Kind.CSV:
        lines = "".join(csv_rows(cells))
    else:
        lines = "\n".join(json.dumps([packed(cell) for cell in row]) for row in cells)
    part.content, part.keys = zlib.compress(lines.encode()), []
    part.save(update_fields=["content", "keys"])


def _bind(export: Export) -> None:
    """The workbook of all rows in place of the rows."""
    with TemporaryFile() as file:
        write_workbook(file, LISTINGS[export.listing].header, _rows(export), most_rows(export.file))
        file.seek(0)
        export.parts.all().delete()
        for number, piece in enumerate(_pieces(file)):
            ExportPart.objects.create(of=export, number=number, content=piece)


def _rows(export: Export) -> Iterator[list[Cell]]:
    for content in contents(export):
        for line in zlib.decompress(content).decode().splitlines():
            yield [unpacked(cell) for cell in json.loads(line)]


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    while piece := file.read(PIECE):
        yield piece


def contents(export: Export) -> Iterator[bytes]:
    """What the parts hold, one part in memory at a time."""
    number = 0
    while (content := _content(export, number)) is not None:
        yield content
        number += 1


def _content(export: Export, number: int) -> bytes | None:
    found: Any = export.parts.filter(number=number).values_list("content", flat=True).first()
    return None if found is None else bytes(found)


KINDS.register("export", JobKind(portion=portion, failed=failed, finished=finished))
