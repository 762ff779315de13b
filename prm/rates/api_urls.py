from django.urls import path

from prm.rates import api

urlpatterns = [
    path("rates", api.RateList.as_view(), name="api-rates"),
    path("rates/bulk", api.BulkRates.as_view(), name="api-rates-bulk"),
    path("rates/<str:public_id>", api.OneRate.as_view(), name="api-rate"),
]
