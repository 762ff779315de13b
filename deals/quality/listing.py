"""The judged pairs as a file."""

from collections.abc import Iterator

from django.db.models import QuerySet
from django.http import QueryDict

from deals.quality.forms import PairFilter
from deals.quality.selectors import Case, cases, judged_pairs
from prm.accounts.models import User
from prm.accounts.roles import Permission as P
from prm.matching.feedback.models import Judgement
from prm.matching.titles import title_of
from prm.portal.listings import LISTINGS, Cell, Listing

HEADER = ("Pair", "Answer", "Reason", "Judged by", "Judged at", "Match", "Rules", "Engine version")
ORDER = ("-judged_at", "-pk")
PORTION = 500


def rows_of(form: PairFilter) -> QuerySet[Judgement]:
    return judged_pairs(**form.wanted())


def _found(user: User, asked: QueryDict) -> QuerySet[Judgement]:
    return rows_of(PairFilter(asked, reader=user)).order_by(*ORDER)


def _cells(rows: QuerySet[Judgement], reader: User) -> Iterator[tuple[Cell, ...]]:
    portion: list[Judgement] = []
    for row in rows.iterator(chunk_size=PORTION):
        portion.append(row)
        if len(portion) == PORTION:
            yield from _written(portion, reader)
            portion = []
    yield from _written(portion, reader)


def _written(portion: list[Judgement], reader: User) -> Iterator[tuple[Cell, ...]]:
    for row, case in zip(portion, cases(portion, reader), strict=True):
        yield _line(row, case)


def _line(row: Judgement, case: Case) -> tuple[Cell, ...]:
    rules = ", ".join(title_of(rule) for rule in row.rules)
    by = str(row.judged_by) if row.judged_by else ""
    return (
        *(case.label, row.get_verdict_display(), row.reason, by),
        *(row.judged_at, row.score, rules, row.engine_version),
    )


LISTING = LISTINGS.register("matching-pairs", Listing("judged pairs", HEADER, (P.MATCHING_QUALITY,), _found, _cells))
