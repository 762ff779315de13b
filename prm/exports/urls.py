from django.urls import path

from prm.exports import views

urlpatterns = [
    path("exports/", views.exports, name="exports"),
    path("exports/<str:public_id>/", views.export, name="export"),
    path("exports/<str:public_id>/file/", views.file, name="export-file"),
]
