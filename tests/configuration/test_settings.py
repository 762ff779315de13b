"""The one settings module, started for real: wrong values stop the start, right ones reach what they are for."""

import json
import os
import subprocess
import sys
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from celery import current_app
from django.apps import apps
from django.conf import settings as present
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import EmailMessage
from django.core.mail.message import sanitize_address

from config.celery import app
from config.schedule import BELL, SCHEDULE
from tests.processes import ROOT

SHOW = """
import json
from django.conf import settings
print(json.dumps({name: getattr(settings, name) for name in %r}, default=str))
"""
READ = "from django.conf import settings; settings.DEBUG"
# What the machine of the tests says must not answer for what is under test.
KEPT = ("PATH", "HOME", "VIRTUAL_ENV", "LANG")


def start(tmp_path: Path, code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    given = {name: os.environ[name] for name in KEPT if name in os.environ}
    given |= {"PRM_DATA": str(tmp_path), "DATABASE_URL": "postgresql://nowhere/prm", "REDIS_URL": "redis://nowhere/0"}
    given |= {"DJANGO_SETTINGS_MODULE": "config.settings", **environment}
    command = [sys.executable, "-c", code]
    return subprocess.run(command, cwd=ROOT, env=given, capture_output=True, text=True, timeout=60, check=False)


def shown(tmp_path: Path, *names: str, **environment: str) -> list[object]:
    ended = start(tmp_path, SHOW % (names,), **environment)
    assert ended.returncode == 0, ended.stderr
    found = json.loads(ended.stdout)
    return [found[name] for name in names]


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("PRM_DEMO", "maybe", "PRM_DEMO must be 1 or 0, not 'maybe'."),
        ("EMAIL_PORT", "smtp", "EMAIL_PORT must be a whole number, not 'smtp'."),
        ("LOG_LEVEL", "loud", "LOG_LEVEL must be one of CRITICAL, DEBUG, ERROR, INFO, WARNING, not 'LOUD'."),
        ("PRM_BASE_URL", "prm.example.com", "PRM_BASE_URL must start with http:// or https://."),
        ("DATABASE_URL", "mysql://db/prm", "DATABASE_URL must start with postgresql://."),
        ("PRM_MFA_REQUIRED", "staff", "PRM_MFA_REQUIRED must be one of ALL, NONE, VENDOR, not 'STAFF'."),
        ("PRM_SESSION_HOURS", "a day", "PRM_SESSION_HOURS must be a whole number, not 'a day'."),
        ("PRM_SESSION_HOURS", "0", "PRM_SESSION_HOURS must be 1 to 720, not 0."),
        ("PRM_SESSION_HOURS", "721", "PRM_SESSION_HOURS must be 1 to 720, not 721."),
        ("PRM_SESSION_HOURS", "2", "PRM_SESSION_IDLE_HOURS must be 1 to PRM_SESSION_HOURS (2), not 3."),
        ("PRM_SESSION_IDLE_HOURS", "0", "PRM_SESSION_IDLE_HOURS must be 1 to PRM_SESSION_HOURS (12), not 0."),
        ("SECRET_KEY_FILE", "/nowhere/key", "SECRET_KEY_FILE cannot be read: No such file or directory."),
    ],
)
def test_wrong_value_stops_the_start(tmp_path: Path, name: str, value: str, sentence: str) -> None:
    ended = start(tmp_path, READ, **{name: value})

    assert ended.returncode == 1
    assert ended.stderr.strip().splitlines()[-1] == f"django.core.exceptions.ImproperlyConfigured: {sentence}"


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("PRM_CURRENCY", "DEM", "PRM_CURRENCY must be a currency such as EUR, not 'DEM'."),
        ("PRM_PAYER_IBAN", "DE00", "PRM_PAYER_IBAN must be an IBAN with valid check digits."),
        ("PRM_ACCENT", "teal", "PRM_ACCENT must be a colour such as #0b6b5f, not 'teal'."),
    ],
)
def test_value_that_an_application_refuses_stops_the_start(
    tmp_path: Path, name: str, value: str, sentence: str
) -> None:
    ended = start(tmp_path, "import django; django.setup()", **{name: value})

    assert ended.returncode == 1
    assert ended.stderr.strip().splitlines()[-1] == f"django.core.exceptions.ImproperlyConfigured: {sentence}"


@pytest.mark.parametrize("currency", ["DEM", "EURO", "eur", "", "XAU"])
def test_currency_of_the_programme_is_tender(settings, currency: str) -> None:
    settings.PRM_CURRENCY = currency

    with pytest.raises(ImproperlyConfigured):
        apps.get_app_config("roof").ready()


def test_password_of_the_database_is_in_no_traceback(tmp_path: Path) -> None:
    ended = start(tmp_path, READ, DATABASE_URL="postgresql://me:hu/sh-hush@db/prm")

    assert (ended.returncode, "hush" in ended.stderr) == (1, False)


def test_installation_without_tls_says_so(tmp_path: Path) -> None:
    names = ("SESSION_COOKIE_NAME", "SESSION_COOKIE_SECURE", "SECURE_HSTS_SECONDS", "SECURE_SSL_REDIRECT")

    assert shown(tmp_path, *names) == ["session", False, 0, False]


def test_installation_with_tls_is_strict(tmp_path: Path) -> None:
    names = (
        *("SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE"),
        *("SECURE_HSTS_SECONDS", "SECURE_SSL_REDIRECT", "CSRF_TRUSTED_ORIGINS", "PRM_BASE_URL"),
    )
    base = "https://partners.example.com"

    assert shown(tmp_path, *names, PRM_BASE_URL=f"{base}/") == [
        *("__Host-session", "__Host-csrf", True, True),
        *(31536000, True, [base], base),
    ]


@pytest.mark.parametrize(("said", "behind"), [("1", True), ("0", False)])
def test_forwarded_scheme_is_believed_behind_a_proxy_alone(tmp_path: Path, said: str, behind: bool) -> None:
    code = SHOW.replace("getattr(settings, name)", "getattr(settings, name, None)") % (["SECURE_PROXY_SSL_HEADER"],)
    ended = start(tmp_path, code, PRM_BEHIND_PROXY=said)
    header = ["HTTP_X_FORWARDED_PROTO", "https"] if behind else None

    assert json.loads(ended.stdout) == {"SECURE_PROXY_SSL_HEADER": header}


def test_mail_goes_into_a_folder_without_a_server(tmp_path: Path) -> None:
    names = ("EMAIL_BACKEND", "EMAIL_FILE_PATH")

    assert shown(tmp_path, *names) == ["prm.notices.backends.MailFolderBackend", str(tmp_path / "mail")]
    assert shown(tmp_path, *names[:1], EMAIL_HOST="mail") == ["django.core.mail.backends.smtp.EmailBackend"]


@pytest.mark.parametrize("name", ['Acme, Inc.; the "best" (EMEA) <a@b>', "Müller, Söhne"])
def test_any_name_of_the_programme_is_a_sender(tmp_path: Path, name: str) -> None:
    [sender] = shown(tmp_path, "DEFAULT_FROM_EMAIL", PRM_NAME=name, PRM_MAIL_DOMAIN="mail.example")
    mail = EmailMessage("Subject", "Body", str(sender), ["to@mail.example"]).message()
    address = message_from_bytes(mail.as_bytes(), policy=default)["From"].addresses[0]

    assert (address.display_name, address.addr_spec) == (name, "partners@mail.example")
    assert sanitize_address(str(sender), "utf-8") != ""


def test_secret_of_a_new_installation_is_kept(tmp_path: Path) -> None:
    first = shown(tmp_path, "SECRET_KEY")

    assert shown(tmp_path, "SECRET_KEY") == first
    assert (tmp_path / "secret-key").read_text() == first[0]


def test_scheduled_tasks_exist() -> None:
    app.loader.import_default_modules()
    scheduled = {entry["task"] for entry in SCHEDULE.values()}

    assert scheduled - set(app.tasks) == set()
    assert app.conf.beat_schedule == SCHEDULE


def test_every_task_of_ours_is_scheduled() -> None:
    app.loader.import_default_modules()
    ours = {name for name in app.tasks if not name.startswith("celery.")}

    assert ours == {entry["task"] for entry in SCHEDULE.values()}


def test_scheduled_tasks_need_no_arguments_and_a_moment_that_comes() -> None:
    assert {frozenset(entry) - {"options"} for entry in SCHEDULE.values()} == {frozenset({"task", "schedule"})}
    assert {frozenset(entry.get("options", {})) for entry in SCHEDULE.values()} <= {frozenset(), frozenset(BELL)}
    assert [name for name, entry in SCHEDULE.items() if not 1 <= entry["schedule"] <= 3600] == []


def test_celery_of_django_is_the_one_with_the_schedule() -> None:
    assert current_app._get_current_object() is app  # type: ignore[attr-defined]
    assert (app.conf.task_ignore_result, app.conf.task_acks_late, app.conf.accept_content) == (True, True, ["json"])


def test_worker_looks_for_tasks_wherever_there_are_some() -> None:
    found = {
        path.parent for path in ROOT.glob("*/**/tasks.py") if ".venv" not in path.parts and "tests" not in path.parts
    }

    assert {".".join(place.relative_to(ROOT).parts) for place in found} == {
        *("prm.notices", "prm.api", "prm.exports", "prm.ledger", "prm.matching", "prm.signing", "partners", "deals"),
        "enablement",
    }


def test_page_policy_leaves_no_way_in() -> None:
    directives = present.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    sources = {source for name, values in directives.items() if name != "report-uri" for source in values}

    assert sources == {"'self'", "'none'", "data:"}
    assert [name for name, values in directives.items() if "data:" in values] == ["img-src"]
