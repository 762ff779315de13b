from django.urls import path

from prm.calendars import api

urlpatterns = [
    path("calendars/<str:public_id>", api.OneCalendar.as_view(), name="api-calendar"),
    path("calendars/<str:public_id>/take-off", api.TakeOff.as_view(), name="api-calendar-off"),
    path("calendars/<str:public_id>/work", api.Work.as_view(), name="api-calendar-work"),
]
