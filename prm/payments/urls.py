from django.urls import path

from prm.payments import views

urlpatterns = [
    path("payments/", views.payments, name="payments"),
    path("payments/export/", views.export, name="payments-export"),
    path("payments/<str:public_id>/", views.run, name="payment-run"),
    path("payments/<str:public_id>/approve/", views.approve, name="payment-run-approve"),
    path("payments/<str:public_id>/hand-over/", views.hand_over, name="payment-run-hand-over"),
    path("payments/<str:public_id>/discard/", views.discard, name="payment-run-discard"),
    path("payments/<str:public_id>/results/", views.results, name="payment-run-results"),
    path("payments/<str:public_id>/file/", views.file, name="payment-run-file"),
    path("payee/", views.payee, name="payee"),
    path("payee/<str:public_id>/confirm/", views.payee_confirm, name="payee-confirm"),
    path("payee/<str:public_id>/decline/", views.payee_decline, name="payee-decline"),
]
