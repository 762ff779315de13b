from django.urls import path

from deals.exchange import views

urlpatterns = [path("rates/import/", views.take_in, name="rates-import")]
