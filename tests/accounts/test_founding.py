"""How an installation gets its first person."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from prm.accounts.models import Invitation, Organisation, User
from prm.accounts.roles import Permission
from prm.notices.models import Notice

PASSWORD = "a long way to the first login"


def invite(*arguments: str) -> str:
    said = StringIO()
    call_command("invite_admin", *arguments, stdout=said)
    return said.getvalue().strip()


@pytest.mark.django_db
def test_first_admin_comes_in_by_the_printed_address() -> None:
    address = invite("Boss@Acme.example", "--vendor", "Acme")
    path = address.removeprefix("http://localhost:8000")
    joined = Client().post(path, {"name": "The Boss", "password": PASSWORD})
    boss = User.objects.get(email="boss@acme.example")

    assert joined.status_code == 302
    assert boss.organisation == Organisation.objects.get(kind="vendor", name="Acme")
    assert boss.may(Permission.PEOPLE_MANAGE_ALL)


@pytest.mark.django_db
def test_invitation_is_promised_by_mail_too() -> None:
    invite("boss@acme.example")
    notice = Notice.objects.get()

    assert (notice.recipient, notice.signed_path) == ("boss@acme.example", True)


@pytest.mark.django_db
def test_second_admin_joins_the_same_vendor() -> None:
    invite("boss@acme.example", "--vendor", "Acme")
    invite("deputy@acme.example", "--vendor", "Another name")

    assert [organisation.name for organisation in Organisation.objects.all()] == ["Acme"]
    assert Invitation.objects.count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("email", "sentence"),
    [("nobody", "nobody is no e-mail address."), ("boss@acme.example", "This address has an open invitation already.")],
)
def test_invitation_that_cannot_be_sent_says_why(email: str, sentence: str) -> None:
    invite("boss@acme.example")

    with pytest.raises(CommandError, match=sentence):
        invite(email)
