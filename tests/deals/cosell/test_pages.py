"""The pages of selling together: what is refused stands in its form, and what is not yours is not there."""

import pytest
from django.test import Client

from deals.cosell.models import CoSell
from deals.rulebook import SCHEMA, DealRules
from prm.accounts.models import User
from prm.policy.models import PolicyVersion
from prm.policy.selectors import values_of
from tests.deals.cosell.asking import WHY, active, add, ask, asked, fresh, step
from tests.factories import Cast, make_approved

VERBS = ("accept", "decline", "withdraw", "hand-over", "add-step", "step-done", "end")


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_every_verb_is_closed_to_strangers_and_to_who_only_reads(cast: Cast) -> None:
    """404 for whom it is not there, 403 for whom it is not theirs; nothing changes."""
    found = active(cast)
    before = fresh(found).version
    table = [
        (cast.orbit.admin, 404),
        (cast.helix.marketing, 403),
        (cast.executive, 403),
        (cast.pam2, 403),
        (cast.expert, 403),
        (cast.finance, 403),
    ]
    for user, status in table:
        client = browser(user)
        answers = {client.post(f"{found.get_absolute_url()}{verb}/", {"result": "done"}).status_code for verb in VERBS}
        assert answers == {status}, str(user)
        page = 200 if user in (cast.helix.marketing, cast.executive, cast.pam2) else status
        assert client.get(found.get_absolute_url()).status_code == page
    assert fresh(found).version == before
    assert browser(cast.pam).get(f"/co-sell/csl_{'2' * 18}/").status_code == 404


def test_verbs_take_no_get(cast: Cast) -> None:
    found = active(cast)
    client = browser(cast.pam)

    assert {client.get(f"{found.get_absolute_url()}{verb}/").status_code for verb in VERBS} == {405}
    assert client.post("/co-sell/").status_code == 405


@pytest.mark.parametrize(
    ("verb", "body", "status", "sentence"),
    [
        ("add-step", {"text": "", "side": "vendor", "due_on": "2099-01-01"}, 400, "This field is required."),
        ("add-step", {"text": "Show", "side": "both", "due_on": "2099-01-01"}, 400, "is not one of the available"),
        ("add-step", {"text": "Show", "side": "vendor", "due_on": "2001-01-01"}, 400, "Give today or a later day."),
        ("add-step", {"text": "Show the demo", "side": "vendor", "due_on": "2099-01-01"}, 409, "noted already"),
        ("end", {"result": ""}, 400, "This field is required."),
        ("end", {"result": "won"}, 400, "is not one of the available"),
        ("hand-over", {"person": "usr_nobody"}, 400, "is not one of the available"),
        ("accept", {"person": "usr_nobody"}, 400, "is not one of the available"),
        ("withdraw", {}, 403, ""),
    ],
)
def test_refused_form_stands_on_the_page_with_its_sentence(
    cast: Cast, verb: str, body: dict[str, str], status: int, sentence: str
) -> None:
    found = add(active(cast), cast.helix.rep, step("vendor"))
    version = found.version
    answer = browser(cast.pam).post(f"{found.get_absolute_url()}{verb}/", body)

    assert (answer.status_code, sentence in answer.text) == (status, True)
    assert fresh(found).version == version
    if status != 403:
        assert found.registration.customer_name in answer.text


def test_second_click_is_told_and_changes_nothing(cast: Cast) -> None:
    found = asked(cast)
    client = browser(cast.pam)
    url = found.get_absolute_url()
    assert client.post(f"{url}accept/", {"person": cast.seller.public_id}).url == url
    again = client.post(f"{url}accept/", {"person": cast.seller.public_id})
    assert (again.status_code, "This is now: Selling together." in again.text) == (409, True)
    withdrawn = browser(cast.helix.rep).post(f"{url}withdraw/", follow=True)
    assert "This is now: Selling together." in withdrawn.text
    assert fresh(found).version == 2


def test_page_says_what_was_asked_by_whom_and_what_is_next(cast: Cast) -> None:
    found = add(active(cast), cast.helix.rep, step("vendor"))
    add(found, cast.pam, step("partner", text="Send the data"))
    for user, own, other in (
        (cast.helix.rep, "Send the data", "Show the demo"),
        (cast.seller, "Show the demo", "Send the data"),
    ):
        text = browser(user).get(found.get_absolute_url()).text
        for sentence in (WHY, own, other, str(cast.helix.rep), str(cast.seller), "Leads the sale"):
            assert sentence in text
        rows = {row.text: row.public_id for row in found.steps.all()}
        assert f'value="{rows[own]}"' in text
        assert f'value="{rows[other]}"' not in text
    reads = browser(cast.helix.marketing).get(found.get_absolute_url()).text
    assert WHY in reads
    assert "add-step" not in reads


def test_asking_is_for_those_who_act_on_an_open_deal(cast: Cast) -> None:
    deal = make_approved(cast.helix)
    url = f"{deal.get_absolute_url()}co-sell/"
    table = [
        (cast.helix.rep, 200),
        (cast.helix.admin, 200),
        (cast.helix.marketing, 403),
        (cast.orbit.rep, 404),
        (cast.pam, 200),
        (cast.pam2, 403),
        (cast.admin, 200),
        (cast.executive, 403),
        (cast.seller, 404),
        (cast.expert, 404),
    ]

    assert [browser(user).get(url).status_code for user, _status in table] == [status for _user, status in table]
    ask(deal, cast.helix.rep)
    assert browser(cast.pam).get(url).url == deal.get_absolute_url()
    assert CoSell.objects.count() == 1


def test_programme_admin_names_somebody_who_sells(cast: Cast) -> None:
    deal = make_approved(cast.helix)
    url = f"{deal.get_absolute_url()}co-sell/"
    client = browser(cast.admin)
    offered = [value for value, _name in client.get(url).context["form"].fields["person"].choices]
    assert sorted(offered) == sorted(user.public_id for user in (cast.pam, cast.pam2, cast.seller))
    body = {"help": "executive", "message": "Our board meets theirs.", "role_executive": "vendor"}
    assert client.post(url, {**body, "person": cast.admin.public_id}).status_code == 400
    assert client.post(url, {**body, "person": cast.seller.public_id}).status_code == 302
    found = CoSell.objects.get()
    assert (found.vendor_person, found.asked_by, found.vendor_roles) == (cast.seller, cast.admin, ["executive"])


def test_versions_from_before_hold_the_days_that_applied(cast: Cast) -> None:
    """The migration has written them down, so that they stay when the default changes."""
    version = PolicyVersion.objects.filter(schema=SCHEMA).earliest("pk")

    assert version.values["co_sell_business_days"] == 2
    assert values_of(version, DealRules).co_sell_business_days == DealRules().co_sell_business_days == 2
