from django.urls import path

from prm.operations import views

urlpatterns = [
    path("status", views.status, name="status"),
    path("status/notices/export", views.export, name="status-export"),
    path("status/notices/again", views.replay_all, name="notices-again"),
    path("status/notices/<str:public_id>/again", views.replay, name="notice-again"),
    path("metrics", views.metrics, name="metrics"),
]
