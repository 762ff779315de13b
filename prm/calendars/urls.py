from django.urls import path

from prm.calendars import views

urlpatterns = [
    path("calendars/<str:public_id>/", views.calendar, name="calendar"),
    path("calendars/<str:public_id>/off/", views.take_off, name="calendar-off"),
    path("calendars/<str:public_id>/work/", views.work, name="calendar-work"),
]
