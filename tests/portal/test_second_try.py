"""A form that creates something works once, and once more when nothing came of it."""

from typing import Any

import pytest
from django.test import Client

from partners.customers import actions as customers
from partners.models import Account, Partner
from partners.profiles import actions as partners
from prm.accounts import actions as accounts
from prm.accounts.models import ApiToken
from prm.errors import InvalidInput, StateConflict
from prm.portal.forms import NonceMixin, new_nonce
from tests.factories import PASSWORD, Cast


def browser(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def refuse_once(monkeypatch: pytest.MonkeyPatch, module: Any, name: str, error: Exception) -> None:
    """What somebody else's verb at the same moment looks like to this one."""
    real, refusals = getattr(module, name), [error]

    def verb(**said: Any) -> Any:
        if refusals:
            raise refusals.pop()
        return real(**said)

    monkeypatch.setattr(module, name, verb)


def test_customer_is_created_by_the_second_try(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    refuse_once(monkeypatch, customers, "create_account", StateConflict("Somebody else is faster."))
    client, data = browser(cast.admin), {"name": "Kepler Werke", "form_nonce": new_nonce(), "known_anyway": "on"}

    answers = [client.post("/accounts/new/", data).status_code for _ in range(3)]

    assert answers == [400, 302, 302]
    assert Account.objects.count() == 1


def test_partner_is_created_by_the_second_try(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    refuse_once(monkeypatch, partners, "create_partner", InvalidInput({"pam": ["Somebody has just left."]}))
    before = Partner.objects.count()
    data = {"name": "Nova", "model": "var", "size": "small", "time_zone": "UTC", "admin_email": "a@nova.example"}
    data["form_nonce"] = new_nonce()
    client = browser(cast.admin)

    answers = [client.post("/partners/new/", data).status_code for _ in range(3)]

    assert answers == [400, 302, 302]
    assert Partner.objects.count() == before + 1


def test_token_is_created_by_the_second_try(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    refuse_once(monkeypatch, accounts, "create_token", StateConflict("Somebody else is faster."))
    client = browser(cast.helix.rep)
    data = {"name": "CRM", "days": "30", "password": PASSWORD, "form_nonce": new_nonce()}

    answers = [client.post("/profile/tokens/", data).status_code for _ in range(3)]

    assert answers == [200, 200, 302]
    assert ApiToken.objects.count() == 1


def sent(nonce: str) -> NonceMixin:
    form = NonceMixin({"form_nonce": nonce})
    assert form.is_valid()
    return form


def test_form_is_first_once_until_it_is_given_back(db: None) -> None:
    form = sent(new_nonce())
    before = [form.is_first(), form.is_first()]
    form.give_back()

    assert (before, [form.is_first(), form.is_first()]) == ([True, False], [True, False])


def test_form_without_a_number_is_always_first(db: None) -> None:
    form = sent("")
    answers = [form.is_first(), form.is_first()]
    form.give_back()

    assert answers == [True, True]


def test_forms_do_not_stand_in_for_each_other(db: None) -> None:
    one, other = sent(new_nonce()), sent(new_nonce())

    assert (one.is_first(), other.is_first()) == (True, True)
    one.give_back()
    assert other.is_first() is False


@pytest.mark.parametrize("nonce", ["short", "x" * 41, "a\0" * 9])
def test_number_that_was_not_drawn_here_is_refused(nonce: str) -> None:
    assert NonceMixin({"form_nonce": nonce}).is_valid() is False
