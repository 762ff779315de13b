from django.urls import path

from prm.notices import views
from prm.notices.choices.views import choices

urlpatterns = [
    path("notices/", views.notices, name="notices"),
    path("notices/export/", views.export, name="notices-export"),
    path("notices/read/", views.read_all, name="notices-read"),
    path("notices/<str:public_id>/open/", views.open_notice, name="notice-open"),
    path("profile/notifications/", choices, name="notice-choices"),
]
