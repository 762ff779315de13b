from django.urls import path

from prm.branding.api import OneBranding

urlpatterns = [
    path("branding", OneBranding.as_view(), name="api-branding"),
]
