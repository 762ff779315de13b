"""The API grows with the product: an operation exists when its capability does."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("prm.api.urls")),
    path("", include("prm.notices.api_urls")),
    path("", include("prm.branding.api_urls")),
    path("", include("prm.announcements.api_urls")),
    path("", include("partners.api_urls")),
    path("", include("deals.api_urls")),
]
