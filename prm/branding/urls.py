from django.urls import path

from prm.branding import views

urlpatterns = [
    path("branding/", views.branding, name="branding"),
    path("branding/reset/", views.reset, name="branding-reset"),
    path("branding/logo/<str:digest>", views.logo, name="brand-logo"),
]
