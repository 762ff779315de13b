"""The environment: every value is taken as it is meant, or refused with a sentence that names it."""

import os
import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from django.core.exceptions import ImproperlyConfigured
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config import env as module
from config.env import FALSE, TRUE, env, env_bool, env_choice, env_int, env_list, env_origin, secret

NAME = "PRM_TEST_VALUE"
Put = Callable[[str], None]


@pytest.fixture
def put(monkeypatch: pytest.MonkeyPatch) -> Put:
    monkeypatch.delenv(f"{NAME}_FILE", raising=False)
    monkeypatch.delenv(NAME, raising=False)
    return lambda value: monkeypatch.setenv(NAME, value)


def test_variable_that_is_absent_has_its_default(put: Put) -> None:
    assert (env(NAME), env(NAME, "x"), env_int(NAME, 7), env_list(NAME, "a, b")) == ("", "x", 7, ["a", "b"])
    assert (env_bool(NAME), env_bool(NAME, True)) == (False, True)


def test_file_comes_before_the_variable(put: Put, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "value"
    file.write_text("from the file\n")
    put("from the variable")
    monkeypatch.setenv(f"{NAME}_FILE", str(file))

    assert env(NAME) == "from the file"


def test_empty_name_of_a_file_is_no_file(put: Put, monkeypatch: pytest.MonkeyPatch) -> None:
    put("from the variable")
    monkeypatch.setenv(f"{NAME}_FILE", "")

    assert env(NAME) == "from the variable"


@pytest.mark.parametrize(
    ("content", "reason"),
    [(None, "No such file or directory"), (b"\xff\xfe\x00", "it is no text")],
)
def test_file_that_cannot_be_read_stops_the_start(
    put: Put, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes | None, reason: str
) -> None:
    file = tmp_path / "value"
    if content is not None:
        file.write_bytes(content)
    monkeypatch.setenv(f"{NAME}_FILE", str(file))

    with pytest.raises(ImproperlyConfigured) as refused:
        env(NAME)

    assert str(refused.value) == f"{NAME}_FILE cannot be read: {reason}."


@pytest.mark.parametrize(
    ("value", "meant"),
    [
        *((word, True) for word in sorted(TRUE)),
        *((word, False) for word in sorted(FALSE)),
        ("YES", True),
        ("Off", False),
    ],
)
def test_switch_has_a_few_words(put: Put, value: str, meant: bool) -> None:
    put(value)

    assert env_bool(NAME, not meant) is meant


@pytest.mark.parametrize("value", ["2", "ja", "truee", "0 ", "None"])
def test_switch_of_another_word_stops_the_start(put: Put, value: str) -> None:
    put(value)

    with pytest.raises(ImproperlyConfigured) as refused:
        env_bool(NAME)

    assert str(refused.value) == f"{NAME} must be 1 or 0, not {value.lower()!r}."


@pytest.mark.parametrize("value", ["", "-1", "--5", "²", "٣", " 5", "1_000", "1e3", "0x10", "5.0"])
def test_number_that_is_none_stops_the_start(put: Put, value: str) -> None:
    put(value)

    with pytest.raises(ImproperlyConfigured) as refused:
        env_int(NAME, 1)

    assert str(refused.value) == f"{NAME} must be a whole number, not {value!r}."


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=8))
def test_number_is_read_or_refused_whatever_it_is(put: Put, value: str) -> None:
    put(value)
    try:
        assert str(env_int(NAME, 1)) == (value.lstrip("0") or "0")
    except ImproperlyConfigured:
        assert not value.isascii() or not value.isdigit()


@pytest.mark.parametrize(
    ("value", "meant"), [("", []), (",", []), ("a", ["a"]), (" a , ,b,", ["a", "b"]), ("[::1],*", ["[::1]", "*"])]
)
def test_list_is_parted_by_commas(put: Put, value: str, meant: list[str]) -> None:
    put(value)

    assert env_list(NAME, "default") == meant


def test_choice_is_taken_in_any_case(put: Put) -> None:
    put("b")

    assert env_choice(NAME, "A", ("A", "B")) == "B"


def test_choice_that_is_not_offered_stops_the_start(put: Put) -> None:
    put("loud")

    with pytest.raises(ImproperlyConfigured) as refused:
        env_choice(NAME, "B", ("B", "A"))

    assert str(refused.value) == f"{NAME} must be one of A, B, not 'LOUD'."


@pytest.mark.parametrize(
    ("value", "meant"),
    [
        ("", "http://localhost:8000"),
        ("https://prm.example.com", "https://prm.example.com"),
        ("https://prm.example.com/", "https://prm.example.com"),
        ("http://127.0.0.1:0", "http://127.0.0.1:0"),
        ("http://[::1]:8000/", "http://[::1]:8000"),
    ],
)
def test_origin_is_scheme_host_and_port(put: Put, value: str, meant: str) -> None:
    put(value)

    assert env_origin(NAME, "http://localhost:8000") == meant


@pytest.mark.parametrize("value", ["prm.example.com", "ftp://prm.example.com", "//prm.example.com", "javascript:x"])
def test_origin_without_its_scheme_stops_the_start(put: Put, value: str) -> None:
    put(value)

    with pytest.raises(ImproperlyConfigured, match=f"^{NAME} must start with http:// or https://.$"):
        env_origin(NAME, "")


@pytest.mark.parametrize(
    "value",
    [
        "https://prm.example.com/portal",
        "https://prm.example.com?x=1",
        "https://prm.example.com#x",
        "https://prm.example.com:port",
        "https://prm.example.com:99999",
        "https://me:secret@prm.example.com",
        "https://[::1",
        "https://:8000",
    ],
)
def test_origin_that_says_more_or_less_stops_the_start(put: Put, value: str) -> None:
    put(value)

    with pytest.raises(ImproperlyConfigured) as refused:
        env_origin(NAME, "")

    assert str(refused.value) == f"{NAME} must be an address such as https://partners.example.com, not {value!r}."


def test_secret_of_the_environment_leaves_no_file(put: Put, tmp_path: Path) -> None:
    put("given")

    assert secret(NAME, tmp_path / "data", "key") == "given"
    assert list(tmp_path.iterdir()) == []


def test_secret_is_drawn_once_and_ours_alone(put: Put, tmp_path: Path) -> None:
    drawn = secret(NAME, tmp_path / "data", "key")
    file = tmp_path / "data" / "key"

    assert (len(drawn) >= 50, secret(NAME, tmp_path / "data", "key"), file.read_text()) == (True, drawn, drawn)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [entry.name for entry in file.parent.iterdir()] == ["key"]


def test_secrets_of_two_installations_differ(put: Put, tmp_path: Path) -> None:
    assert secret(NAME, tmp_path / "one", "key") != secret(NAME, tmp_path / "other", "key")


def together(count: int, call: Callable[[], str]) -> set[str]:
    barrier = Barrier(count)

    def run(_number: int) -> str:
        barrier.wait(timeout=30)
        return call()

    with ThreadPoolExecutor(count) as threads:
        return set(threads.map(run, range(count)))


def test_processes_that_start_together_read_one_secret(put: Put, tmp_path: Path) -> None:
    found = together(8, lambda: secret(NAME, tmp_path, "key"))

    assert found == {(tmp_path / "key").read_text()}
    assert [entry.name for entry in tmp_path.iterdir()] == ["key"]


def test_secret_has_its_name_when_it_is_complete(put: Put, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever looks between its making and its end finds no file, and no empty secret."""
    seen: list[bool] = []
    real = os.fdopen

    def slowly(*arguments: object, **named: object) -> object:
        seen.append((tmp_path / "key").exists())
        return real(*arguments, **named)  # type: ignore[call-overload]

    monkeypatch.setattr(module.os, "fdopen", slowly)

    assert len(secret(NAME, tmp_path, "key")) >= 50
    assert seen == [False]


def test_secret_of_whoever_was_first_counts(put: Put, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.link

    def second(source: str, target: Path) -> None:
        target.write_text("of the first")
        real(source, target)

    monkeypatch.setattr(module.os, "link", second)

    assert secret(NAME, tmp_path, "key") == "of the first"
