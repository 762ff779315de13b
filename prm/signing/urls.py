from django.urls import path

from prm.signing import views

urlpatterns = [
    path(".well-known/jwks.json", views.jwks, name="jwks"),
    path("receipts/", views.receipts, name="receipts"),
    path("receipts/roots/", views.roots, name="receipt-roots"),
    path("receipts/roots.json", views.roots_json, name="receipt-roots-json"),
    path("receipts/verify_receipt.py", views.script, name="receipt-script"),
    path("receipts/keys/", views.keys, name="signing-keys"),
    path("receipts/keys/rotate/", views.rotate, name="signing-key-rotate"),
]
