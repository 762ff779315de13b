"""A forgotten password: the same answer for everybody, a link from the configured address, good once."""

import re

import pytest
from django.core import mail
from django.test import Client

from prm.accounts.models import User
from prm.notices.models import Notice
from prm.notices.relay import deliver_due
from tests.factories import Cast

ASK = "/auth/password/reset/"
NEW = "another sentence nobody guesses"


@pytest.fixture(autouse=True)
def outbox(settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def asked(client: Client, email: str) -> str:
    """The link of the mail."""
    client.post(ASK, {"email": email})
    deliver_due()
    return re.search(r"http://\S+", mail.outbox[-1].body).group()


def follow(client: Client, url: str, password: str = NEW):
    form = client.get(url.removeprefix("http://localhost:8000"), follow=True)
    return form, client.post(form.request["PATH_INFO"], {"password1": password, "password2": password})


def test_known_and_unknown_addresses_get_the_same_answer(client: Client, cast: Cast) -> None:
    known = client.post(ASK, {"email": cast.pam.email})
    unknown = client.post(ASK, {"email": "nobody@vendor.example"})

    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])


def test_strangers_get_no_mail(client: Client, cast: Cast) -> None:
    client.post(ASK, {"email": "nobody@vendor.example"})
    deliver_due()

    assert (Notice.objects.count(), mail.outbox) == (0, [])


def test_request_sends_nothing_itself(client: Client, cast: Cast) -> None:
    client.post(ASK, {"email": cast.pam.email})

    assert mail.outbox == []
    assert Notice.objects.get().user == cast.pam


def test_no_key_rests_in_the_table(client: Client, cast: Cast) -> None:
    url = asked(client, cast.pam.email)
    key = url.rstrip("/").rpartition("/")[2]
    stored = " ".join(str(value) for value in Notice.objects.values_list()[0])

    assert key not in stored


def test_link_starts_with_the_configured_address(client: Client, cast: Cast, settings) -> None:
    settings.ALLOWED_HOSTS = ["localhost", "evil.example"]
    client.post(ASK, {"email": cast.pam.email}, headers={"Host": "evil.example", "X-Forwarded-Host": "evil.example"})
    deliver_due()

    assert settings.PRM_BASE_URL in mail.outbox[0].body
    assert "evil.example" not in mail.outbox[0].body


def test_unknown_host_is_refused(client: Client, db: None) -> None:
    assert client.post(ASK, {"email": "x@y.example"}, headers={"Host": "evil.example"}).status_code == 400


def test_link_sets_the_password_once(client: Client, cast: Cast) -> None:
    url = asked(client, cast.pam.email)
    _form, saved = follow(client, url)
    again, _ = follow(Client(), url, "a third sentence for this")

    assert saved.status_code == 302
    assert User.objects.get(pk=cast.pam.pk).check_password(NEW)
    assert "This link no longer works" in again.text


def test_key_is_not_in_the_address_of_the_form(client: Client, cast: Cast) -> None:
    """So that no link on the page can carry it away."""
    url = asked(client, cast.pam.email)
    form, _saved = follow(client, url)

    assert url.rstrip("/").rpartition("-")[2] not in form.request["PATH_INFO"]


def test_weak_password_is_refused(client: Client, cast: Cast) -> None:
    _form, refused = follow(client, asked(client, cast.pam.email), "short")

    assert "at least 10 characters" in refused.text
    assert not User.objects.get(pk=cast.pam.pk).check_password("short")


def test_many_requests_are_slowed_down(client: Client, cast: Cast) -> None:
    statuses = [client.post(ASK, {"email": cast.pam.email}).status_code for _ in range(7)]

    assert statuses[:5] == [302] * 5
    assert statuses[-1] == 429
