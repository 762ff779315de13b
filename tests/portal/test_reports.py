"""The browser's own complaints: one short line each, and nothing that can be misused."""

import json
import logging

import pytest
from django.test import Client

from prm.portal.views import REPORT_LIMIT

PATH = "/csp-report/"


def send(body: str | bytes, **headers: str):
    return Client(enforce_csrf_checks=True).post(PATH, body, content_type="application/csp-report", headers=headers)


def report(**fields: str) -> str:
    return json.dumps({"csp-report": fields})


def test_report_becomes_one_line(caplog: pytest.LogCaptureFixture) -> None:
    body = report(**{"violated-directive": "script-src", "blocked-uri": "inline", "document-uri": "http://localhost/x"})
    with caplog.at_level(logging.WARNING, "prm.portal.views"):
        assert send(body).status_code == 204

    assert [record.getMessage() for record in caplog.records if record.name == "prm.portal.views"] == [
        'Content security policy: ["script-src", "inline", "http://localhost/x"]'
    ]


@pytest.mark.parametrize(
    "body", ["", "[]", "nonsense", "[1]", '{"csp-report": 5}', "\udcff".encode("utf-8", "surrogateescape")]
)
def test_odd_report_is_taken_quietly(body: str | bytes) -> None:
    assert send(body).status_code == 204


def test_report_cannot_forge_lines_of_the_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "prm.portal.views"):
        send(report(**{"blocked-uri": "x\nERROR root: forged" + "y" * 5000}))
    (line,) = [record.getMessage() for record in caplog.records if record.name == "prm.portal.views"]

    assert "\n" not in line
    assert len(line) < 400


def test_large_report_is_dropped(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "prm.portal.views"):
        assert send(report(a="x" * REPORT_LIMIT)).status_code == 204

    assert [record for record in caplog.records if record.name == "prm.portal.views"] == []


def test_reports_are_sent_not_read(client: Client) -> None:
    assert client.get(PATH).status_code == 405


@pytest.mark.parametrize(
    "body", ["[" * 8000, '{"a":' * 1600, '{"csp-report":' + "[" * 7000], ids=["lists", "maps", "report"]
)
def test_deep_report_is_taken_quietly(body: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "prm.portal.views"):
        assert send(body).status_code == 204

    assert "Content security policy: unreadable report" in caplog.messages
