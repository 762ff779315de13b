"""Asked for, appointed, confirmed, renewed and ended: the verbs, and what the database refuses."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from deals.records.actions import decide_proof, end_record, give_proof
from deals.records.models import PartnerOfRecord, RecordProof
from deals.records.selectors import of_record_at
from deals.records.sweeps import end_due, remind_due
from deals.tasks import expire_due as expire_task
from deals.tasks import remind_due as remind_task
from partners.merges.actions import merge, undo
from prm.audit.models import Event
from prm.clocks.database import database_now
from prm.errors import InvalidInput, NotAllowed, StateConflict
from prm.notices.models import Notice
from tests.deals.records.asking import appointed, asked, at, confirmed, consent, moved, won_deal
from tests.factories import Cast, make_account, make_approved

DAY = timedelta(days=1)
PROOF = "Four reviews with the customer, and twelve tickets solved."


def kinds(record: PartnerOfRecord) -> list[str]:
    return list(Event.objects.about("of_record", record.public_id).order_by("pk").values_list("kind", flat=True))


def told(kind: str) -> list[tuple[str, str]]:
    rows = Notice.objects.filter(kind=kind).select_related("user").order_by("pk")
    return [(row.user.email, row.title) for row in rows if row.user]


def test_partner_asks_on_a_won_deal_and_its_account_manager_confirms(cast: Cast) -> None:
    record = asked(cast.helix)
    name = record.customer_name
    assert (record.state, record.source, record.until) == (
        "asked",
        "asked",
        record.since.replace(year=record.since.year + 1) - DAY,
    )
    assert told("record.to_decide") == [
        (cast.pam.email, f"Partner of record of {name}: please confirm or refuse {cast.helix.organisation.name}")
    ]

    record = confirmed(record, cast.pam, message="Welcome.")

    assert (record.state, record.message, record.decided_by) == ("standing", "Welcome.", cast.pam)
    assert record.proof_from == record.until - timedelta(days=90)
    assert told("record.decided") == [(cast.helix.rep.email, f"You are partner of record of {name}")]
    assert kinds(record) == ["record.asked", "record.confirmed"]
    for again in (lambda: confirmed(record, cast.pam), lambda: asked(cast.helix, record.registration)):
        with pytest.raises(StateConflict):
            again()


def test_refusal_is_said_with_its_reason_and_names_nobody(cast: Cast) -> None:
    standing = appointed(cast, cast.orbit, won_deal(cast.helix).account)
    deal = make_deal_of(cast, standing)
    record = asked(cast.helix, deal)
    for message in ("", f"{cast.orbit.organisation.name.upper()} looks after it."):
        with pytest.raises(InvalidInput) as refused:
            confirmed(record, cast.pam, accept=False, message=message)
        assert list(refused.value.errors) == ["message"]

    record = confirmed(record, cast.pam, accept=False, message="The letter is not signed.")

    assert (record.state, kinds(record)) == ("refused", ["record.asked", "record.refused"])
    assert told("record.decided")[-1] == (
        cast.helix.rep.email,
        f"Not confirmed as partner of record of {record.customer_name}",
    )
    standing.refresh_from_db()
    assert standing.is_standing
    assert asked(cast.helix, deal).is_asked


def make_deal_of(cast: Cast, record: PartnerOfRecord) -> Any:
    return record.account.registrations.get(partner=cast.helix.partner)


def test_customer_that_consents_to_another_ends_the_present_record_the_day_before(cast: Cast) -> None:
    deal = won_deal(cast.helix)
    first = appointed(cast, cast.orbit, deal.account)
    start = first.since + timedelta(days=40)
    RecordProof.objects.create(record=first, text=PROOF, given_at=first.created_at, due_at=first.created_at + DAY)

    second = confirmed(asked(cast.helix, deal, since=start), cast.pam)

    first.refresh_from_db()
    assert (first.state, first.until, first.end_reason) == ("standing", start - DAY, "customer")
    assert (second.since, second.until) == (start, start.replace(year=start.year + 1) - DAY)
    [proof] = first.proofs.all()
    assert (proof.granted, proof.message) == (False, "The customer consented to another partner")
    assert kinds(first) == ["record.appointed", "record.closing"]
    assert [email for email, _title in told("record.ended")] == [cast.orbit.admin.email, cast.pam.email]
    assert all(
        cast.helix.organisation.name not in f"{row.title} {row.body}"
        for row in Notice.objects.filter(kind="record.ended")
    )
    assert end_due(now=at(first, start + 2 * DAY)) == 1
    first.refresh_from_db()
    assert (first.state, kinds(first)[-1]) == ("ended", "record.ended")


def test_change_from_today_ends_it_at_once_and_a_later_one_stands_in_the_way(cast: Cast) -> None:
    account = make_account()
    first = moved(appointed(cast, cast.orbit, account), 100)
    second = appointed(cast, cast.helix, account)
    first.refresh_from_db()
    assert (first.state, first.until) == ("ended", second.since - DAY)

    third = {"since": second.since + timedelta(days=30)}
    later = appointed(cast, cast.orbit, account, **third)
    second.refresh_from_db()
    assert second.until == later.since - DAY
    with pytest.raises(StateConflict) as refused:
        appointed(cast, cast.helix, account, since=second.until + DAY)
    assert refused.value.code == "taken"


def test_what_cannot_be_asked_for(cast: Cast) -> None:
    now = database_now()
    deal, open_one = won_deal(cast.helix), make_approved(cast.helix)
    cases: list[tuple[dict[str, Any], Any]] = [
        ({"by": cast.orbit.admin}, NotAllowed),
        ({"by": cast.helix.marketing}, NotAllowed),
        ({"by": cast.pam}, NotAllowed),
        ({"consent": consent(by=" ")}, ["consented_by"]),
        ({"consent": consent(text="By phone.")}, ["consent_text"]),
        ({"consent": consent(on=now.date() + 2 * DAY), "since": now.date() - 2 * DAY}, ["consented_on", "since"]),
    ]
    for given, wrong in cases:
        with pytest.raises(InvalidInput if isinstance(wrong, list) else wrong) as refused:
            asked(cast.helix, deal, **given)
        if isinstance(wrong, list):
            assert sorted(refused.value.errors) == wrong  # type: ignore[union-attr]
    with pytest.raises(StateConflict) as unwon:
        asked(cast.helix, open_one)
    assert unwon.value.state == "approved"
    asked(cast.helix, deal, by=cast.helix.admin)
    with pytest.raises(StateConflict) as twice:
        asked(cast.helix, deal)
    assert twice.value.code == "asked_before"


def test_who_appoints_and_who_decides(cast: Cast) -> None:
    record = asked(cast.helix)
    with pytest.raises(NotAllowed):
        confirmed(record, cast.pam2)
    with pytest.raises(NotAllowed):
        confirmed(record, cast.helix.admin)
    with pytest.raises(InvalidInput):
        confirmed(record, cast.admin)
    assert confirmed(record, cast.admin, message="The account manager is away.").is_standing
    for by in (cast.pam2, cast.executive, cast.helix.admin):
        with pytest.raises(NotAllowed):
            appointed(cast, cast.orbit, by=by)
    account = make_account()
    cast.orbit.partner.state = "ended"
    with pytest.raises(StateConflict):
        appointed(cast, cast.orbit, account)
    merge(account=account, into=make_account("Another one"), by=cast.pam, now=database_now())
    with pytest.raises(StateConflict) as merged:
        appointed(cast, cast.helix, account)
    assert merged.value.code == "merged"


def test_proof_adds_a_year_and_the_year_goes_on_while_nobody_answers(cast: Cast) -> None:
    record = moved(appointed(cast, cast.helix), 300)
    end = record.until
    late = at(record, end + 10 * DAY)
    for text, error in ((PROOF[:10], InvalidInput), (PROOF, None), (PROOF, StateConflict)):
        if error is None:
            give_proof(record=record, text=text, by=cast.helix.admin, now=database_now())
        else:
            with pytest.raises(error):
                give_proof(record=record, text=text, by=cast.helix.admin, now=database_now())
    assert [email for email, _title in told("record.to_decide")] == [cast.pam.email]
    assert remind_due(now=late) == 0
    assert end_due(now=late) == 0
    assert of_record_at([record.account_id], late) == {record.account_id: (cast.helix.partner.pk, record.ends_at)}

    record = decide_proof(record=record, accept=True, by=cast.pam, now=late)

    assert record.until == end.replace(year=end.year + 1)
    assert record.next_reminder_at is not None
    assert kinds(record) == ["record.appointed", "record.proof_given", "record.renewed"]
    with pytest.raises(StateConflict):
        decide_proof(record=record, accept=True, by=cast.pam, now=late)
    with pytest.raises(StateConflict) as early:
        give_proof(record=record, text=PROOF, by=cast.helix.admin, now=late)
    assert early.value.code == "too_early"


def test_proof_that_is_refused_lets_the_year_end(cast: Cast) -> None:
    record = moved(appointed(cast, cast.helix), 300)
    give_proof(record=record, text=PROOF, by=cast.helix.admin, now=database_now())
    with pytest.raises(InvalidInput):
        decide_proof(record=record, accept=False, by=cast.pam, now=database_now())
    with pytest.raises(NotAllowed):
        decide_proof(record=record, accept=False, message="No.", by=cast.pam2, now=database_now())
    record = decide_proof(record=record, accept=False, message="No dates.", by=cast.pam, now=database_now())
    assert told("record.decided")[-1][1].startswith("Your proof for ")
    with pytest.raises(NotAllowed):
        give_proof(record=record, text=PROOF, by=cast.orbit.admin, now=database_now())

    assert (end_due(now=at(record, record.until)), end_due(now=at(record, record.until + 2 * DAY))) == (0, 1)
    assert end_due(now=at(record, record.until + 3 * DAY)) == 0
    record.refresh_from_db()
    assert (record.state, record.end_reason) == ("ended", "time")
    for verb in (give_proof, end_record):
        given = {"text": PROOF, "by": cast.helix.admin} if verb is give_proof else {"reason": "No.", "by": cast.pam}
        with pytest.raises(StateConflict):
            verb(record=record, now=database_now(), **given)  # type: ignore[arg-type]


def test_reminders_come_on_their_days_and_those_missed_collapse(cast: Cast) -> None:
    record = appointed(cast, cast.helix)
    sent = [remind_due(now=at(record, record.until - timedelta(days=before))) for before in (91, 90, 89, 29, 5, 1)]

    assert sent == [0, 1, 0, 1, 1, 0]
    days = [event.data["days"] for event in Event.objects.filter(kind="record.reminded").order_by("pk")]
    assert days == [90, 30, 7]
    assert {email for email, _title in told("record.reminded")} == {cast.helix.admin.email}


def test_scheduled_tasks_end_and_remind(cast: Cast) -> None:
    over = moved(appointed(cast, cast.helix), 400)
    soon = moved(appointed(cast, cast.orbit), 280)
    remind_task()
    expire_task()
    expire_task()

    over.refresh_from_db()
    assert over.state == "ended"
    assert kinds(soon) == ["record.appointed", "record.reminded"]
    assert kinds(over)[-1] == "record.ended"


def test_account_manager_ends_it_early_with_a_reason(cast: Cast) -> None:
    account = make_account()
    record = appointed(cast, cast.helix, account)
    today = record.since
    wrong: list[dict[str, Any]] = [
        {"on": today - DAY, "reason": "x"},
        {"on": record.until + DAY, "reason": "x"},
        {"on": today, "reason": " "},
    ]
    for given in wrong:
        with pytest.raises(InvalidInput):
            end_record(record=record, by=cast.pam, now=database_now(), **given)
    with pytest.raises(NotAllowed):
        end_record(record=record, reason="No.", by=cast.pam2, now=database_now())

    record = end_record(record=record, reason="The customer asked for it.", by=cast.pam, now=database_now())

    assert (record.until, record.end_reason, record.ended_by, record.state) == (today, "vendor", cast.pam, "standing")
    with pytest.raises(StateConflict):
        end_record(record=record, reason="Again.", by=cast.pam, now=database_now())
    assert appointed(cast, cast.orbit, account, since=today + DAY).since == today + DAY


def test_record_goes_with_a_merged_customer_and_comes_back(cast: Cast) -> None:
    one, into = make_account("First one"), make_account("Second one")
    record, ended = appointed(cast, cast.helix, one), moved(appointed(cast, cast.orbit, into), 400)
    end_due(now=database_now())
    done = merge(account=one, into=into, by=cast.pam, now=database_now())
    record.refresh_from_db()
    assert record.account == into
    undo(given=done, by=cast.pam, now=database_now())
    record.refresh_from_db()
    ended.refresh_from_db()
    assert (record.account, ended.account) == (one, into)

    other = appointed(cast, cast.orbit, into)
    with pytest.raises(StateConflict) as refused:
        merge(account=one, into=into, by=cast.pam, now=database_now())
    assert refused.value.code == "of_record"
    record = end_record(record=record, reason="Merged.", by=cast.pam, now=database_now())
    end_due(now=at(record, record.until + 2 * DAY))
    merge(account=one, into=into, by=cast.pam, now=database_now())
    record.refresh_from_db()
    assert (record.account, list(PartnerOfRecord.objects.standing().filter(account=into))) == (one, [other])


@pytest.mark.parametrize(
    "changes",
    [
        {"state": "strange"},
        {"source": "strange"},
        {"end_reason": "strange"},
        {"until": "before"},
        {"consented_by": ""},
        {"consented_on": None},
        {"consent_text": ""},
        {"source": "won", "consent_text": ""},
        {"state": "asked"},
        {"decided_at": None},
        {"state": "refused", "next_reminder_at": None},
        {"state": "ended", "next_reminder_at": None},
        {"end_reason": "time"},
    ],
    ids=str,
)
def test_database_keeps_records_whole(cast: Cast, changes: dict[str, Any]) -> None:
    record = appointed(cast, cast.helix)
    for name, value in changes.items():
        setattr(record, name, record.since - DAY if value == "before" else value)

    with pytest.raises(IntegrityError), transaction.atomic():
        record.save()


@pytest.mark.parametrize("days", [0, 1, 364])
def test_database_knows_one_partner_of_record_at_a_time(cast: Cast, days: int) -> None:
    record = appointed(cast, cast.helix)
    values = {name: getattr(record, name) for name in ("account", "source", "state", "created_at", "decided_at")}
    values |= {name: getattr(record, name) for name in ("consented_by", "consented_on", "consent_text")}
    since = record.since + timedelta(days=days)
    beside = PartnerOfRecord(**values, partner=cast.orbit.partner, since=since, until=since + DAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        beside.save()

    beside.since, beside.until = record.until + DAY, record.until + 2 * DAY
    beside.save()
