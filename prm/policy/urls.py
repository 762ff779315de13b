from django.urls import path

from prm.policy import views

urlpatterns = [
    path("policies/", views.policies, name="policies"),
    path("policies/export/", views.export, name="policies-export"),
    path("policies/acknowledgements/export/", views.acknowledgements_export, name="policy-acknowledgements-export"),
    path("policies/new/<slug:schema>/", views.new, name="policy-new"),
    path("policies/<str:public_id>/", views.version, name="policy"),
    path("policies/<str:public_id>/take-back/", views.take_back, name="policy-take-back"),
    path("policies/<str:public_id>/acknowledge/", views.acknowledge, name="policy-acknowledge"),
    path("policies/<str:public_id>/acknowledgements/", views.acknowledgements, name="policy-acknowledgements"),
]
