from django.urls import path

from prm.files.api import FileContent

urlpatterns = [
    path("files/<str:public_id>", FileContent.as_view(), name="api-file"),
]
