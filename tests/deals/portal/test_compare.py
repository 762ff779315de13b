"""A registration beside what it may be the same as, as the reviewer reads it."""

import re

import pytest
from django.test import Client

from deals.conflicts.actions import assess_pending
from deals.decisions.actions import approve
from deals.registrations.models import Registration
from partners.models import Account
from prm.matching.feedback.models import Judgement
from tests.deals.portal.conftest import Login
from tests.deals.portal.doing import mueller_account, open_page, send
from tests.deals.portal.reading import errors, html, main
from tests.deals.test_api import Caller
from tests.factories import MUELLER, Cast, make_account, make_approved, make_assessed, make_draft

ABROAD = {**MUELLER, "customer_country": "AT", "customer_city": "Wien", "customer_website": "mueller-logistik.at"}


@pytest.fixture
def pam(cast: Cast, login: Login) -> Client:
    return login(cast.pam)


@pytest.fixture
def pair(cast: Cast) -> tuple[Registration, Registration]:
    return make_assessed(cast.orbit, **ABROAD), make_assessed(cast.helix, **MUELLER)


def compare(client: Client, deal: Registration, other: Registration | Account | None = None) -> object:
    query = {"with": other.public_id} if other else {}
    return client.get(f"/deals/{deal.public_id}/compare/", query)


def test_finding_leads_to_the_comparison(pam: Client, pair: tuple[Registration, Registration]) -> None:
    rival, deal = pair
    address = f"/deals/{deal.public_id}/compare/?with={rival.public_id}"

    assert f'href="{address}"' in html(open_page(pam, deal))
    assert pam.get(address).status_code == 200


def test_both_stand_side_by_side_with_marks(pam: Client, pair: tuple[Registration, Registration]) -> None:
    rival, deal = pair
    said = main(compare(pam, deal, rival))

    assert f"{deal.reference} · Müller Logistik GmbH · Helix Systems" in said
    assert f"{rival.reference} · Müller Logistik GmbH · Orbit Solutions" in said
    assert "Name Müller Logistik GmbH Müller Logistik GmbH the same" in said
    assert "Country DE AT differs City Hamburg Wien differs" in said
    assert "Website mueller-logistik.de mueller-logistik.at differs" in said
    assert "Tax number" not in said


def test_score_is_told_rule_by_rule(pam: Client, pair: tuple[Registration, Registration]) -> None:
    rival, deal = pair
    said = main(compare(pam, deal, rival))

    assert "Same name “Müller Logistik GmbH”, in another country than DE 80%" in said
    assert "But another web domain than mueller-logistik.de -8%" in said
    assert "In all: the strongest rule, less the doubts 72%" in said
    assert "For review from 78%, blocking from 90% (thresholds version 1)." in said
    assert "The finding says 72%, by thresholds version 1 and engine version" in said


def test_what_would_change_it_is_told_in_sentences(pam: Client, pair: tuple[Registration, Registration]) -> None:
    said = main(compare(pam, pair[1], pair[0]))

    assert "With the same web domain, it would block." in said
    assert "With the same tax number, it would block. 100%" in said
    assert "In the same country, it would be for review." in said


def test_customer_is_compared_with_its_other_names(pam: Client, cast: Cast) -> None:
    known = make_account("Nordstern AG", former_names=["Müller Logistik"], country="DE")
    deal = make_assessed(cast.helix, **MUELLER)
    said = main(compare(pam, deal, known))

    assert "Other names – Müller Logistik the same" in said
    assert "The customer Customer since" in said


def test_mailbox_stands_for_the_website(pam: Client, cast: Cast) -> None:
    known = mueller_account()
    mailbox = {**MUELLER, "customer_website": "", "contact_email": "ada@mueller-logistik.de"}
    said = main(compare(pam, make_assessed(cast.helix, **mailbox), known))

    assert "Website – mueller-logistik.de the same" in said
    assert "Contact's e-mail ada@mueller-logistik.de – the same" in said


def test_without_a_name_the_gravest_finding_is_compared(pam: Client, pair: tuple[Registration, Registration]) -> None:
    rival, deal = pair

    assert rival.reference in main(compare(pam, deal))


def test_nothing_to_compare_is_no_page(pam: Client, cast: Cast) -> None:
    alone, draft = make_assessed(cast.helix), make_draft(cast.orbit)

    statuses = [
        pam.get(f"/deals/{alone.public_id}/compare/?with={it}").status_code for it in ("", "x", draft.public_id)
    ]
    itself = pam.get(f"/deals/{alone.public_id}/compare/?with={alone.public_id}").status_code

    assert (statuses, itself) == ([404, 404, 404], 404)


def test_rival_by_way_of_its_customer_leads_there(pam: Client, cast: Cast) -> None:
    known = mueller_account()
    other = {**MUELLER, "customer_name": "Hansa Frachtdienst", "customer_website": "hansa-fracht.de"}
    holder = make_assessed(cast.orbit, **other)
    approve(registration=holder, account=known.public_id, by=cast.pam, now=holder.created_at)
    deal = make_assessed(cast.helix, **MUELLER)
    response = compare(pam, deal, holder)

    assert deal.findings.get(subject_id=holder.public_id).through == known.public_id
    assert f'href="/deals/{deal.public_id}/compare/?with={known.public_id}">compare with {known.name}' in html(response)


@pytest.mark.parametrize("path", ["compare", "judge"])
def test_there_is_no_such_page_for_partners(
    cast: Cast, login: Login, pair: tuple[Registration, Registration], path: str
) -> None:
    _rival, deal = pair
    clients = [login(user) for user in (cast.helix.admin, cast.helix.rep, cast.orbit.admin)]
    address = f"/deals/{deal.public_id}/{path}/"

    answers = [(one.get(address) if path == "compare" else one.post(address)).status_code for one in clients]

    assert answers == [404, 404, 404]


def test_judging_is_for_whoever_decides(cast: Cast, login: Login, pair: tuple[Registration, Registration]) -> None:
    rival, deal = pair
    shown = {
        who: 'id="judge"' in html(compare(login(getattr(cast, who)), deal, rival)) for who in ("pam", "admin", "pam2")
    }
    answer = send(login(cast.pam2), deal, "judge", **{"with": rival.public_id, "verdict": "same"})

    assert shown == {"pam": True, "admin": True, "pam2": False}
    assert (answer.status_code, Judgement.objects.count()) == (403, 0)


def test_answer_is_kept_and_told_with_name_and_date(
    pam: Client, cast: Cast, pair: tuple[Registration, Registration]
) -> None:
    rival, deal = pair
    given = {"with": rival.public_id, "verdict": "different", "reason": "Two owners", "version": "0"}
    said = main(send(pam, deal, "judge", follow=True, **given))
    assess_pending()
    finding = main(open_page(pam, deal))

    assert "Kept. Both are checked again with what you said." in said
    assert f"Judged: Not the same, by {cast.pam} on" in said
    assert "“Two owners”" in said
    assert f"Judged not the same by {cast.pam} on" in finding
    assert "by a reviewer" not in finding


def test_form_holds_what_was_said(pam: Client, pair: tuple[Registration, Registration]) -> None:
    rival, deal = pair
    send(pam, deal, "judge", **{"with": rival.public_id, "verdict": "same", "reason": "One owner"})
    shown = html(compare(pam, rival, deal))

    assert re.search(r'name="verdict" value="same"[^>]* checked', shown)
    assert 'name="version" value="1"' in shown
    assert "One owner" in shown


def test_second_reviewer_is_told_and_sees_what_was_said(
    pam: Client, cast: Cast, login: Login, pair: tuple[Registration, Registration]
) -> None:
    rival, deal = pair
    send(pam, deal, "judge", **{"with": rival.public_id, "verdict": "same", "version": "0"})

    late = send(login(cast.admin), rival, "judge", **{"with": deal.public_id, "verdict": "different", "version": "0"})

    assert late.status_code == 409
    assert f"{cast.pam} has judged this pair meanwhile: The same customer." in main(late)
    assert Judgement.objects.get().verdict == "same"


def test_what_was_said_of_another_description_is_told_as_such(
    pam: Client, pair: tuple[Registration, Registration]
) -> None:
    rival, deal = pair
    send(pam, deal, "judge", **{"with": rival.public_id, "verdict": "same"})
    Registration.objects.filter(pk=rival.pk).update(customer_name="Nordlicht Chemie AG")

    assert "It does not count any more" in main(compare(pam, deal, rival))


def test_only_what_was_said_can_be_taken_back(pam: Client, pair: tuple[Registration, Registration]) -> None:
    rival, deal = pair
    before = html(compare(pam, deal, rival))
    send(pam, deal, "judge", **{"with": rival.public_id, "verdict": "same"})
    after = html(compare(pam, deal, rival))
    send(pam, deal, "judge", **{"with": rival.public_id, "verdict": "open", "version": "1"})

    assert ["Not judged" in page for page in (before, after)] == [False, True]
    assert not Judgement.objects.exists()


def test_answer_is_needed(pam: Client, pair: tuple[Registration, Registration]) -> None:
    rival, deal = pair
    refused = send(pam, deal, "judge", **{"with": rival.public_id})

    assert refused.status_code == 400
    assert errors(refused, "verdict", "judge") == "Choose an answer."


# Over the REST interface


def test_api_tells_the_same(cast: Cast, pair: tuple[Registration, Registration]) -> None:
    rival, deal = pair
    given = Caller(cast.pam).get(f"deals/{deal.public_id}/findings/compare?with={rival.public_id}").json()

    assert given["other"] == {
        "type": "deal",
        "id": rival.public_id,
        "label": f"{rival.reference} · Müller Logistik GmbH · Orbit Solutions",
    }
    assert {line["field"]: line["mark"] for line in given["fields"]} == {
        "name": "same",
        "country": "differs",
        "city": "differs",
        "website": "differs",
    }
    assert [(line["rule"], line["strength"]) for line in given["rules"]] == [
        ("name_other_country", 0.8),
        ("other_domain", -0.08),
    ]
    assert (given["score"], given["band"], given["engine_band"]) == (0.72, "hint", "hint")
    assert (given["review_from"], given["block_from"], given["policy_version"]) == (0.78, 0.9, 1)
    changes = {(each["field"], each["change"]): each["band"] for each in given["would_change"]}
    assert changes == {("domain", "same"): "block", ("tax_number", "same"): "block", ("country", "same"): "review"}
    assert given["judgement"] is None
    assert given["finding"]["policy_version"] == 1


def test_api_keeps_a_verdict_and_shows_it(cast: Cast, pair: tuple[Registration, Registration]) -> None:
    rival, deal = pair
    pam = Caller(cast.pam)
    body = {"other": rival.public_id, "verdict": "same", "reason": "One owner"}

    kept = pam.post(f"deals/{deal.public_id}/findings/judge", body)
    assess_pending()
    found = pam.get(f"deals/{deal.public_id}/findings").json()["findings"][0]

    assert kept.status_code == 200
    said = kept.json()["judgement"]
    assert (said["verdict"], said["reason"], said["judged_by"], said["version"], said["holds"]) == (
        *("same", "One owner", str(cast.pam)),
        *(1, True),
    )
    assert (kept.json()["band"], kept.json()["engine_band"]) == ("block", "hint")
    assert (found["judged"], found["matched"], found["policy_version"]) == ("same", "block", 1)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"verdict": "maybe"}, "verdict"),
        ({}, "verdict"),
        ({"verdict": "same", "version": -1}, "version"),
        ({"verdict": "same", "reason": "x" * 301}, "reason"),
        ({"verdict": "same", "colour": "red"}, "colour"),
    ],
)
def test_api_refuses_at_the_field(
    cast: Cast, pair: tuple[Registration, Registration], body: dict[str, object], field: str
) -> None:
    answer = Caller(cast.pam).post(f"deals/{pair[1].public_id}/findings/judge", body)

    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == [field]


def test_api_knows_no_strangers(cast: Cast, pair: tuple[Registration, Registration]) -> None:
    draft = make_draft(cast.orbit)
    pam, path = Caller(cast.pam), f"deals/{pair[1].public_id}/findings"

    answers = [pam.get(f"{path}/compare?with={it}").status_code for it in ("nothing", draft.public_id)]
    answers.append(pam.post(f"{path}/judge", {"other": draft.public_id, "verdict": "same"}).status_code)

    assert answers == [404, 404, 404]


def test_approved_registration_can_be_compared_too(pam: Client, cast: Cast) -> None:
    holder = make_approved(cast.orbit, **MUELLER)
    deal = make_assessed(cast.helix, **MUELLER)

    assert "Name Müller Logistik GmbH Müller Logistik GmbH the same" in main(compare(pam, holder, deal))
