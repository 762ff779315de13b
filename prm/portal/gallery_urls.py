from django.urls import path

from prm.portal import gallery

urlpatterns = [path("", gallery.gallery, name="gallery")]
