"""Who may do what, and who sees what, as tables: each verb, each person."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from deals.leads import actions, answers, policies
from deals.leads.models import Lead, LeadOffer
from prm.accounts.models import User
from prm.errors import NotAllowed
from prm.portal.sockets import NAVIGATION, SUBJECTS, work_for
from tests.deals.leads.asking import MONDAY
from tests.deals.portal.conftest import login  # noqa: F401 - a fixture
from tests.factories import Cast, lead_values, make_user, offer_to

PEOPLE = (
    *("admin", "rep", "colleague", "engineer", "support", "marketing"),
    *("pam", "other_pam", "seller", "expert", "programme", "finance", "executive"),
    *("rival", "nobody"),
)
# Of a lead that the PAM entered and one of Helix's reps took.
VERBS = """
    #         partner                  vendor                       others
    #         adm rep col eng sup mar  pam oth sel exp pro fin exe  riv nob
    enter     .   .   .   .   .   .    x   x   x   .   x   .   .    .   .
    import    .   .   .   .   .   .    x   x   x   .   x   .   .    .   .
    change    .   .   .   .   .   .    x   .   .   .   x   .   .    .   .
    again     .   .   .   .   .   .    x   .   .   .   x   .   .    .   .
    withdraw  .   .   .   .   .   .    x   .   .   .   x   .   .    .   .
    accept    x   x   x   .   .   .    .   .   .   .   .   .   .    .   .
    decline   x   x   x   .   .   .    .   .   .   .   .   .   .    .   .
    report    x   x   .   .   .   .    .   .   .   .   .   .   .    .   .
    register  x   x   .   .   .   .    .   .   .   .   .   .   .    .   .
    lose      x   x   .   .   .   .    .   .   .   .   .   .   .    .   .
    compare   .   .   .   .   .   .    x   x   .   .   x   .   x    .   .
"""
SEES = """
    #         partner                  vendor                       others
    #         adm rep col eng sup mar  pam oth sel exp pro fin exe  riv nob
    lead      .   .   .   .   .   .    x   x   .   .   x   .   x    .   .
    offer     x   x   x   .   .   x    x   x   .   .   x   .   x    .   .
"""


@dataclass
class Stage:
    """One offer that waits, one that was taken, one lead that came back."""

    people: dict[str, User]
    open: LeadOffer
    taken: LeadOffer
    back: Lead


@pytest.fixture
def stage(cast: Cast) -> Stage:
    helix = cast.helix
    people = {
        "admin": helix.admin,
        "rep": helix.rep,
        "colleague": make_user("colleague@helix.example", helix.organisation, "sales_rep"),
        "engineer": helix.engineer,
        "support": make_user("support@helix.example", helix.organisation, "support"),
        "marketing": helix.marketing,
        "pam": cast.pam,
        "other_pam": cast.pam2,
        "seller": cast.seller,
        "expert": cast.expert,
        "programme": cast.admin,
        "finance": cast.finance,
        "executive": cast.executive,
        "rival": cast.orbit.admin,
        "nobody": make_user("nobody@nowhere.example", None),
    }
    taken = answers.accept(offer=offer_to(helix, cast.pam), by=helix.rep, now=MONDAY)
    declined = offer_to(helix, cast.pam)
    answers.decline(offer=declined, reason="known", by=helix.rep, now=MONDAY)
    back = Lead.objects.get(pk=declined.lead_id)
    return Stage(people, offer_to(helix, cast.pam), taken, back)


def rows(table: str) -> dict[str, list[bool]]:
    lines = [line.split() for line in table.strip().splitlines() if not line.strip().startswith("#")]
    return {name: [mark == "x" for mark in marks] for name, *marks in lines}


def verbs(stage: Stage, by: User) -> dict[str, Callable[[], Any]]:
    told = {"by": by, "now": MONDAY}
    taken, waiting = {"offer": stage.taken, **told}, {"offer": stage.open, **told}
    return {
        "enter": lambda: actions.enter_lead(values=lead_values(), **told),
        "import": lambda: actions.import_leads(rows=[(lead_values(), [])], **told),
        "change": lambda: actions.change_lead(lead=stage.back, values={"need": "Else."}, **told),
        "again": lambda: actions.offer_again(lead=stage.back, **told),
        "withdraw": lambda: actions.withdraw_lead(lead=stage.back, **told),
        "accept": lambda: answers.accept(**waiting),
        "decline": lambda: answers.decline(**waiting, reason="known"),
        "report": lambda: answers.report(**taken, stage="meeting"),
        "register": lambda: answers.register_lead(**taken),
        "lose": lambda: answers.lose_lead(**taken, reason="price"),
    }


def may(stage: Stage, verb: str, by: User) -> bool:
    """What it did is undone, so that the next person meets the same state."""
    if verb == "compare":
        return policies.can_compare(by)
    try:
        with transaction.atomic():
            verbs(stage, by)[verb]()
            transaction.set_rollback(True)
    except NotAllowed:
        return False
    return True


@pytest.mark.parametrize("verb", rows(VERBS))
def test_verb_is_for_whom_the_table_says(stage: Stage, verb: str) -> None:
    found = {name: may(stage, verb, stage.people[name]) for name in PEOPLE}

    assert found == dict(zip(PEOPLE, rows(VERBS)[verb], strict=True))


@pytest.mark.parametrize("noun", rows(SEES))
def test_noun_is_visible_to_whom_the_table_says(stage: Stage, noun: str) -> None:
    found = {}
    for name in PEOPLE:
        user = stage.people[name]
        leads = Lead.objects.visible_to(user).filter(pk=stage.taken.lead_id)
        offers = LeadOffer.objects.visible_to(user).filter(pk=stage.taken.pk)
        found[name] = leads.exists() if noun == "lead" else offers.exists()

    assert found == dict(zip(PEOPLE, rows(SEES)[noun], strict=True))


@pytest.mark.parametrize("noun", rows(SEES))
def test_page_and_link_follow_what_is_visible(stage: Stage, noun: str, login: Any) -> None:  # noqa: F811
    about: Lead | LeadOffer = stage.taken.lead if noun == "lead" else stage.taken
    kind = "lead" if noun == "lead" else "lead_offer"
    seen = dict(zip(PEOPLE, rows(SEES)[noun], strict=True))
    for name in PEOPLE:
        client: Client = login(stage.people[name])
        assert (client.get(about.get_absolute_url()).status_code == 200) is seen[name], name
        assert (about.public_id in SUBJECTS[kind](stage.people[name], [about.public_id])) is seen[name], name


def test_seller_sees_the_own_ones_alone(cast: Cast, stage: Stage) -> None:
    own = offer_to(cast.helix, cast.seller)

    assert list(Lead.objects.visible_to(cast.seller)) == [own.lead]
    assert list(LeadOffer.objects.visible_to(cast.seller)) == [own]


def test_work_is_shown_to_whoever_can_do_it(stage: Stage) -> None:
    titles = {stage.open.lead.customer_name, stage.taken.lead.customer_name, stage.back.customer_name}
    found = {name: {item.title for item in work_for(stage.people[name], MONDAY)} & titles for name in PEOPLE}

    assert {name: work for name, work in found.items() if work} == {
        "admin": {stage.open.lead.customer_name},
        "rep": {stage.open.lead.customer_name, stage.taken.lead.customer_name},
        "colleague": {stage.open.lead.customer_name},
        "pam": {stage.back.customer_name},
    }


@pytest.mark.parametrize(("name", "sides"), [("leads", "vendor"), ("lead-offers", "partner")])
def test_each_side_has_one_line_in_its_navigation(stage: Stage, name: str, sides: str) -> None:
    people = [person for person in PEOPLE if NAVIGATION[name].is_for(stage.people[person])]

    assert (
        people
        == {
            "vendor": ["pam", "other_pam", "seller", "programme", "executive"],
            "partner": ["admin", "rep", "colleague", "marketing", "rival"],
        }[sides]
    )
