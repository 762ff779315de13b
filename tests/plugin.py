"""Engines for the tests: private, in a temporary directory, started once and shared by all workers.

Loaded with `-p`, before Django reads its settings. The controller holds a share in the engines; when it ends,
or is killed, their guardian stops them and removes the directory.

The servers that `PRM_TEST_DATABASE_URL` and `PRM_TEST_REDIS_URL` name are used instead, and only those: the
suite makes databases beside the one named, and uses the Redis numbers after the one named.
"""

import atexit
import gc
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

from config import embedded

DATA = "PRM_DATA"
MARK = "PRM_TEST_DATA"
CHROMIUM = "PRM_CHROMIUM"
NO_CHROMIUM = f"No Chromium here: the browser tests were left out (install it, or set {CHROMIUM} to its path)."


EXTERNAL = {"DATABASE_URL": "PRM_TEST_DATABASE_URL", "REDIS_URL": "PRM_TEST_REDIS_URL"}
REDIS_NUMBERS = 16


# Files and folders whose tests share what takes long to make: one worker runs all of each.
TOGETHER = (
    "tests/chaos/test_chaos.py",
    "tests/engines/test_up.py",
    "tests/access/test_api_roles.py",
    "tests/house/test_queries.py",
    "tests/demo/",
)


class Scheduling(LoadScopeScheduling):
    """Whoever is free runs the next test, or the next of these places."""

    def _split_scope(self, nodeid: str) -> str:
        return next((place for place in TOGETHER if nodeid.startswith(place)), nodeid)

    def mark_test_complete(self, node: Any, item_index: int, duration: float = 0) -> None:
        """What is done is forgotten: whoever hands out the next test would count all of it each time."""
        nodeid = self.registered_collections[node][item_index]
        scope = self._split_scope(nodeid)
        unit = self.assigned_work[node][scope]
        unit[nodeid] = True
        if all(unit.values()):
            del self.assigned_work[node][scope]
        self._reschedule(node)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Scheduling:
    return Scheduling(config, log)


def point_at(data: str) -> None:
    for name in ("DATABASE_URL", "REDIS_URL", "DATABASE_URL_FILE", "REDIS_URL_FILE", "PRM_DATA_FILE"):
        os.environ.pop(name, None)
    os.environ[DATA] = os.environ[MARK] = data
    for name, wanted in EXTERNAL.items():
        if os.environ.get(wanted):
            os.environ[name] = os.environ[wanted]


def is_worker() -> bool:
    return "PYTEST_XDIST_WORKER" in os.environ


def own_doorbell() -> None:
    """Each worker has a Redis database to itself, so that none hears another's bell."""
    worker = int(os.environ["PYTEST_XDIST_WORKER"].removeprefix("gw"))
    external = os.environ.get(EXTERNAL["REDIS_URL"])
    if external:
        server, slash, first = external.rpartition("/")
        os.environ["REDIS_URL"] = server + slash + str(after(int(first), worker))
    else:
        os.environ["REDIS_URL"] = embedded.redis_url().replace("virtual_host=0", f"virtual_host={after(0, worker)}")


def after(first: int, worker: int) -> int:
    return first + 1 + worker % (REDIS_NUMBERS - 1 - first)


def find_chromium() -> str | None:
    names = [os.environ.get(CHROMIUM, ""), "chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"]
    return next((found for name in names if name and (found := shutil.which(name))), None)


if is_worker():
    os.environ.pop("REDIS_URL", None)
    own_doorbell()
else:
    point_at(tempfile.mkdtemp(prefix="prm-test-"))
    # Whatever ends the run, even settings that do not load.
    atexit.register(shutil.rmtree, os.environ[DATA], ignore_errors=True)


class Engines:
    """Held by the controller from the start of the session to its end."""

    def __init__(self) -> None:
        self.attachment: embedded.Attachment | None = None

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self) -> None:
        needed = {"postgres": embedded.is_embedded_database(), "redis": embedded.is_embedded_redis()}
        names = frozenset(name for name, is_embedded in needed.items() if is_embedded)
        if not names:
            return
        self.attachment = embedded.Attachment(Path(os.environ[DATA]), names, scratch=True)
        try:
            self.attachment.ensure()
        except embedded.EngineError as error:
            raise pytest.UsageError(str(error)) from error

    @pytest.hookimpl(trylast=True)
    def pytest_unconfigure(self) -> None:
        if self.attachment:
            self.attachment.release()


def pytest_configure(config: pytest.Config) -> None:
    chromium = find_chromium()
    if chromium:
        os.environ[CHROMIUM] = chromium
    if is_worker():
        return
    if not chromium and os.environ.get("CI") == "true":
        raise pytest.UsageError("CI runs the browser tests too, and there is no Chromium here.")
    if not config.option.collectonly:
        config.pluginmanager.register(Engines(), "engines")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if os.environ.get(CHROMIUM):
        return
    browser = [item for item in items if item.get_closest_marker("browser")]
    config.hook.pytest_deselected(items=browser)
    items[:] = [item for item in items if item not in browser]


def pytest_collection_finish() -> None:
    """Thousands of tests and all of the application stay to the end: nobody needs to look again and again for what
    of them could go. That was a tenth of the time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if not os.environ.get(CHROMIUM):
        terminalreporter.write_line(NO_CHROMIUM)
