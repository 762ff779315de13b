from django.urls import path

from prm.notices.choices.api import MyNotifications

urlpatterns = [
    path("me/notifications", MyNotifications.as_view(), name="api-me-notifications"),
]
