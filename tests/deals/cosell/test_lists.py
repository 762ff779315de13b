"""The list of selling together: what narrows it, and what stands in its file."""

import pytest
from django.http import QueryDict
from django.test import Client

from deals.cosell import actions
from deals.cosell.listing import HEADER, LISTING, co_sells_of
from deals.cosell.models import CoSell
from prm.accounts.models import User
from prm.clocks.database import database_now
from tests.deals.cosell.asking import WHY, active, add, ask, asked, fresh, step
from tests.factories import Cast, make_approved


def listed(user: User, query: str = "") -> set[int]:
    return set(LISTING.found(user, QueryDict(query)).values_list("pk", flat=True))


def test_filters_narrow_alone_and_together(cast: Cast) -> None:
    mine, theirs, on = asked(cast), asked(cast, by=cast.pam), active(cast)
    over = actions.decline(found=asked(cast), reason="too_early", by=cast.pam, now=database_now())
    rep, seller = cast.helix.rep, cast.seller
    keys = {name: found.pk for name, found in (("mine", mine), ("theirs", theirs), ("on", on), ("over", over))}
    table = [
        (rep, "", {"mine", "theirs", "on", "over"}),
        (rep, "state=asked", {"mine", "theirs"}),
        (rep, "state=declined", {"over"}),
        (rep, "state=nothing", {"mine", "theirs", "on", "over"}),
        (rep, "asked=vendor", {"theirs"}),
        (rep, "asked=partner&state=asked", {"mine"}),
        (rep, "mine=1", {"mine", "on", "over"}),
        (rep, f"q={on.registration.reference}", {"on"}),
        (rep, f"q={theirs.registration.customer_name.removesuffix(' GmbH')}", {"theirs"}),
        (rep, "q=nobody", set()),
        (cast.pam, "mine=1", {"theirs"}),
        (seller, "", {"on"}),
        (seller, "mine=1", {"on"}),
        (cast.orbit.admin, "", set()),
    ]

    for user, query, names in table:
        assert listed(user, query) == {keys[name] for name in names}, (str(user), query)


def test_file_holds_one_row_with_everything(cast: Cast) -> None:
    found = active(cast)
    found = add(add(found, cast.helix.rep, step("vendor", days=5)), cast.helix.rep, step("partner", days=3))
    (cells,) = LISTING.cells(co_sells_of(cast.pam), cast.pam)
    deal = found.registration

    assert dict(zip(HEADER, cells, strict=True)) == {
        "Reference": deal.reference,
        "Customer": deal.customer_name,
        "Partner": "Helix Systems",
        "State": "Selling together",
        "Asked by side": "Partner",
        "Wanted": "Technical help: demo, proof of concept",
        "Message": WHY,
        "Asked at": found.asked_at,
        "Asked by": str(cast.helix.rep),
        "Answer due": found.due_at,
        "Answered at": found.answered_at,
        "Reason": "",
        "Partner's person": str(cast.helix.rep),
        "Partner's roles": "Leads the sale",
        "Vendor's person": str(cast.seller),
        "Vendor's roles": "Technical questions",
        "Next step due": found.steps.get(side="partner").due_at,
        "Ended at": None,
        "Result": "",
        "In words": "",
    }
    actions.end(found=found, result="stopped", text="They bought elsewhere.", by=cast.pam, now=database_now())
    (cells,) = LISTING.cells(co_sells_of(cast.helix.rep), cast.helix.rep)
    told = dict(zip(HEADER, cells, strict=True))
    assert (told["State"], told["Result"], told["In words"], told["Next step due"]) == (
        *("Ended", "It did not work out", "They bought elsewhere.", None),
    )
    assert list(LISTING.cells(co_sells_of(cast.seller), cast.seller)) == []


@pytest.mark.parametrize("who", ["rep", "pam", "seller", "expert"])
def test_page_shows_whom_it_is_for_and_teaches_the_first_step(cast: Cast, who: str) -> None:
    user = cast.helix.rep if who == "rep" else getattr(cast, who)
    client = Client()
    client.force_login(user)
    empty = client.get("/co-sell/")
    if who == "expert":
        assert empty.status_code == 403
        return
    assert "Nobody sells together yet" in empty.text
    assert ">Co-sell<" in empty.text
    found = active(cast)
    page = client.get("/co-sell/").text
    assert found.registration.customer_name in page
    assert ('<th scope="col">Partner</th>' in page) is (who != "rep")
    assert "Nothing is like that" in client.get("/co-sell/?q=nobody").text
    fragment = client.get("/co-sell/?state=active", headers={"hx-request": "true"}).text
    assert found.registration.reference in fragment
    assert "<html" not in fragment


def test_long_lists_come_page_by_page(cast: Cast) -> None:
    """The newest first; whoever reads on meets each of them once."""
    deal = make_approved(cast.helix)
    for _ in range(30):
        found = ask(deal, cast.helix.rep)
        actions.withdraw(found=found, by=cast.helix.rep, now=database_now())
    client = Client()
    client.force_login(cast.helix.rep)
    first = client.get("/co-sell/").context["page"]
    second = client.get(first.next_url).context["page"]
    keys = [row.pk for row in (*first.rows, *second.rows)]

    assert (len(first.rows), len(second.rows), second.next_url) == (25, 5, "")
    assert keys == list(CoSell.objects.order_by("-asked_at", "-pk").values_list("pk", flat=True))
    assert fresh(found).state == "withdrawn"
