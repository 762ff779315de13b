from collections.abc import Iterator
from typing import Any

import pytest

from tests.notices.postbox import HOST, Postbox


@pytest.fixture
def postbox(settings: Any) -> Iterator[Postbox]:
    """Mails of this process arrive here."""
    box = Postbox()
    box.open()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = HOST, box.port
    yield box
    box.close()
