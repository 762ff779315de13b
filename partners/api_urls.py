from django.urls import URLPattern, path

from partners.customers.api import Accounts, OneAccount
from partners.customers.names_api import Names, RemoveName
from partners.imports.api import Check, Imports, OneImport, RowFindings, Start, Undo
from partners.lists.api import CompanyLists, OneList, Results
from partners.lists.api import Start as StartList
from partners.merges.api import Dismiss, Merges, Pairs, Searches, UndoMerge

urlpatterns: list[URLPattern] = [
    path("accounts", Accounts.as_view(), name="api-accounts"),
    path("accounts/imports", Imports.as_view(), name="api-account-imports"),
    path("accounts/imports/<str:public_id>", OneImport.as_view(), name="api-account-import"),
    path("accounts/imports/<str:public_id>/findings", RowFindings.as_view(), name="api-account-import-findings"),
    path("accounts/imports/<str:public_id>/check", Check.as_view(), name="api-account-import-check"),
    path("accounts/imports/<str:public_id>/start", Start.as_view(), name="api-account-import-start"),
    path("accounts/imports/<str:public_id>/undo", Undo.as_view(), name="api-account-import-undo"),
    path("accounts/lists", CompanyLists.as_view(), name="api-account-lists"),
    path("accounts/lists/<str:public_id>", OneList.as_view(), name="api-account-list"),
    path("accounts/lists/<str:public_id>/start", StartList.as_view(), name="api-account-list-start"),
    path("accounts/lists/<str:public_id>/rows", Results.as_view(), name="api-account-list-rows"),
    path("accounts/alike", Pairs.as_view(), name="api-accounts-alike"),
    path("accounts/alike/searches", Searches.as_view(), name="api-accounts-alike-searches"),
    path("accounts/alike/<str:public_id>/dismiss", Dismiss.as_view(), name="api-accounts-alike-dismiss"),
    path("accounts/merges", Merges.as_view(), name="api-account-merges"),
    path("accounts/merges/<str:public_id>/undo", UndoMerge.as_view(), name="api-account-merge-undo"),
    path("accounts/names/<str:public_id>/remove", RemoveName.as_view(), name="api-account-name-remove"),
    path("accounts/<str:public_id>/names", Names.as_view(), name="api-account-names"),
    path("accounts/<str:public_id>", OneAccount.as_view(), name="api-account"),
]
