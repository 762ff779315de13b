from django.apps import AppConfig


class MetricsConfig(AppConfig):
    name = "prm.metrics"
    label = "metrics"
