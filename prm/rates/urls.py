from django.urls import path

from prm.rates import views

urlpatterns = [
    path("rates/", views.rates, name="rates"),
    path("rates/export/", views.export, name="rates-export"),
    path("rates/new/", views.new, name="rate-new"),
]
