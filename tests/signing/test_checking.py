"""What somebody has changed in the database is found, told and shown."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from deals.registrations.models import Registration
from prm.clocks.database import database_now
from prm.notices.models import Notice
from prm.signing import jws
from prm.signing.checking import Part, part_for, verify
from prm.signing.models import Fault, Link, Root
from prm.signing.publishing import publish_roots
from tests.factories import Cast, make_approved, make_registration
from tests.signing.tampering import tamper

DAY = timedelta(days=1)


@pytest.fixture
def deal(cast: Cast) -> Registration:
    """Approved, with two steps in a published root, beside another one."""
    made = make_approved(cast.helix)
    make_registration(cast.orbit)
    publish_roots(now=database_now() + DAY)
    return made


def flaws() -> set[tuple[int, str]]:
    return {(one.found.seq, str(one.found.flaw)) for one in verify(now=database_now())}


def test_untouched_is_whole(deal: Registration) -> None:
    assert flaws() == set()


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        (
            "update signing_link set jws = overlay(jws placing 'AAA' from 200) where seq = 2 and subject_id = %s",
            {(2, "signature"), (2, "altered"), (2, "unreadable")},
        ),
        (
            "delete from signing_link where seq = 1 and subject_id = %s",
            {(1, "sequence"), (1, "broken"), (2, "altered"), (1, "missing"), (1, "altered"), (1, "root")},
        ),
        ("delete from signing_link where seq = 2 and subject_id = %s", {(1, "missing"), (1, "differs"), (1, "root")}),
        ("delete from signing_link where subject_id = %s", {(0, "missing"), (1, "root")}),
        (
            "update signing_link set digest = repeat('0', 64) where seq = 2 and subject_id = %s",
            {(2, "altered"), (1, "root")},
        ),
        (
            "update deals_registration set priority_at = priority_at - interval '1 day' where public_id = %s",
            {(2, "differs")},
        ),
        (
            "update deals_registration set priority_number = priority_number - 1 where public_id = %s",
            {(2, "differs")},
        ),
        (
            "update deals_registration set protected_until = protected_until + interval '1 day' where public_id = %s",
            {(2, "differs")},
        ),
        ("delete from signing_root where %s <> ''", set()),
        ("update signing_root set root = repeat('0', 64) where %s <> ''", {(1, "root")}),
    ],
)
def test_what_was_changed_is_found(deal: Registration, statement: str, expected: set[tuple[int, str]]) -> None:
    tamper(statement, deal.public_id)
    found = flaws()

    assert bool(found) == bool(expected)
    assert found <= expected


def test_order_of_two_steps_is_found_out(deal: Registration) -> None:
    first, second = Link.objects.filter(subject_id=deal.public_id).order_by("seq")
    for link, seq in ((first, 9), (second, 1), (first, 2)):
        tamper("update signing_link set seq = %s where id = %s", seq, link.pk)

    assert flaws() >= {(1, "sequence"), (2, "sequence")}


def test_receipt_that_was_never_issued_is_found(deal: Registration) -> None:
    """Signed by somebody with the key and put into the table: the root of its day tells."""
    forged = Link.objects.filter(subject_id=deal.public_id).latest("seq")
    text = forged.jws[:-2] + ("QA" if forged.jws.endswith("AA") else "AA")
    about = (text, jws.digest(text), forged.pk)
    tamper("update signing_link set jws = %s, digest = %s where id = %s", *about)

    assert (1, "root") in flaws()


def test_administrators_are_told_once_and_status_shows_it(cast: Cast, deal: Registration, client: Client) -> None:
    move = "update deals_registration set priority_at = priority_at + %s * interval '1 day' where public_id = %s"
    tamper(move, -1, deal.public_id)
    for _time in range(2):
        verify(now=database_now())
    client.force_login(cast.admin)
    shown = client.get("/status", headers={"accept": "application/json"}).json()["readings"]

    assert shown["receipts_broken"] == 1
    assert list(Notice.objects.filter(kind="signing.broken").values_list("user", flat=True)) == [cast.admin.pk]
    # Mended, and looked at again.
    tamper(move, 1, deal.public_id)
    verify(now=database_now())
    assert Fault.objects.count() == 0


def test_command_names_what_is_broken(deal: Registration, capsys: Any) -> None:
    call_command("verify_receipts")
    assert "All of them verify." in capsys.readouterr().out
    tamper("delete from signing_link where seq = 2 and subject_id = %s", deal.public_id)
    with pytest.raises(CommandError, match="faults found"):
        call_command("verify_receipts")

    assert f"deal {deal.public_id}: Something happened after step 1" in capsys.readouterr().out


def test_parts_are_everything_once(deal: Registration) -> None:
    parts = [Part(number, 5) for number in range(5)]
    subjects = Link.objects.values_list("subject_id", flat=True).distinct()
    tamper("delete from signing_link where subject_id = %s", deal.public_id)
    found = [[one.subject_id for one in verify(now=database_now(), part=part)].count(deal.public_id) for part in parts]

    assert part_for(database_now()) == Part(0, 1)
    assert {sum(part.holds(subject) for part in parts) for subject in subjects} == {1}
    assert found == [int(part.holds(deal.public_id)) for part in parts]


def test_chain_of_roots_is_looked_at(cast: Cast, deal: Registration) -> None:
    publish_roots(now=database_now() + 3 * DAY)
    middle = Root.objects.get(seq=2)
    tamper("delete from signing_root where id = %s", middle.pk)

    assert flaws() == {(2, "sequence"), (2, "broken")}
