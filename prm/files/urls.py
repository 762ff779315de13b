from django.urls import path

from prm.files import views

urlpatterns = [
    path("files/<str:public_id>/", views.file, name="file"),
]
