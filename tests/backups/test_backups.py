"""Backups are taken while people work, and a restore is rehearsed here with real programs, each time."""

import json
import tarfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event as Signal

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from config.backups import actions, archive, programs
from config.backups.programs import BackupError
from deals.registrations.models import Registration
from prm.audit.models import Event
from tests.backups.conftest import Elsewhere
from tests.factories import Cast, make_approved, make_draft

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(300)]


def read_manifest(file: Path) -> dict[str, object]:
    with tarfile.open(file) as tar:
        member = tar.extractfile(archive.MANIFEST)
        assert member
        manifest: dict[str, object] = json.load(member)
    return manifest


def rewrite(file: Path, name: str, content: bytes) -> Path:
    """The same archive, with other content under one name."""
    folder = file.parent / "unpacked"
    with tarfile.open(file) as tar:
        tar.extractall(folder, filter="data")
    (folder / name).write_bytes(content)
    changed = file.with_name("changed.tar")
    with tarfile.open(changed, "w") as tar:
        for path in sorted(folder.rglob("*")):
            tar.add(path, path.relative_to(folder), recursive=False)
    return changed


def test_what_was_acknowledged_before_a_backup_under_load_is_in_it(
    live_cast: Cast, elsewhere: Elsewhere, data: Path
) -> None:
    acknowledged: list[str] = []
    busy, stop = Signal(), Signal()

    def work() -> None:
        try:
            while not stop.is_set():
                acknowledged.append(make_draft(live_cast.helix).public_id)
                if len(acknowledged) > 20:
                    busy.set()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        workers = [pool.submit(work) for _worker in range(2)]
        assert busy.wait(timeout=60)
        before = set(acknowledged)
        file = actions.take(data / "backups", data)
        stop.set()
        for worker in workers:
            worker.result(timeout=60)
    done = elsewhere.manage("restore", str(file))

    assert done.returncode == 0, done.stderr
    restored = {str(public_id) for (public_id,) in elsewhere.ask("select public_id from deals_registration")}
    assert before <= restored <= set(acknowledged)
    # Each of them whole: the row, and the event of the same transaction.
    events = elsewhere.ask("select subject_id from audit_event where kind = 'deal.drafted'")
    assert {str(subject) for (subject,) in events} == restored
    assert " rows and 2 files in " in done.stdout


def test_restored_programme_goes_on(live_cast: Cast, elsewhere: Elsewhere, data: Path) -> None:
    registration = make_approved(live_cast.helix, live_cast.products["fleet-cloud"])
    file = actions.take(data / "backups", data)

    assert elsewhere.manage("restore", str(file)).returncode == 0

    # Sequences, constraints and the place in line are those of the original.
    assert elsewhere.ask("select count(*) from deals_protection") == [(1,)]
    again = elsewhere.ask(f"select state, reference from deals_registration where id = {registration.pk}")
    assert again == [("approved", registration.reference)]
    [(last,)] = elsewhere.ask("select last_value from deals_place_in_line")
    assert isinstance(last, int)
    assert registration.place is not None
    assert last >= registration.place[1]
    token = elsewhere.manage("create_token", live_cast.helix.rep.email)
    assert token.returncode == 0, token.stderr


def test_files_come_back_and_logs_do_not(live_cast: Cast, elsewhere: Elsewhere, data: Path) -> None:
    file = actions.take(data / "backups", data)

    assert elsewhere.manage("restore", str(file)).returncode == 0

    assert (elsewhere.data / "secret-key").read_text() == "what signs the sessions"
    assert "It was approved" in (elsewhere.data / "mail" / "20261121-1.eml").read_text()
    assert (elsewhere.data / "files" / "a0" / "a0ff").read_text() == "a paper of the library"
    assert not (elsewhere.data / "files" / "unfinished").exists()
    assert not (elsewhere.data / "logs").exists()
    assert [path.name for path in elsewhere.data.iterdir() if path.name.startswith(".restore")] == []


def test_backup_is_for_its_owner_alone(live_cast: Cast, data: Path) -> None:
    file = actions.take(data / "backups", data)

    assert file.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in file.parent.iterdir()] == [file.name]


def test_manifest_counts_what_the_dump_holds(live_cast: Cast, data: Path) -> None:
    make_draft(live_cast.helix)
    manifest = read_manifest(actions.take(data / "backups", data))

    rows = manifest["rows"]
    assert isinstance(rows, dict)
    assert rows["deals_registration"] == Registration.objects.count() == 1
    assert rows["audit_event"] == Event.objects.count()
    assert {"django_cache", "exports_export", "exports_exportpart"} & set(rows) == set()
    files = ["files/files/a0/a0ff", "files/mail/20261121-1.eml", "files/secret-key"]
    assert sorted(manifest["sha256"]) == ["database.dump", *files]  # type: ignore[call-overload]


def test_database_that_is_not_empty_is_kept(live_cast: Cast, elsewhere: Elsewhere, data: Path) -> None:
    file = actions.take(data / "backups", data)
    assert elsewhere.manage("restore", str(file)).returncode == 0
    (elsewhere.data / "secret-key").write_text("a newer one")
    make_draft(live_cast.helix)
    newer = actions.take(data / "later", data)

    refused = elsewhere.manage("restore", str(newer))
    kept = elsewhere.ask("select count(*) from deals_registration")
    assert (elsewhere.data / "secret-key").read_text() == "a newer one"
    replaced = elsewhere.manage("restore", str(newer), "--replace")

    assert (refused.returncode, kept) == (1, [(0,)])
    assert "not empty" in refused.stderr
    assert replaced.returncode == 0, replaced.stderr
    assert elsewhere.ask("select count(*) from deals_registration") == [(1,)]


def test_dump_that_does_not_fit_changes_nothing(live_cast: Cast, data: Path) -> None:
    """Loading is one transaction: a table that is there already ends it, and none of the others was touched."""
    make_draft(live_cast.helix)
    file = actions.take(data / "backups", data)
    with archive.unpacked(file, data) as (_manifest, folder), pytest.raises(BackupError, match="already exists"):
        programs.load(folder / archive.DUMP, "drop table deals_registration cascade;\n")

    assert Registration.objects.count() == 1


@pytest.mark.parametrize("name", [archive.DUMP, "files/secret-key"])
def test_damaged_backup_is_refused(live_cast: Cast, data: Path, name: str) -> None:
    damaged = rewrite(actions.take(data / "backups", data), name, b"other bytes")

    with pytest.raises(BackupError, match=f"is damaged: {name}"):
        actions.restore(damaged, data, replace=True)


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"not json", b'{"format": 2}'])
def test_manifest_of_something_else_is_refused(live_cast: Cast, data: Path, content: bytes) -> None:
    other = rewrite(actions.take(data / "backups", data), archive.MANIFEST, content)

    with pytest.raises(BackupError, match="is no backup that this release can read"):
        actions.restore(other, data, replace=True)


@pytest.mark.parametrize("content", [b"", b"what is this?", b"\0" * 600])
def test_file_that_is_no_backup_is_refused(db: None, data: Path, content: bytes) -> None:
    file = data / "holiday.tar"
    file.write_bytes(content)

    with pytest.raises(BackupError, match=r"cannot be read as a backup|is no backup"):
        actions.restore(file, data, replace=True)


def test_member_that_climbs_out_of_the_archive_is_refused(db: None, data: Path, tmp_path: Path) -> None:
    (tmp_path / "evil").write_text("overwritten")
    file = data / "evil.tar"
    with tarfile.open(file, "w") as tar:
        tar.add(tmp_path / "evil", "../secret-key")

    with pytest.raises(BackupError, match="cannot be read as a backup"):
        actions.restore(file, data, replace=True)
    assert (data / "secret-key").read_text() == "what signs the sessions"


def test_backup_of_a_newer_release_is_refused(live_cast: Cast, data: Path) -> None:
    file = actions.take(data / "backups", data)
    manifest = read_manifest(file) | {"migrations": ["deals.0001_initial", "deals.9999_from_the_future"]}
    newer = rewrite(file, archive.MANIFEST, json.dumps(manifest).encode())

    with pytest.raises(BackupError, match=r"newer release \(it knows deals.9999_from_the_future\)"):
        actions.restore(newer, data, replace=True)


def test_numbers_that_do_not_add_up_are_said(live_cast: Cast, elsewhere: Elsewhere, data: Path) -> None:
    file = actions.take(data / "backups", data)
    manifest = read_manifest(file)
    rows = manifest["rows"]
    assert isinstance(rows, dict)
    wrong = rewrite(file, archive.MANIFEST, json.dumps(manifest | {"rows": rows | {"deals_share": 7}}).encode())

    done = elsewhere.manage("restore", str(wrong))

    assert done.returncode == 1
    assert "could not be verified: deals_share" in done.stderr


def test_command_prints_the_path_and_keeps_the_newest(live_cast: Cast, data: Path, settings: object) -> None:
    folder = data / "backups"
    folder.mkdir()
    for day in (1, 2, 3):
        (folder / f"prm-2020010{day}T000000Z.tar").touch()
    (folder / "notes.tar").touch()

    call_command("backup", str(folder), "--keep", "2")

    names = sorted(path.name for path in folder.iterdir())
    assert names[:2] == ["notes.tar", "prm-20200103T000000Z.tar"]
    assert len(names) == 3


@pytest.mark.parametrize("keep", ["0", "-1"])
def test_keeping_none_is_refused(db: None, data: Path, keep: str) -> None:
    with pytest.raises(CommandError, match="1 or more"):
        call_command("backup", str(data), f"--keep={keep}")


def test_password_is_in_no_argument(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(connection.settings_dict, "PASSWORD", "a very secret word")
    monkeypatch.setitem(connection.settings_dict, "OPTIONS", {"sslmode": "require", "pool": {}, "options": "-c a=1"})

    assert "secret" not in programs.conninfo()
    assert "sslmode=require" in programs.conninfo()
    assert "pool" not in programs.conninfo()
    assert programs.environment()["PGPASSWORD"] == "a very secret word"


def test_surroundings_of_the_person_do_not_change_the_dump(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGOPTIONS", "-c search_path=elsewhere")

    assert "PGOPTIONS" not in programs.environment()


@pytest.mark.parametrize(
    ("said", "line"),
    [
        (b"", "no reason given"),
        (b"psql:-:3: ERROR:  boom\nHINT: try\n", "psql:-:3: ERROR:  boom"),
        (b"pg_dump: error: no such host\npg_dump: detail: x\n", "pg_dump: error: no such host"),
        (b"something\nodd\n\n", "odd"),
    ],
)
def test_reason_is_the_line_that_tells_it(said: bytes, line: str) -> None:
    assert programs.last_line(said) == line
