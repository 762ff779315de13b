"""What a page says when a verb refuses."""

import pytest
from django import forms
from django.contrib.messages import get_messages
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.exceptions import PermissionDenied
from django.test import RequestFactory

from prm.errors import InvalidInput, NotAllowed, StateConflict, TooOften
from prm.portal.verbs import attempt, status_of


class CustomerForm(forms.Form):
    customer_name = forms.CharField(required=False)
    tax_number = forms.CharField(required=False)


@pytest.fixture
def request_with_messages():
    request = RequestFactory().post("/")
    request._messages = CookieStorage(request)
    return request


@pytest.fixture
def form() -> CustomerForm:
    bound = CustomerForm({"customer_name": "Aster", "tax_number": "1"})
    assert bound.is_valid()
    return bound


def refusing(error: Exception):
    def verb() -> str:
        raise error

    return verb


def said(request) -> list[str]:
    return [str(message) for message in get_messages(request)]


def test_answer_comes_back(request_with_messages) -> None:
    assert attempt(request_with_messages, lambda: "done") == "done"


def test_refused_input_stands_at_its_field(request_with_messages, form: CustomerForm) -> None:
    error = InvalidInput({"customer.name": ["Too short."], "customer.tax_number": ["Not a number."], "other": ["Odd."]})

    assert attempt(request_with_messages, refusing(error), form) is None
    assert form.errors == {"customer_name": ["Too short."], "tax_number": ["Not a number."], "__all__": ["Odd."]}
    assert status_of(form) == 400


def test_refused_input_without_a_form_is_a_message(request_with_messages) -> None:
    attempt(request_with_messages, refusing(InvalidInput({"name": ["Too short."], "x": ["Odd."]})))

    assert said(request_with_messages) == ["Too short.", "Odd."]


def test_conflict_stands_above_the_form(request_with_messages, form: CustomerForm) -> None:
    attempt(request_with_messages, refusing(StateConflict("It was decided meanwhile.", state="approved")), form)

    assert form.non_field_errors() == ["It was decided meanwhile."]
    assert status_of(form) == 409


def test_conflict_without_a_form_is_a_message(request_with_messages) -> None:
    assert attempt(request_with_messages, refusing(StateConflict("It was decided meanwhile."))) is None
    assert said(request_with_messages) == ["It was decided meanwhile."]


def test_used_up_limit_says_so(request_with_messages, form: CustomerForm) -> None:
    attempt(request_with_messages, refusing(TooOften("Tomorrow again.", wait_seconds=60)), form)

    assert (form.non_field_errors(), status_of(form)) == (["Tomorrow again."], 429)


def test_forbidden_verb_is_the_forbidden_page(request_with_messages) -> None:
    with pytest.raises(PermissionDenied, match="Not yours"):
        attempt(request_with_messages, refusing(NotAllowed("Not yours.")))


def test_mistake_of_ours_is_not_hidden(request_with_messages) -> None:
    with pytest.raises(ZeroDivisionError):
        attempt(request_with_messages, lambda: 1 // 0)
