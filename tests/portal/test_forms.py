"""How forms look: label, mark, help and error belong to their field for every reader."""

import pytest
from django import forms
from django.test import RequestFactory

from prm.portal.forms import NonceMixin, PortalRenderer, TextArea, posted


class Example(forms.Form):
    name = forms.CharField(label="Name", help_text="As in the <register>")
    city = forms.CharField(label="City", required=False)
    agree = forms.BooleanField(label="I agree")
    part = forms.ChoiceField(label="Part", choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)
    secret = forms.CharField(widget=forms.HiddenInput, required=False)
    text = forms.CharField(widget=TextArea)


def drawn(name: str, data: dict[str, str] | None = None) -> str:
    return str(Example(data)[name].as_field_group())


def test_portal_draws_every_form() -> None:
    assert isinstance(Example().renderer, PortalRenderer)


def test_label_and_help_belong_to_the_field() -> None:
    html = drawn("name")

    assert '<label for="id_name">Name</label>' in html
    assert '<div class="help" id="id_name_helptext">As in the &lt;register&gt;</div>' in html
    assert 'aria-describedby="id_name_helptext"' in html


def test_error_belongs_to_the_field_and_keeps_what_was_typed() -> None:
    html = drawn("text", {"text": ""})

    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_text_error"' in html
    assert '<ul class="errorlist" id="id_text_error"><li>This field is required.</li></ul>' in html


@pytest.mark.parametrize(("name", "optional"), [("name", False), ("city", True), ("text", False)])
def test_what_may_stay_empty_says_so(name: str, optional: bool) -> None:
    assert ('class="optional"' in drawn(name)) == optional


def test_filters_do_not_say_so() -> None:
    class Filter(Example):
        all_optional = True

    assert "optional" not in str(Filter()["city"].as_field_group())


def test_choices_stand_in_a_fieldset_with_a_legend() -> None:
    html = drawn("part")

    assert "<fieldset" in html
    assert "<legend>Part</legend>" in html
    assert html.count('type="radio"') == 2


def test_box_stands_before_its_label() -> None:
    html = drawn("agree")

    assert html.index('type="checkbox"') < html.index("I agree")


def test_hidden_field_is_bare() -> None:
    assert drawn("secret") == '<input type="hidden" name="secret" id="id_secret">'


def test_whole_form_shows_its_general_errors_first() -> None:
    form = Example({"name": "a"})
    form.add_error(None, "It was decided meanwhile.")
    html = str(form)

    assert html.index("It was decided meanwhile.") < html.index("Name")
    assert 'role="alert"' in html


class Creating(NonceMixin):
    name = forms.CharField()


def sent(nonce: str) -> Creating:
    form = Creating({"name": "a", "form_nonce": nonce})
    assert form.is_valid()
    return form


def test_second_click_is_noticed(db: None) -> None:
    nonce = Creating()["form_nonce"].value()

    assert [sent(nonce).is_first(), sent(nonce).is_first()] == [True, False]


def test_each_form_has_its_own_number() -> None:
    assert Creating()["form_nonce"].value() != Creating()["form_nonce"].value()


def test_form_without_a_number_counts_as_new(db: None) -> None:
    assert [sent("").is_first(), sent("").is_first()] == [True, True]


@pytest.mark.parametrize("nonce", ["short", "x" * 41])
def test_odd_number_is_refused(nonce: str) -> None:
    assert list(Creating({"name": "a", "form_nonce": nonce}).errors) == ["form_nonce"]


def test_empty_post_is_a_sent_form() -> None:
    factory = RequestFactory()

    assert posted(factory.get("/")) is None
    assert Creating(posted(factory.post("/"))).is_bound
