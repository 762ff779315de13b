from django.urls import URLPattern, path

from partners.customers.api import Accounts, OneAccount
from partners.imports.api import Check, Imports, OneImport, RowFindings, Start, Undo

urlpatterns: list[URLPattern] = [
    path("accounts", Accounts.as_view(), name="api-accounts"),
    path("accounts/imports", Imports.as_view(), name="api-account-imports"),
    path("accounts/imports/<str:public_id>", OneImport.as_view(), name="api-account-import"),
    path("accounts/imports/<str:public_id>/findings", RowFindings.as_view(), name="api-account-import-findings"),
    path("accounts/imports/<str:public_id>/check", Check.as_view(), name="api-account-import-check"),
    path("accounts/imports/<str:public_id>/start", Start.as_view(), name="api-account-import-start"),
    path("accounts/imports/<str:public_id>/undo", Undo.as_view(), name="api-account-import-undo"),
    path("accounts/<str:public_id>", OneAccount.as_view(), name="api-account"),
]
