from django.urls import URLPattern, path

from partners.customers.api import Accounts, OneAccount

urlpatterns: list[URLPattern] = [
    path("accounts", Accounts.as_view(), name="api-accounts"),
    path("accounts/<str:public_id>", OneAccount.as_view(), name="api-account"),
]
