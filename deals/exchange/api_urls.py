from django.urls import path

from deals.exchange import api

urlpatterns = [path("rates/imports", api.RatesImport.as_view(), name="api-rates-import")]
