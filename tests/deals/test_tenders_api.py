"""Tenders over REST: read and noted by the vendor, refused in sentences, and nothing of it for partners."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from deals.tenders.models import Tender
from prm.accounts.models import User
from prm.clocks.database import database_now
from tests.factories import Cast, make_account, make_token


class Caller:
    """The API as one person."""

    def __init__(self, user: User) -> None:
        self.client = Client(headers={"authorization": f"Bearer {make_token(user)}"})

    def get(self, path: str) -> tuple[int, Any]:
        answer = self.client.get(f"/api/v1/{path}")
        return answer.status_code, answer.json()

    def post(self, path: str, **body: Any) -> tuple[int, Any]:
        answer = self.client.post(f"/api/v1/{path}", body, content_type="application/json")
        return answer.status_code, answer.json()


@pytest.fixture
def pam(cast: Cast) -> Caller:
    return Caller(cast.pam)


def today(days_ago: int = 0) -> str:
    return (database_now().date() - timedelta(days=days_ago)).isoformat()


def test_tender_is_noted_listed_and_taken_back(pam: Caller, cast: Cast) -> None:
    address = f"accounts/{make_account('Brauerei Oberland').public_id}/tenders"

    made = pam.post(address, published_on=today(3), source="Gazette 12", product="telematics")
    again = pam.post(address, published_on=today(3), source="Gazette 12", product="telematics")
    other = pam.post(address, published_on=today(1), source="Gazette 14")
    taken = [pam.post(f"accounts/tenders/{made[1]['id']}/withdraw") for _time in range(2)]
    listed = pam.get(address)

    assert [status for status, _body in (made, again, other, *taken, listed)] == [201, 409, 201, 200, 409, 200]
    assert {name: made[1][name] for name in ("product", "published_on", "source", "withdrawn_at")} == {
        "product": "telematics",
        "published_on": today(3),
        "source": "Gazette 12",
        "withdrawn_at": None,
    }
    assert [(row["source"], row["withdrawn_at"] is None) for row in listed[1]["results"]] == [
        ("Gazette 14", True),
        ("Gazette 12", False),
    ]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"source": "Gazette"}, "published_on"),
        ({"published_on": "soon", "source": "Gazette"}, "published_on"),
        ({"published_on": "2099-01-01", "source": "Gazette"}, "published_on"),
        ({"published_on": "1999-01-01", "source": "Gazette"}, "published_on"),
        ({"published_on": "2026-01-05"}, "source"),
        ({"published_on": "2026-01-05", "source": ""}, "source"),
        ({"published_on": "2026-01-05", "source": "x" * 301}, "source"),
        ({"published_on": "2026-01-05", "source": "two\nlines"}, "source"),
        ({"published_on": "2026-01-05", "source": 7}, "source"),
        ({"published_on": "2026-01-05", "source": "Gazette", "product": "nothing"}, "product"),
        ({"published_on": "2026-01-05", "source": "Gazette", "account": "x"}, "account"),
    ],
)
def test_what_cannot_be_noted_is_said_at_its_field(pam: Caller, cast: Cast, body: dict[str, Any], field: str) -> None:
    status, answer = pam.post(f"accounts/{make_account('Brauerei Oberland').public_id}/tenders", **body)

    assert (status, list(answer["errors"])) == (400, [field])
    assert not Tender.objects.exists()


def test_tender_of_nobody_does_not_exist(pam: Caller, cast: Cast) -> None:
    body = {"published_on": today(), "source": "Gazette"}

    assert pam.post("accounts/acc_nothing/tenders", **body)[0] == 404
    assert pam.get("accounts/acc_nothing/tenders")[0] == 404
    assert pam.post("accounts/tenders/tnd_nothing/withdraw")[0] == 404


def test_noted_twice_with_one_key_is_noted_once(cast: Cast) -> None:
    client = Client(headers={"authorization": f"Bearer {make_token(cast.pam)}", "idempotency-key": "one"})
    address = f"/api/v1/accounts/{make_account('Brauerei Oberland').public_id}/tenders"
    body = {"published_on": today(), "source": "Gazette"}

    answers = [client.post(address, body, content_type="application/json") for _time in range(2)]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert Tender.objects.count() == 1


def test_rows_are_for_those_who_read_every_customer(cast: Cast) -> None:
    account = make_account("Brauerei Oberland")
    Caller(cast.pam).post(f"accounts/{account.public_id}/tenders", published_on=today(), source="Gazette")

    seen = {
        name: Tender.objects.visible_to(user).count()
        for name, user in {
            "pam": cast.pam,
            "admin": cast.admin,
            "executive": cast.executive,
            "seller": cast.seller,
            "expert": cast.expert,
            "partner": cast.helix.admin,
        }.items()
    }

    assert seen == {"pam": 1, "admin": 1, "executive": 1, "seller": 0, "expert": 0, "partner": 0}


def test_page_of_the_customer_shows_what_is_out_to_tender(cast: Cast) -> None:
    account = make_account("Brauerei Oberland")
    Caller(cast.pam).post(f"accounts/{account.public_id}/tenders", published_on=today(), source="Gazette 12")

    def page(user: User) -> str:
        client = Client()
        client.force_login(user)
        return client.get(f"/accounts/{account.public_id}/").content.decode()

    assert "Gazette 12" in page(cast.pam)
    assert "Note a tender" in page(cast.pam)
    assert "Gazette 12" in page(cast.executive)
    assert "Note a tender" not in page(cast.executive)
    assert "Gazette 12" not in page(cast.seller)
