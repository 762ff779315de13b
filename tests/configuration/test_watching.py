"""Sentry where it is wanted, and never anything about people."""

from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import watching
from tests.configuration.test_settings import start

DSN = "https://key@errors.example.com/1"
STAND_IN = """
import json
def init(**said):
    said["before_send"] = said["before_send"].__name__
    print(json.dumps(said))
"""
READ = "from django.conf import settings; settings.DEBUG"


def test_nothing_is_loaded_without_an_address(tmp_path: Path) -> None:
    code = READ + "; import sys; print('sentry_sdk' in sys.modules)"

    assert start(tmp_path, code).stdout.strip() == "False"


def test_missing_package_is_one_sentence() -> None:
    with pytest.raises(ImproperlyConfigured, match=r"pip install sentry-sdk\.$"):
        watching.start(DSN)


def test_package_is_told_to_keep_people_out(tmp_path: Path) -> None:
    """The real settings, with a stand-in for the package."""
    (tmp_path / "sentry_sdk.py").write_text(STAND_IN)

    ended = start(tmp_path, READ, SENTRY_DSN=DSN, PYTHONPATH=str(tmp_path))

    assert ended.returncode == 0, ended.stderr
    for said in ('"send_default_pii": false', '"include_local_variables": false', '"max_request_body_size": "never"'):
        assert said in ended.stdout
    assert '"before_send": "without_people"' in ended.stdout


@pytest.mark.parametrize(
    ("event", "sent"),
    [
        ({}, {}),
        ({"user": {"email": "rep@helix.example"}}, {}),
        ({"message": "boom", "request": {}}, {"message": "boom", "request": {}}),
        (
            {"request": {"method": "GET", "url": "https://x.example/deals/?q=Acme", "query_string": "q=Acme"}},
            {"request": {"method": "GET", "url": "https://x.example/deals/"}},
        ),
        (
            {"request": {"method": "POST", "headers": {"Authorization": "Bearer x"}, "cookies": {}, "data": {"a": 1}}},
            {"request": {"method": "POST", "url": ""}},
        ),
    ],
)
def test_event_leaves_without_people(event: dict[str, Any], sent: dict[str, Any]) -> None:
    assert watching.without_people(event, {}) == sent
