"""The short way to one registration sees exactly what `visible_to` sees."""

from itertools import cycle, product
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from deals.registrations import reference
from deals.registrations.models import Registration, RegistrationShare
from deals.registrations.reading import visible_by_id, with_lines
from deals.registrations.reference import DIGITS, draw_reference
from prm.accounts.models import Membership, User
from prm.accounts.roles import ROLES
from prm.clocks.database import database_now
from tests.factories import Cast, make_approved, make_draft, make_registration, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def deals(cast: Cast) -> list[Registration]:
    """A draft, an open and an approved one of each of two rivals."""
    made = []
    for team in (cast.helix, cast.orbit):
        made += [make_draft(team), make_registration(team), make_approved(team)]
    return made


@pytest.fixture
def readers(cast: Cast) -> list[User]:
    """One of each role on each side, those who look after a customer, and somebody whose membership ended."""
    found = []
    for organisation in (cast.vendor, cast.helix.organisation, cast.orbit.organisation):
        for name, role in ROLES.items():
            if role.side == organisation.kind:
                found.append(make_user(f"{name}-{organisation.pk}@reader.example", organisation, name))
    return found


def plainly(reader: User, deal: Registration) -> Registration | None:
    return Registration.objects.visible_to(reader).filter(pk=deal.pk).first()


def test_each_role_sees_what_it_may_and_nothing_else(deals: list[Registration], readers: list[User]) -> None:
    RegistrationShare.objects.bulk_create(
        RegistrationShare(registration=deal, user=reader, shared_at=database_now())
        for deal, reader in product(deals[:3], readers)
        if reader.is_partner and reader.organisation == deal.partner.organisation
    )
    seen = {(reader.pk, deal.pk): visible_by_id(reader, deal.public_id) for reader, deal in product(readers, deals)}

    assert seen == {(reader.pk, deal.pk): plainly(reader, deal) for reader, deal in product(readers, deals)}
    # Some are seen and some are not, or the comparison would say nothing.
    assert {found is None for found in seen.values()} == {True, False}


def test_same_role_of_a_rival_asks_the_same_question_and_sees_nothing(cast: Cast) -> None:
    deal = make_registration(cast.helix)

    assert visible_by_id(cast.helix.rep, deal.public_id) == deal
    assert visible_by_id(cast.orbit.rep, deal.public_id) is None


def test_whose_membership_ended_sees_nothing(cast: Cast) -> None:
    deal = make_registration(cast.helix)
    Membership.objects.filter(user=cast.helix.rep).update(ended_at=database_now())

    assert visible_by_id(User.objects.get(pk=cast.helix.rep.pk), deal.public_id) is None


def test_whose_role_changed_sees_what_the_new_one_sees(cast: Cast) -> None:
    deal = make_registration(cast.helix)
    assert visible_by_id(cast.helix.rep, deal.public_id)
    Membership.objects.filter(user=cast.helix.rep).update(roles=["support"])

    changed = User.objects.get(pk=cast.helix.rep.pk)
    assert visible_by_id(changed, deal.public_id) == plainly(changed, deal)


def test_whole_registration_takes_two_queries(cast: Cast) -> None:
    deal = make_approved(cast.helix)

    with CaptureQueriesContext(connection) as captured:
        found = visible_by_id(cast.pam, deal.public_id)
        assert found
        names = [line.product.name for line in with_lines(found).lines.all()]
        assert (found.partner.organisation.name, names != []) == (cast.helix.organisation.name, True)

    assert len(captured) == 2


def test_lines_that_were_read_can_still_be_replaced(cast: Cast) -> None:
    deal = with_lines(make_draft(cast.helix))
    assert len(deal.lines.all()) == 1

    deal.lines.all().delete()

    assert Registration.objects.get(pk=deal.pk).lines.count() == 0


def test_taken_references_are_never_drawn(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    # Whatever is drawn, it is the same each time.
    numbers = cycle(range(len(DIGITS)))
    monkeypatch.setattr(reference, "secrets", SimpleNamespace(randbelow=lambda _limit: next(numbers)))
    deal = make_draft(cast.helix)
    taken = [f"DR-{10 ** (digits - 1) + number}" for number, digits in enumerate(DIGITS)]
    assert deal.reference == taken[0]

    assert draw_reference() == (deal.pk + 1, taken[1])


def test_six_taken_references_are_a_sentence_and_no_riddle(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reference, "secrets", SimpleNamespace(randbelow=lambda _limit: 7))
    monkeypatch.setattr(reference, "DIGITS", (6,))
    assert make_draft(cast.helix).reference == "DR-100007"

    with pytest.raises(RuntimeError, match="No free reference"):
        draw_reference()
