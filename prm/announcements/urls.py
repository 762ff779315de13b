from django.urls import path

from prm.announcements import views

urlpatterns = [
    path("announcements/", views.announcements, name="announcements"),
    path("announcements/written/", views.written, name="announcements-written"),
    path("announcements/export/", views.export, name="announcements-export"),
    path("announcements/new/", views.new, name="announcement-new"),
    path("announcements/<str:public_id>/", views.edit, name="announcement-edit"),
    path("announcements/<str:public_id>/withdraw/", views.withdraw, name="announcement-withdraw"),
    path("announcements/<str:public_id>/dismiss/", views.dismiss, name="announcement-dismiss"),
]
