"""The page on which a registration is decided."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client

from deals.conflicts.actions import assess_pending
from deals.registrations import actions
from deals.registrations.models import Registration
from prm.clocks.database import database_now
from tests.deals.portal.conftest import Login
from tests.deals.portal.doing import decide, mueller_account, open_page
from tests.deals.portal.reading import html, main, text
from tests.deals.portal.test_list import counted
from tests.factories import (
    MUELLER,
    Cast,
    make_approved,
    make_asked,
    make_assessed,
    make_draft,
    make_registration,
    make_team,
)


@pytest.fixture
def pam(cast: Cast, login: Login) -> Client:
    return login(cast.pam)


# What the reviewer reads


def test_clear_registration_is_recommended_for_approval(pam: Client, cast: Cast) -> None:
    said = main(open_page(pam, make_assessed(cast.helix)))

    assert "Recommended: Approve and protect. Nothing stands in the way." in said
    assert "Nothing was found that stands in the way." in said


def test_head_tells_who_registered_what_and_by_when_it_is_due(pam: Client, cast: Cast) -> None:
    made = make_assessed(cast.helix, cast.products["fleet-cloud"], **MUELLER)
    said = main(open_page(pam, made))

    assert "Deals Awaiting decision Müller Logistik GmbH — Fleet Cloud" in said
    assert f"{made.reference} · registered by {cast.helix.rep}, Helix Systems (MSP)" in said
    assert "Decision due" in said


def test_late_decision_is_marked(pam: Client, cast: Cast) -> None:
    made = make_assessed(cast.helix)
    Registration.objects.filter(pk=made.pk).update(decision_due_at=database_now() - timedelta(hours=1))

    response = open_page(pam, made)

    assert '<span class="pill bad">Decision was due' in html(response)


def test_protected_rival_is_shown_with_evidence_overlap_and_clause(pam: Client, cast: Cast) -> None:
    fleet = cast.products["fleet-cloud"]
    rival = make_approved(cast.orbit, fleet, **MUELLER)
    made = make_assessed(cast.helix, fleet, cast.products["telematics"], **MUELLER)

    response = open_page(pam, made)
    said = main(response)

    assert "1 possible conflict. Recommended: Reject (rule 3.1)." in said
    assert "The customer is protected for another partner on the same product." in said
    assert "What would change it:" in said
    assert f"{rival.reference} · Müller Logistik GmbH · Orbit Solutions Protected for another partner" in said
    assert f'href="/deals/{rival.public_id}/"' in html(response)
    assert "Same web domain mueller-logistik.de" in said
    assert "Fleet Cloud Blocks rule 3.1" in said


def test_earlier_registration_says_to_wait(pam: Client, cast: Cast) -> None:
    make_registration(cast.orbit, **MUELLER)
    made = make_assessed(cast.helix, **MUELLER)

    assert "Recommended: Wait for whoever is ahead (rule 3.2)." in main(open_page(pam, made))


def test_hints_are_folded_away(pam: Client, cast: Cast) -> None:
    mueller_account()
    made = make_assessed(cast.helix, **MUELLER)

    response = open_page(pam, made)

    assert "1 hint that stops nothing" in main(response)
    assert "Recommended: Approve and protect." in main(response)
    assert "<summary>1 hint" in html(response)


def test_consequences_are_told_before_the_decision(pam: Client, cast: Cast) -> None:
    said = main(open_page(pam, make_assessed(cast.helix, cast.products["fleet-cloud"], motion="managed")))

    assert "If approved 90 days protection, to the end of" in said
    assert "Rate, independent MSP 20% Partner earns €17,280" in said
    assert "List price a year €360 Our margin at list price 67%" in said


def test_partner_is_described(pam: Client, cast: Cast) -> None:
    make_approved(cast.helix)
    said = main(open_page(pam, make_assessed(cast.helix)))

    assert f"Business model MSP Account manager {cast.pam} Registered 2 Open 2 Won this year 0" in said


def test_draft_is_not_there_for_the_vendor(cast: Cast, login: Login) -> None:
    draft = make_draft(cast.helix)

    assert [open_page(login(user), draft).status_code for user in cast.vendor_staff] == [404] * 7


def test_decided_registration_offers_no_decision(pam: Client, cast: Cast) -> None:
    shown = html(open_page(pam, make_approved(cast.helix)))

    assert 'id="decide"' not in shown
    assert "If approved" not in shown


def test_question_waits_for_the_partner(pam: Client, cast: Cast) -> None:
    response = open_page(pam, make_asked(cast.helix))

    assert "Who signs, and how large is the fleet?" in main(response)
    assert "Question open" in main(response)
    assert 'id="decide"' not in html(response)


# Who else reads it


@pytest.mark.parametrize(
    ("who", "sees_findings", "decides"),
    [("pam", True, True), ("pam2", True, False), ("admin", True, True), ("executive", True, False)],
)
def test_roles_of_the_vendor_read_and_decide(
    cast: Cast, login: Login, who: str, sees_findings: bool, decides: bool
) -> None:
    made = make_assessed(cast.helix)

    shown = html(open_page(login(getattr(cast, who)), made))

    assert ('id="findings"' in shown, 'id="decide"' in shown) == (sees_findings, decides)


def test_seller_reads_the_deals_of_own_accounts_without_findings(cast: Cast, login: Login) -> None:
    account = mueller_account(owner=cast.seller)
    made = make_assessed(cast.helix, **MUELLER)
    client = login(cast.seller)
    assert open_page(client, made).status_code == 404
    decide(login(cast.pam), made, "approve", account=account.public_id)

    response = open_page(client, made)

    assert response.status_code == 200
    assert [word for word in ("findings", "Recommended", "margin") if word in main(response)] == []
    assert client.get(f"/deals/{made.public_id}/findings/").status_code == 403


def test_finance_reads_won_deals(cast: Cast, login: Login) -> None:
    made = make_approved(cast.helix)
    client = login(cast.finance)
    assert open_page(client, made).status_code == 404

    now = database_now()
    actions.win(registration=made, closed_on=now.date(), early_reason="Signed at once.", by=cast.helix.rep, now=now)

    assert open_page(client, made).status_code == 200


@pytest.mark.parametrize("verb", ["approve", "ask", "reject"])
@pytest.mark.parametrize("who", ["pam2", "executive"])
def test_decision_of_others_is_refused(cast: Cast, login: Login, who: str, verb: str) -> None:
    made = make_assessed(cast.helix)

    response = decide(login(getattr(cast, who)), made, verb, reason="other", message="No.")

    assert (response.status_code, made.state) == (403, "submitted")


@pytest.mark.parametrize("verb", ["approve", "ask", "reject"])
@pytest.mark.parametrize("who", ["seller", "expert", "finance"])
def test_decision_of_those_who_do_not_see_it_is_not_there(cast: Cast, login: Login, who: str, verb: str) -> None:
    made = make_assessed(cast.helix)

    assert decide(login(getattr(cast, who)), made, verb, message="No.").status_code == 404
    assert made.state == "submitted"


# The check runs behind the page


def test_running_check_asks_again_until_it_is_done(pam: Client, cast: Cast) -> None:
    make_approved(cast.orbit, **MUELLER)
    made = make_registration(cast.helix, **MUELLER)
    path = f"/deals/{made.public_id}/findings/"

    page = html(open_page(pam, made))
    assert f'hx-get="{path}" hx-trigger="every 2s"' in page
    assert "The conflict check is running." in page
    assert "hx-trigger" in html(pam.get(path, headers={"HX-Request": "true"}))

    assess_pending()
    done = pam.get(path, headers={"HX-Request": "true"})
    assert "hx-trigger" not in html(done)
    assert 'id="advice" hx-swap-oob="true"' in html(done)
    assert "1 possible conflict. Recommended: Reject" in text(done)


def test_old_findings_are_not_shown_while_a_new_check_runs(pam: Client, cast: Cast) -> None:
    make_approved(cast.orbit, **MUELLER)
    made = make_assessed(cast.helix, **MUELLER)
    Registration.objects.filter(pk=made.pk).update(assessed_at=None)

    assert "Orbit" not in main(open_page(pam, made))


def test_queries_do_not_grow_with_findings_and_lines(pam: Client, cast: Cast) -> None:
    made = make_assessed(cast.helix, cast.products["fleet-cloud"], **MUELLER)
    counts = []
    for number in range(3):
        with counted() as captured:
            open_page(pam, made)
        counts.append(len(captured))
        for _ in range(3):
            mueller_account(customer_since="2020-01-01", named_account=True)
        make_registration(make_team(f"rival{number}", f"Rival {number}", pam=cast.pam), **MUELLER)
        Registration.objects.filter(pk=made.pk).update(assessed_at=None)
        assess_pending()

    assert counts[1] == counts[2]
    assert counts[2] <= counts[0] + 3


def test_margin_is_left_out_when_prices_cannot_be_added(pam: Client, cast: Cast) -> None:
    product = cast.products["telematics"]
    product.currency = "USD"
    product.save()

    assert "margin" not in main(open_page(pam, make_assessed(cast.helix, cast.products["fleet-cloud"], product)))
    product.list_price = product.cost = Decimal(0)
    product.save()
    assert "margin" not in main(open_page(pam, make_assessed(cast.helix, product)))
