"""The four programs of the application, and what a person is told about them."""

import os
import sys
from dataclasses import dataclass, field
from pathlib import Path

from config.env import env_int

MOST_WEB_WORKERS = 5
DEMO_LOGINS = {
    "admin@vendor.example": "programme administrator",
    "pam@vendor.example": "partner manager of Helix and Orbit",
    "pam2@vendor.example": "another partner manager",
    "seller@vendor.example": "sales",
    "expert@vendor.example": "technical expert",
    "finance@vendor.example": "finance",
    "exec@vendor.example": "executive",
    "admin@helix.example": "administrator of Helix, a managed service provider",
    "rep@helix.example": "sales at Helix",
    "marketing@helix.example": "marketing at Helix",
    "admin@orbit.example": "administrator of Orbit, a reseller and their rival",
    "rep@orbit.example": "sales at Orbit",
}
# People wait for the web; mails and sweeps get half of what it gets, and catch up when it is quiet. Less of it, and
# a worker that has to start again under load is away for a minute.
LATER = 3
# Celery warns of root in five lines, and root is who runs a container.
QUIET = {"PYTHONWARNINGS": "ignore::UserWarning:celery.platforms"}


@dataclass(frozen=True)
class Service:
    name: str
    argv: list[str]
    env: dict[str, str] = field(default_factory=dict)
    pass_fds: tuple[int, ...] = ()
    niceness: int = 0


def web_workers() -> int:
    """As many as PRM_WEB_WORKERS says; else two for each core and one more, within reason."""
    return env_int("PRM_WEB_WORKERS", 0) or min(2 * (os.cpu_count() or 1) + 1, MOST_WEB_WORKERS)


def services(listener: int, data: Path) -> list[Service]:
    """`listener` is the open socket: while the web restarts, requests queue instead of being refused."""
    python = [sys.executable, "-m"]
    celery = [*python, "celery", "--quiet", "--app", "config"]
    gunicorn = [*python, "gunicorn", "--config", "python:config.gunicorn", "--bind", f"fd://{listener}"]
    schedule = ["--schedule", str(data / "schedule"), "--pidfile", "", "--loglevel", "WARNING"]
    return [
        Service("web", gunicorn, {"PRM_DB_POOL": "1"}, (listener,)),
        Service("worker", [*celery, "worker", "--concurrency", "2", "--loglevel", "WARNING"], QUIET, niceness=LATER),
        Service("scheduler", [*celery, "beat", *schedule]),
        Service("relay", [sys.executable, "manage.py", "relay", "--loop"], niceness=LATER),
    ]


def address(port: int) -> str:
    return os.environ.get("PRM_BASE_URL", "").rstrip("/") or f"http://localhost:{port}"


def welcome(port: int, *, demo: bool) -> list[str]:
    lines = [f"Ready at {address(port)}"]
    if demo:
        width = max(map(len, DEMO_LOGINS))
        lines += ["Demo logins, password demo:"]
        lines += [f"  {email:<{width}}  {role}" for email, role in DEMO_LOGINS.items()]
    return [*lines, "Ctrl-C stops everything."]
