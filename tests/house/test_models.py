"""What every table owes its readers."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import models

from tests.house.source import PACKAGES

SYSTEM = "an act of the system"
LATER = "a moment to come, not an act"
# Moments that no person made.
WITHOUT_ACTOR = {
    ("Registration", "priority_at"): "the database's clock at the submission; submitted_by is the person",
    ("Registration", "assessed_at"): SYSTEM,
    ("Registration", "decision_due_at"): LATER,
    ("Registration", "clock_paused_at"): "the moment of the question; asked_by is the person",
    ("Registration", "answer_due_at"): LATER,
    ("Registration", "next_reminder_at"): LATER,
    ("Extension", "due_at"): LATER,
    ("Registration", "teaming_due_at"): LATER,
    ("Teaming", "due_at"): LATER,
    ("Lead", "tried_at"): SYSTEM,
    ("LeadOffer", "offered_at"): SYSTEM,
    ("LeadOffer", "due_at"): LATER,
    ("LeadOffer", "remind_at"): LATER,
    ("MarketplaceOffer", "expires_at"): LATER,
    ("MarketplaceOffer", "next_reminder_at"): LATER,
    ("DirectCase", "due_at"): LATER,
    ("Appeal", "due_at"): LATER,
    ("Amendment", "due_at"): LATER,
    ("EngagementAppeal", "due_at"): LATER,
    ("EngagementAppeal", "escalated_at"): SYSTEM,
    ("CoSell", "due_at"): LATER,
    ("MappedList", "finished_at"): SYSTEM,
    ("CoSellStep", "due_at"): LATER,
    ("CoSellStep", "remind_at"): LATER,
    ("PartnerOfRecord", "due_at"): LATER,
    ("PartnerOfRecord", "next_reminder_at"): LATER,
    ("RecordProof", "due_at"): LATER,
    ("Appeal", "escalated_at"): SYSTEM,
    ("Registration", "escalated_at"): SYSTEM,
    ("Registration", "provisional_due_at"): LATER,
    ("Registration", "provisional_at"): SYSTEM,
    ("Registration", "provisional_ended_at"): SYSTEM,
    ("Release", "released_at"): SYSTEM,
    ("Release", "closed_at"): SYSTEM,
    ("FirstRefusal", "offered_at"): SYSTEM,
    ("FirstRefusal", "due_at"): LATER,
    ("Invitation", "expires_at"): LATER,
    ("ApiToken", "expires_at"): LATER,
    ("ApiToken", "last_used_at"): "the owner's own use",
    ("LoginSession", "started_at"): "the person's own login",
    ("LoginSession", "seen_at"): "the person's own requests",
    ("User", "joined_at"): "the person's own first login",
    ("IdempotencyKey", "created_at"): "belongs to its principal",
    ("Rebate", "reckoned_at"): SYSTEM,
    ("PriceHold", "reminded_at"): SYSTEM,
    ("IssuedStatement", "issued_at"): SYSTEM,
    ("Notice", "created_at"): SYSTEM,
    ("Notice", "due_at"): LATER,
    ("Notice", "sent_at"): SYSTEM,
    ("Notice", "parked_at"): SYSTEM,
    ("NoticeChoice", "changed_at"): "the person's own choice",
    ("Notice", "read_at"): "only its recipient reads it",
    ("LibraryItem", "warned_at"): SYSTEM,
    ("LibraryItem", "hidden_told_at"): SYSTEM,
    ("Announcement", "starts_at"): LATER,
    ("Announcement", "ends_at"): LATER,
    ("Announcement", "mailed_at"): SYSTEM,
    ("Export", "made_at"): SYSTEM,
    ("AlikePair", "found_at"): SYSTEM,
    ("CompanyList", "finished_at"): SYSTEM,
    ("Replay", "finished_at"): SYSTEM,
    ("Replay", "failed_at"): SYSTEM,
    ("Job", "finished_at"): SYSTEM,
    ("Job", "failed_at"): SYSTEM,
    ("Link", "issued_at"): SYSTEM,
    ("Root", "published_at"): SYSTEM,
    ("Fault", "found_at"): SYSTEM,
    ("JobRun", "succeeded_at"): SYSTEM,
    ("JobRun", "failed_at"): SYSTEM,
}


def own_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model.__module__.partition(".")[0] in PACKAGES]


def moments() -> Iterator[tuple[type[models.Model], str]]:
    for model in own_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, models.DateTimeField) and field.name.endswith("_at"):
                yield model, field.name


def test_every_act_names_who_did_it() -> None:
    nameless = [
        (model.__name__, name)
        for model, name in moments()
        if (model.__name__, name) not in WITHOUT_ACTOR and actor_of(model, name) is None
    ]

    assert nameless == []


def actor_of(model: type[models.Model], moment: str) -> Any:
    wanted = moment.removesuffix("_at") + "_by"
    return next((field for field in model._meta.concrete_fields if field.name == wanted), None)


def test_exemptions_are_still_needed() -> None:
    known = {(model.__name__, name) for model, name in moments()}
    stale = [key for key in WITHOUT_ACTOR if key not in known]
    needless = [
        (model.__name__, name)
        for model, name in moments()
        if (model.__name__, name) in WITHOUT_ACTOR and actor_of(model, name) is not None
    ]

    assert (stale, needless) == ([], [])


def test_money_is_decimal() -> None:
    floats = [
        f"{model.__name__}.{field.name}"
        for model in own_models()
        for field in model._meta.concrete_fields
        if isinstance(field, models.FloatField)
    ]

    assert floats == []


def test_every_decimal_is_bounded() -> None:
    """A range in the database also refuses NaN, which is greater than every number."""
    unbounded = [
        f"{model.__name__}.{field.name}"
        for model in own_models()
        for field in model._meta.concrete_fields
        if isinstance(field, models.DecimalField) and not is_bounded(model, field.name)
    ]

    assert unbounded == []


def is_bounded(model: type[models.Model], name: str) -> bool:
    checks = [check for check in model._meta.constraints if isinstance(check, models.CheckConstraint)]
    return any(f"{name}__range" in str(check.condition) for check in checks)


def test_sequential_ids_stay_inside() -> None:
    """Whatever is named in an address has a random public id."""
    named = [model for model in own_models() if hasattr(model, "get_absolute_url")]

    assert named != []
    assert [model.__name__ for model in named if not hasattr(model, "public_id")] == []


@pytest.mark.django_db
def test_migrations_tell_the_whole_story() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@pytest.mark.django_db
def test_django_finds_nothing_to_say() -> None:
    call_command("check", fail_level="WARNING", verbosity=0)
