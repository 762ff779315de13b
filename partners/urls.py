from django.urls import URLPattern, path

from partners.customers import names_views as names
from partners.customers import views as customers
from partners.imports import views as imports
from partners.lists import views as lists
from partners.merges import views as merges
from partners.profiles import views as profiles

urlpatterns: list[URLPattern] = [
    path("accounts/", customers.accounts, name="accounts"),
    path("accounts/new/", customers.create, name="account-new"),
    path("accounts/export/", customers.export, name="accounts-export"),
    path("accounts/imports/", imports.imports, name="account-imports"),
    path("accounts/imports/export/", imports.export, name="account-imports-export"),
    path("accounts/imports/<str:public_id>/", imports.account_import, name="account-import"),
    path("accounts/imports/<str:public_id>/run/", imports.run, name="account-import-run"),
    path("accounts/imports/<str:public_id>/undo/", imports.undo, name="account-import-undo"),
    path("accounts/imports/<str:public_id>/findings/", imports.findings, name="account-import-findings"),
    path("accounts/lists/", lists.lists, name="account-lists"),
    path("accounts/lists/export/", lists.export, name="account-lists-export"),
    path("accounts/lists/results/", lists.results, name="account-list-results"),
    path("accounts/lists/<str:public_id>/", lists.company_list, name="account-list"),
    path("accounts/alike/", merges.pairs_alike, name="accounts-alike"),
    path("accounts/alike/export/", merges.export, name="accounts-alike-export"),
    path("accounts/alike/search/", merges.search, name="accounts-alike-search"),
    path("accounts/names/<str:public_id>/remove/", names.remove, name="account-name-remove"),
    path("accounts/merges/<str:public_id>/undo/", merges.undo, name="account-merge-undo"),
    path("accounts/<str:public_id>/merge/", merges.merge, name="account-merge"),
    path("accounts/<str:public_id>/distinct/", merges.distinct, name="account-distinct"),
    path("accounts/<str:public_id>/parent/", merges.link, name="account-parent"),
    path("accounts/<str:public_id>/", customers.account, name="account"),
    path("accounts/<str:public_id>/edit/", customers.edit, name="account-edit"),
    path("accounts/<str:public_id>/names/", names.add, name="account-name-add"),
    path("partners/", profiles.partners, name="partners"),
    path("partners/new/", profiles.create, name="partner-new"),
    path("partners/export/", profiles.export, name="partners-export"),
    path("partners/<str:public_id>/", profiles.partner, name="partner"),
    path("partners/<str:public_id>/edit/", profiles.edit, name="partner-edit"),
    path("partners/<str:public_id>/pam/", profiles.assign, name="partner-pam"),
]
