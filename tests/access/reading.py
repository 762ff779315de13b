"""The library in the walks: the ways to it, who is answered how, and an item for each side."""

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from enablement.library.actions import add_version, create_item, publish, write_collection
from enablement.library.models import LibraryCollection, LibraryItem
from enablement.library.states import Use
from enablement.library.using import note_use
from prm.clocks.database import database_now
from tests.access.way import SOON, Way
from tests.factories import Cast, Team
from tests.files.making import PDF

if TYPE_CHECKING:
    from tests.access.world import World

ITEM_GIVEN = {"title": "Another playbook", "kind": "playbook", "review_on": SOON}
ITEM_TYPED = {**ITEM_GIVEN, "language": "en", "form_nonce": ""}
VERSION_TYPED = {"text": "All of it.", "at_once": "on", "form_nonce": ""}
WAYS_OF_LIBRARY: dict[str, Way] = {
    "file": Way(("file",)),
    "api-file": Way(("file",)),
    "library": Way(queries=("q=kanarie",)),
    "library-export": Way(queries=("q=kanarie",)),
    "library-written": Way(queries=("q=kanarie",)),
    "library-written-export": Way(queries=("q=kanarie",)),
    "library-uses": Way(),
    "library-uses-export": Way(),
    "library-new": Way(posts=ITEM_TYPED),
    "library-collections": Way(),
    "library-collection-new": Way(posts={"name": "Another collection", "form_nonce": ""}),
    "library-collection": Way(("collection",), {"name": "Another collection", "form_nonce": ""}),
    "library-item": Way(("item",)),
    "library-edit": Way(("item",), ITEM_TYPED),
    "library-version": Way(("item",), VERSION_TYPED),
    "library-publish": Way(("item",), {"number": "1"}),
    "library-archive": Way(("item",)),
    "library-review": Way(("item",), {"review_on": SOON}),
    "library-favourite": Way(("item",), {"kept": "yes"}),
    "api-library": Way(posts=ITEM_GIVEN, queries=("q=kanarie", "collection={collection}")),
    "api-library-collections": Way(),
    "api-library-item": Way(("item",), {"title": "Another title"}),
    "api-library-versions": Way(("item",), {"text": "All of it."}),
    "api-library-files": Way(("item",)),
    "api-library-publish": Way(("item",), {"number": 1}),
    "api-library-archive": Way(("item",)),
    "api-library-review": Way(("item",), {"review_on": SOON}),
    "api-library-favourite": Way(("item",), {"kept": True}),
}
TABLE = """
    GET  library/collections      200 200 200 200 200 200         200 200 200 200 200 200 200     200 401
    GET  library/items            200 200 200 200 200 200         200 200 200 200 200 200 200     200 401
    POST library/items            403 403 403 403 403 403         403 403 403 403 201 403 403     403 401
    GET  library/items/item       200 200 200 200 200 200         200 200 200 200 200 200 200     404 401
    PATCH library/items/item      403 403 403 403 403 403         403 403 403 403 200 403 403     404 401
    GET  library/items/item/versions 403 403 403 403 403 403      403 403 403 403 200 403 403     404 401
    POST library/items/item/versions 403 403 403 403 403 403      403 403 403 403 201 403 403     404 401
    POST library/items/item/files 403 403 403 403 403 403         403 403 403 403 201 403 403     404 401
    POST library/items/item/publish 403 403 403 403 403 403       403 403 403 403 409 403 403     404 401
    POST library/items/item/archive 403 403 403 403 403 403       403 403 403 403 200 403 403     404 401
    POST library/items/item/review 403 403 403 403 403 403        403 403 403 403 200 403 403     404 401
    POST library/items/item/favourite 200 200 200 200 200 200     200 200 200 200 200 200 200     404 401
    GET  files/file               200 200 200 200 200 200         200 200 200 200 200 200 200     404 401
"""
BODIES: dict[str, dict[str, Any]] = {
    "POST library/items": ITEM_GIVEN,
    "PATCH library/items/item": {"title": "Another title"},
    "POST library/items/item/versions": {"text": "All of it."},
    "POST library/items/item/review": {"review_on": SOON},
    "POST library/items/item/favourite": {"kept": True},
}
FILES = {"POST library/items/item/files": ("application/octet-stream", PDF)}


def make_paper(cast: Cast, team: Team, text: str) -> LibraryItem:
    """A file for partners of one business model: the rival is of another."""
    now = database_now()
    values = {"title": text[:120], "summary": text, "kind": "playbook", "review_on": now.date() + timedelta(days=120)}
    item = create_item(values={**values, "business_models": [team.partner.model]}, by=cast.admin, now=now)
    add_version(item=item, file=(f"{text[:60]}.pdf", PDF), note=text[:120], by=cast.admin, now=now)
    item = publish(item=item, by=cast.admin, now=now)
    assert item.current is not None
    note_use(version=item.current, what=Use.OPENED, by=team.rep, now=now)
    return item


def collect(cast: Cast, item: LibraryItem, name: str) -> LibraryCollection:
    return write_collection(name=name[:120], items=[item], by=cast.admin, now=database_now())


def named_in_library(world: "World", path: str) -> str:
    path = re.sub(r"/item\b", f"/{world.helix.paper.public_id}", path)
    return path.replace("files/file", f"files/{world.helix.ids('file')[0]}")
