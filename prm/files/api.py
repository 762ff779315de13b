"""The one address of files for programs."""

from typing import Any

from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from rest_framework import serializers

from prm.api.doors import FileDoor
from prm.files.models import StoredFile
from prm.files.serving import sent
from prm.files.states import MEDIA_TYPES, Kind


class StoredFileOut(serializers.Serializer[StoredFile]):
    id = serializers.CharField(source="public_id")
    name = serializers.CharField()
    kind = serializers.ChoiceField(Kind.choices)
    size = serializers.IntegerField(help_text="In bytes.")
    sha256 = serializers.CharField(help_text="Of what `files/{id}` answers, in hexadecimal.")


class FileContent(FileDoor[StoredFile]):
    """The file itself. Whoever may read what it belongs to may read it."""

    out = StoredFileOut
    media_types = tuple(media_type.partition(";")[0] for media_type in MEDIA_TYPES.values())

    def rows(self) -> QuerySet[StoredFile]:
        return StoredFile.objects.visible_to(self.user, self.now)

    def may(self) -> bool:
        return True

    def file(self, noun: StoredFile, asked: dict[str, Any]) -> HttpResponseBase:
        return sent(noun, by=self.user, now=self.now, counted=self.request.method == "GET")
