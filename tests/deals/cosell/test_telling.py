"""What is said to whom, word for word where it matters, and what a rival's name has to do with it: nothing."""

from collections.abc import Iterator

from deals.cosell import actions, stepping
from deals.cosell.models import CoSell
from deals.registrations.notices import on_wall
from prm.audit.models import Event
from prm.audit.selectors import timeline
from prm.clocks.database import database_now
from prm.notices.kinds import GROUPS, group_of
from prm.notices.models import Notice
from tests.deals.cosell.asking import WHY, active, add, asked, step
from tests.factories import Cast


def said(found: CoSell, what: str) -> dict[str, tuple[str, str]]:
    rows = Notice.objects.filter(key__startswith=f"{found.public_id}-{what}-").order_by("pk")
    return {notice.user.email: (notice.title, notice.body) for notice in rows if notice.user}


def test_request_says_who_wants_what_until_when(cast: Cast) -> None:
    for by, to in ((cast.helix.rep, cast.pam), (cast.pam, cast.helix.rep)):
        found = asked(cast, by=by)
        deal = found.registration
        due = on_wall(found.due_at, to, deal)

        assert said(found, "asked") == {
            to.email: (
                f"Sell together at {deal.customer_name}? {by} asks",
                f"Wanted: Technical help: demo, proof of concept. Please answer by {due} ({deal.reference}).\n\n{WHY}",
            )
        }
        notice = Notice.objects.get(key__startswith=f"{found.public_id}-asked")
        assert (notice.path, notice.organisation) == (found.get_absolute_url(), cast.helix.organisation)


def test_answers_name_the_person_or_the_reason(cast: Cast) -> None:
    yes, no = asked(cast), asked(cast)
    customer = yes.registration.customer_name
    actions.accept(found=yes, person=cast.seller, text="On Monday.", by=cast.pam, now=database_now())
    actions.decline(found=no, reason="no_capacity", text="In spring.", by=cast.pam, now=database_now())

    assert said(yes, "answered") == {
        cast.helix.rep.email: (f"Selling together at {customer}: {cast.seller} is with you", "On Monday.")
    }
    assert said(yes, "named") == {
        cast.seller.email: (f"You sell together at {customer} ({yes.registration.reference})", WHY)
    }
    assert said(no, "answered") == {
        cast.helix.rep.email: (
            f"No selling together at {no.registration.customer_name} for now",
            "Nobody has time for it\n\nIn spring.",
        )
    }


def test_colleague_who_asked_is_told_beside_the_named_one(cast: Cast) -> None:
    found = asked(cast, by=cast.helix.admin, person=cast.helix.rep)
    actions.accept(found=found, by=cast.pam, now=database_now())

    assert sorted(said(found, "answered")) == [cast.helix.admin.email, cast.helix.rep.email]
    assert said(found, "named") == {}


def test_steps_are_told_with_their_date(cast: Cast) -> None:
    found = add(active(cast), cast.helix.rep, step("vendor"))
    row, deal = found.steps.get(), found.registration
    due = on_wall(row.due_at, cast.seller, deal)
    stepping.remind_steps(now=row.due_at)

    assert said(found, f"{row.public_id}-added") == {
        cast.seller.email: (f"A next step for you at {deal.customer_name}, due {due}", "Show the demo")
    }
    assert said(found, f"{row.public_id}-due") == {
        cast.seller.email: (f"Due soon at {deal.customer_name}: your next step, by {due}", "Show the demo")
    }
    kinds = set(Notice.objects.filter(key__startswith=found.public_id).values_list("kind", flat=True))
    assert kinds == {"co_sell.request", "co_sell.step"}
    assert {group_of(kind) for kind in kinds} == {"co-sell"}
    assert str(GROUPS["co-sell"].title) == "Selling together"


def test_end_tells_the_other_side_the_result(cast: Cast) -> None:
    found = active(cast)
    actions.end(found=found, result="not_needed", text="They decided.", by=cast.seller, now=database_now())
    title = f"No longer selling together at {found.registration.customer_name}: No longer needed"

    assert said(found, "ended") == {cast.helix.rep.email: (title, "They decided.")}


def test_timeline_tells_both_sides_the_same_of_it(cast: Cast) -> None:
    """Dates, ids and codes: no text that was written stands in an event."""
    found = add(active(cast), cast.helix.rep, step("vendor"))
    stepping.complete_step(found=found, step=found.steps.get().public_id, by=cast.seller, now=database_now())
    actions.end(found=found, result="done", text="Ordered.", by=cast.pam, now=database_now())
    read = {user: list(_together(cast, user, found)) for user in ("rep", "pam")}

    assert read["rep"] == read["pam"]
    assert [line for line in read["rep"] if "answer by" not in line and "due" not in line] == [
        "Selling together",
        "Next step done",
        "No longer selling together",
    ]
    events = Event.objects.filter(kind__startswith="deal.co_sell")
    assert {event.organisation_id for event in events} == {cast.helix.organisation.pk}
    assert not any(word in str(event.data) for event in events for word in (WHY, "Ordered", "demo"))


def _together(cast: Cast, user: str, found: CoSell) -> Iterator[str]:
    reader = cast.helix.rep if user == "rep" else cast.pam
    entries = timeline("deal", found.registration.public_id, reader=reader)
    ours = [entry for entry in entries if entry.kind.startswith("deal.co_sell")]
    for entry in sorted(ours, key=lambda entry: entry.at):
        yield str(entry.text)
