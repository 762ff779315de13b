"""The API grows with the product: an operation exists when its capability does."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("prm.api.urls")),
    path("", include("prm.notices.api_urls")),
    path("", include("prm.branding.api_urls")),
    path("", include("prm.files.api_urls")),
    path("", include("prm.announcements.api_urls")),
    path("", include("prm.calendars.api_urls")),
    path("", include("prm.ledger.api_urls")),
    path("", include("prm.payments.api_urls")),
    path("", include("deals.exchange.api_urls")),
    path("", include("prm.rates.api_urls")),
    path("", include("prm.policy.api_urls")),
    path("", include("partners.api_urls")),
    path("", include("deals.api_urls")),
    path("", include("enablement.library.api_urls")),
]
