"""Two hundred pairs of customers, a held and a free one: whoever registers both learns nothing until a human decides.

Everything goes the way it goes every day: the API, the conflict check and the outbox behind the commit, and whatever
the partner can look at afterwards. The control lets something slip for the held ones, and each slip is noticed.
"""

import json
import re
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client

from deals.conflicts.actions import assess_pending
from deals.conflicts.models import Finding
from deals.registrations.events import record_deal
from deals.registrations.models import Registration
from deals.registrations.notices import partner_people
from prm.clocks.database import database_now
from prm.notices import relay
from prm.notices.actions import promise
from tests.access.test_oracle import CHANCE, CHANCE_HEADERS, api_body
from tests.factories import Cast, make_token
from tests.pairs import Customer, hold, pairs

PAIRS, FEW = 200, 3
Seen = dict[str, list[Any]]


@pytest.fixture
def rep(cast: Cast, settings: Any) -> Client:
    # Four hundred in a row are more than a person registers.
    settings.PRM_SUBMISSIONS_PER_DAY = settings.PRM_API_REQUESTS_PER_MINUTE = 1_000_000
    settings.PRM_API_REQUESTS_PER_MINUTE_ORGANISATION = 1_000_000
    return Client(headers={"authorization": f"Bearer {make_token(cast.helix.rep)}"})


def observed(client: Client, couples: list[tuple[Customer, Customer]], slip: Callable[[], None] | None = None) -> Seen:
    """By customer's word, in order, everything that the partner gets to see of its registration."""
    seen: Seen = {}
    ids: dict[str, str] = {}
    # What a process keeps is there from its first answer on.
    registered(client, Customer("zuzazezizozu"), {})
    for number, (held, free) in enumerate(couples):
        # Neither is always the first.
        for customer in (held, free) if number % 2 else (free, held):
            ids[customer.word] = registered(client, customer, seen)
    settle(slip)
    for number, (held, free) in enumerate(couples):
        for customer in (held, free):
            seen[customer.word] += looked_at(client, ids[customer.word], customer.word)
            # What the lists below do not tell of every one anyway.
            if number % 20 == 0:
                seen[customer.word] += looked_into(client, ids[customer.word], customer.word)
    collect_lists(client, ids, seen)
    collect_mails(seen)
    return seen


def collect_lists(client: Client, ids: dict[str, str], seen: Seen) -> None:
    by_id = {public_id: word for word, public_id in ids.items()}
    for path in ("/api/v1/deals", "/api/v1/events"):
        for row in listed(client, path):
            told = row.get("subject", row)
            found = by_id.get(str(told["id"]) if isinstance(told, dict) else str(told))
            if found:
                seen[found].append((path, plain(json.dumps(row), found)))


def settle(slip: Callable[[], None] | None) -> None:
    """Everything behind the commits, with what slips before it is sent."""
    while assess_pending():
        continue
    if slip is not None:
        slip()
    while relay.run():
        continue


def registered(client: Client, customer: Customer, seen: Seen) -> str:
    body = json.dumps({**api_body(customer.said), "submit": True})
    asked: list[str] = []

    def noted(execute: Any, sql: str, *given: Any) -> Any:
        asked.append(sql)
        return execute(sql, *given)

    with connection.execute_wrapper(noted):
        answer = client.post("/api/v1/deals", body, content_type="application/json")
    seen[customer.word] = [("created", shown(answer, customer.word)), ("work", len(asked))]
    return str(answer.json()["id"])


def looked_at(client: Client, public_id: str, word: str) -> list[Any]:
    answer = client.get(f"/api/v1/deals/{public_id}")
    deal = answer.json()
    span = datetime.fromisoformat(deal["decision_due_at"]) - datetime.fromisoformat(deal["priority_at"])
    return [("detail", shown(answer, word)), ("time to decide", span)]


def looked_into(client: Client, public_id: str, word: str) -> list[Any]:
    findings = client.get(f"/api/v1/deals/{public_id}/findings")
    timeline = client.get(f"/api/v1/deals/{public_id}/timeline")
    return [
        ("timeline", shown(timeline, word)),
        ("findings", shown(findings, word)),
        ("receipt", kinds_of_receipt(client, public_id)),
    ]


def kinds_of_receipt(client: Client, public_id: str) -> int:
    answer = client.get(f"/api/v1/deals/{public_id}/receipt")
    return answer.status_code * 100 + len(answer.json())


def listed(client: Client, path: str) -> Iterator[dict[str, Any]]:
    url: str | None = f"{path}?page_size=100"
    while url:
        page = client.get(url).json()
        yield from page["results"]
        url = page["next"]


def collect_mails(seen: Seen) -> None:
    for message in mail.outbox:
        text = f"{message.to} {message.subject} {message.body}"
        for word in re.findall(r"[a-z]{12}", text.lower()):
            if word in seen and "helix" in str(message.to):
                seen[word].append(("mail", plain(text, word)))
                break
    mail.outbox.clear()


def shown(answer: Any, word: str) -> tuple[int, list[tuple[str, str]], str]:
    headers = [(name, plain(value, word)) for name, value in answer.items() if name not in CHANCE_HEADERS]
    own = [(name, value) for name, value in headers if name not in {"Location", "X-Request-Id", "x-request-id"}]
    return answer.status_code, sorted(own), plain(answer.content.decode(), word)


def plain(text: str, word: str) -> str:
    """Without the own words and what chance draws."""
    city = word[:6]
    return CHANCE.sub("*", re.sub(f"{word}|{city}", "#", text, flags=re.IGNORECASE))


def differing(seen: Seen, couples: list[tuple[Customer, Customer]]) -> list[tuple[str, Any, Any]]:
    """(customer, what the held one showed, what the free one showed), where the two are not alike."""
    return [
        (held.word, one, other)
        for held, free in couples
        for one, other in zip(padded(seen[held.word]), padded(seen[free.word]), strict=False)
        if one != other
    ]


def padded(rows: list[Any]) -> list[Any]:
    return [*rows, ("end", len(rows))]


def test_held_and_free_customers_cannot_be_told_apart(rep: Client, cast: Cast) -> None:
    couples = pairs(PAIRS)
    hold(cast.orbit, cast.products["fleet-cloud"], [held for held, _free in couples])

    seen = observed(rep, couples)

    blocked = Finding.objects.filter(kind="rival_protection", band="block", registration__partner=cast.helix.partner)
    found = set(blocked.values_list("registration__customer_name", flat=True))
    assert found == {held.said["name"] for held, _free in couples}
    assert {rows[0][1][0] for rows in seen.values()} == {201}
    assert {dict(rows[:6])["detail"][0] for rows in seen.values() if len(rows) > 6} == {200}
    assert all(any(row[0] == "mail" for row in rows) for rows in seen.values())
    assert differing(seen, couples) == []


def contested() -> list[Registration]:
    found = Finding.objects.filter(kind="rival_protection").values("registration")
    return list(Registration.objects.with_people().filter(pk__in=found))


def slip_into_the_timeline() -> None:
    for deal in contested():
        record_deal("deal.first_in_line", deal, by=None, now=database_now())


def slip_into_a_mail() -> None:
    for deal in contested():
        for user in partner_people(deal):
            title = f"{deal.customer_name} is looked at twice"
            promise(key=deal.public_id, kind="deal.asked", to=user, organisation=None, title=title, now=database_now())


def slip_into_the_date() -> None:
    for deal in contested():
        assert deal.decision_due_at is not None
        due = deal.decision_due_at.replace(year=deal.decision_due_at.year + 1)
        Registration.objects.filter(pk=deal.pk).update(decision_due_at=due)


def slip_into_the_state() -> None:
    Registration.objects.filter(pk__in=[deal.pk for deal in contested()]).update(competitor="Another partner")


@pytest.mark.parametrize(
    ("slip", "where"),
    [
        (slip_into_the_timeline, {"timeline", "/api/v1/events"}),
        (slip_into_a_mail, {"mail"}),
        (slip_into_the_date, {"time to decide"}),
        (slip_into_the_state, {"detail", "/api/v1/deals"}),
    ],
)
def test_whatever_slips_is_noticed(rep: Client, cast: Cast, slip: Callable[[], None], where: set[str]) -> None:
    """The control: the same walk, with one thing told of the held ones alone."""
    couples = pairs(FEW)
    hold(cast.orbit, cast.products["fleet-cloud"], [held for held, _free in couples])

    found = differing(observed(rep, couples, slip), couples)

    assert {word for word, _one, _other in found} == {held.word for held, _free in couples}
    assert where <= {row[0] for _word, one, other in found for row in (one, other)}
