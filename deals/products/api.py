from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from deals.products.models import ProductLine
from partners.states import Level
from prm.api.doors import Lists


class RequirementOut(serializers.Serializer[Any]):
    competency = serializers.CharField(source="required_competency")
    level = serializers.ChoiceField(choices=Level.choices, source="required_level")


class ProductOut(serializers.Serializer[Any]):
    id = serializers.CharField(source="public_id")
    slug = serializers.CharField()
    name = serializers.CharField()
    requires = serializers.SerializerMethodField(help_text="What a partner needs to register it; null: nothing.")

    @extend_schema_field(RequirementOut(allow_null=True))
    def get_requires(self, row: ProductLine) -> Any:
        return RequirementOut(row).data if row.requirement else None


class Products(Lists[ProductLine]):
    """Product lines that can be registered, by name."""

    out = ProductOut
    order = ("name", "public_id")

    def rows(self) -> QuerySet[ProductLine]:
        return ProductLine.objects.on_sale()
