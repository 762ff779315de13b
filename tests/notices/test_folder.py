"""Mails without a mail server: files that any mail program opens."""

from email import message_from_bytes, policy
from pathlib import Path

import pytest
from django.core.mail import EmailMessage, get_connection

BACKEND = "prm.notices.backends.MailFolderBackend"


@pytest.fixture
def folder(tmp_path: Path, settings) -> Path:
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
    return tmp_path / "mail"


def send(subject: str = "Grüße", number: str = "ntc_1", to: str = "ana@helix.example") -> int:
    mail = EmailMessage(
        subject, "Bis bald.\n", "partners@prm.example", [to], headers={"Message-ID": f"<{number}@prm.example>"}
    )
    return get_connection(BACKEND).send_messages([mail])


def test_mail_becomes_a_file(folder: Path) -> None:
    sent = send()
    (file,) = folder.iterdir()
    mail = message_from_bytes(file.read_bytes(), policy=policy.default)

    assert (sent, file.name) == (1, "ntc_1.eml")
    assert (mail["Subject"], mail["To"], mail.get_content()) == ("Grüße", "ana@helix.example", "Bis bald.\n")


def test_repeated_delivery_replaces_its_file(folder: Path) -> None:
    send("First")
    send("Second")
    (file,) = folder.iterdir()

    assert "Subject: Second" in file.read_text()


def test_name_of_the_file_stays_in_the_folder(folder: Path) -> None:
    send(number="../../outside/x")

    assert [file.name for file in folder.iterdir()] == ["outside-x.eml"]


def test_several_mails_are_several_files(folder: Path) -> None:
    for number in range(3):
        send(number=f"ntc_{number}")

    assert sorted(file.name for file in folder.iterdir()) == ["ntc_0.eml", "ntc_1.eml", "ntc_2.eml"]
