"""Leads over the API and in the portal: who reads what of them, and when."""

from io import BytesIO
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from deals.leads.models import Lead, LeadOffer
from prm.clocks.database import database_now
from prm.metrics.registry import METRICS, Period
from tests.deals.portal.conftest import login  # noqa: F401 - a fixture
from tests.deals.portal.reading import main
from tests.deals.test_api import Caller
from tests.factories import Cast, lead_values, make_lead, make_token, offer_to

CONTACT = ("Ina Brink", "ina.brink@transporte.example", "+49 40 1234567", "Head of fleet", "brink-transporte.de")
SECRET = {
    "contact_name": CONTACT[0],
    "contact_email": CONTACT[1],
    "contact_phone": CONTACT[2],
    "contact_title": CONTACT[3],
    "customer_website": CONTACT[4],
}
BODY = {
    "customer": "Transporte AG",
    "country": "DE",
    "contact": {"name": CONTACT[0]},
    "need": "A planner.",
    "lead_source": "campaign",
}
HEADER = "name,country,contact,need,products,value,currency,source\n"
ROW = "Acme,de,Ann,Routes,telematics;fleet-cloud,1200,USD,event\n"


@pytest.fixture
def offer(cast: Cast) -> LeadOffer:
    return offer_to(cast.helix, cast.pam, **SECRET)


def pages_of(client: Client, offer: LeadOffer) -> str:
    addresses = (offer.get_absolute_url(), "/leads/offers/", "/leads/offers/export/", "/", "/work/", "/notices/")
    return " ".join(client.get(address).getvalue().decode() for address in addresses)


def answers_of(caller: Caller, offer: LeadOffer) -> str:
    paths = (f"leads/offers/{offer.public_id}", "leads/offers", "events")
    return " ".join(caller.get(path).content.decode() for path in paths)


def test_contact_is_told_after_accepting_and_not_before(cast: Cast, offer: LeadOffer, login: Any) -> None:  # noqa: F811
    rep, api = login(cast.helix.rep), Caller(cast.helix.rep)
    before = pages_of(rep, offer) + answers_of(api, offer)
    assert offer.lead.customer_name in before
    assert [secret for secret in CONTACT if secret in before] == []
    assert "taken" not in api.get(f"leads/offers/{offer.public_id}").json()

    accepted = rep.post(f"{offer.get_absolute_url()}accept/", follow=True)

    assert all(secret in main(accepted) for secret in CONTACT)
    taken = api.get(f"leads/offers/{offer.public_id}").json()["taken"]
    assert taken["contact"] == {"name": CONTACT[0], "email": CONTACT[1], "phone": CONTACT[2], "title": CONTACT[3]}
    assert (taken["state"], taken["website"], taken["deal"]) == ("accepted", CONTACT[4], None)


def test_rival_reads_nothing_of_an_offer_of_another(cast: Cast, login: Any) -> None:  # noqa: F811
    """Both are asked for one lead, one after the other: neither learns of the other, or of what it said."""
    lead = make_lead(cast.pam, **SECRET)
    teams = [cast.helix, cast.orbit]
    if lead.offers.get().partner != cast.helix.partner:
        teams.reverse()
    first, second = teams
    gone = lead.offers.get()
    declined = Caller(first.rep).post(
        f"leads/offers/{gone.public_id}/decline", {"reason": "other", "text": "They owe us money."}
    )
    assert declined.status_code == 200
    present = lead.offers.get(state="open")
    Caller(second.rep).post(f"leads/offers/{present.public_id}/accept")
    Caller(second.rep).post(f"leads/offers/{present.public_id}/report", {"stage": "meeting", "text": "In Kiel."})

    of_first = pages_of(login(first.rep), gone) + answers_of(Caller(first.rep), gone)
    of_second = pages_of(login(second.rep), present) + answers_of(Caller(second.rep), present)
    for team, other, text in ((second, gone, of_second), (first, present, of_first)):
        assert other.public_id not in text
        assert other.partner.organisation.name not in text
        assert Caller(team.rep).get(f"leads/offers/{other.public_id}").status_code == 404
    assert "They owe us money." not in of_second
    assert [said for said in ("In Kiel.", *CONTACT[:3]) if said in of_first] == []
    assert Caller(first.rep).post(f"leads/offers/{gone.public_id}/accept").json()["state"] == "declined"


def test_leads_over_the_api(cast: Cast) -> None:
    pam, helix = Caller(cast.pam), Caller(cast.helix.rep)
    money = {"amount": "9000.00", "currency": "EUR"}
    body = {**BODY, "products": ["telematics"], "value": money, "model": "msp", "external_id": "crm-7"}

    made = pam.post("leads", body)
    assert made.status_code == 201
    found = made.json()
    assert (found["state"], found["value"], found["products"]) == ("offered", money, ["telematics"])
    assert (found["partner"], found["deal"], found["lead_source"]) == (None, None, "campaign")
    assert pam.post("leads", body).status_code == 409
    assert pam.get(made["Location"].removeprefix("/api/v1/")).json() == found

    ranking = pam.get(f"leads/{found['id']}/ranking").json()
    assert "Size, name and revenue play no part." in ranking["rule"]
    places = {place["name"]: (place["number"], place["hindrances"]) for place in ranking["places"]}
    assert places == {"Helix Systems": (0, ["asked"]), "Orbit Solutions": (0, ["model"])}

    (offer,) = helix.get("leads/offers?state=open").json()["results"]
    path = f"leads/offers/{offer['id']}"
    assert helix.post(f"{path}/decline", {"reason": "no_capacity"}).json()["state"] == "declined"
    assert helix.post(f"{path}/decline", {"reason": "no_capacity"}).status_code == 409
    (back,) = pam.get("leads?state=returned").json()["results"]
    assert back["id"] == found["id"]
    changed = pam.patch(f"leads/{found['id']}", {"model": "var", "value": None, "products": []}).json()
    assert (changed["model"], changed["value"], changed["products"]) == ("var", None, [])
    assert pam.post(f"leads/{found['id']}/again").json()["state"] == "offered"

    (offer,) = Caller(cast.orbit.rep).get("leads/offers").json()["results"]
    orbit, path = Caller(cast.orbit.rep), f"leads/offers/{offer['id']}"
    orbit.post(f"{path}/accept")
    registered = orbit.post(f"{path}/register").json()["taken"]["deal"]
    assert orbit.get(f"deals/{registered}").json()["origin"] == "vendor"
    lost = orbit.post(f"{path}/lose", {"reason": "price", "text": "Too dear."}).json()["taken"]
    assert (lost["state"], lost["loss_reason"], lost["loss_text"]) == ("lost", "price", "Too dear.")
    assert pam.post(f"leads/{found['id']}/withdraw").status_code == 409


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"customer": ""}, "customer"),
        ({"country": "XX"}, "country"),
        ({"website": "javascript:x"}, "website"),
        ({"competency": "cold chain!"}, "competency"),
        ({"products": ["nothing"]}, "products"),
        ({"value": {"amount": "-1", "currency": "EUR"}}, "value.amount"),
        ({"size": "large"}, "size"),
        ({"contact": {"title": "Buyer"}}, "contact.name"),
    ],
)
def test_bad_input_is_400_at_its_field(cast: Cast, changes: dict[str, Any], field: str) -> None:
    answer = Caller(cast.pam).post("leads", {**BODY, **changes})

    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == [field]


def upload(by: Any, text: str) -> Any:
    headers = {"Authorization": f"Bearer {make_token(by)}"}
    return Client().post("/api/v1/leads/imports", text.encode(), content_type="text/csv", headers=headers)


def test_file_is_taken_over_the_api(cast: Cast) -> None:
    answer = upload(cast.seller, HEADER + ROW + ROW)

    assert answer.status_code == 201
    first, second = Lead.objects.order_by("pk")
    assert answer.json() == {"leads": [first.public_id, second.public_id]}
    assert (first.customer_country, first.value, first.currency, first.source) == ("DE", 1200, "USD", "event")
    assert sorted(first.products.values_list("slug", flat=True)) == ["fleet-cloud", "telematics"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "The first row must name the columns."),
        (HEADER, "no row below the names"),
        ("name,country,shoe size\nA,DE,41\n", "These columns are unknown: shoe size."),
        ("name,customer name\nA,B\n", "A column stands there twice."),
        (HEADER + ROW + ROW.replace("de", "XX"), "Row 3: customer_country:"),
        (HEADER + ROW.replace("1200", "much"), "Row 2: value:"),
        (HEADER + ROW.replace("telematics", "nothing"), "Row 2: products:"),
        (HEADER + ROW * 501, "There are 501 rows; at most 500, please."),
    ],
)
def test_bad_file_names_its_rows_and_imports_nothing(cast: Cast, text: str, said: str) -> None:
    answer = upload(cast.pam, text)

    assert answer.status_code == 400
    assert said in " ".join(answer.json()["errors"]["file"])
    assert Lead.objects.count() == 0


def test_vendor_enters_changes_and_withdraws_in_the_portal(cast: Cast, login: Any) -> None:  # noqa: F811
    pam = login(cast.pam)
    form = {**lead_values(competency="docks", customer_name="Kaiwerk"), "value": "1,200", "currency": "EUR"}
    refused = pam.post("/leads/new/", {**form, "competency": "no word!", "form_nonce": "n" * 20})
    assert refused.status_code == 400
    assert "letters, digits and hyphens" in main(refused)

    page = main(pam.post("/leads/new/", {**form, "form_nonce": "n" * 20}, follow=True))
    assert "Back with us" in page
    assert "not the competency" in page
    pam.post("/leads/new/", {**form, "form_nonce": "n" * 20})
    lead = Lead.objects.get()
    assert (lead.value, lead.currency) == (1200, "EUR")

    changed = {**form, "competency": "", "products": ["telematics"]}
    assert pam.get(f"{lead.get_absolute_url()}edit/").status_code == 200
    pam.post(f"{lead.get_absolute_url()}edit/", changed)
    offered = main(pam.post(f"{lead.get_absolute_url()}again/", follow=True))
    assert "it never had an offer" in offered
    assert "asked already" in offered
    assert pam.get(f"{lead.get_absolute_url()}edit/").status_code == 302
    assert "Withdrawn" in main(pam.post(f"{lead.get_absolute_url()}withdraw/", follow=True))
    assert login(cast.pam2).post(f"{lead.get_absolute_url()}withdraw/").status_code == 403
    assert login(cast.seller).get(lead.get_absolute_url()).status_code == 404


def test_file_is_taken_in_the_portal(cast: Cast, login: Any) -> None:  # noqa: F811
    pam = login(cast.pam)

    def send(text: str) -> Any:
        file = BytesIO(text.encode())
        file.name = "leads.csv"
        return pam.post("/leads/import/", {"file": file, "form_nonce": "i" * 20}, follow=True)

    assert "Row 2: need" in main(send(HEADER + "Acme,DE,Ann,,,,,\n"))
    assert "Imported: 2 leads." in send(HEADER + ROW + ROW).text
    send(HEADER + ROW)
    assert Lead.objects.count() == 2


def test_partner_works_a_lead_in_the_portal(cast: Cast, offer: LeadOffer, login: Any) -> None:  # noqa: F811
    rep, page = login(cast.helix.rep), offer.get_absolute_url()
    short = rep.post(f"{page}decline/", {"reason": "other", "text": ""})
    assert short.status_code == 400
    assert "Say why, in a few words." in main(short)

    rep.post(f"{page}accept/")
    assert rep.post(f"{page}accept/", follow=True).text.count("This lead is now: Accepted.") == 1
    assert "In Kiel." in main(rep.post(f"{page}report/", {"stage": "meeting", "text": "In Kiel."}, follow=True))
    draft = rep.post(f"{page}register/", follow=True)
    assert "ina.brink@transporte.example" in draft.text
    again = rep.post(f"{page}register/")
    deal = Lead.objects.get().registration
    assert deal is not None
    assert again["Location"] == deal.get_absolute_url()
    assert "From a lead" in rep.get(deal.get_absolute_url(), follow=True).text
    assert "Lost: Price." in main(rep.post(f"{page}lose/", {"reason": "price"}, follow=True))
    assert login(cast.helix.marketing).post(f"{page}lose/", {"reason": "price"}).status_code == 403


def test_lists_are_narrowed(cast: Cast, offer: LeadOffer, login: Any) -> None:  # noqa: F811
    lead = make_lead(cast.seller, competency="docks", external_id="crm-3", customer_name="Dockwerk")
    pam, seller = login(cast.pam), login(cast.seller)

    def names(client: Client, query: str) -> list[bool]:
        text = client.get(f"/leads/?{query}").text
        return [name in text for name in (offer.lead.customer_name, "Dockwerk")]

    assert names(pam, "view=all") == [True, True]
    assert names(seller, "view=all") == [False, True]
    assert names(pam, "state=returned") == names(pam, "q=CRM-3") == names(pam, "q=dock") == [False, True]
    assert names(pam, "mine=1") == [True, False]
    for query, seen in (("state=open", True), ("state=declined", False), ("q=nobody", False)):
        assert (offer.lead.customer_name in pam.get(f"/leads/offers/?{query}").text) is seen
    assert lead.customer_name in pam.get("/leads/export/?state=returned").getvalue().decode()


def test_command_sweeps_at_the_moment_it_is_told(offer: LeadOffer, capsys: Any, settings: Any) -> None:
    settings.PRM_DEMO = True
    call_command("offer_leads_due", now=offer.due_at.isoformat())
    offer.refresh_from_db()

    assert offer.state == "lapsed"


def test_figure_counts_answers_by_partner(cast: Cast) -> None:
    now, helix = database_now(), cast.helix.organisation.pk
    offers = [offer_to(cast.helix, cast.pam) for _ in range(3)]
    Caller(cast.helix.rep).post(f"leads/offers/{offers[0].public_id}/accept")
    Caller(cast.helix.rep).post(f"leads/offers/{offers[1].public_id}/decline", {"reason": "conflict"})
    compute, period = METRICS["lead_acceptance"].compute, Period.quarter_of(now)

    assert compute([helix], period) == {helix: 0.5}
    assert compute([cast.orbit.organisation.pk], period) == {}
