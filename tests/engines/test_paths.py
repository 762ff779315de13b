"""The two URLs: the person's own when set, else the sockets of the embedded engines."""

from pathlib import Path

import pytest
from kombu.utils.url import url_to_parts

from config import databases, embedded
from config.embedded.attachment import needed
from config.embedded.paths import ROOT, postgres_socket, socket_dir


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_URL", "REDIS_URL", "PRM_DATA"):
        monkeypatch.delenv(name, raising=False)


def test_urls_carry_a_path_with_odd_letters(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRM_DATA", "/srv/my data/50%&ä")
    assert databases.parse(embedded.database_url(), pooled=False)["HOST"] == "/srv/my data/50%&ä/run"
    parts = url_to_parts(embedded.redis_url())
    assert (parts.scheme, parts.path) == ("redis+socket", "srv/my data/50%&ä/run/redis.sock")


def test_urls_of_the_environment_win(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://db.example/prm")
    monkeypatch.setenv("REDIS_URL", "redis://bell.example/0")
    assert embedded.database_url() == "postgresql://db.example/prm"
    assert embedded.redis_url() == "redis://bell.example/0"
    assert needed() == frozenset()
    assert embedded.attach_or_start() is None


@pytest.mark.parametrize(("name", "engine"), [("DATABASE_URL", "redis"), ("REDIS_URL", "postgres")])
def test_one_url_leaves_the_other_engine_embedded(monkeypatch: pytest.MonkeyPatch, name: str, engine: str) -> None:
    monkeypatch.setenv(name, "scheme://elsewhere")
    assert needed() == {engine}


def test_empty_url_means_embedded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "")
    assert embedded.is_embedded_database()


def test_data_is_beside_the_code_unless_told_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    assert embedded.data_dir() == ROOT / ".data"
    monkeypatch.setenv("PRM_DATA", "elsewhere/../other")
    assert embedded.data_dir() == ROOT / "other"


@pytest.mark.parametrize("name", ["d" * 90, "a,b", 'a"b', "a\\b"])
def test_sockets_move_where_the_path_cannot_carry_them(name: str) -> None:
    sockets = socket_dir(Path("/srv") / name)
    assert sockets.parent == Path("/tmp")
    assert len(str(postgres_socket(sockets))) < 100
    assert sockets != socket_dir(Path("/srv") / f"{name}2")
