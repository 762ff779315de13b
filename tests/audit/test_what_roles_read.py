"""One deal with a rival, a question, an override and an end: what each role reads of it, at every door."""

from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client

from deals.decisions import actions as decisions
from deals.registrations import actions as registrations
from deals.registrations.models import Registration
from prm.accounts.models import User
from prm.audit.actions import record
from prm.audit.kinds import KINDS
from prm.audit.models import Event
from prm.audit.selectors import present, timeline
from prm.clocks.database import database_now
from tests.factories import MUELLER, Cast, make_account, make_assessed, make_token, make_user

SHARED_KINDS = ["deal.drafted", "deal.submitted", "deal.asked", "deal.answered", "deal.approved", "deal.shared"]
PARTNER_KINDS = [*SHARED_KINDS, "deal.won", "deal.won_early"]
VENDOR_KINDS = [*SHARED_KINDS[:2], "deal.assessed", *SHARED_KINDS[2:5], "deal.overridden", "deal.shared"]
VENDOR_KINDS += ["deal.won", "deal.won_early"]
# What only the vendor reads in the data of the events above.
SECRETS = {"findings", "blocking", "over", "account"}


@dataclass
class Story:
    cast: Cast
    deal: Registration
    rival: Registration


def person(cast: Cast, who: str) -> User:
    found: Any = cast
    for name in who.split("."):
        found = getattr(found, name)
    # As the next request finds the person: without what was remembered of the last one.
    return User.objects.get(pk=found.pk)


@pytest.fixture
def story(cast: Cast) -> Story:
    """Orbit was first; Helix is asked, answers, is approved before Orbit, and wins the seller's customer."""
    product, now = cast.products["fleet-cloud"], database_now()
    customer = make_account("Müller Logistik GmbH", city="Hamburg", website="mueller-logistik.de", owner=cast.seller)
    rival = make_assessed(cast.orbit, product, **MUELLER)
    deal = make_assessed(cast.helix, product, **MUELLER)
    decisions.ask(registration=deal, message="Who signs?", fields=["work_done"], by=cast.pam, now=now)
    values = {"work_done": "Three workshops with the head of fleet, and an offer."}
    rep = cast.helix.rep
    registrations.answer(registration=deal, message="", values=values, fields=["work_done"], by=rep, now=now)
    given = {"account": customer.public_id, "override_reason": "customer_choice"}
    deal = decisions.approve(registration=deal, **given, by=cast.pam, now=database_now())
    registrations.share(registration=deal, colleague=cast.helix.engineer, by=rep, now=database_now())
    deal = registrations.win(
        registration=deal, closed_on=now.date(), early_reason="Signed at once.", by=rep, now=database_now()
    )
    return Story(cast, deal, rival)


def caller(user: User) -> Client:
    return Client(headers={"authorization": f"Bearer {make_token(user)}"})


def on_the_page(story: Story, user: User) -> list[dict[str, Any]]:
    client = Client()
    client.force_login(user)
    answer = client.get(f"/deals/{story.deal.public_id}/")
    if answer.status_code != 200:
        return []
    return [{"kind": entry.kind, "data": entry.data, "text": entry.text} for entry in answer.context["entries"]]


def over_rest(story: Story, user: User) -> list[dict[str, Any]]:
    answer = caller(user).get(f"/api/v1/deals/{story.deal.public_id}/timeline")
    return list(answer.json()["results"]) if answer.status_code == 200 else []


def in_the_feed(story: Story, user: User) -> list[dict[str, Any]]:
    answer = caller(user).get("/api/v1/events", {"subject": story.deal.public_id, "page_size": 50})
    return list(reversed(answer.json()["results"])) if answer.status_code == 200 else []


def kinds(entries: list[dict[str, Any]]) -> list[str]:
    return [entry["kind"] for entry in entries]


# Who reads the history of the deal on its page and over the API, and in the feed of events.
ALL, OWN, NONE = VENDOR_KINDS, PARTNER_KINDS, list[str]()
READERS = {
    "helix.admin": (OWN, OWN),
    "helix.rep": (OWN, OWN),
    "helix.engineer": (OWN, NONE),
    "helix.marketing": (OWN, NONE),
    "orbit.admin": (NONE, NONE),
    "orbit.rep": (NONE, NONE),
    "orbit.engineer": (NONE, NONE),
    "orbit.marketing": (NONE, NONE),
    "pam": (ALL, ALL),
    "pam2": (ALL, ALL),
    "admin": (ALL, ALL),
    "executive": (ALL, ALL),
    "seller": (OWN, NONE),
    "finance": (OWN, NONE),
    "expert": (NONE, NONE),
}


@pytest.mark.parametrize("who", READERS)
def test_role_reads_of_a_deal_what_the_table_says(story: Story, who: str) -> None:
    user, (history, feed) = person(story.cast, who), READERS[who]

    page, rest, events = on_the_page(story, user), over_rest(story, user), in_the_feed(story, user)

    assert (kinds(page), kinds(rest), kinds(events)) == (history, history, feed)
    assert [entry["data"] for entry in page] == [entry["data"] for entry in rest]
    told = {name for entry in [*page, *rest, *events] for name in entry["data"]}
    assert told & SECRETS == (SECRETS if ALL in (history, feed) else set())


@pytest.mark.parametrize("who", [who for who, (history, _feed) in READERS.items() if history == OWN])
def test_nothing_in_the_history_points_at_the_rival(story: Story, who: str) -> None:
    user = person(story.cast, who)

    told = str([*on_the_page(story, user), *over_rest(story, user), *in_the_feed(story, user)])

    for clue in (story.rival.public_id, story.rival.reference, "Orbit", "earlier", "conflict"):
        assert clue not in told


def test_account_manager_reads_who_was_passed_over_and_why(story: Story) -> None:
    """The control: what the test above looks for is there to be found."""
    [overridden] = [
        entry for entry in over_rest(story, person(story.cast, "pam")) if entry["kind"] == "deal.overridden"
    ]

    assert overridden["data"] == {"reason": "customer_choice", "over": story.rival.public_id}


@pytest.mark.parametrize("who", ["helix.admin", "helix.rep", "orbit.admin", "orbit.rep"])
def test_feed_of_a_partner_is_its_own_and_of_declared_kinds(story: Story, who: str) -> None:
    user = person(story.cast, who)
    read = Event.objects.visible_to(user)

    assert user.organisation is not None
    assert set(read.values_list("organisation_id", flat=True)) == {user.organisation.pk}
    assert all(KINDS[event.kind].for_partners for event in read)
    assert read.count() < Event.objects.filter(organisation_id=user.organisation.pk).count()


@pytest.mark.parametrize("who", ["helix.engineer", "seller"])
def test_history_is_gone_with_what_made_it_visible(story: Story, who: str) -> None:
    user = person(story.cast, who)
    before = kinds(over_rest(story, user))

    story.deal.shares.all().delete()
    customer = story.deal.account
    assert customer is not None
    customer.owner = None
    customer.save()

    assert (before, over_rest(story, user), on_the_page(story, user)) == (OWN, [], [])


def test_history_of_a_customer_is_the_vendors_alone(story: Story) -> None:
    customer = story.deal.account
    assert customer is not None

    told = {who: timeline("account", customer.public_id, reader=person(story.cast, who)) for who in READERS}

    reading = {who for who, entries in told.items() if entries}
    assert reading == {who for who, (_history, feed) in READERS.items() if feed == ALL}
    assert [entry.kind for entry in told["pam"]] == ["account.created", "account.revenue"]


def test_person_without_an_organisation_reads_nothing_in_the_feed(story: Story) -> None:
    loner = make_user("loner@example.com", None)

    assert list(Event.objects.visible_to(loner)) == []
    assert (on_the_page(story, loner), over_rest(story, User.objects.get(pk=story.cast.orbit.rep.pk))) == ([], [])


@pytest.mark.parametrize("odd", ["2026-02-30", "2026-13-01T10:00:00+00:00", "2026-01-01T25:00:00Z", "2026-02-28x"])
def test_text_that_only_looks_like_a_day_is_said_as_it_stands(cast: Cast, odd: str) -> None:
    event = record(
        "tender.noted",
        by=cast.pam,
        now=database_now(),
        organisation_id=None,
        subject=("account", "acc_1"),
        data={"published_on": odd},
    )

    assert [entry.text for entry in present([event], reader=cast.pam)] == [f"Tender noted, published on {odd}"]
