"""The reviewer's way: ask, approve, reject, and what stands in the way."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from deals.conflicts.actions import assess_pending
from deals.conflicts.models import Finding
from deals.conflicts.reading import read_findings, recommendation
from deals.decisions import actions as decisions
from deals.protections.models import Protection
from deals.registrations import actions
from deals.registrations.models import Registration
from partners.models import Account
from prm.audit.models import Event
from prm.audit.selectors import timeline
from prm.clocks.database import database_now
from prm.errors import InvalidInput, NotAllowed, StateConflict
from prm.notices.models import Notice
from tests.factories import MUELLER, Cast, make_account, make_approved, make_asked, make_assessed, make_registration


def found(registration: Registration) -> list[tuple[str, str]]:
    return list(Finding.objects.filter(registration=registration).values_list("kind", "band"))


def test_clean_registration_is_approved_and_protected_for_90_days(cast: Cast) -> None:
    registration = make_assessed(cast.helix, cast.products["fleet-cloud"], cast.products["telematics"])
    now = database_now()

    approved = decisions.approve(registration=registration, by=cast.pam, now=now)

    assert found(registration) == []
    assert approved.state == "approved"
    assert approved.account is not None
    assert approved.protected_until is not None
    assert timedelta(days=90) <= approved.protected_until - now < timedelta(days=91)
    assert Protection.objects.filter(registration=approved, account=approved.account).count() == 2
    assert approved.terms["rate"] == "0.2"
    assert approved.terms["earns"] == {"amount": "17280.00", "currency": "EUR"}
    assert approved.policy is not None
    assert approved.next_reminder_at is not None


def test_registrant_is_told_of_the_approval(cast: Cast) -> None:
    make_approved(cast.helix)

    told = Notice.objects.filter(kind="deal.approved")
    assert [notice.user for notice in told] == [cast.helix.rep]


def test_approval_twice_is_a_conflict(cast: Cast) -> None:
    approved = make_approved(cast.helix)
    version = approved.version

    with pytest.raises(StateConflict) as refused:
        decisions.approve(registration=approved, by=cast.pam, now=database_now())

    approved.refresh_from_db()
    assert (refused.value.state, approved.version) == ("approved", version)
    assert Protection.objects.count() == 1


def test_protected_customer_is_found_and_cannot_be_approved(cast: Cast) -> None:
    holder = make_approved(cast.orbit, **MUELLER)
    rival = make_assessed(cast.helix, **{**MUELLER, "customer_name": "Mueller Logistik"})

    assert ("rival_protection", "block") in found(rival)
    advice = recommendation(read_findings(rival, reader=cast.pam))
    assert advice["outcome"] == "reject"
    with pytest.raises(StateConflict) as refused:
        decisions.approve(registration=rival, override_reason="correction", by=cast.pam, now=database_now())
    assert holder.reference in refused.value.message
    assert refused.value.code == "protected"


def test_evidence_names_what_matched(cast: Cast) -> None:
    make_approved(cast.orbit, **MUELLER)
    rival = make_assessed(cast.helix, **MUELLER)

    finding = Finding.objects.get(registration=rival, kind="rival_protection")

    assert {item["rule"] for item in finding.evidence} == {"domain", "name_and_country"}
    assert "mueller-logistik.de" in " ".join(item["text"] for item in finding.evidence)
    assert finding.clause == "3.1"
    assert finding.overlap == ["fleet-cloud"]


def test_other_products_of_a_protected_customer_can_be_approved(cast: Cast) -> None:
    make_approved(cast.orbit, cast.products["fleet-cloud"], **MUELLER)
    other = make_assessed(cast.helix, cast.products["route-planner"], **MUELLER)

    approved = decisions.approve(registration=other, by=cast.pam, now=database_now())

    assert approved.state == "approved"
    assert approved.account == Account.objects.get()


def test_uncontested_part_can_be_approved(cast: Cast) -> None:
    make_approved(cast.orbit, cast.products["fleet-cloud"], **MUELLER)
    both = make_assessed(cast.helix, cast.products["fleet-cloud"], cast.products["telematics"], **MUELLER)

    approved = decisions.approve(
        registration=both, products=[cast.products["telematics"]], by=cast.pam, now=database_now()
    )

    lines = dict(approved.lines.values_list("product__slug", "approved"))
    assert lines == {"fleet-cloud": False, "telematics": True}
    assert Protection.objects.get(registration=approved).product == cast.products["telematics"]


def test_later_registration_waits_for_the_earlier_one(cast: Cast) -> None:
    earlier = make_registration(cast.orbit, **MUELLER)
    later = make_assessed(cast.helix, **MUELLER)

    with pytest.raises(StateConflict) as refused:
        decisions.approve(registration=later, by=cast.pam, now=database_now())

    assert refused.value.code == "earlier_undecided"
    assert earlier.reference in refused.value.message
    assert decisions.approve(registration=earlier, by=cast.pam, now=database_now()).state == "approved"


def test_override_needs_a_reason_and_is_recorded(cast: Cast) -> None:
    earlier = make_registration(cast.orbit, **MUELLER)
    later = make_assessed(cast.helix, **MUELLER)

    approved = decisions.approve(
        registration=later, override_reason="earlier_unresponsive", by=cast.pam, now=database_now()
    )

    assert approved.override_reason == "earlier_unresponsive"
    event = Event.objects.get(kind="deal.overridden")
    assert event.data == {"reason": "earlier_unresponsive", "over": earlier.public_id}


def test_earlier_registration_of_another_opportunity_is_for_review(cast: Cast) -> None:
    make_registration(cast.orbit, opportunity="renewal", **MUELLER)
    later = make_assessed(cast.helix, **MUELLER)

    assert ("earlier_registration", "review") in found(later)
    assert decisions.approve(registration=later, by=cast.pam, now=database_now()).state == "approved"


def test_earlier_reviewer_learns_of_a_later_rival(cast: Cast) -> None:
    earlier = make_assessed(cast.orbit, **MUELLER)
    assert found(earlier) == []

    make_assessed(cast.helix, **MUELLER)
    assess_pending()

    assert found(earlier) == [("later_registration", "hint")]


def test_end_of_a_rival_clears_the_way(cast: Cast) -> None:
    earlier = make_registration(cast.orbit, **MUELLER)
    later = make_assessed(cast.helix, **MUELLER)
    actions.withdraw(registration=earlier, reason="", by=cast.orbit.rep, now=database_now())

    assess_pending()

    assert found(later) == []
    assert decisions.approve(registration=later, by=cast.pam, now=database_now()).state == "approved"


def test_protection_on_the_account_is_found_through_the_account(cast: Cast) -> None:
    """The registrations share nothing; the customer they were put under shares with both."""
    account = make_account("Aster Foods AG", website="aster-foods.de", tax_number="DE136695976")
    holder = make_registration(cast.orbit, customer_name="Aster Foods AG", customer_website="")
    decisions.approve(registration=holder, account=account.public_id, by=cast.pam, now=database_now())

    rival = make_assessed(cast.helix, customer_name="AF Holding Nord", customer_website="www.aster-foods.de")

    assert "rival_protection" in [kind for kind, _band in found(rival)]


def test_known_customer_is_taken_over_and_a_new_one_is_made(cast: Cast) -> None:
    account = make_account("Aster Foods AG", website="aster-foods.de")

    known = make_approved(cast.helix, customer_name="Aster Foods", customer_website="aster-foods.de")
    new = make_approved(cast.helix)

    assert known.account == account
    assert new.account not in (None, account)


def test_account_can_be_chosen_or_made_new(cast: Cast) -> None:
    account = make_account("Aster Foods AG", website="aster-foods.de")
    one = make_registration(cast.helix, cast.products["fleet-cloud"])
    other = make_registration(
        cast.helix, cast.products["telematics"], customer_name="Aster Foods AG", customer_website="aster-foods.de"
    )

    chosen = decisions.approve(registration=one, account=account.public_id, by=cast.pam, now=database_now())
    made = decisions.approve(registration=other, account="new", by=cast.pam, now=database_now())

    assert chosen.account == account
    assert made.account != account


def test_unknown_account_is_refused_at_its_field(cast: Cast) -> None:
    registration = make_registration(cast.helix)

    with pytest.raises(InvalidInput) as refused:
        decisions.approve(registration=registration, account="acc_missing", by=cast.pam, now=database_now())

    assert list(refused.value.errors) == ["account"]


def test_named_and_existing_customers_are_for_review(cast: Cast) -> None:
    make_account("Aster Foods AG", website="aster-foods.de", named_account=True, customer_since=database_now().date())

    registration = make_assessed(cast.helix, customer_name="Aster Foods", customer_website="aster-foods.de")

    assert found(registration) == [("named_account", "review"), ("existing_customer", "review")]
    assert recommendation(read_findings(registration, reader=cast.pam))["outcome"] == "ask"


def test_thin_evidence_is_a_hint(cast: Cast) -> None:
    registration = make_assessed(cast.helix, customer_website="", contact_email="someone@gmail.com")

    assert found(registration) == [("thin_evidence", "hint")]


def test_constraint_is_the_wall_behind_the_lock(cast: Cast) -> None:
    """What the assessment cannot see, such as two customers put under one account, the database refuses."""
    account = make_account("Aster Foods AG")
    one, other = make_registration(cast.orbit), make_registration(cast.helix)
    decisions.approve(registration=one, account=account.public_id, by=cast.pam, now=database_now())

    with pytest.raises(StateConflict):
        decisions.approve(registration=other, account=account.public_id, by=cast.pam, now=database_now())

    other.refresh_from_db()
    assert (other.state, Protection.objects.count()) == ("submitted", 1)


def test_two_protections_never_overlap(cast: Cast) -> None:
    protection = Protection.objects.get(registration=make_approved(cast.orbit))
    other = make_registration(cast.helix)

    with pytest.raises(IntegrityError, match="protection_never_double"), transaction.atomic():
        Protection.objects.create(
            registration=other, account=protection.account, product=protection.product, period=protection.period
        )


def test_only_the_assigned_pam_decides(cast: Cast) -> None:
    registration = make_registration(cast.helix)
    others = [cast.pam2, cast.seller, cast.finance, cast.executive, cast.expert, cast.helix.rep, cast.orbit.admin]

    for user in others:
        with pytest.raises(NotAllowed):
            decisions.approve(registration=registration, by=user, now=database_now())
        with pytest.raises(NotAllowed):
            decisions.reject(registration=registration, reason="other", message="No", by=user, now=database_now())
        with pytest.raises(NotAllowed):
            decisions.ask(registration=registration, message="Who?", fields=[], by=user, now=database_now())


def test_programme_admin_decides_with_a_reason(cast: Cast) -> None:
    registration = make_registration(cast.helix)

    with pytest.raises(InvalidInput) as refused:
        decisions.approve(registration=registration, by=cast.admin, now=database_now())
    approved = decisions.approve(
        registration=registration, override_reason="The PAM is ill", by=cast.admin, now=database_now()
    )

    assert list(refused.value.errors) == ["override_reason"]
    assert (approved.override_reason, approved.override_text) == ("other", "The PAM is ill")


def test_changed_engagement_needs_a_text_and_changes_the_terms(cast: Cast) -> None:
    registration = make_registration(cast.helix, engagement="independent")

    with pytest.raises(InvalidInput) as refused:
        decisions.approve(registration=registration, engagement="shared", by=cast.pam, now=database_now())
    approved = decisions.approve(
        registration=registration,
        engagement="shared",
        message="Our engineer ran both workshops.",
        by=cast.pam,
        now=database_now(),
    )

    assert list(refused.value.errors) == ["message"]
    assert Decimal(approved.terms["earns"]["amount"]) == Decimal("10368.00")


def test_products_outside_the_registration_are_refused(cast: Cast) -> None:
    registration = make_registration(cast.helix, cast.products["fleet-cloud"])

    for products in ([], [cast.products["telematics"]]):
        with pytest.raises(InvalidInput) as refused:
            decisions.approve(registration=registration, products=products, by=cast.pam, now=database_now())
        assert list(refused.value.errors) == ["products"]


def test_rejection_carries_code_clause_and_text(cast: Cast) -> None:
    registration = make_registration(cast.helix)

    rejected = decisions.reject(
        registration=registration, reason="tender", message="Published on 3 May.", by=cast.pam, now=database_now()
    )

    assert (rejected.state, rejected.decision_reason, rejected.decision_clause) == ("rejected", "tender", "3.5")
    notice = Notice.objects.get(kind="deal.rejected")
    assert notice.user == cast.helix.rep
    assert "Published on 3 May." in notice.body


def test_rejection_without_text_or_with_an_unknown_code_is_refused(cast: Cast) -> None:
    registration = make_registration(cast.helix)

    for reason, message, field in (("tender", " ", "message"), ("dislike", "No", "reason")):
        with pytest.raises(InvalidInput) as refused:
            decisions.reject(registration=registration, reason=reason, message=message, by=cast.pam, now=database_now())
        assert list(refused.value.errors) == [field]


def test_question_opens_only_known_fields(cast: Cast) -> None:
    registration = make_registration(cast.helix)

    with pytest.raises(InvalidInput) as refused:
        decisions.ask(registration=registration, message="?", fields=["customer.name"], by=cast.pam, now=database_now())

    assert list(refused.value.errors) == ["fields"]
    registration.refresh_from_db()
    assert registration.state == "submitted"


def test_asked_registration_waits_for_the_partner(cast: Cast) -> None:
    asked = make_asked(cast.helix)

    for decide in (
        lambda: decisions.approve(registration=asked, by=cast.pam, now=database_now()),
        lambda: decisions.reject(registration=asked, reason="other", message="No", by=cast.pam, now=database_now()),
    ):
        with pytest.raises(StateConflict):
            decide()


def test_partner_reads_nothing_of_the_rival(cast: Cast) -> None:
    holder = make_approved(cast.orbit, **MUELLER)
    rival = make_assessed(cast.helix, **MUELLER)
    decisions.reject(
        registration=rival, reason="already_protected", message="It is protected.", by=cast.pam, now=database_now()
    )

    entries = timeline("deal", rival.public_id, reader=cast.helix.rep)
    told = " ".join(
        [f"{entry.kind} {entry.text} {entry.data}" for entry in entries]
        + [f"{n.title} {n.body}" for n in Notice.objects.filter(user=cast.helix.rep)]
    )

    assert [entry.kind for entry in entries] == ["deal.drafted", "deal.submitted", "deal.rejected"]
    for secret in ("Orbit", holder.reference, holder.public_id):
        assert secret not in told


def test_text_for_the_partner_cannot_name_the_rival(cast: Cast) -> None:
    holder = make_approved(cast.orbit, **MUELLER)
    rival = make_assessed(cast.helix, **MUELLER)

    for slip in (f"See {holder.reference}.", "It belongs to orbit solutions.", f"Held by {holder.public_id}"):
        for verb in (
            lambda text=slip: decisions.reject(
                registration=rival, reason="already_protected", message=text, by=cast.pam, now=database_now()
            ),
            lambda text=slip: decisions.ask(
                registration=rival, message=text, fields=[], by=cast.pam, now=database_now()
            ),
            lambda text=slip: decisions.approve(registration=rival, message=text, by=cast.pam, now=database_now()),
        ):
            with pytest.raises(InvalidInput) as refused:
                verb()
            assert list(refused.value.errors) == ["message"]

    named = f"Helix Systems may register other products ({rival.reference})."
    rejected = decisions.reject(
        registration=rival, reason="already_protected", message=named, by=cast.pam, now=database_now()
    )
    assert rejected.decision_message == named
