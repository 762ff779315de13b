from django.urls import path

from prm.announcements.api import Announcements

urlpatterns = [
    path("announcements", Announcements.as_view(), name="api-announcements"),
]
