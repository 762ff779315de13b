"""The folder where files are kept, unless the settings name a bucket."""

import os
from pathlib import Path

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage

# Not among what a backup takes: it could be half of a file.
UNFINISHED = "unfinished"


class WholeFileStorage(FileSystemStorage):
    """A file has its name when all of it is there: whoever copies the folder meanwhile copies no half of one."""

    def _save(self, name: str, content: "File[bytes]") -> str:
        written = super()._save(f"{UNFINISHED}/{Path(name).name}", content)
        place = Path(self.path(name))
        place.parent.mkdir(mode=self.directory_permissions_mode or 0o700, exist_ok=True)
        os.rename(self.path(written), place)
        return name
