"""Where the bytes are: the storage that the settings name, a folder of the data directory unless they say another."""

import secrets
from collections.abc import Iterable, Iterator
from datetime import datetime

from django.core.files.base import ContentFile
from django.core.files.storage import Storage, storages

PORTION = 64 * 1024


def storage() -> Storage:
    return storages["files"]


def put(data: bytes) -> str:
    """Its key: drawn at random, in one of 256 folders, so that none grows beyond what a file system likes."""
    drawn = secrets.token_hex(16)
    return storage().save(f"{drawn[:2]}/{drawn}", ContentFile(data))


def is_there(key: str) -> bool:
    return storage().exists(key)


def portions(key: str) -> Iterator[bytes]:
    """Opened when somebody begins to read."""
    with storage().open(key) as content:
        while portion := content.read(PORTION):
            yield portion


def drop_all(keys: Iterable[str]) -> None:
    for key in keys:
        drop(key)


def drop(key: str) -> None:
    storage().delete(key)


def keys_before(moment: datetime) -> Iterator[list[str]]:
    """What lies there and was written before that, folder by folder."""
    kept = storage()
    for folder in sorted(_listed("")[0]):
        names = [f"{folder}/{name}" for name in _listed(folder)[1]]
        yield [key for key in names if kept.get_modified_time(key) < moment]


def _listed(path: str) -> tuple[list[str], list[str]]:
    try:
        return storage().listdir(path)
    except FileNotFoundError:
        # Nothing was kept yet.
        return [], []
