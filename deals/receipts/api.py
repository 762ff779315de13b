"""Receipts for programs."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from deals.events import SUBJECT
from deals.registrations.api import Seen
from deals.registrations.models import Registration
from prm.signing.selectors import chain_of, inclusion_of

RECEIPT = {"type": "array", "items": {"type": "string", "description": "A compact JWS (EdDSA)."}}


class IncludedOut(serializers.Serializer[Any]):
    seq = serializers.IntegerField()
    day = serializers.DateField(help_text="The UTC day in whose root the step is.")
    root = serializers.CharField(  # type: ignore[assignment]
        allow_null=True, help_text="The signed statement of the day's root; null until the day is over."
    )
    path = serializers.ListField(
        child=serializers.ListField(child=serializers.CharField(), min_length=2, max_length=2),
        allow_null=True,
        help_text="What stands beside the way up to the root: `left` or `right`, and a SHA-256 in hexadecimal.",
    )


class InclusionOut(serializers.Serializer[Any]):
    results = IncludedOut(many=True)


class ReceiptDoor(Seen):
    def rows(self) -> QuerySet[Registration]:
        return Registration.objects.visible_to(self.user)


class Receipt(ReceiptDoor):
    """A receipt that can be verified without this programme: one compact JWS for each step, each naming the SHA-256
    of the one before it. The keys are at `/.well-known/jwks.json`. A draft has none.
    """

    out = RECEIPT  # type: ignore[assignment]

    def get(self, request: Request, **path: str) -> Response:
        noun = self.noun(whole=False)
        self.parameters()
        return Response([link.jws for link in chain_of(SUBJECT, noun.public_id)])


class Inclusion(ReceiptDoor):
    """For each step of the receipt the published root of its day and the path to it."""

    out = InclusionOut  # type: ignore[assignment]

    def get(self, request: Request, **path: str) -> Response:
        noun = self.noun(whole=False)
        self.parameters()
        return Response({"results": inclusion_of(chain_of(SUBJECT, noun.public_id))})
