"""Every page of the installation. A route that is not listed in the access table of the tests fails the build."""

from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    # First: each line before it is tried for every request.
    path("api/v1/", include("config.api_urls")),
    path("", include("prm.portal.urls")),
    path("", include("prm.accounts.urls")),
    path("", include("prm.notices.urls")),
    path("", include("prm.operations.urls")),
    path("", include("prm.audit.urls")),
    path("", include("prm.exports.urls")),
    path("", include("prm.files.urls")),
    path("", include("prm.branding.urls")),
    path("", include("prm.filters.urls")),
    path("", include("prm.announcements.urls")),
    path("", include("prm.signing.urls")),
    path("", include("prm.calendars.urls")),
    path("", include("prm.ledger.urls")),
    path("", include("prm.payments.urls")),
    path("", include("prm.rates.urls")),
    path("", include("deals.exchange.urls")),
    path("", include("prm.policy.urls")),
    path("", include("partners.urls")),
    path("", include("deals.urls")),
    path("", include("enablement.library.urls")),
    path("auth/", include("prm.accounts.auth_urls")),
    path("", include("prm.api.health_urls")),
    path("admin/", admin.site.urls),
]

if settings.DEBUG or settings.PRM_DEMO:
    urlpatterns.append(path("_ui/", include("prm.portal.gallery_urls")))

handler400 = "prm.portal.errors.bad_request"
handler403 = "prm.portal.errors.forbidden"
handler404 = "prm.portal.errors.not_found"
handler500 = "prm.portal.errors.server_error"
