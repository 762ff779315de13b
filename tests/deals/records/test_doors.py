"""Partners of record in the portal and over the API: who reads what, and where each verb is."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from deals.demo.records import AGO, records
from deals.records.models import PartnerOfRecord
from deals.sockets import decisions_waiting
from prm.accounts.models import User
from prm.clocks.calendar import local_date
from prm.clocks.database import database_now
from prm.portal.sockets import SUBJECTS, work_for
from tests.deals.portal.reading import errors, main
from tests.deals.records.asking import SHOWN, appointed, asked, confirmed, moved, won_deal
from tests.deals.test_api import Caller
from tests.factories import Cast, make_account, make_user

PROOF = {"text": "Four reviews with the customer, and twelve tickets solved."}


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def given(**changes: Any) -> dict[str, Any]:
    day = database_now().date().isoformat()
    return {"consented_by": "Ines Wolf", "consented_on": day, "consent_text": SHOWN, **changes}


def test_way_of_a_record_through_the_portal(cast: Cast) -> None:
    deal = won_deal(cast.helix)
    rep, pam, url = browser(cast.helix.rep), browser(cast.pam), reverse("deal-record", args=[deal.public_id])
    assert "Ask to be partner of record" in main(rep.get(deal.get_absolute_url()))
    assert "What shows it?" in main(rep.get(url))
    short = rep.post(url, given(consent_text="Mail."))
    assert (short.status_code, "at least 20 characters" in errors(short, "consent_text")) == (400, True)
    nonce = {"form_nonce": "n" * 20}
    assert rep.post(url, given(**nonce)).status_code == 302
    assert rep.post(url, given(**nonce)).url == "/records/"
    assert rep.post(url, given()).status_code == 409
    record = PartnerOfRecord.objects.get()
    here = record.get_absolute_url()
    assert [item.url for item in decisions_waiting(cast.pam, database_now(), 9)] == [here]
    assert "Confirm or refuse" in main(pam.get(here))
    assert "Confirm or refuse" not in main(rep.get(here))
    assert rep.post(f"{here}decide/", {"decision": "yes"}).status_code == 403
    refused = pam.post(f"{here}decide/", {"decision": "no", "message": ""})
    assert (refused.status_code, "Tell the partner why." in errors(refused, "message", "decide")) == (400, True)
    assert pam.post(f"{here}decide/", {"decision": "yes", "message": "Welcome."}).status_code == 302
    assert pam.post(f"{here}decide/", {"decision": "yes", "message": ""}).status_code == 409

    record = moved(PartnerOfRecord.objects.get(), 300)
    assert here in [item.url for item in work_for(cast.helix.rep, database_now())]
    assert "Give proof" in main(rep.get(here))
    assert rep.post(f"{here}proof/", PROOF).status_code == 302
    assert rep.post(f"{here}proof/", PROOF).status_code == 409
    assert here not in [item.url for item in work_for(cast.helix.rep, database_now())]
    assert [item.url for item in decisions_waiting(cast.pam, database_now(), 9)] == [here]
    assert pam.post(f"{here}proof/decide/", {"decision": "yes"}).status_code == 302
    assert pam.post(f"{here}end/", {"reason": "The customer asked for it."}).status_code == 302
    assert "Ended by the account manager" in main(rep.get(here))
    assert "Partner of record" in main(rep.get(deal.get_absolute_url()))


def test_open_deal_leads_nobody_to_ask_and_colleagues_do_not(cast: Cast) -> None:
    colleague = make_user("second@helix.example", cast.helix.organisation, "sales_rep")
    deal = won_deal(cast.helix)
    url = reverse("deal-record", args=[deal.public_id])
    assert browser(colleague).get(url).status_code == 403
    assert browser(cast.orbit.admin).get(url).status_code == 404
    record = asked(cast.helix, deal)
    moved(confirmed(record, cast.pam), 300)
    assert browser(colleague).post(f"{record.get_absolute_url()}proof/", PROOF).status_code == 403
    assert work_for(colleague, database_now()) == []
    deal.state = "lost"
    deal.save(update_fields=["state"])
    assert browser(cast.helix.rep).get(url).url == deal.get_absolute_url()


def test_account_manager_appoints_on_the_page_of_a_customer(cast: Cast) -> None:
    account = make_account()
    pam, url, page = (
        browser(cast.pam),
        reverse("account-record", args=[account.public_id]),
        f"/accounts/{account.public_id}/",
    )
    assert "Appoint a partner" in main(pam.get(page))
    assert pam.get(url).status_code == 200
    wrong = pam.post(url, given(partner="org_x"))
    assert wrong.status_code == 400
    assert pam.post(url, given(partner=cast.orbit.organisation.public_id)).status_code == 302

    assert cast.orbit.organisation.name in main(pam.get(page))
    assert "Appoint a partner" not in main(browser(cast.executive).get(page))
    assert cast.orbit.organisation.name not in main(browser(cast.seller).get(page))


def test_lists_show_each_side_its_own(cast: Cast) -> None:
    own, rivals = asked(cast.helix), appointed(cast, cast.orbit, make_account("Ostwerk Anlagen"))
    vendor, partner = browser(cast.pam), browser(cast.helix.rep)
    seen = main(partner.get("/records/"))
    assert (own.customer_name in seen, rivals.customer_name in seen) == (True, False)
    assert rivals.customer_name in main(vendor.get("/records/?q=ostwerk&state=standing"))
    assert own.customer_name not in main(vendor.get("/records/?q=ostwerk"))
    assert "Try a part of the name" in main(vendor.get("/records/?q=nobody"))
    assert vendor.get("/records/?state=strange").status_code == 404
    lines = vendor.get("/records/export/").getvalue().decode().splitlines()
    assert (len(lines), len(partner.get("/records/export/").getvalue().decode().splitlines())) == (3, 2)
    assert "Ostwerk Anlagen,Orbit" in lines[1]
    assert list(SUBJECTS["of_record"](cast.helix.rep, [own.public_id, rivals.public_id])) == [own.public_id]


def test_record_over_the_api(cast: Cast) -> None:
    deal = won_deal(cast.helix)
    rep, pam, rival = Caller(cast.helix.rep), Caller(cast.pam), Caller(cast.orbit.admin)
    body = given(deal=deal.public_id)
    assert list(rep.post("records", {**body, "since": "2020-01-01"}).json()["errors"]) == ["since"]
    made = rep.post("records", body)
    shown = made.json()
    assert (made.status_code, shown["state"], shown["account"], shown["customer"]) == (
        201,
        "asked",
        None,
        deal.customer_name,
    )
    path = f"records/{shown['id']}"
    assert made["Location"] == f"/api/v1/{path}"
    assert rep.post("records", body).status_code == 409
    assert rival.get(path).status_code == 404
    assert rival.post("records", body).status_code == 400
    assert pam.post(f"{path}/decide", {"accept": True}).json()["state"] == "standing"
    assert pam.get(path).json()["account"] == PartnerOfRecord.objects.get().account.public_id
    assert rep.post(f"{path}/proof", PROOF).status_code == 409

    moved(PartnerOfRecord.objects.get(), 300)
    proofs = rep.post(f"{path}/proof", PROOF).json()["proofs"]
    assert [(proof["text"], proof["granted"]) for proof in proofs] == [(PROOF["text"], None)]
    answered = pam.post(f"{path}/proof/decide", {"accept": False, "message": "No dates."}).json()
    assert [proof["granted"] for proof in answered["proofs"]] == [False]
    assert list(pam.post(f"{path}/end", {"on": "2020-01-01", "reason": "x"}).json()["errors"]) == ["on"]
    ended = pam.post(f"{path}/end", {"reason": "The customer asked for it."})
    assert (ended.status_code, ended.json()["end_reason"]) == (200, "vendor")
    about = {"account": make_account().public_id, "partner": cast.orbit.organisation.public_id}
    assert pam.post("records/appointments", given(**about)).status_code == 201
    assert [row["state"] for row in pam.get("records?state=standing").json()["results"]] == ["standing", "standing"]
    assert len(rep.get(f"records?deal={deal.public_id}").json()["results"]) == 1


@pytest.mark.parametrize("times", [1, 2])
def test_demo_shows_records_in_each_state_once(cast: Cast, times: int) -> None:
    for number in range(3):
        make_account(f"Werk{number * 7919} Maschinenbau", external_id=f"NW-{number}")
    won_deal(cast.helix, motion="managed")
    won_deal(cast.orbit)
    for _time in range(times):
        records(database_now())

    rows = PartnerOfRecord.objects.order_by("pk").values_list("source", "state", "partner__organisation__name")
    assert list(rows) == [
        ("won", "standing", "Helix Systems"),
        ("appointed", "standing", "Helix Systems"),
        ("appointed", "standing", "Helix Systems"),
        ("asked", "asked", "Orbit Solutions"),
    ]
    first = PartnerOfRecord.objects.filter(source="appointed").earliest("pk")
    assert first.since == local_date(database_now(), "Europe/Berlin") - timedelta(days=AGO[0])
    assert first.proofs.waiting().count() == 1
