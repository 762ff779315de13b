from django.urls import path

from prm.policy import api

urlpatterns = [
    path("policies", api.Policies.as_view(), name="api-policies"),
    path("policies/<str:public_id>", api.Policy.as_view(), name="api-policy"),
    path("policies/<str:public_id>/acknowledge", api.AcknowledgePolicy.as_view(), name="api-policy-acknowledge"),
]
