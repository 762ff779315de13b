"""Who reads what of a late decision, and that nobody reads of anybody else."""

from datetime import timedelta

import pytest
from django.test import Client

from deals.decisions.actions import reject
from deals.punctuality.actions import escalate_due
from deals.registrations.models import Registration
from deals.registrations.shown import DealOut
from prm.accounts.models import Membership, User
from prm.audit.selectors import timeline
from prm.clocks.database import database_now
from prm.notices.models import Notice
from tests.deals.punctuality.test_provisional import LONG, forgotten
from tests.deals.punctuality.test_sweeps import late, swept
from tests.factories import MUELLER, Cast, make_approved, make_registration, make_token


def said_to(user: User, kind: str) -> str:
    notice = Notice.objects.get(user=user, kind=kind)
    return f"{notice.title} {notice.body}"


def test_each_side_reads_what_it_can_do(cast: Cast) -> None:
    deal = swept(late(make_registration(cast.helix)))

    assert "You may decide it as well" in said_to(cast.pam2, "deal.escalated")
    assert f"Second account manager: {cast.pam2}" in said_to(cast.pam, "deal.escalated")
    assert "may decide it too" in said_to(cast.helix.rep, "deal.escalated")
    assert {notice.path for notice in Notice.objects.filter(kind="deal.escalated")} == {deal.get_absolute_url()}


def test_admins_hear_of_it_when_the_registrant_has_left(cast: Cast) -> None:
    late(make_registration(cast.helix), LONG)
    Membership.objects.filter(user=cast.helix.rep).update(ended_at=database_now())
    escalate_due(now=database_now())

    told = Notice.objects.filter(kind="deal.protected_provisionally").values_list("user__email", flat=True)
    assert sorted(told) == [cast.helix.admin.email, cast.pam2.email, cast.pam.email]


def test_partner_without_an_account_manager_gets_a_second_one(cast: Cast) -> None:
    cast.helix.partner.pam = None
    cast.helix.partner.save(update_fields=["pam"])
    deal = swept(late(make_registration(cast.helix), LONG))

    assert deal.escalated_to == cast.pam
    assert deal.provisional_at is not None
    told = Notice.objects.filter(kind="deal.protected_provisionally").values_list("user__email", flat=True)
    assert sorted(told) == [cast.pam.email, cast.helix.rep.email]


@pytest.mark.parametrize("rival_first", [True, False], ids=["the rival is protected", "the rival comes later"])
def test_nothing_that_is_told_names_a_rival(cast: Cast, rival_first: bool) -> None:
    before = [make_approved(cast.orbit, **MUELLER)] if rival_first else []
    deal = swept(late(make_registration(cast.helix, **MUELLER), LONG))
    rival = before[0] if before else make_registration(cast.orbit, **MUELLER)
    texts = [f"{n.title} {n.body}" for n in Notice.objects.filter(user__in=[cast.helix.rep, cast.helix.admin])]
    client = Client(headers={"authorization": f"Bearer {make_token(cast.helix.rep)}"})
    texts.append(client.get(f"/api/v1/deals/{deal.public_id}").content.decode())

    for secret in ("Orbit", rival.reference, rival.public_id, cast.orbit.rep.email):
        assert [text for text in texts if secret in text] == []


def test_timeline_of_a_forgotten_registration(cast: Cast) -> None:
    deal = forgotten(cast)
    reject(registration=deal, reason="other", message="No.", by=cast.pam2, now=database_now())
    deal.refresh_from_db()
    assert deal.provisional_until
    escalate_due(now=deal.provisional_until)
    read = [entry.kind for entry in timeline("deal", deal.public_id, reader=cast.helix.rep)]

    assert [kind for kind in read if kind not in {"deal.drafted", "deal.submitted"}] == [
        *("deal.escalated", "deal.protected_provisionally", "deal.rejected", "deal.provisional_ended")
    ]


@pytest.mark.parametrize(
    ("state", "since", "expected"),
    [
        ("submitted", False, (True, False, False)),
        ("asked", False, (True, False, False)),
        ("submitted", True, (False, True, False)),
        ("rejected", False, (False, False, False)),
        ("rejected", True, (False, True, True)),
    ],
    ids=["waiting", "with a question", "protected", "refused before", "refused since"],
)
def test_api_tells_when_it_begins_and_when_it_ends(
    cast: Cast, rf: object, state: str, since: bool, expected: tuple[bool, bool, bool]
) -> None:
    now = database_now()
    deal = make_registration(cast.helix)
    deal.state, deal.escalated_at, deal.provisional_due_at = state, now, now + timedelta(days=2)
    if since:
        deal.provisional_at = now
        deal.provisional_until = now + timedelta(days=7) if state == "rejected" else None
    request = rf.get("/")  # type: ignore[attr-defined]
    request.user = cast.helix.rep
    shown = DealOut(deal, context={"request": request}).data["provisional"]

    assert tuple(shown[name] is not None for name in ("due_at", "since", "until")) == expected


def test_registration_in_time_says_nothing_of_it(cast: Cast, rf: object) -> None:
    request = rf.get("/")  # type: ignore[attr-defined]
    request.user = cast.helix.rep
    shown = DealOut(make_registration(cast.helix), context={"request": request}).data

    assert (shown["escalated_at"], shown["provisional"]) == (None, None)
    assert Registration.objects.protected_provisionally(database_now()).count() == 0
