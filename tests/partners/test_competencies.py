"""What a partner has shown that it can do: on its profile, by whoever looks after it."""

from typing import Any

import pytest

from partners.models import Partner
from partners.profiles.actions import create_partner, update_partner
from partners.profiles.forms import PartnerForm
from partners.profiles.models import is_competency
from prm.audit.models import Event
from prm.clocks.database import database_now
from prm.errors import NotAllowed
from tests.deals.portal.conftest import login  # noqa: F401 - a fixture
from tests.factories import Cast


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("docks", True),
        ("cold-chain", True),
        ("iso-27001", True),
        ("5g", True),
        ("a" * 60, True),
        ("a" * 61, False),
        ("", False),
        ("Cold-chain", False),
        ("cold chain", False),
        ("cold_chain", False),
        ("-docks", False),
        ("docks-", False),
        ("cold--chain", False),
        ("kühlkette", False),
        ("docks\n", False),
    ],
)
def test_competency_is_a_plain_word(text: str, known: bool) -> None:
    assert is_competency(text) is known


def form_of(partner: Partner, competencies: str) -> PartnerForm:
    given = {"name": "Helix", "time_zone": "UTC", "model": "msp", "size": "small", "state": "active"}
    return PartnerForm({**given, "competencies": competencies}, partner=partner, may_suspend=True)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("", []),
        ("docks", ["docks"]),
        ("docks, cold-chain", ["cold-chain", "docks"]),
        (" Docks  docks ", ["docks"]),
        ("docks,cold-chain,docks", ["cold-chain", "docks"]),
    ],
)
def test_words_are_kept_once_and_in_order(cast: Cast, text: str, kept: list[str]) -> None:
    form = form_of(cast.helix.partner, text)

    assert form.is_valid(), form.errors
    assert form.values()["competencies"] == kept


@pytest.mark.parametrize("text", ["docks!", "cold_chain docks", "kühlkette"])
def test_what_is_no_word_is_named(cast: Cast, text: str) -> None:
    form = form_of(cast.helix.partner, text)

    assert list(form.errors) == ["competencies"]
    assert form.errors["competencies"][0].startswith("Write each in letters, digits and hyphens: ")


def test_pam_says_what_the_partner_can_do_and_everybody_concerned_reads_it(cast: Cast, login: Any) -> None:  # noqa: F811
    partner = cast.helix.partner
    page = f"/partners/{partner.public_id}/"
    given = {"name": "Helix Systems", "time_zone": "Europe/Berlin", "country": "DE", "model": "msp", "size": "small"}

    answer = login(cast.pam).post(f"{page}edit/", {**given, "competencies": "docks cold-chain", "version": "1"})

    assert answer.status_code == 302
    partner.refresh_from_db()
    assert partner.competencies == ["cold-chain", "docks"]
    assert "cold-chain, docks" in login(cast.pam).get(page).text
    assert "cold-chain" not in login(cast.seller).get(page).text, "the directory tells less"
    assert 'value="cold-chain docks"' in login(cast.pam).get(f"{page}edit/").text
    assert Event.objects.filter(kind="partner.updated").latest("pk").data == {"fields": ["competencies"]}


def test_others_may_not_say_it(cast: Cast) -> None:
    for person in (cast.pam2, cast.seller, cast.helix.admin):
        with pytest.raises(NotAllowed):
            update_partner(
                partner=cast.helix.partner, values={"competencies": ["docks"]}, by=person, now=database_now()
            )


def test_new_partner_can_bring_some(cast: Cast) -> None:
    values = {"name": "Delta", "model": "isv", "competencies": ["docks"]}

    assert create_partner(values=values, by=cast.admin, now=database_now()).competencies == ["docks"]
    assert create_partner(values={"name": "E", "model": "isv"}, by=None, now=database_now()).competencies == []
