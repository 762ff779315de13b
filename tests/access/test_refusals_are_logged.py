"""Who was refused what is one line of the log, by id and not by name."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from prm.portal import errors
from tests.access.world import World
from tests.lines import Lines


def told(lines: Lines, *names: str) -> list[dict[str, Any]]:
    return [{name: line.get(name) for name in names} for line in lines.read() if line.get("status") in {401, 403}]


def test_page_without_the_permission(world: World, lines: Lines) -> None:
    user = world.helix.people["marketing"]
    answer = world.browser(user).get(reverse("audit"))

    assert told(lines, "status", "method", "path", "user", "permission", "request") == [
        {
            "status": 403,
            "method": "GET",
            "path": "/audit/",
            "user": user.public_id,
            "permission": "events.read_all",
            "request": answer["X-Request-Id"],
        }
    ]
    assert [line for line in lines.written if user.email in line or user.name in line] == []


def test_operation_without_the_permission(world: World, lines: Lines) -> None:
    """The last that would have sufficed: another account manager's deal takes the right to override."""
    path = f"/api/v1/deals/{world.helix.submitted.public_id}/approve"
    people = [world.helix.people["admin"], world.cast.pam2]
    for user in people:
        world.caller(user).post(path, {}, content_type="application/json")

    assert told(lines, "path", "user", "permission") == [
        {"path": path, "user": user.public_id, "permission": "deals.override"} for user in people
    ]


def test_rule_about_the_thing_itself_misses_no_permission(world: World, lines: Lines) -> None:
    """Nobody decides what they submitted."""
    user = world.helix.people["rep"]
    path = f"/api/v1/deals/{world.helix.submitted.public_id}/approve"
    world.caller(user).post(path, {}, content_type="application/json")

    assert told(lines, "user", "permission") == [{"user": user.public_id, "permission": None}]


@pytest.mark.parametrize("secret", ["", "prm_" + "x" * 43])
def test_caller_without_a_login(world: World, lines: Lines, secret: str) -> None:
    headers = {"authorization": f"Bearer {secret}"} if secret else {}
    Client().get("/api/v1/me", headers=headers)

    assert told(lines, "status", "path", "user") == [{"status": 401, "path": "/api/v1/me", "user": None}]


@pytest.mark.parametrize("path", ["/profile/", "/api/v1/deals"])
def test_form_without_its_token(world: World, lines: Lines, path: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.helix.people["rep"])
    answer = client.post(path, "{}", content_type="application/json")

    assert answer.status_code == 403
    assert told(lines, "status", "path", "user") == [
        {"status": 403, "path": path, "user": world.helix.people["rep"].public_id}
    ]


def test_member_of_nothing(world: World, lines: Lines) -> None:
    user = world.helix.people["support"]
    user.memberships.update(ended_at=user.joined_at)
    client = Client()
    client.force_login(user)

    assert client.get("/deals/").status_code == 403
    assert told(lines, "path", "user") == [{"path": "/deals/", "user": user.public_id}]


def test_answers_to_what_is_allowed_are_no_refusals(world: World, lines: Lines) -> None:
    world.browser(world.helix.people["rep"]).get("/deals/")
    world.caller(world.helix.people["rep"]).get(f"/api/v1/deals/{world.orbit.submitted.public_id}")

    assert told(lines, "path") == []


def test_refusal_is_one_line_without_a_traceback(world: World, lines: Lines) -> None:
    world.browser(world.helix.people["marketing"]).get(reverse("audit"))

    assert [line for line in lines.read() if "traceback" in line] == []
    assert all(line.count("\n") == 0 for line in lines.written)


def test_control_page_of_the_refusal_asks_for_other_permissions(
    world: World, lines: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without keeping what was missing before it is drawn, the line would tell of something else."""
    plain = errors._answer

    def asking(request: Any, *given: Any) -> Any:
        request.user.may()
        return plain(request, *given)

    monkeypatch.setattr(errors, "_answer", asking)
    world.browser(world.helix.people["marketing"]).get(reverse("audit"))

    assert told(lines, "permission") == [{"permission": "events.read_all"}]
