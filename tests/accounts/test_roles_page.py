"""What the roles may, as the portal tells it: from the same table that the code asks."""

import pytest
from django.test import Client

from prm.accounts.models import User
from prm.accounts.roles import ROLES, SENTENCES, Permission, Side, roles_of
from tests.factories import Cast


def page(user: User) -> str:
    client = Client()
    client.force_login(user)
    return client.get("/people/roles/").text


def shown(text: str) -> list[str]:
    return [slug for slug in ROLES if f'id="{slug}"' in text]


def slugs(side: Side) -> list[str]:
    return [role.slug for role in roles_of(side)]


def test_everybody_reads_the_roles_of_the_own_side(cast: Cast) -> None:
    assert shown(page(cast.helix.engineer)) == slugs(Side.PARTNER)
    assert shown(page(cast.finance)) == slugs(Side.VENDOR)


def test_who_looks_after_everybody_reads_all_roles(cast: Cast) -> None:
    assert shown(page(cast.admin)) == list(ROLES)


@pytest.mark.parametrize("slug", ROLES)
def test_role_lists_what_it_may_and_nothing_else(cast: Cast, slug: str) -> None:
    text = page(cast.admin)
    part = text[text.index(f'id="{slug}"') :]
    part = part[: part.index("</section>")]
    told = {permission for permission, sentence in SENTENCES.items() if f"<li>{sentence}</li>" in part}

    assert told == ROLES[slug].permissions
    assert str(ROLES[slug].title) in part


def test_own_roles_are_marked(cast: Cast) -> None:
    text = page(cast.helix.rep)

    assert text.count(">yours<") == 1
    assert text.index('id="sales_rep"') < text.index(">yours<") < text.index('id="presales_engineer"')


def test_every_permission_has_a_sentence_of_its_own() -> None:
    assert set(SENTENCES) == set(Permission)
    assert len({str(sentence) for sentence in SENTENCES.values()}) == len(Permission)


def test_people_and_profile_lead_there(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.admin)

    for path in ("/people/", "/profile/"):
        assert 'href="/people/roles/"' in client.get(path).text
