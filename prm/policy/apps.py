from django.apps import AppConfig


class PolicyConfig(AppConfig):
    name = "prm.policy"
    label = "policy"
