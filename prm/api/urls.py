from django.urls import path

from prm.api import api, docs

urlpatterns = [
    path("me", api.Me.as_view(), name="api-me"),
    path("events", api.Events.as_view(), name="api-events"),
    path("metrics", api.Metrics.as_view(), name="api-metrics"),
    path("metrics/<str:name>", api.MetricFigures.as_view(), name="api-metric"),
    path("schema/", docs.SchemaView.as_view(), name="schema"),
    path("docs/", docs.DocsView.as_view(), name="docs"),
]
