"""Items of the library as tests need them."""

from datetime import timedelta
from typing import Any

from django.test import Client

from enablement.library.actions import add_version, create_item, publish
from enablement.library.models import LibraryItem
from prm.accounts.models import User
from prm.clocks.database import database_now
from tests.factories import Cast, make_token


def values(**changes: Any) -> dict[str, Any]:
    soon = database_now().date() + timedelta(days=90)
    return {"title": "Discovery playbook", "kind": "playbook", "review_on": soon, **changes}


def make_draft(cast: Cast, **changes: Any) -> LibraryItem:
    return create_item(values=values(**changes), by=cast.admin, now=database_now())


def make_item(cast: Cast, text: str = "Ask who decides.", **changes: Any) -> LibraryItem:
    """Published, for everybody unless something else is said."""
    item = make_draft(cast, **changes)
    add_version(item=item, text=text, by=cast.admin, now=database_now())
    return publish(item=item, by=cast.admin, now=database_now())


def make_file_item(cast: Cast, content: bytes, name: str = "Paper.pdf", **changes: Any) -> LibraryItem:
    item = make_draft(cast, **changes)
    add_version(item=item, file=(name, content), by=cast.admin, now=database_now())
    return publish(item=item, by=cast.admin, now=database_now())


def review_in(item: LibraryItem, days: int) -> None:
    """Its review date is so many days away; a past one is negative."""
    LibraryItem.objects.filter(pk=item.pk).update(review_on=database_now().date() + timedelta(days=days))


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def caller(user: User) -> Client:
    return Client(headers={"authorization": f"Bearer {make_token(user)}"})
