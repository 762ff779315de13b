"""Keeping, hanging, handing out and sweeping; the storage is a folder of the test's own."""

import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from django.test import Client, override_settings

from prm.accounts.models import Organisation, User
from prm.audit.models import Event
from prm.clocks.database import database_now
from prm.errors import InvalidInput, NotAllowed, StateConflict
from prm.files import keeping, storages
from prm.files.actions import LOOSE_FOR, hang, store, sweep
from prm.files.models import StoredFile
from prm.files.sockets import OWNERS, Owner
from prm.files.storages import UNFINISHED
from prm.files.tasks import sweep_files
from prm.operations.models import JobRun
from tests.factories import Cast, make_token, make_user
from tests.files.making import PDF, picture

NOW = database_now
SERVED: list[tuple[str, User]] = []


@pytest.fixture(autouse=True)
def folder(tmp_path: Path) -> Iterator[Path]:
    here = {**settings.STORAGES["files"], "OPTIONS": {**settings.STORAGES["files"]["OPTIONS"], "location": tmp_path}}
    with override_settings(STORAGES={**settings.STORAGES, "files": here}):
        yield tmp_path


@pytest.fixture(autouse=True)
def owner(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files of organisations, for whoever sees them."""
    SERVED.clear()
    readable = lambda user, _now: Organisation.objects.visible_to(user)  # noqa: E731
    own = Owner(readable, lambda subject, by, _now: SERVED.append((subject, by)))
    monkeypatch.setitem(OWNERS._entries, "organisation", own)


def kept(by: User, name: str = "Price list.pdf", content: bytes = PDF) -> StoredFile:
    return store(name=name, content=content, by=by, now=NOW())


def hung(by: User, **given: Any) -> StoredFile:
    file = kept(by, **given)
    assert by.organisation is not None
    return hang(file=file, subject=("organisation", by.organisation.public_id), by=by, now=NOW())


def paths(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def caller(user: User) -> Client:
    return Client(headers={"authorization": f"Bearer {make_token(user)}"})


def body_of(response: Any) -> bytes:
    return b"".join(response.streaming_content)


def test_file_is_kept_under_a_key_that_says_nothing(cast: Cast, folder: Path) -> None:
    file = kept(cast.admin, "../../Müller's Preisliste.pdf")
    (path,) = paths(folder)

    assert (file.name, file.kind, file.size) == ("Müller's Preisliste.pdf", "pdf", len(PDF))
    assert path.relative_to(folder).as_posix() == file.key
    assert path.read_bytes() == PDF
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)


def test_half_of_a_file_has_no_name_yet(cast: Cast, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever ends it meanwhile; the sweep finds what is left."""
    monkeypatch.setattr(storages.os, "rename", stop)
    with pytest.raises(KeyboardInterrupt):
        kept(cast.admin)
    (left,) = paths(folder)
    assert left.parent.name == UNFINISHED
    age(left, NOW() - 2 * LOOSE_FOR)

    assert sweep(now=NOW()) == 1
    assert paths(folder) == []


def stop(*_paths: object) -> None:
    raise KeyboardInterrupt


def test_same_name_twice_is_two_files(cast: Cast, folder: Path) -> None:
    one, other = kept(cast.admin), kept(cast.admin)

    assert one.key != other.key
    assert one.sha256 == other.sha256
    assert len(paths(folder)) == 2


def test_event_holds_no_name(cast: Cast) -> None:
    file = hung(cast.admin)
    events = Event.objects.filter(subject_id=file.public_id).order_by("pk")

    assert [event.kind for event in events] == ["file.stored", "file.hung"]
    assert events[0].data == {"kind": "pdf", "size": len(PDF), "sha256": file.sha256}
    assert not any("Price" in str(event.data) for event in events)


def test_refused_file_leaves_nothing(cast: Cast, folder: Path) -> None:
    with pytest.raises(InvalidInput) as refused:
        kept(cast.admin, "a.svg", b"<svg/>")

    assert list(refused.value.errors) == ["file"]
    assert (paths(folder), StoredFile.objects.count()) == ([], 0)


def test_quota_of_an_organisation_is_its_own(cast: Cast, folder: Path) -> None:
    with override_settings(PRM_FILES_BYTES_PER_ORGANISATION=2 * len(PDF)):
        kept(cast.admin)
        kept(cast.pam)
        with pytest.raises(InvalidInput) as refused:
            kept(cast.admin)
        kept(cast.helix.rep)

    assert "as many files as it may" in refused.value.errors["file"][0]
    assert len(paths(folder)) == 3


def test_somebody_who_belongs_nowhere_keeps_nothing(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        kept(make_user("gone@nowhere.example", None))


def test_hanging_twice_is_a_conflict(cast: Cast) -> None:
    file = hung(cast.admin)

    with pytest.raises(StateConflict):
        hang(file=file, subject=("organisation", cast.vendor.public_id), by=cast.admin, now=NOW())


def test_nobody_hangs_what_others_sent(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        hang(file=kept(cast.admin), subject=("organisation", "org_x"), by=cast.pam, now=NOW())


def test_unknown_subject_is_no_subject(cast: Cast) -> None:
    with pytest.raises(KeyError):
        hang(file=kept(cast.admin), subject=("nothing", "x"), by=cast.admin, now=NOW())


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "svg"},
        {"size": 0},
        {"sha256": "x"},
        {"key": "../../etc/passwd"},
        {"key": "Müller.pdf"},
        {"subject_type": "deal"},
        {"subject_id": "deal_x"},
    ],
)
def test_database_refuses_what_cannot_be(cast: Cast, wrong: dict[str, Any]) -> None:
    file = kept(cast.admin)

    with pytest.raises(IntegrityError), transaction.atomic():
        StoredFile.objects.filter(pk=file.pk).update(**wrong)


@pytest.mark.parametrize("door", ["page", "api"])
def test_file_leaves_as_something_to_save(cast: Cast, door: str) -> None:
    file = hung(cast.helix.rep, name='Größe "x" € .pdf')
    response = ask(cast.helix.admin, file, door)

    assert response.status_code == 200
    assert body_of(response) == PDF
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Length"] == str(len(PDF))
    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''Gr%C3%B6%C3%9Fe")
    assert response["Cache-Control"] == "private, no-store"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"
    assert [(file.subject_id, cast.helix.admin)] == SERVED


def ask(user: User, file: StoredFile, door: str, method: str = "GET") -> Any:
    client = browser(user) if door == "page" else caller(user)
    return client.generic(method, f"/files/{file.public_id}/" if door == "page" else f"/api/v1/files/{file.public_id}")


@pytest.mark.parametrize("door", ["page", "api"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_rival_meets_nothing(cast: Cast, door: str, method: str) -> None:
    file = hung(cast.helix.rep)

    assert ask(cast.orbit.admin, file, door, method).status_code == 404
    assert SERVED == []


def test_control_without_the_owner_a_rival_reads_it(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    file = hung(cast.helix.rep)
    monkeypatch.setitem(OWNERS._entries, "organisation", Owner(lambda _user, _now: Organisation.objects.all()))

    assert ask(cast.orbit.admin, file, "page").status_code == 200


def test_what_hangs_on_nothing_is_nobodys(cast: Cast) -> None:
    file = kept(cast.admin)

    assert {ask(user, file, "page").status_code for user in (cast.admin, cast.helix.rep)} == {404}


def test_after_the_logout_there_is_only_the_login(cast: Cast) -> None:
    file, client = hung(cast.helix.rep), browser(cast.helix.rep)
    client.logout()

    assert "/auth/login/" in client.get(file.get_absolute_url())["Location"]


@pytest.mark.parametrize(
    "path", ["/media/{key}", "/files/{key}", "/static/{key}", "/files/..%2f{key}", "/.data/files/{key}"]
)
def test_no_other_address_leads_to_the_bytes(cast: Cast, path: str) -> None:
    file = hung(cast.helix.rep)

    assert browser(cast.helix.rep).get(path.format(key=file.key)).status_code == 404


def test_head_is_not_counted(cast: Cast) -> None:
    file = hung(cast.helix.rep)

    assert ask(cast.helix.rep, file, "page", "HEAD").status_code == 200
    assert SERVED == []


def test_lost_bytes_answer_like_nothing(cast: Cast) -> None:
    file = hung(cast.helix.rep)
    keeping.drop(file.key)

    assert {ask(cast.helix.rep, file, door).status_code for door in ("page", "api")} == {404}
    assert SERVED == []


def test_served_picture_is_the_redrawn_one(cast: Cast) -> None:
    file = hung(cast.helix.rep, name="a.jpg", content=picture("JPEG") + b"<script>")

    assert b"<script>" not in body_of(ask(cast.helix.rep, file, "page"))


def aged(file: StoredFile, folder: Path, by: timedelta) -> None:
    moment = NOW() - by
    StoredFile.objects.filter(pk=file.pk).update(created_at=moment)
    age(folder / file.key, moment)


def age(path: Path, moment: datetime) -> None:
    os.utime(path, (moment.timestamp(), moment.timestamp()))


def test_sweep_forgets_what_hangs_on_nothing(cast: Cast, folder: Path, django_capture_on_commit_callbacks: Any) -> None:
    old, young, used = kept(cast.admin), kept(cast.admin), hung(cast.admin)
    aged(old, folder, 2 * LOOSE_FOR)
    aged(used, folder, 2 * LOOSE_FOR)
    with django_capture_on_commit_callbacks(execute=True):
        swept = sweep(now=NOW())

    assert swept >= 1
    assert set(StoredFile.objects.all()) == {young, used}
    assert {path.relative_to(folder).as_posix() for path in paths(folder)} == {young.key, used.key}
    assert sweep(now=NOW()) == 0


def test_sweep_drops_bytes_that_a_rollback_left(cast: Cast, folder: Path) -> None:
    with transaction.atomic():
        kept(cast.admin)
        transaction.set_rollback(True)
    (left,) = paths(folder)

    assert sweep(now=NOW()) == 0
    age(left, NOW() - 2 * LOOSE_FOR)
    assert sweep(now=NOW()) == 1
    assert paths(folder) == []


def test_sweep_of_an_empty_storage_finds_nothing(db: None) -> None:
    sweep_files()

    assert JobRun.objects.get(name="sweep-files").succeeded_at is not None


def test_listing_of_a_storage_that_was_never_used(db: None, folder: Path) -> None:
    folder.rmdir()

    assert list(keeping.keys_before(NOW())) == []
