"""The pages of whoever changes the rules, the partner's acknowledgement, and both over the API."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client

from deals.rulebook import SCHEMA, DealRules
from prm.accounts.models import User
from prm.clocks.database import database_now
from prm.policy.actions import publish_version
from prm.policy.forms import VersionForm
from prm.policy.models import Acknowledgement, PolicyVersion
from prm.policy.papers import PAPERS, clauses_of
from prm.policy.selectors import before, version_in_force
from tests.factories import Cast, make_token

DEFAULTS = DealRules().model_dump(mode="json")
NEW = "/policies/new/deals/"


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def caller(user: User) -> Client:
    return Client(headers={"authorization": f"Bearer {make_token(user)}"})


def filled(**changes: str) -> dict[str, str]:
    """The form as a browser sends it when nothing else is changed."""
    form = VersionForm(schema=DealRules, paper=PAPERS[SCHEMA], values=DEFAULTS, initial={"after": 1})
    values = {name: form[name].value() for name in form.fields}
    sent = {name: str(value) for name, value in values.items() if value is not None and value is not False}
    return sent | changes


def text(response: Any) -> str:
    return unescape(response.content.decode())


def mark(page: str) -> str:
    found = re.search(r'name="previewed" value="([0-9a-f]{64})"', page)
    assert found is not None
    return found[1]


def planned(cast: Cast, **values: Any) -> PolicyVersion:
    now = database_now()
    given = {"schema": SCHEMA, "values": {**DEFAULTS, **values}, "effective_from": now + timedelta(days=10)}
    return publish_version(**given, note="A try", after=1, by=cast.admin, now=now)


def test_version_is_looked_at_before_it_is_published(cast: Cast) -> None:
    client = browser(cast.admin)
    sent = filled(protection_days="60", rate_shared="10", **{"precedence.named_account.weight": "block"})

    preview = text(client.post(NEW, {**sent, "then": "publish"}))
    assert PolicyVersion.objects.filter(schema=SCHEMA).count() == 1
    published = client.post(NEW, {**sent, "then": "publish", "previewed": mark(preview)}, follow=True)

    told = ("<del>90</del>", "<ins>60</ins>", "<del>12 %</del>", "<ins>10 %</ins>", "<ins>Stands in the way</ins>")
    assert [change for change in told if change not in preview] == []
    # Both sentences of the clause, side by side.
    assert "the 90th day" in preview
    assert "the 60th day" in preview
    version = PolicyVersion.objects.get(schema=SCHEMA, number=2)
    assert version.values["precedence"]["named_account"] == {"weight": "block", "place": 5}
    assert (version.values["protection_days"], version.values["rate_shared"]) == (60, "0.1")
    assert "Published: version 2." in text(published)


def test_what_is_published_is_what_was_looked_at(cast: Cast) -> None:
    client = browser(cast.admin)
    seen = mark(text(client.post(NEW, {**filled(protection_days="60"), "then": "preview"})))

    again = client.post(NEW, {**filled(protection_days="61"), "then": "publish", "previewed": seen})

    assert "<ins>61</ins>" in text(again)
    assert PolicyVersion.objects.filter(schema=SCHEMA).count() == 1


@pytest.mark.parametrize(
    ("changes", "sentence", "status"),
    [
        ({"protection_days": "0"}, "greater than or equal to 1", 400),
        ({"reminder_days": "soon"}, "whole numbers with commas", 400),
        ({"hoarding_prior_progressed": "9"}, "must not be less than the deals", 400),
        ({"precedence.rival_protection.weight": "hint"}, "not one of the available choices", 400),
    ],
)
def test_value_that_does_not_fit_stands_at_its_field(
    cast: Cast, changes: dict[str, str], sentence: str, status: int
) -> None:
    answer = browser(cast.admin).post(NEW, {**filled(**changes), "then": "preview"})

    assert (answer.status_code, sentence in text(answer)) == (status, True)


def test_second_of_two_who_publish_is_told(cast: Cast) -> None:
    client = browser(cast.admin)
    sent = filled(protection_days="60")
    seen = mark(text(client.post(NEW, {**sent, "then": "preview"})))
    planned(cast, protection_days=45)

    late = client.post(NEW, {**sent, "then": "publish", "previewed": seen})

    assert (late.status_code, "Version 2 was published meanwhile" in text(late)) == (409, True)
    assert client.get("/policies/new/matching/").status_code == 404


def test_list_and_version_say_what_is_in_force_planned_and_different(cast: Cast) -> None:
    version, client = planned(cast, protection_days=60), browser(cast.admin)

    listed, shown = text(client.get("/policies/")), text(client.get(f"/policies/{version.public_id}/"))
    file = b"".join(client.get("/policies/export/")).decode()  # type: ignore[arg-type]

    assert before(version) == version_in_force(SCHEMA, database_now())
    assert "Version 1 is in force" in listed
    assert "A try" in listed
    assert "<del>90</del>" in shown
    assert "0 / 2" in shown
    assert file.count("Rules of engagement") == 2


def test_planned_version_is_taken_back_from_its_page(cast: Cast) -> None:
    version, client = planned(cast), browser(cast.admin)
    address = f"/policies/{version.public_id}/"

    done = text(client.post(f"{address}take-back/", follow=True))
    again = text(client.post(f"{address}take-back/", follow=True))

    assert "does not come into force" in done
    assert "taken back already" in again
    assert browser(cast.helix.admin).get("/rules/2/").status_code == 404


def test_partner_reads_a_planned_version_and_acknowledges_it(cast: Cast) -> None:
    version, client = planned(cast, protection_days=60), browser(cast.helix.admin)

    home, page = text(client.get("/")), text(client.get("/rules/2/"))
    found = re.search(r'name="read" value="([0-9a-f]{64})"', page)
    assert found is not None
    done = text(client.post(f"/policies/{version.public_id}/acknowledge/", {"read": found[1]}, follow=True))
    after = text(client.get("/"))

    assert "Version 1 is in force and your organisation has not acknowledged it yet" in home
    assert "Version 2 is in force from" in home
    assert "begin on" in page
    assert f"Acknowledged by {cast.helix.admin.name}" in done
    assert "Version 2 is in force from" not in after
    assert Acknowledgement.objects.get().digest == found[1]


def test_colleagues_read_and_leave_it_to_their_admin(cast: Cast) -> None:
    version, client = version_in_force(SCHEMA, database_now()), browser(cast.helix.rep)

    home = text(client.get("/"))
    answer = client.post(f"/policies/{version.public_id}/acknowledge/", {"read": "0" * 64})

    assert "an admin of your organisation acknowledges it" in home
    assert answer.status_code == 403
    assert 'name="read"' not in text(client.get("/rules/"))
    assert 'id="acknowledge"' not in text(browser(cast.pam).get("/rules/"))


def test_vendor_sees_who_has_not(cast: Cast) -> None:
    version = version_in_force(SCHEMA, database_now())
    address = f"/policies/{version.public_id}/acknowledgements/"

    page = text(browser(cast.pam).get(address))
    file = b"".join(browser(cast.pam).get(f"/policies/acknowledgements/export/?version={version.public_id}"))  # type: ignore[arg-type]

    assert ("Helix Systems" in page, page.count("Not yet")) == (True, 2)
    assert file.decode().count("Solutions") == 1
    assert browser(cast.seller).get(address).status_code == 403


def test_api_tells_versions_and_clauses_and_takes_an_acknowledgement(cast: Cast) -> None:
    version, partner, vendor = planned(cast, protection_days=60), caller(cast.helix.admin), caller(cast.admin)

    mine = partner.get("/api/v1/policies").json()["results"]
    theirs = vendor.get("/api/v1/policies?policy=deals").json()["results"]
    one = partner.get(f"/api/v1/policies/{version.public_id}").json()
    body = {"digest": one["digest"]}
    address = f"/api/v1/policies/{version.public_id}/acknowledge"
    answers = [partner.post(address, body, content_type="application/json") for _time in range(2)]

    assert [(row["policy"], row["number"], row["state"]) for row in mine] == [
        ("deals", 2, "planned"),
        ("deals", 1, "begun"),
    ]
    assert {"values", "note"} & set(mine[0]) == set()
    assert theirs[0]["values"]["protection_days"] == 60
    assert [clause["number"] for clause in one["clauses"]] == [clause.number for clause in clauses_of(version)]
    assert [answer.status_code for answer in answers] == [200, 409]
    assert (one["acknowledged"], answers[0].json()["acknowledged"]) == (False, True)


def test_thresholds_are_not_for_partners(cast: Cast) -> None:
    hidden = PolicyVersion.objects.get(schema="matching")

    assert caller(cast.helix.admin).get(f"/api/v1/policies/{hidden.public_id}").status_code == 404
    assert browser(cast.helix.admin).post(f"/policies/{hidden.public_id}/acknowledge/").status_code == 404
    assert caller(cast.admin).get(f"/api/v1/policies/{hidden.public_id}").json()["clauses"] == []
