from typing import Any

from django.contrib.staticfiles.management.commands import collectstatic
from whitenoise.storage import CompressedManifestStaticFilesStorage


class Command(collectstatic.Command):
    """The settings choose this storage once there is a manifest, which is what is about to be made."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.storage = CompressedManifestStaticFilesStorage()
