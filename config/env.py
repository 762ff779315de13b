"""Settings from the environment: a wrong value stops the start with a sentence instead of a surprise later."""

import os
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off", ""}
# Hours; a month.
LONGEST_SESSION = 720


def env(name: str, default: str = "") -> str:
    """The variable itself, or the content of the file that `<name>_FILE` points at (for secrets)."""
    file = os.environ.get(f"{name}_FILE")
    if file:
        try:
            return Path(file).read_text().strip()
        except OSError as error:
            raise ImproperlyConfigured(f"{name}_FILE cannot be read: {error.strerror}.") from error
        except UnicodeDecodeError:
            raise ImproperlyConfigured(f"{name}_FILE cannot be read: it is no text.") from None
    return os.environ.get(name, default)


def env_bool(name: str, default: bool = False) -> bool:
    value = env(name, "1" if default else "0").lower()
    if value in TRUE:
        return True
    if value in FALSE:
        return False
    raise ImproperlyConfigured(f"{name} must be 1 or 0, not {value!r}.")


def env_int(name: str, default: int) -> int:
    """Zero or more."""
    value = env(name, str(default))
    if not (value.isascii() and value.isdigit()):
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.")
    return int(value)


def session_hours() -> tuple[int, int]:
    """After how many hours without a request, and after how many in all, a session ends."""
    idle, whole = env_int("PRM_SESSION_IDLE_HOURS", 3), env_int("PRM_SESSION_HOURS", 12)
    if not 1 <= whole <= LONGEST_SESSION:
        raise ImproperlyConfigured(f"PRM_SESSION_HOURS must be 1 to {LONGEST_SESSION}, not {whole}.")
    if not 1 <= idle <= whole:
        raise ImproperlyConfigured(f"PRM_SESSION_IDLE_HOURS must be 1 to PRM_SESSION_HOURS ({whole}), not {idle}.")
    return idle, whole


def env_choice(name: str, default: str, choices: Iterable[str]) -> str:
    """One of some words in capitals, however it is written."""
    value = env(name, default).upper()
    if value not in choices:
        raise ImproperlyConfigured(f"{name} must be one of {', '.join(sorted(choices))}, not {value!r}.")
    return value


def env_origin(name: str, default: str) -> str:
    """Scheme, host and port of a web address; a path would be lost in the links that begin with it."""
    value = (env(name) or default).removesuffix("/")
    if not value.startswith(("http://", "https://")):
        raise ImproperlyConfigured(f"{name} must start with http:// or https://.")
    with suppress(ValueError):
        parts = urlsplit(value)
        is_port = parts.port is None or parts.port >= 0
        if parts.hostname and is_port and value == f"{parts.scheme}://{parts.netloc}" and "@" not in value:
            return value
    raise ImproperlyConfigured(f"{name} must be an address such as https://partners.example.com, not {value!r}.")


def env_list(name: str, default: str = "") -> list[str]:
    return [part.strip() for part in env(name, default).split(",") if part.strip()]


def secret(name: str, keep_in: Path, what: str) -> str:
    """A secret from the environment, or one drawn once and kept in a file of its own that only we can read."""
    from_env = env(name)
    if from_env:
        return from_env
    file = keep_in / what
    if not file.exists():
        _draw(file)
    return file.read_text().strip()


def _draw(file: Path) -> None:
    """It gets its name when it is complete: of several processes that start together, all read the same one."""
    from django.core.management.utils import get_random_secret_key

    file.parent.mkdir(parents=True, exist_ok=True)
    handle, unfinished = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}-")
    with os.fdopen(handle, "w") as stream:
        stream.write(get_random_secret_key())
    with suppress(FileExistsError):
        os.link(unfinished, file)
    os.unlink(unfinished)
