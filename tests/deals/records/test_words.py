"""What each person is told of a partner of record, word for word, and what a partner reads of its history."""

from datetime import date, timedelta

import pytest

from deals.records.actions import decide_proof, end_record, give_proof
from deals.records.models import PartnerOfRecord
from deals.records.sweeps import end_due, remind_due
from prm.accounts.models import User
from prm.audit.selectors import timeline
from prm.clocks.database import database_now
from prm.notices.kinds import GROUPS, group_of
from prm.notices.models import Notice
from prm.portal.sockets import work_for
from tests.deals.records.asking import SHOWN, appointed, asked, at, confirmed, moved
from tests.factories import Cast, make_account

PROOF = "Four reviews with the customer, and twelve tickets solved."


def day(value: date) -> str:
    return f"{value:%a} {value.day} {value:%b %Y}"


def told(user: User) -> list[tuple[str, str, str]]:
    """Kind, title and text of what the person was told of records, the first first."""
    rows = Notice.objects.filter(user=user, kind__startswith="record.").order_by("pk")
    return [(row.kind, row.title, row.body) for row in rows]


def texts(record: PartnerOfRecord, reader: User) -> list[str]:
    return [str(entry.text) for entry in timeline("of_record", record.public_id, reader=reader)]


def nordwerk(cast: Cast, by: str = "helix") -> PartnerOfRecord:
    return appointed(cast, getattr(cast, by), make_account("Nordwerk Anlagen GmbH"))


def test_account_manager_reads_who_asks_and_what_shows_it(cast: Cast) -> None:
    record = asked(cast.helix)

    [(kind, title, body)] = told(cast.pam)
    assert kind == "record.to_decide"
    assert title == f"Partner of record of {record.customer_name}: please confirm or refuse Helix Systems"
    assert record.consented_on is not None
    assert body == f"Consent of Ines Wolf, head of IT, {day(record.consented_on)}:\n{SHOWN}"


def test_partner_reads_from_when_until_when(cast: Cast) -> None:
    record = confirmed(asked(cast.helix), cast.pam, message="Good luck.")

    [(kind, title, body)] = told(cast.helix.rep)
    assert (kind, title) == ("record.decided", f"You are partner of record of {record.customer_name}")
    dates = f"From {day(record.since)} until {day(record.until)}."
    assert body == f"{dates} We ask you for proof before the year ends.\n\nGood luck."
    assert told(cast.orbit.admin) == []


def test_partner_reads_why_not(cast: Cast) -> None:
    record = confirmed(asked(cast.helix), cast.pam, accept=False, message="The letter is not signed.")

    name = record.customer_name
    assert told(cast.helix.rep) == [
        ("record.decided", f"Not confirmed as partner of record of {name}", "The letter is not signed.")
    ]


def test_reminder_says_until_when(cast: Cast) -> None:
    record = nordwerk(cast)
    remind_due(now=at(record, record.until - timedelta(days=30)))

    assert told(cast.helix.admin)[-1] == (
        "record.reminded",
        f"Give proof by {day(record.until)} to stay partner of record of Nordwerk Anlagen GmbH",
        "Without proof that you still look after the customer, you are partner of record until then only.",
    )


@pytest.mark.parametrize("accept", [True, False])
def test_proof_is_told_to_both_sides(cast: Cast, accept: bool) -> None:
    record = moved(nordwerk(cast), 300)
    end = record.until
    give_proof(record=record, text=PROOF, by=cast.helix.admin, now=database_now())
    record = decide_proof(record=record, accept=accept, message="Read it.", by=cast.pam, now=database_now())

    assert told(cast.pam)[-1] == (
        "record.to_decide",
        "Proof of Helix Systems as partner of record of Nordwerk Anlagen GmbH: please decide",
        f"The year ends on {day(end)}.\n\n{PROOF}",
    )
    title = (
        f"Another year as partner of record of Nordwerk Anlagen GmbH: until {day(record.until)}"
        if accept
        else f"Your proof for Nordwerk Anlagen GmbH is not enough: the year ends on {day(end)}"
    )
    assert told(cast.helix.admin)[-1] == ("record.decided", title, "Read it.")


def test_early_end_is_told_with_its_reason(cast: Cast) -> None:
    record = nordwerk(cast)
    record = end_record(record=record, reason="The customer asked for it.", by=cast.pam, now=database_now())

    assert told(cast.helix.admin)[-1] == (
        "record.ended",
        f"You are partner of record of Nordwerk Anlagen GmbH until {day(record.until)}",
        "Ended by the account manager.\n\nThe customer asked for it.",
    )
    assert told(cast.pam) == []


def test_end_without_proof_is_told_to_both_sides(cast: Cast) -> None:
    record = nordwerk(cast)
    end_due(now=at(record, record.until + timedelta(days=2)))

    last = (
        "record.ended",
        "No longer partner of record of Nordwerk Anlagen GmbH",
        "The year ended without proof.",
    )
    assert (told(cast.helix.admin)[-1], told(cast.pam)[-1]) == (last, last)


def test_who_is_followed_reads_neither_name_nor_deal_of_the_other(cast: Cast) -> None:
    account = make_account("Nordwerk Anlagen GmbH")
    first = moved(appointed(cast, cast.orbit, account), 30)
    second = appointed(cast, cast.helix, account)
    first.refresh_from_db()

    assert told(cast.orbit.admin)[-1] == (
        "record.ended",
        f"You are partner of record of Nordwerk Anlagen GmbH until {day(first.until)}",
        "The customer consented to another partner.",
    )
    read = [*texts(first, cast.orbit.admin), *(" ".join(row) for row in told(cast.orbit.admin))]
    assert not any("Helix" in text or second.public_id in text for text in read)
    mine = [*texts(second, cast.helix.admin), *(" ".join(row) for row in told(cast.helix.admin))]
    assert not any("Orbit" in text or first.public_id in text for text in mine)


def test_history_reads_alike_for_both_sides(cast: Cast) -> None:
    record = moved(nordwerk(cast), 300)
    begun = record.until
    give_proof(record=record, text=PROOF, by=cast.helix.admin, now=database_now())
    record = decide_proof(record=record, accept=True, by=cast.pam, now=database_now())

    for reader in (cast.helix.admin, cast.pam, cast.admin):
        read = texts(record, reader)
        assert len(read) == 3
        assert read[0].startswith("Appointed partner of record from ")
        assert read[1] == "Proof given for another year"
        assert read[2].startswith("Proof taken: partner of record until ")
    assert texts(record, cast.orbit.admin) == []
    assert record.until > begun


def test_work_of_each_side_has_its_sentence_and_its_date(cast: Cast) -> None:
    record = moved(nordwerk(cast), 300)
    [wanted] = work_for(cast.helix.admin, database_now())
    assert (wanted.title, wanted.what) == ("Nordwerk Anlagen GmbH", "Give proof to stay partner of record")
    assert (wanted.url, wanted.due_at) == (record.get_absolute_url(), record.ends_at)
    give_proof(record=record, text=PROOF, by=cast.helix.admin, now=database_now())
    asking = asked(cast.helix)

    items = {item.url: item for item in work_for(cast.pam, database_now())}
    assert items[record.get_absolute_url()].what == "Answer the proof of a partner of record"
    assert items[asking.get_absolute_url()].what == "Confirm or refuse a partner of record"
    assert {item.who for item in items.values()} == {"Helix Systems"}
    assert items[asking.get_absolute_url()].due_at == asking.due_at
    assert work_for(cast.helix.marketing, database_now()) == []
    assert [item.url for item in work_for(cast.pam2, database_now())] == []


@pytest.mark.parametrize(
    ("kind", "group"),
    [
        ("record.to_decide", "decisions"),
        ("record.decided", "decisions"),
        ("record.reminded", "deadlines"),
        ("record.ended", "deadlines"),
    ],
)
def test_each_kind_belongs_to_a_group_that_people_choose_for(kind: str, group: str) -> None:
    assert group_of(kind) == group
    assert group in GROUPS
