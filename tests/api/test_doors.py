"""The order of answers, and what each kind of door says."""

import json
from typing import Any

import pytest
from django.test import Client

from prm.accounts.models import Organisation
from tests.api.conftest import API

pytestmark = pytest.mark.django_db


def post(client: Client, path: str, body: Any = None, **headers: str) -> Any:
    content = b"" if body is None else json.dumps(body).encode()
    return client.post(API + path, content, content_type="application/json", headers=headers)


def patch(client: Client, path: str, body: Any, **headers: str) -> Any:
    return client.patch(API + path, json.dumps(body), content_type="application/json", headers=headers)


def known(answer: Any) -> dict[str, str]:
    return {name: value for name, value in answer.headers.items() if name != "X-Request-Id"}


def test_list_shows_only_what_is_visible(as_admin: Client, orbit: Organisation, helix: Organisation) -> None:
    answer = as_admin.get(f"{API}/things")
    shown = {"id": helix.public_id, "name": "Helix", "country": ""}
    assert answer.json() == {"results": [shown], "next": None, "previous": None}


def test_create_answers_201_with_address_and_tag(as_admin: Client) -> None:
    answer = post(as_admin, "/things", {"name": "New"})
    made = Organisation.objects.get(name="New")
    assert answer.status_code == 201
    assert answer["Location"] == f"{API}/things/{made.public_id}"
    assert answer["ETag"].startswith('"')
    assert answer.json() == {"id": made.public_id, "name": "New", "country": ""}


def test_foreign_and_missing_answer_alike(as_admin: Client, orbit: Organisation) -> None:
    missing = orbit.public_id[:-3] + "zzz"
    for path in ("/things/{}", "/things/{}/close"):
        call = as_admin.get if path.endswith("{}") else as_admin.post
        foreign, absent = call(API + path.format(orbit.public_id)), call(API + path.format(missing))
        assert foreign.status_code == absent.status_code == 404
        assert foreign.content == absent.content
        assert known(foreign) == known(absent)
        assert orbit.public_id not in foreign.content.decode()


def test_order_of_answers(as_support: Client, as_admin: Client, helix: Organisation, orbit: Organisation) -> None:
    broken: dict[str, Any] = {"content_type": "application/json", "data": b"{", "headers": {"If-Match": '"0.0"'}}
    own, foreign = f"{API}/things/{helix.public_id}", f"{API}/things/{orbit.public_id}"
    assert Client().patch(foreign, **broken).status_code == 401
    assert as_support.patch(foreign, **broken).status_code == 404
    assert as_support.patch(own, **broken).status_code == 403
    assert as_admin.patch(own, **broken).status_code == 412
    broken["headers"] = {}
    assert as_admin.patch(own, **broken).status_code == 400


def test_a_verb_that_does_not_fit_the_state_names_it(as_admin: Client, helix: Organisation) -> None:
    assert post(as_admin, f"/things/{helix.public_id}/close").status_code == 200
    answer = post(as_admin, f"/things/{helix.public_id}/close")
    assert answer.status_code == 409
    assert answer.json() == {
        "type": "urn:prm:problem:state_conflict",
        "title": "Conflict",
        "status": 409,
        "detail": "This is closed already.",
        "state": "closed",
    }


def test_refused_conflict_undoes_everything(as_admin: Client) -> None:
    assert post(as_admin, "/things", {"name": "refused"}).status_code == 409
    assert Organisation.objects.filter(name="written before the refusal").count() == 0


def test_detail_is_not_sent_again_while_it_is_the_same(as_admin: Client, helix: Organisation) -> None:
    path = f"{API}/things/{helix.public_id}"
    first = as_admin.get(path)
    same = as_admin.get(path, headers={"if-none-match": f'"other", W/{first["ETag"]}'})
    assert (same.status_code, same.content, same["ETag"]) == (304, b"", first["ETag"])
    assert as_admin.get(path, headers={"if-none-match": "*"}).status_code == 304
    Organisation.objects.update(country="DE")
    changed = as_admin.get(path, headers={"if-none-match": first["ETag"]})
    assert changed.status_code == 200
    assert changed["ETag"] != first["ETag"]


def test_change_with_the_present_tag_passes_and_with_an_old_one_is_412(as_admin: Client, helix: Organisation) -> None:
    path = f"/things/{helix.public_id}"
    first = as_admin.get(API + path)["ETag"]
    changed = patch(as_admin, path, {"name": "Helix 2"}, **{"if-match": first})
    assert changed.status_code == 200
    assert changed["ETag"] == as_admin.get(API + path)["ETag"]
    stale = patch(as_admin, path, {"name": "Helix 3"}, **{"if-match": first})
    assert stale.status_code == 412
    assert stale.json()["type"] == "urn:prm:problem:precondition_failed"
    assert Organisation.objects.get(pk=helix.pk).name == "Helix 2"


def test_control_without_a_tag_the_last_one_wins(as_admin: Client, helix: Organisation) -> None:
    for name in ("Helix 2", "Helix 3"):
        assert patch(as_admin, f"/things/{helix.public_id}", {"name": name}).status_code == 200


def test_verb_binds_to_the_state_that_was_seen(as_admin: Client, helix: Organisation) -> None:
    path = f"/things/{helix.public_id}"
    seen = as_admin.get(API + path)["ETag"]
    Organisation.objects.update(name="Somebody was here")
    assert post(as_admin, f"{path}/close", **{"if-match": seen}).status_code == 412
    assert post(as_admin, f"{path}/close", **{"if-match": "*"}).status_code == 200


@pytest.mark.parametrize(
    ("tag", "status"),
    [
        ('W/"1.2"', 412),
        ('"1.2", "3.4"', 412),
        ('""', 412),
        ("1.2", 400),
        ('"1', 400),
        ("", 400),
        ('"a" "b"', 400),
        ("," * 5, 400),
        ('"x"' + "," * 2000, 400),
    ],
)
def test_odd_tags(as_admin: Client, helix: Organisation, tag: str, status: int) -> None:
    assert patch(as_admin, f"/things/{helix.public_id}", {"name": "X"}, **{"if-match": tag}).status_code == status


def test_tag_tells_apart_what_two_people_see(as_admin: Client, as_pam: Client, helix: Organisation) -> None:
    """Equal answers have equal tags: whoever asks."""
    path = f"{API}/things/{helix.public_id}"
    assert as_admin.get(path)["ETag"] == as_pam.get(path)["ETag"]


def test_change_touches_only_what_was_given(as_admin: Client, helix: Organisation) -> None:
    answer = patch(as_admin, f"/things/{helix.public_id}", {"country": "DE"})
    assert answer.json() == {"id": helix.public_id, "name": "Helix", "country": "DE"}


def test_head_is_a_get_without_a_body(as_admin: Client, helix: Organisation) -> None:
    answer = as_admin.head(f"{API}/things/{helix.public_id}")
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer["ETag"] == as_admin.get(f"{API}/things/{helix.public_id}")["ETag"]


@pytest.mark.parametrize("name", ["x" * 18, "%2e%2e", "org_", "%f0%9f%98%80", "a" * 2000, "me", "null", "1"])
def test_any_name_in_the_path_is_404(as_admin: Client, name: str) -> None:
    assert as_admin.get(f"{API}/things/{name}").status_code == 404
