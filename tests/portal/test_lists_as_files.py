"""What stands in the files of the smaller lists: the same as on the page, for the same person."""

import csv
import io

import pytest
from django.test import Client
from django.urls import reverse

from prm.accounts.actions import create_token
from prm.accounts.models import User
from prm.accounts.roles import Side, roles_of
from prm.clocks.database import database_now
from prm.notices.models import Notice
from tests.factories import Cast, make_registration

pytestmark = pytest.mark.django_db


def rows(user: User, name: str, **asked: str) -> list[list[str]]:
    client = Client()
    client.force_login(user)
    response = client.get(reverse(name), asked)
    assert response.status_code == 200
    return list(csv.reader(io.StringIO(b"".join(response).decode("utf-8-sig"))))  # type: ignore[arg-type]


def told(user: User, title: str, **changes: object) -> Notice:
    now = database_now()
    given = {"key": title, "kind": "x", "user": user, "title": title, "created_at": now, "due_at": now}
    return Notice.objects.create(**{**given, **changes})


def test_people_of_the_own_organisation_alone(cast: Cast) -> None:
    header, *found = rows(cast.helix.admin, "people-export")

    assert header == ["Name", "E-mail", "Organisation", "Roles", "Here since"]
    assert sorted(row[1] for row in found) == sorted(
        user.email for user in (cast.helix.admin, cast.helix.rep, cast.helix.engineer, cast.helix.marketing)
    )
    assert {row[2] for row in found} == {"Helix Systems"}


def test_people_are_those_that_were_asked_for(cast: Cast) -> None:
    found = rows(cast.admin, "people-export", q="orbit", organisation=cast.orbit.organisation.public_id)[1:]

    assert {row[2] for row in found} == {"Orbit Solutions"}
    assert rows(cast.admin, "people-export", q="nobody of that name")[1:] == []


def test_roles_of_people_are_written_out(cast: Cast) -> None:
    by_address = {row[1]: row[3] for row in rows(cast.helix.admin, "people-export")[1:]}

    assert by_address[cast.helix.admin.email] == "Partner admin"


def test_name_that_is_a_formula_stays_text(cast: Cast) -> None:
    cast.helix.rep.name = "=HYPERLINK(1)"
    cast.helix.rep.save()

    assert "'=HYPERLINK(1)" in [row[0] for row in rows(cast.helix.admin, "people-export")]


def test_unknown_organisation_is_not_found(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.helix.admin)
    answer = client.get(reverse("people-export"), {"organisation": cast.orbit.organisation.public_id})

    # A partner's list has no such filter; it stays the own organisation.
    assert answer.status_code == 200
    assert b"orbit" not in b"".join(answer)  # type: ignore[arg-type]


def test_roles_are_those_of_the_own_side(cast: Cast) -> None:
    own = sum(len(role.sentences) for role in roles_of(Side.PARTNER))
    others = sum(len(role.sentences) for role in roles_of(Side.VENDOR))

    assert len(rows(cast.helix.rep, "roles-export")) == 1 + own
    assert len(rows(cast.admin, "roles-export")) == 1 + own + others


def test_notices_are_the_persons_own(cast: Cast) -> None:
    told(cast.helix.rep, "For Helix")
    told(cast.orbit.rep, "For Orbit")

    assert [row[1] for row in rows(cast.helix.rep, "notices-export")] == ["Title", "For Helix"]


def test_notices_given_up_are_told_with_their_reason(cast: Cast) -> None:
    told(cast.helix.rep, "Lost", parked_at=database_now(), last_error="550 no such user", attempts=10)
    told(cast.helix.rep, "Sent", sent_at=database_now())

    found = rows(cast.admin, "status-export")[1:]
    assert [(row[0], row[1], row[3], row[4]) for row in found] == [
        ("Lost", cast.helix.rep.email, "10", "550 no such user")
    ]


def test_tokens_are_listed_without_their_secrets(cast: Cast) -> None:
    me = cast.helix.rep
    token, secret = create_token(user=me, name="CRM", by=me, now=database_now(), expires_at=None)

    found = rows(me, "tokens-export")[1:]
    assert [row[:2] for row in found] == [["CRM", token.prefix]]
    assert secret not in str(found)
    assert rows(cast.orbit.rep, "tokens-export")[1:] == []


def test_work_is_the_queue_of_the_person(cast: Cast) -> None:
    deal = make_registration(cast.helix, cast.products["fleet-cloud"])

    found = rows(cast.pam, "work-export")[1:]
    assert [(row[0], row[4]) for row in found] == [
        (row[0], f"http://localhost:8000/deals/{deal.public_id}/") for row in found
    ]
    assert len(found) == 1
    assert rows(cast.helix.marketing, "work-export")[1:] == []


def test_insight_has_the_programme_first_and_then_each_partner(cast: Cast) -> None:
    make_registration(cast.helix, cast.products["fleet-cloud"])

    header, total, *partners = rows(cast.executive, "insight-export")
    assert header[0] == "Partner"
    assert [total[0], *(row[0] for row in partners)] == ["Programme", "Helix Systems"]
    assert {len(row) for row in (total, *partners)} == {len(header)}


def test_quarter_that_is_not_offered_is_not_found(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.executive)

    assert client.get(reverse("insight-export"), {"period": "1999Q1"}).status_code == 404
