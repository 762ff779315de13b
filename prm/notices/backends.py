"""Where mails go when there is no mail server."""

import re
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


class MailFolderBackend(BaseEmailBackend):
    """Writes each mail as a file that any mail program opens. A repeated delivery replaces its own file."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        folder = Path(settings.EMAIL_FILE_PATH)
        folder.mkdir(parents=True, exist_ok=True)
        for message in email_messages:
            self._write(folder, message)
        return len(email_messages)

    @staticmethod
    def _write(folder: Path, message: EmailMessage) -> None:
        mail = message.message()
        name = re.sub(r"[^A-Za-z0-9_-]+", "-", str(mail["Message-ID"]).partition("@")[0]).strip("-")
        unfinished = folder / f"{name}.part"
        unfinished.write_bytes(mail.as_bytes())
        unfinished.rename(folder / f"{name}.eml")
