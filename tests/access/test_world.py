"""The world itself: a walk through it proves something only while everything is there."""

from django.db import models

from deals.registrations.models import Registration
from tests.access.canaries import CANARY
from tests.access.world import World

# Text that is drawn by the product or chosen from a list.
NOT_TYPED = {
    "public_id",
    "reference",
    "form_nonce",
    "state",
    "currency",
    "motion",
    "opportunity",
    "engagement",
    "origin",
}


def test_each_side_has_one_of_everything(world: World) -> None:
    states = ["draft", "submitted", "asked", "approved", "rejected", "won"]

    assert [deal.state for deal in world.helix.deals] == states
    assert [deal.state for deal in world.orbit.deals] == states
    kinds = ["deal", "account", "organisation", "person", "invitation", "token", "notice", "message"]
    for kind in (*kinds, "announcement", "export", "filter"):
        assert world.helix.ids(kind) != []
        assert world.orbit.ids(kind) != []


def test_rivals_are_after_one_customer(world: World) -> None:
    kinds = set(world.helix.submitted.findings.values_list("kind", flat=True))

    assert "earlier_registration" in kinds


def test_every_text_of_the_other_side_holds_a_canary(world: World) -> None:
    deal = Registration.objects.get(pk=world.orbit.draft.pk)
    typed = [
        field.name
        for field in Registration._meta.concrete_fields
        if isinstance(field, models.CharField | models.TextField)
        and not field.choices
        and field.name not in NOT_TYPED
        and getattr(deal, field.name)
    ]

    assert [name for name in typed if CANARY not in str(getattr(deal, name)).lower()] == ["customer_country"]
    assert len(typed) > 9
