"""How what the rules say is shown over the API."""

from typing import Any

from rest_framework import serializers


class EvidenceOut(serializers.Serializer[Any]):
    rule = serializers.CharField()
    text = serializers.CharField()
