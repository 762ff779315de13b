from django.urls import path

from prm.payments import api

urlpatterns = [
    path("payments/outlook", api.Outlooks.as_view(), name="api-payments-outlook"),
    path("payments/runs", api.Runs.as_view(), name="api-payment-runs"),
    path("payments/runs/<str:public_id>", api.OneRun.as_view(), name="api-payment-run"),
    path("payments/runs/<str:public_id>/approve", api.Approve.as_view(), name="api-payment-run-approve"),
    path("payments/runs/<str:public_id>/submit", api.Submit.as_view(), name="api-payment-run-submit"),
    path("payments/runs/<str:public_id>/discard", api.Discard.as_view(), name="api-payment-run-discard"),
    path("payments/runs/<str:public_id>/results", api.Results.as_view(), name="api-payment-run-results"),
    path("payments/runs/<str:public_id>/file", api.RunFile.as_view(), name="api-payment-run-file"),
    path("payees", api.Payees.as_view(), name="api-payees"),
    path("payees/<str:public_id>", api.OnePayee.as_view(), name="api-payee"),
    path("payees/<str:public_id>/confirm", api.ConfirmPayee.as_view(), name="api-payee-confirm"),
    path("payees/<str:public_id>/decline", api.DeclinePayee.as_view(), name="api-payee-decline"),
]
