"""Questions about lists."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from partners.imports.rules import guessed
from partners.lists.models import CompanyList, ListPortion, ListRow
from partners.lists.rules import FIELDS
from partners.lists.states import Band, State
from prm.accounts.models import User
from prm.portal.sockets import SUBJECTS, SubjectLink

SAMPLE = 3


def remembered(header: list[str]) -> list[str]:
    """The columns that were chosen the last time a list had these titles, else what the titles seem to mean."""
    before = CompanyList.objects.filter(header=header).exclude(state=State.UPLOADED).order_by("-pk").first()
    return list(before.columns) if before else guessed(header, FIELDS)


def samples(given: CompanyList) -> list[list[str]]:
    """For each column what its first rows hold."""
    portion = given.portions.order_by("number").first()
    rows = portion.rows[:SAMPLE] if portion else []
    return [
        [row[place] for row in rows if place < len(row) and row[place].strip()] for place in range(len(given.header))
    ]


def with_progress(lists: QuerySet[CompanyList]) -> QuerySet[CompanyList]:
    """Each with `portions_done` of `portions_all`, and how many rows are of which band (`rows_block`, …)."""
    of = ListPortion.objects.filter(of=OuterRef("pk")).order_by().values("of")
    figures: dict[str, Any] = {"portions_all": Count("pk"), "portions_done": Count("pk", filter=Q(done=True))}
    figures |= {f"rows_{band}": Sum(band) for band in Band.values}
    found = {
        name: Coalesce(Subquery(of.annotate(figure=figure).values("figure"), output_field=IntegerField()), Value(0))
        for name, figure in figures.items()
    }
    return lists.annotate(**found)


def percent(given: Any) -> int:
    """Of a list with its progress. A list that is not finished is not complete, however little is missing."""
    if given.state == State.DONE:
        return 100
    return min(99, 100 * given.portions_done // given.portions_all) if given.portions_all else 0


def rows_of(given: CompanyList, band: str = "") -> QuerySet[ListRow]:
    rows = ListRow.objects.filter(of=given)
    return rows.filter(band=band) if band else rows


@dataclass(frozen=True)
class Hit:
    """What a row is like, as this person may see it. `link` is None for what is gone, or not theirs to see."""

    link: SubjectLink
    kind: str
    score: float
    texts: list[str]


def hits(rows: Iterable[ListRow], reader: User) -> list[tuple[ListRow, list[Hit]]]:
    """Each row with what it is like; one query for each kind of record."""
    shown = list(rows)
    ids: dict[str, list[str]] = {}
    for row in shown:
        for match in row.matches:
            ids.setdefault(match["type"], []).append(match["id"])
    links = {(kind, key): link for kind, keys in ids.items() for key, link in SUBJECTS[kind](reader, keys).items()}
    return [(row, _hits(row, links)) for row in shown]


def _hits(row: ListRow, links: dict[tuple[str, str], SubjectLink]) -> list[Hit]:
    found = []
    for match in row.matches:
        link = links.get((match["type"], match["id"]))
        if link is not None:
            found.append(Hit(link, match["type"], match["score"], [line["text"] for line in match["evidence"]]))
    return found
