"""Every page of the library asks the database as often for many rows as for one."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.enablement.library.making import browser, caller
from tests.factories import Cast
from tests.house.growing_library import FirstPapers

API = "/api/v1/library"


def reads(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        response = client.get(address)
        b"".join(response)
    assert response.status_code == 200, address
    return len([query for query in captured if query["sql"].startswith("SELECT")])


@pytest.mark.parametrize("who", ["partner", "pam", "writer"])
def test_number_of_queries_does_not_grow(cast: Cast, who: str) -> None:
    papers = FirstPapers.made(cast)
    user = {"partner": cast.helix.admin, "pam": cast.pam, "writer": cast.admin}[who]
    pages, programs = browser(user), caller(user)
    own = papers.item.get_absolute_url()
    asked = [(pages, address) for address in ("/library/", "/library/?q=playbook", "/library/export/", own)]
    asked += [(programs, f"{API}/{name}") for name in ("items", "items?q=playbook", "collections")]
    asked += [(programs, f"{API}/items/{papers.item.public_id}"), (pages, papers.file.get_absolute_url())]
    if who != "partner":
        asked += [(pages, "/library/use/"), (pages, "/library/use/export/")]
    if who == "writer":
        asked += [(pages, f"/library/{name}") for name in ("written/", "written/export/", "collections/")]
        asked += [(pages, f"/library/collections/{papers.collection.public_id}/"), (pages, f"{own}edit/")]
        asked += [(programs, f"{API}/items/{papers.item.public_id}/versions")]
    papers.grow([1])
    for client, address in asked:
        # What a process keeps is there from its first answer on.
        reads(client, address)
    few = {address: reads(client, address) for client, address in asked}
    papers.grow(list(range(2, 30)))
    many = {address: reads(client, address) for client, address in asked}

    assert many == few
    assert max(count for address, count in many.items() if address.startswith("/api/")) <= 12
    assert max(many.values()) <= 36
