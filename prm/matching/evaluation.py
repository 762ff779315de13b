"""How well matching finds who is meant, measured on files of known answers, in a schema of its own that is dropped."""

import csv
import gzip
import itertools
import statistics
import time
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from prm.matching.actions import index_many
from prm.matching.hashing import keys
from prm.matching.identity import Identity
from prm.matching.models import MatchKey, MatchRecord
from prm.matching.normaliser import normalise
from prm.matching.rules import band_of
from prm.matching.selectors import found, weighed, worth_weighing
from prm.matching.sources import SOURCES

SOURCE = "evaluation"
BATCH = 2000
REGISTRY_COLUMNS = ("external_id", "name", "country", "city", "website")
QUERY_COLUMNS = ("name", "country", "city", "website", "true_id", "type")

_SCHEMA = """
    create schema matching_evaluation;
    set local search_path to matching_evaluation
"""
Row = dict[str, str]


class BadFile(ValueError):
    """The file is not what is asked for; the text says why."""


@dataclass(frozen=True)
class Answer:
    """What came of one query. `right`: the record meant was ranked first, whatever its score."""

    type: str
    known: bool
    right: bool
    score: float
    was_candidate: bool
    milliseconds: float


def read(path: Path, columns: Iterable[str]) -> list[Row]:
    """Rows of a CSV file, plain or gzip."""
    opener = gzip.open if path.suffix == ".gz" else open
    try:
        with opener(path, "rt", encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            missing = sorted(set(columns) - set(reader.fieldnames or ()))
            if missing:
                raise BadFile(f"{path.name} has no column {', '.join(missing)}")
            return [{name: row[name] or "" for name in columns} for row in reader]
    except (OSError, EOFError, UnicodeDecodeError, csv.Error) as error:
        raise BadFile(f"{path.name} cannot be read: {error}") from error


def evaluate(registry: list[Row], queries: list[Row], threshold: float) -> dict[str, Any]:
    """The figures of these queries against that registry. Writes nothing that stays."""
    with _scratch():
        started = time.perf_counter()
        _load(registry)
        seconds = time.perf_counter() - started
        numbers = {row["external_id"]: number for number, row in enumerate(registry)}
        names = [_plain(row["name"]) for row in registry]
        answers = [_ask(query, numbers, names) for query in queries]
    return {
        "n_registry": len(registry),
        "n_queries": len(queries),
        "threshold": threshold,
        **figures(answers, threshold),
        "build_seconds": round(seconds, 2),
    }


def figures(answers: list[Answer], threshold: float) -> dict[str, Any]:
    known = [answer for answer in answers if answer.known]
    by_type = Counter(answer.type for answer in known)
    found = Counter(answer.type for answer in known if answer.right and answer.score >= threshold)
    precision, recall = _at(answers, threshold)
    return {
        "precision": round(precision, 4),
        "recall": round(recall, 4),
        "f1": round(2 * precision * recall / ((precision + recall) or 1), 4),
        "top1": _share(answer.right for answer in known),
        "candidate_recall": _share(answer.was_candidate for answer in known),
        "recall_at_precision_95": round(_recall_at(answers, 0.95), 4),
        "by_type": {name: round(found[name] / count, 4) for name, count in sorted(by_type.items())},
        "bands": _bands(answers),
        "latency_ms": _latency([answer.milliseconds for answer in answers]),
    }


@contextmanager
def _scratch() -> Iterator[None]:
    """A schema that is gone afterwards, however it ends: all happens in one transaction that is taken back."""
    if SOURCE not in SOURCES:
        SOURCES.register(SOURCE, "Evaluation")
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(_SCHEMA)
        with connection.schema_editor() as editor:
            editor.create_model(MatchKey)
            editor.create_model(MatchRecord)
        yield
        transaction.set_rollback(True)


def _load(registry: list[Row]) -> None:
    rows = enumerate(registry)
    while batch := list(itertools.islice(rows, BATCH)):
        index_many(SOURCE, ((number, identity(row)) for number, row in batch))
    with connection.cursor() as cursor:
        cursor.execute("analyze matching_matchkey; analyze matching_matchrecord")


def identity(row: Row) -> Identity:
    return Identity(row["name"], row["country"], row["city"], row["website"])


def _ask(query: Row, numbers: dict[str, int], names: list[str]) -> Answer:
    asked = identity(query)
    started = time.perf_counter()
    normal = normalise(asked)
    known = found(keys(normal), sources=[SOURCE])
    ranked = weighed(asked, normal, worth_weighing(normal, known), apart=True)
    took = (time.perf_counter() - started) * 1000
    true = numbers.get(query["true_id"])
    first, score = (ranked[0][0], ranked[0][1].score) if ranked else (None, 0.0)
    right = true is not None and first is not None and (first == true or names[first] == names[true])
    was_candidate = any(each.record_id == true for each in known)
    return Answer(query["type"], bool(query["true_id"]), right, score, was_candidate, took)


def _plain(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold()


def _at(answers: list[Answer], threshold: float) -> tuple[float, float]:
    """Precision and recall of what scores at least so much."""
    said = [answer.right for answer in answers if answer.score >= threshold]
    known = sum(answer.known for answer in answers)
    return sum(said) / (len(said) or 1), sum(said) / (known or 1)


def _recall_at(answers: list[Answer], precision: float) -> float:
    tried = (_at(answers, threshold) for threshold in {answer.score for answer in answers})
    return max((recall for reached, recall in tried if reached >= precision), default=0.0)


def _bands(answers: list[Answer]) -> dict[str, dict[str, float]]:
    fallen = {"block": "block", "review": "review", "hint": "pass"}
    known = [fallen[band_of(answer.score)] for answer in answers if answer.known]
    unknown = [fallen[band_of(answer.score)] for answer in answers if not answer.known]
    return {
        name: {
            "share_known": _share(band == name for band in known),
            "share_unknown": _share(band == name for band in unknown),
        }
        for name in fallen.values()
    }


def _share(said: Iterable[bool]) -> float:
    counted = list(said)
    return round(sum(counted) / (len(counted) or 1), 4)


def _latency(milliseconds: list[float]) -> dict[str, float]:
    if len(milliseconds) < 2:
        return dict.fromkeys(("p50", "p99"), round(sum(milliseconds), 3))
    cuts = statistics.quantiles(milliseconds, n=100)
    return {"p50": round(cuts[49], 3), "p99": round(cuts[98], 3)}
