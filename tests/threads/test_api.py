"""GET and POST /deals/{id}/messages."""

import json
from typing import Any

import pytest
from django.test import Client

from deals.registrations.models import Registration
from prm.api.idempotency import KEPT
from prm.clocks.database import database_now
from prm.threads.models import LONGEST, Message
from tests.access.test_bodies import body_schema
from tests.factories import Cast, make_draft, make_registration, say
from tests.threads.conftest import Login


def url(deal: Registration) -> str:
    return f"/api/v1/deals/{deal.public_id}/messages"


def post(client: Client, deal: Registration, body: Any, **headers: str) -> Any:
    return client.post(url(deal), json.dumps(body), content_type="application/json", headers=headers)


def texts(answer: Any) -> list[str]:
    return [row["text"] for row in answer.json()["results"]]


def test_partner_reads_and_writes(cast: Cast, deal: Registration, call: Login) -> None:
    client = call(cast.helix.rep)

    answer = post(client, deal, {"text": "Who signs?"})

    made = Message.objects.get()
    assert answer.status_code == 201
    assert answer.json() == {
        "id": made.public_id,
        "text": "Who signs?",
        "author": cast.helix.rep.name,
        "organisation": {"id": cast.helix.organisation.public_id, "name": "Helix Systems"},
        "created_at": made.created_at.isoformat().replace("+00:00", "Z"),
    }
    assert client.get(url(deal)).json() == {"results": [answer.json()], "next": None, "previous": None}


def test_vendor_reads_what_is_internal_too(cast: Cast, deal: Registration, call: Login) -> None:
    client = call(cast.pam)

    answers = [post(client, deal, body) for body in ({"text": "For us", "internal": True}, {"text": "For both"})]

    assert [answer.json()["internal"] for answer in answers] == [True, False]
    assert texts(client.get(url(deal))) == ["For both", "For us"]
    assert texts(call(cast.helix.rep).get(url(deal))) == ["For both"]


def test_field_that_a_role_may_not_see_is_absent(cast: Cast, deal: Registration, call: Login) -> None:
    say(deal, cast.pam)
    keys = {
        name: set(call(user).get(url(deal)).json()["results"][0])
        for name, user in (("rep", cast.helix.rep), ("pam", cast.pam), ("executive", cast.executive))
    }

    assert keys["pam"] - keys["rep"] == {"internal"}
    assert keys["executive"] == keys["pam"]
    assert keys["rep"] < keys["pam"]


@pytest.mark.parametrize("internal", [True, False, None, "x"])
def test_field_that_a_role_may_not_give_is_unknown(
    cast: Cast, deal: Registration, call: Login, internal: object
) -> None:
    client = call(cast.helix.rep)

    refused = post(client, deal, {"text": "Hello", "internal": internal})
    nonsense = post(client, deal, {"text": "Hello", "nonsense": internal})

    assert (refused.status_code, Message.objects.count()) == (400, 0)
    assert refused.json()["errors"] == {"internal": nonsense.json()["errors"]["nonsense"]}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "text"),
        ({"text": ""}, "text"),
        ({"text": "  \n "}, "text"),
        ({"text": None}, "text"),
        ({"text": 7}, "text"),
        ({"text": ["a"]}, "text"),
        ({"text": "x" * (LONGEST + 1)}, "text"),
        ({"text": "Hello", "internal": "yes"}, "internal"),
        ({"text": "Hello", "internal": None}, "internal"),
        ({"text": "Hello", "author": "usr_2"}, "author"),
        ({"text": "Hello", "created_at": "2020-01-01"}, "created_at"),
    ],
)
def test_refused_message_says_why_at_its_field(
    cast: Cast, deal: Registration, call: Login, body: dict[str, Any], field: str
) -> None:
    answer = post(call(cast.pam), deal, body)

    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == [field]
    assert Message.objects.count() == 0


@pytest.mark.parametrize("text", ["a\x00b", "a\x1bb", "\ud800"])
def test_characters_that_are_no_text_are_refused(cast: Cast, deal: Registration, call: Login, text: str) -> None:
    assert post(call(cast.pam), deal, {"text": text}).status_code == 400
    assert Message.objects.count() == 0


def test_text_keeps_its_lines_and_loses_its_margins(cast: Cast, deal: Registration, call: Login) -> None:
    answer = post(call(cast.pam), deal, {"text": "  One\nTwo\t😀 "})

    assert answer.json()["text"] == "One\nTwo\t😀"


def test_strangers_and_what_is_not_there_are_the_same(cast: Cast, deal: Registration, call: Login) -> None:
    say(deal, cast.pam)
    client = call(cast.orbit.admin)
    nothing = client.get("/api/v1/deals/deal_222222222222222222/messages")
    own_draft = make_draft(cast.orbit)

    for response in (
        client.get(url(deal)),
        client.get(url(deal) + "?nonsense=1"),
        post(client, deal, {"text": "Hello"}),
        post(client, deal, {"nonsense": 1}),
        client.get(url(own_draft)),
        post(call(cast.orbit.rep), own_draft, {"text": "Hello"}),
    ):
        assert (response.status_code, response.json()) == (404, nothing.json())
    assert Message.objects.count() == 1


def test_existence_comes_before_the_role_and_the_role_before_the_body(
    cast: Cast, deal: Registration, call: Login
) -> None:
    answers = [
        post(call(cast.expert), deal, {"nonsense": 1}),
        post(call(cast.executive), deal, {"nonsense": 1}),
        post(call(cast.pam), deal, {"nonsense": 1}),
    ]

    assert [answer.status_code for answer in answers] == [404, 403, 400]


def test_unknown_parameters_are_refused(cast: Cast, deal: Registration, call: Login) -> None:
    client = call(cast.helix.rep)

    assert [client.get(f"{url(deal)}?{query}").status_code for query in ("internal=1", "cursor=x", "page_size=0")] == [
        *(400, 400, 400),
    ]
    assert client.patch(url(deal), "{}", content_type="application/json").status_code == 405
    assert client.delete(url(deal)).status_code == 405


def test_pages_follow_one_another_latest_first(cast: Cast, deal: Registration, call: Login) -> None:
    for number in range(5):
        say(deal, cast.pam, f"Said {number}")
        say(deal, cast.pam, f"Whispered {number}", internal=True)
    say(make_registration(cast.helix), cast.pam, "Elsewhere")
    client = call(cast.helix.rep)
    pages, address = [], f"{url(deal)}?page_size=2"
    while address:
        answer = client.get(address)
        pages.append(texts(answer))
        address = answer.json()["next"]

    assert pages == [["Said 4", "Said 3"], ["Said 2", "Said 1"], ["Said 0"]]


def test_message_has_no_address_of_its_own(cast: Cast, deal: Registration, call: Login) -> None:
    answer = post(call(cast.pam), deal, {"text": "Hello"})

    assert "Location" not in answer
    assert call(cast.pam).get(f"{url(deal)}/{answer.json()['id']}").status_code == 404


@pytest.mark.django_db
def test_schema_tells_what_there_is(client: Client) -> None:
    document = json.loads(client.get("/api/v1/schema/").content)
    described = document["paths"]["/api/v1/deals/{public_id}/messages"]
    body = body_schema(document, "POST deals/submitted/messages")

    assert set(described) == {"get", "post"}
    assert described["post"]["operationId"] == "deals_messages_create"
    assert set(body["properties"]) == {"text", "internal"}
    assert body["required"] == ["text"]
    assert "Location" not in described["post"]["responses"]["201"].get("headers", {})


@pytest.mark.django_db
def test_deals_are_created_with_an_address_as_before(client: Client) -> None:
    document = json.loads(client.get("/api/v1/schema/").content)

    assert "Location" in document["paths"]["/api/v1/deals"]["post"]["responses"]["201"]["headers"]


# Once


def test_same_key_says_it_once(cast: Cast, deal: Registration, call: Login) -> None:
    client = call(cast.helix.rep)

    first, second = (post(client, deal, {"text": "Once"}, **{"idempotency-key": "k"}) for _ in range(2))

    assert (first.status_code, second.status_code) == (201, 201)
    assert first.content == second.content
    assert second["Idempotency-Replayed"] == "true"
    assert Message.objects.count() == 1


def test_same_key_for_other_words_is_refused(cast: Cast, deal: Registration, call: Login) -> None:
    client = call(cast.helix.rep)

    answers = [post(client, deal, {"text": text}, **{"idempotency-key": "k"}) for text in ("One", "Two")]

    assert [answer.status_code for answer in answers] == [201, 422]
    assert KEPT.days == 1
    assert [message.text for message in Message.objects.all()] == ["One"]


def test_control_without_a_key_every_request_says_it(cast: Cast, deal: Registration, call: Login) -> None:
    client = call(cast.helix.rep)
    for _ in range(2):
        post(client, deal, {"text": "Twice"})

    assert Message.objects.filter(text="Twice", created_at__lte=database_now()).count() == 2
