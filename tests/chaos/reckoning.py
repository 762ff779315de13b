"""Was everything that was promised done, once? Compares what clients were told with what is there."""

from collections import Counter
from dataclasses import dataclass

from tests.chaos.clients import Promised
from tests.chaos.installation import Installation
from tests.notices.postbox import Postbox

# What is recorded and told of each acknowledged verb, and of the end of a protection: kind and how often.
EVENTS = {"submit": "deal.submitted", "approve": "deal.approved", "end": "deal.expired"}
NOTICES = {
    "submit": {"deal.submitted": 1, "deal.to_decide": 1},
    "approve": {"deal.approved": 1},
    "end": {"deal.expired": 2},
}
Counted = Counter[tuple[str, str]]


@dataclass
class Found:
    """What the database and the mail server hold. Keys are public ids of registrations with a kind."""

    rows: Counter[str]
    events: Counted
    notices: Counted
    promised_mails: set[str]
    mails: Counter[str]


def look(house: Installation) -> Found:
    rows = house.ask("select external_id, count(*) from deals_registration group by 1")
    events = house.ask("select subject_id, kind, count(*) from audit_event where subject_type = 'deal' group by 1, 2")
    notices = house.ask("select split_part(path, '/', 3), kind, count(*) from notices_notice group by 1, 2")
    ids = house.ask("select public_id from notices_notice")
    assert isinstance(house.postbox, Postbox)
    return Found(
        rows=Counter(dict(rows)),  # type: ignore[arg-type]
        events=Counter({(deal, kind): number for deal, kind, number in events}),
        notices=Counter({(deal, kind): number for deal, kind, number in notices}),
        promised_mails={id for (id,) in ids},
        mails=Counter({id.strip("<>").partition("@")[0]: number for id, number in house.postbox.ids.items()}),
    )


def faults(promised: list[Promised], found: Found) -> list[str]:
    """Sentences about what is missing, doubled or was never promised; none when all is well."""
    times = {**found.rows, **{deal.external_id: found.rows[deal.external_id] for deal in promised}}
    said = [f"{name} is there {number} times" for name, number in times.items() if number != 1]
    for deal in promised:
        said += _of(deal, found)
    said += [f"mail {id} never came" for id in sorted(found.promised_mails - set(found.mails))]
    said += [f"mail {id} was never promised" for id in sorted(set(found.mails) - found.promised_mails)]
    return said


def _of(deal: Promised, found: Found) -> list[str]:
    said = []
    for verb in deal.verbs:
        if found.events[deal.public_id, EVENTS[verb]] != 1:
            said.append(f"{verb} of {deal.public_id} is recorded {found.events[deal.public_id, EVENTS[verb]]} times")
        for kind, times in NOTICES[verb].items():
            if found.notices[deal.public_id, kind] != times:
                said.append(f"{kind} of {deal.public_id} is told {found.notices[deal.public_id, kind]} times")
    return said
