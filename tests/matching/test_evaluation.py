"""The measure itself: right figures from known answers, and nothing left behind."""

import gzip
import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from prm.matching.evaluation import Answer, BadFile, figures, read
from prm.matching.models import MatchKey

REGISTRY = """external_id,name,country,city,website
n1,Nordlicht Robotics GmbH,DE,Hamburg,https://nordlicht.de
n2,Harbour Construction Institute,DE,Kiel,
n3,Meadow Dairy,GB,Leeds,meadow.co.uk
n4,meadow dairy,GB,Leeds,
"""
QUERIES = """name,country,city,website,true_id,type
NORDLICHT ROBOTICS AG,DE,,,n1,legal
Construction Harbour Inst.,DE,,,n2,reorder
Meadow Dairy,GB,,,n4,double
Somebody Else,US,,,n3,lost
Quarry Unknown Works,FR,Lyon,,,unknown
Nordlicht Robotics,DE,,,,unknown
"""


def files(directory: Path, registry: str = REGISTRY, queries: str = QUERIES) -> list[str]:
    (directory / "registry.csv").write_text(registry, encoding="utf-8")
    with gzip.open(directory / "queries.csv.gz", "wt", encoding="utf-8") as file:
        file.write(queries)
    return ["--registry", str(directory / "registry.csv"), "--queries", str(directory / "queries.csv.gz")]


def measured(*given: str) -> dict[str, Any]:
    out = StringIO()
    call_command("evaluate_matching", *given, stdout=out)
    return dict(json.loads(out.getvalue()))


@pytest.mark.django_db
class TestCommand:
    def test_prints_the_figures_as_one_object(self, tmp_path: Path) -> None:
        found = measured(*files(tmp_path))

        assert (found["n_registry"], found["n_queries"], found["threshold"]) == (4, 6, 0.78)
        assert (found["precision"], found["recall"], found["f1"]) == (0.75, 0.75, 0.75)
        assert (found["top1"], found["candidate_recall"]) == (0.75, 0.75)
        assert found["by_type"] == {"double": 1.0, "legal": 1.0, "lost": 0.0, "reorder": 1.0}
        assert found["bands"] == {
            "block": {"share_known": 0.75, "share_unknown": 0.5},
            "review": {"share_known": 0.0, "share_unknown": 0.0},
            "pass": {"share_known": 0.25, "share_unknown": 0.5},
        }
        assert set(found["latency_ms"]) == {"p50", "p99"}
        assert found["build_seconds"] >= 0

    def test_threshold_is_where_an_answer_begins(self, tmp_path: Path) -> None:
        found = measured(*files(tmp_path), "--threshold", "1")

        assert (found["threshold"], found["precision"], found["recall"], found["f1"]) == (1.0, 0.0, 0.0, 0.0)

    def test_leaves_nothing_behind(self, tmp_path: Path) -> None:
        measured(*files(tmp_path))
        measured(*files(tmp_path))

        assert MatchKey.objects.count() == 0
        with connection.cursor() as cursor:
            cursor.execute("select count(*) from pg_namespace where nspname = 'matching_evaluation'")
            assert cursor.fetchone() == (0,)

    def test_does_not_see_the_customers_that_are_there(self, tmp_path: Path) -> None:
        MatchKey.objects.create(record_id=1, key=1)

        measured(*files(tmp_path))

        assert MatchKey.objects.count() == 1

    def test_one_query_and_no_query_have_figures_too(self, tmp_path: Path) -> None:
        head, first, *_rest = QUERIES.splitlines()

        assert measured(*files(tmp_path, queries=f"{head}\n{first}\n"))["f1"] == 1.0
        assert measured(*files(tmp_path, queries=f"{head}\n"))["f1"] == 0.0

    @pytest.mark.parametrize("threshold", ["-0.1", "1.1", "nan"])
    def test_threshold_is_a_share(self, tmp_path: Path, threshold: str) -> None:
        with pytest.raises(CommandError, match="between 0 and 1"):
            measured(*files(tmp_path), "--threshold", threshold)

    def test_file_without_a_column_is_refused_by_its_name(self, tmp_path: Path) -> None:
        with pytest.raises(CommandError, match=r"registry\.csv has no column city, website"):
            measured(*files(tmp_path, registry="external_id,name,country\n"))


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"not gzip"])
def test_file_that_cannot_be_read_is_said(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "queries.csv.gz"
    path.write_bytes(content)

    with pytest.raises(BadFile, match=r"queries\.csv\.gz cannot be read"):
        read(path, ["name"])


def test_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="cannot be read"):
        read(tmp_path / "nothing.csv", ["name"])


def answer(score: float, *, right: bool, known: bool = True) -> Answer:
    return Answer("kind", known, right, score, was_candidate=right, milliseconds=1.0)


def test_recall_at_precision_is_the_most_that_is_found_with_few_mistakes() -> None:
    sure = [answer(0.9, right=True) for _ in range(19)]
    mistakes = [answer(0.9, right=False, known=False), *[answer(0.8, right=False, known=False) for _ in range(9)]]
    doubtful = [answer(0.8, right=True) for _ in range(19)]

    assert figures(sure + mistakes + doubtful, 0.78)["recall_at_precision_95"] == 0.5


def test_precision_that_is_never_reached_finds_nothing() -> None:
    assert figures([answer(0.9, right=False), answer(0.9, right=True)], 0.78)["recall_at_precision_95"] == 0.0
