"""Two at the same moment: each is counted once, and nothing is earned twice. The controls show that it can fail."""

from typing import Any

import pytest
from django.db import IntegrityError

from enablement.certificates import following, granting
from enablement.certificates.models import Certificate
from enablement.claims.actions import decide_claim
from enablement.claims.models import Claim
from partners.models import Capability, Partner
from prm.clocks.database import database_now
from prm.errors import StateConflict
from tests.deals.punctuality.test_races import together
from tests.enablement.making import awarded, claimed, make_certification
from tests.factories import Cast
from tests.meeting import Meeting


def tried(verb: Any) -> Any:
    """Whether it did something."""

    def attempt() -> bool:
        try:
            verb()
        except (StateConflict, IntegrityError):
            return False
        return True

    return attempt


def test_of_many_awards_to_one_person_one_counts(live_cast: Cast) -> None:
    what = make_certification(live_cast.admin)

    done = together(*[tried(lambda: awarded(live_cast, live_cast.helix.rep, what))] * 4)

    assert done.count(True) == 1
    assert Certificate.objects.count() == 1


def test_without_the_locks_the_database_refuses_the_second(live_cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: both have looked before one writes."""
    what, meeting = make_certification(live_cast.admin), Meeting(2)
    employer = live_cast.helix.organisation
    monkeypatch.setattr(granting, "hold_certifications", lambda rows: list(rows))
    monkeypatch.setattr(granting, "hold_person", lambda _user: employer)
    monkeypatch.setattr(granting, "_held_already", meeting.after(granting._held_already))

    done = together(*[tried(lambda: awarded(live_cast, live_cast.helix.rep, what))] * 2)

    assert done.count(True) == 1
    assert Certificate.objects.count() == 1


def test_one_of_two_decisions_counts(live_cast: Cast) -> None:
    claim = claimed(live_cast.helix.rep, make_certification(live_cast.admin))
    about = {"claim": claim, "now": database_now()}

    done = together(
        tried(lambda: decide_claim(**about, accept=True, by=live_cast.pam)),
        tried(lambda: decide_claim(**about, accept=False, reason="other", message="No.", by=live_cast.admin)),
    )

    assert done.count(True) == 1
    assert Claim.objects.get().certificate == Certificate.objects.first()


def both_awarded(cast: Cast) -> None:
    """The same competency to two colleagues, by two certifications, so that nothing else holds one of them up."""
    about = {"competency": "cold-chain", "level": "expert"}
    one, other = (make_certification(cast.admin, **about) for _ in range(2))
    together(
        tried(lambda: awarded(cast, cast.helix.rep, one)),
        tried(lambda: awarded(cast, cast.helix.engineer, other)),
    )


def test_colleagues_awarded_at_once_are_both_counted(live_cast: Cast) -> None:
    both_awarded(live_cast)

    assert Capability.objects.get().holders == 2


def test_without_the_lock_one_of_them_is_not_counted(live_cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: both have counted before one of them commits."""
    meeting = Meeting(2)
    unlocked = lambda ids: list(Partner.objects.filter(organisation__in=set(ids)).select_related("organisation"))  # noqa: E731
    monkeypatch.setattr(following, "hold_partners", unlocked)
    monkeypatch.setattr(following, "held_at", meeting.after(following.held_at))

    both_awarded(live_cast)

    assert [row.holders for row in Capability.objects.all()] == [1]
