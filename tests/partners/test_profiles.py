"""Verbs and permissions about partners."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction

from partners.profiles import policies
from partners.profiles.actions import assign_pam, create_partner, update_partner
from partners.profiles.models import Partner
from partners.profiles.selectors import PartnerFilter, filtered, people_of, vendor_staff
from prm.accounts.models import Invitation, Organisation, User
from prm.accounts.roles import Permission
from prm.audit.models import Event
from prm.errors import InvalidInput, NotAllowed, StateConflict
from prm.notices.models import Notice
from tests.factories import Cast, make_partner

NOW = datetime(2026, 11, 21, 23, tzinfo=UTC)
VALUES = {"name": "Delta", "country": "JP", "time_zone": "Asia/Tokyo", "model": "isv", "regions": ["JP"]}

pytestmark = pytest.mark.django_db


class TestCreate:
    def test_partner_is_an_organisation_a_profile_and_an_invitation(self, cast: Cast) -> None:
        partner = create_partner(values=VALUES, pam=cast.pam, admin_email="A@Delta.example", by=cast.admin, now=NOW)

        stored = Partner.objects.select_related("organisation").get(organisation__name="Delta")
        assert stored == partner
        assert (stored.organisation.kind, stored.organisation.country, stored.organisation.created_by) == (
            "partner",
            "JP",
            cast.admin,
        )
        # It is tomorrow already where the partner lives.
        assert (stored.model, stored.regions, stored.pam, stored.joined_on) == (
            "isv",
            ["JP"],
            cast.pam,
            date(2026, 11, 22),
        )
        assert list(Invitation.objects.values_list("organisation", "email", "roles")) == [
            (stored.organisation.pk, "a@delta.example", ["partner_admin"])
        ]

    def test_events_belong_to_the_partner(self, cast: Cast) -> None:
        partner = create_partner(values=VALUES, pam=cast.pam, by=None, now=NOW)

        events = Event.objects.filter(subject_id=partner.public_id).order_by("pk")
        assert [(event.kind, event.organisation_id, event.data) for event in events] == [
            ("partner.created", partner.organisation_id, {"model": "isv"}),
            ("partner.pam_assigned", partner.organisation_id, {"pam": cast.pam.public_id}),
        ]

    def test_only_an_administrator_adds_partners(self, cast: Cast) -> None:
        for person in (cast.pam, cast.seller, cast.executive, cast.helix.admin):
            with pytest.raises(NotAllowed):
                create_partner(values=VALUES, by=person, now=NOW)
        assert not Organisation.objects.filter(name="Delta").exists()

    @pytest.mark.parametrize(
        "values", [{"model": "bank"}, {"size": "huge"}, {"state": "gone"}, {"segments": ["nobles"]}]
    )
    def test_database_refuses_what_no_door_may_let_in(self, values: dict[str, Any]) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            create_partner(values={**VALUES, **values}, by=None, now=NOW)


class TestUpdate:
    def test_profile_and_organisation_change_together(self, cast: Cast) -> None:
        partner = cast.helix.partner

        changed = update_partner(
            partner=partner, values={"name": "Helix Group", "size": "large", "model": "msp"}, by=cast.pam, now=NOW
        )

        partner.refresh_from_db()
        assert (partner.organisation.name, partner.size, partner.version) == ("Helix Group", "large", changed.version)
        assert Event.objects.get(kind="partner.updated").data == {"fields": ["name", "size"]}

    def test_nothing_is_written_when_nothing_differs(self, cast: Cast) -> None:
        before = cast.helix.partner.version

        same = update_partner(partner=cast.helix.partner, values={"model": "msp"}, by=cast.pam, now=NOW)

        assert same.version == before
        assert not Event.objects.filter(kind="partner.updated").exists()

    def test_stale_version_is_a_conflict(self, cast: Cast) -> None:
        partner = cast.helix.partner
        update_partner(partner=partner, values={"size": "large"}, by=cast.pam, now=NOW, version=partner.version)

        with pytest.raises(StateConflict):
            update_partner(partner=partner, values={"size": "micro"}, by=cast.pam, now=NOW, version=partner.version)

    def test_only_who_looks_after_it_or_an_administrator_changes_it(self, cast: Cast) -> None:
        for person in (cast.pam2, cast.seller, cast.finance, cast.executive, cast.helix.admin, cast.orbit.admin):
            with pytest.raises(NotAllowed):
                update_partner(partner=cast.helix.partner, values={"size": "large"}, by=person, now=NOW)
        for number, person in enumerate((cast.pam, cast.admin)):
            size = ["large", "micro"][number]
            assert update_partner(partner=cast.helix.partner, values={"size": size}, by=person, now=NOW).size == size

    def test_only_an_administrator_suspends(self, cast: Cast) -> None:
        with pytest.raises(NotAllowed):
            update_partner(partner=cast.helix.partner, values={"state": "suspended"}, by=cast.pam, now=NOW)

        suspended = update_partner(partner=cast.helix.partner, values={"state": "suspended"}, by=cast.admin, now=NOW)

        assert (suspended.is_active, set(Partner.objects.active())) == (False, {cast.orbit.partner})


class TestAssign:
    def test_new_account_manager_is_told_once(self, cast: Cast) -> None:
        assign_pam(partner=cast.helix.partner, pam=cast.pam2, by=cast.admin, now=NOW)
        again = assign_pam(partner=cast.helix.partner, pam=cast.pam2, by=cast.admin, now=NOW)

        notice = Notice.objects.get(kind="partner.pam_assigned")
        assert again.pam == cast.pam2
        assert (notice.user, notice.title, notice.path) == (
            cast.pam2,
            "You look after Helix Systems now",
            f"/partners/{cast.helix.partner.public_id}/",
        )

    def test_nobody_may_look_after_it(self, cast: Cast) -> None:
        assert assign_pam(partner=cast.helix.partner, pam=None, by=cast.admin, now=NOW).pam is None
        assert Event.objects.get(kind="partner.pam_assigned").data == {"pam": None}
        assert not Notice.objects.filter(kind="partner.pam_assigned").exists()

    def test_only_an_account_manager_can_be_given_a_partner(self, cast: Cast) -> None:
        for person in (cast.seller, cast.admin, cast.helix.admin):
            with pytest.raises(InvalidInput):
                assign_pam(partner=cast.helix.partner, pam=person, by=cast.admin, now=NOW)

    def test_only_an_administrator_assigns(self, cast: Cast) -> None:
        for person in (cast.pam, cast.pam2, cast.seller, cast.helix.admin):
            with pytest.raises(NotAllowed):
                assign_pam(partner=cast.helix.partner, pam=cast.pam2, by=person, now=NOW)


class TestSight:
    def test_a_partner_sees_itself_and_vendor_staff_the_directory(self, cast: Cast) -> None:
        both = {cast.helix.partner, cast.orbit.partner}
        staff = (cast.pam, cast.admin, cast.seller, cast.finance, cast.executive)

        assert all(set(Partner.objects.visible_to(person)) == both for person in staff)
        assert set(Partner.objects.visible_to(cast.helix.rep)) == {cast.helix.partner}
        assert not Partner.objects.visible_to(cast.expert).exists()
        assert not Partner.objects.visible_to(AnonymousUser()).exists()

    def test_directory_is_less_than_reading(self, cast: Cast) -> None:
        def reads(person: User) -> bool:
            return policies.can_read_fully(person, cast.helix.partner)

        assert [reads(person) for person in (cast.pam, cast.finance, cast.helix.engineer)] == [True] * 3
        assert [reads(person) for person in (cast.seller, cast.expert, cast.orbit.admin)] == [False] * 3

    @pytest.mark.parametrize(
        ("regions", "segments", "country", "segment", "covered"),
        [
            ([], [], "DE", "enterprise", True),
            (["DE"], [], "DE", "", True),
            (["DE"], [], "FR", "", False),
            (["DE"], [], "", "", True),
            ([], ["enterprise"], "FR", "enterprise", True),
            ([], ["enterprise"], "FR", "mid_market", False),
            ([], ["enterprise"], "FR", "", True),
            (["DE"], ["enterprise"], "FR", "enterprise", False),
        ],
    )
    def test_agreement_covers_customers_of_its_countries_and_segments(
        self, regions: list[str], segments: list[str], country: str, segment: str, covered: bool
    ) -> None:
        assert Partner(regions=regions, segments=segments).covers(country=country, segment=segment) == covered


class TestQuestions:
    def test_filters_narrow_down(self, cast: Cast) -> None:
        make_partner("Delta Helix", pam=None, model="isv", state="suspended")

        def names(**wanted: Any) -> list[str]:
            found = filtered(Partner.objects.order_by("organisation__name"), PartnerFilter(**wanted))
            return list(found.values_list("organisation__name", flat=True))

        assert names() == ["Delta Helix", "Helix Systems", "Orbit Solutions"]
        assert names(q="helix") == ["Delta Helix", "Helix Systems"]
        assert names(q="helix delta") == ["Delta Helix"]
        assert names(model="var") == ["Orbit Solutions"]
        assert names(state="suspended") == ["Delta Helix"]
        assert names(pam=cast.pam) == ["Helix Systems", "Orbit Solutions"]

    def test_people_are_the_present_ones(self, cast: Cast) -> None:
        cast.helix.rep.memberships.update(ended_at=NOW)

        assert {membership.user for membership in people_of(cast.helix.partner)} == {
            cast.helix.admin,
            cast.helix.engineer,
            cast.helix.marketing,
        }

    def test_vendor_staff_are_present_colleagues_with_the_permission(self, cast: Cast) -> None:
        User.objects.filter(pk=cast.finance.pk).update(is_active=False)

        assert set(vendor_staff()) == set(cast.vendor_staff) - {cast.finance}
        assert set(vendor_staff(Permission.PARTNERS_WRITE_ASSIGNED)) == {cast.pam, cast.pam2}
