"""Master data of the wing, for superusers of the stock admin."""

from django.contrib import admin

from deals.products.models import ProductLine


@admin.register(ProductLine)
class ProductLineAdmin(admin.ModelAdmin[ProductLine]):
    list_display = ("name", "slug", "family", "list_price", "currency", "retired_on")
    search_fields = ("name", "slug", "family")
    prepopulated_fields = {"slug": ("name",)}

    def has_delete_permission(self, request: object, obj: ProductLine | None = None) -> bool:
        """A line that was registered stays in history: it is retired."""
        return False
