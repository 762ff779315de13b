from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from deals.products.models import ProductLine
from prm.api.doors import Lists


class ProductOut(serializers.Serializer[Any]):
    id = serializers.CharField(source="public_id")
    slug = serializers.CharField()
    name = serializers.CharField()


class Products(Lists[ProductLine]):
    """Product lines that can be registered, by name."""

    out = ProductOut
    order = ("name", "public_id")

    def rows(self) -> QuerySet[ProductLine]:
        return ProductLine.objects.on_sale()
