"""What every door asks before it opens: who is it, may this person, and does the request come from our own page?"""

import json

import pytest
from django.test import Client

from prm.accounts.models import User
from tests.access.table import WAYS
from tests.access.walking import UNSAFE, address_of_nothing, digest, methods_of, send
from tests.access.world import World
from tests.house.routes import Route, own_routes

PUBLIC = {
    *("theme", "brand-logo", "csp-report", "invitation", "healthz", "readyz", "metrics", "schema", "docs"),
    *("receipts", "receipt-roots", "receipt-roots-json", "receipt-script", "jwks"),
    *(
        "mfa_authenticate",
        "account_login",
        "account_logout",
        "account_inactive",
        "account_signup",
        "account_reset_password",
    ),
    *("account_reset_password_done", "account_reset_password_from_key", "account_reset_password_from_key_done"),
}
PEOPLE = (
    *("admin", "rep", "engineer", "support", "marketing"),
    *("pam", "seller", "expert", "programme", "finance", "executive"),
)
# Pages without an argument, by role. Drafts, deals and customers by id are in the table of the API.
TABLE = """
    #                 partner                     vendor
    #                 adm rep eng sup mar         pam sel exp pro fin exe
    home              200 200 200 200 200         302 302 302 302 302 302
    work              200 200 200 200 200         200 200 200 200 200 200
    work-export       200 200 200 200 200         200 200 200 200 200 200
    search            200 200 200 200 200         200 200 200 200 200 200
    notices           200 200 200 200 200         200 200 200 200 200 200
    filters           200 200 200 200 200         200 200 200 200 200 200
    exports           200 200 200 200 200         200 200 200 200 200 200
    notices-export    200 200 200 200 200         200 200 200 200 200 200
    profile           200 200 200 200 200         200 200 200 200 200 200
    notice-choices    200 200 200 200 200         200 200 200 200 200 200
    second-steps      200 200 200 200 200         200 200 200 200 200 200
    second-step-app   200 200 200 200 200         200 200 200 200 200 200
    second-step-key   200 200 200 200 200         200 200 200 200 200 200
    second-step-codes 200 200 200 200 200         200 200 200 200 200 200
    second-step-remove 200 200 200 200 200        200 200 200 200 200 200
    tokens            200 200 200 200 200         200 200 200 200 200 200
    tokens-export     200 200 200 200 200         200 200 200 200 200 200
    rules             200 200 200 200 200         200 200 200 200 200 200
    roles             200 200 200 200 200         200 200 200 200 200 200
    roles-export      200 200 200 200 200         200 200 200 200 200 200
    audit             403 403 403 403 403         200 403 403 200 403 200
    people            200 403 403 403 403         403 403 403 200 403 403
    people-export     200 403 403 403 403         403 403 403 200 403 403
    invite            200 403 403 403 403         403 403 403 200 403 403
    deals             200 200 200 200 200         200 200 403 200 200 200
    deals-export      200 200 403 403 200         200 403 403 200 403 403
    deal-new          200 200 403 403 403         403 403 403 403 403 403
    deal-earnings     200 200 403 403 403         403 403 403 403 403 403
    earnings          200 200 403 403 403         200 403 403 200 200 200
    earnings-export   200 200 403 403 403         200 403 403 200 200 200
    payments          403 403 403 403 403         403 403 403 200 200 200
    payments-export   403 403 403 403 403         403 403 403 200 200 200
    rates             403 403 403 403 403         403 403 403 200 200 403
    rates-export      403 403 403 403 403         403 403 403 200 200 403
    rates-import      403 403 403 403 403         403 403 403 200 200 403
    rate-new          403 403 403 403 403         403 403 403 200 200 403
    payee             200 403 403 403 403         403 403 403 403 403 403
    mapping           200 200 403 403 200         200 200 403 200 403 200
    mapping-export    200 200 403 403 200         200 200 403 200 403 200
    mapping-lists     200 200 403 403 200         403 403 403 403 403 403
    mapping-lists-export 200 200 403 403 200      403 403 403 403 403 403
    mapping-rows      200 200 403 403 200         403 403 403 403 403 403
    mapping-accounts  403 403 403 403 403         200 200 403 200 403 403
    mapping-accounts-export 403 403 403 403 403   200 200 403 200 403 403
    co-sells          200 200 200 200 200         200 200 403 200 403 200
    co-sells-export   200 200 200 200 200         200 200 403 200 403 200
    marketplace       200 200 200 200 200         200 200 403 200 200 200
    marketplace-export 200 200 403 403 200        200 403 403 200 403 403
    marketplace-import 200 200 403 403 403        200 403 403 200 403 403
    leads             403 403 403 403 403         200 200 403 200 403 200
    leads-export      403 403 403 403 403         200 200 403 200 403 200
    lead-new          403 403 403 403 403         200 200 403 200 403 403
    leads-import      403 403 403 403 403         200 200 403 200 403 403
    leads-fairness    403 403 403 403 403         200 403 403 200 403 200
    leads-fairness-export 403 403 403 403 403     200 403 403 200 403 200
    lead-offers       200 200 403 403 200         200 200 403 200 403 200
    lead-offers-export 200 200 403 403 200        200 200 403 200 403 200
    accounts          403 403 403 403 403         200 200 403 200 403 200
    accounts-export   403 403 403 403 403         200 200 403 200 403 200
    account-lists     403 403 403 403 403         200 403 403 200 403 403
    account-lists-export 403 403 403 403 403      200 403 403 200 403 403
    account-list-results 403 403 403 403 403      200 403 403 200 403 403
    accounts-alike    403 403 403 403 403         200 403 403 200 403 403
    accounts-alike-export 403 403 403 403 403     200 403 403 200 403 403
    account-imports   403 403 403 403 403         403 403 403 200 403 403
    account-imports-export 403 403 403 403 403    403 403 403 200 403 403
    account-new       403 403 403 403 403         403 200 403 200 403 403
    partners          403 403 403 403 403         200 200 403 200 200 200
    partners-export   403 403 403 403 403         200 200 403 200 200 200
    partner-new       403 403 403 403 403         403 403 403 200 403 403
    branding          403 403 403 403 403         403 403 403 200 403 403
    announcements     200 200 200 200 200         200 200 200 200 200 200
    announcements-written 403 403 403 403 403     403 403 403 200 403 403
    announcements-export  403 403 403 403 403     403 403 403 200 403 403
    announcement-new  403 403 403 403 403         403 403 403 200 403 403
    signing-keys      403 403 403 403 403         403 403 403 200 403 403
    status            403 403 403 403 403         403 403 403 200 403 403
    status-export     403 403 403 403 403         403 403 403 200 403 403
    punctuality       200 200 200 200 200         200 200 200 200 200 200
    punctuality-export 200 200 200 200 200        200 200 200 200 200 200
    matching-quality  403 403 403 403 403         200 403 403 200 403 200
    matching-export   403 403 403 403 403         200 403 403 200 403 200
    matching-pairs    403 403 403 403 403         200 403 403 200 403 200
    matching-pairs-export 403 403 403 403 403     200 403 403 200 403 200
    policies          403 403 403 403 403         403 403 403 200 403 403
    policies-export   403 403 403 403 403         403 403 403 200 403 403
    direct            403 403 403 403 403         200 200 403 200 403 200
    direct-export     403 403 403 403 403         200 200 403 200 403 200
    direct-new        403 403 403 403 403         403 200 403 200 403 403
    direct-import     403 403 403 403 403         403 200 403 200 403 403
    direct-touches-import 403 403 403 403 403     403 200 403 200 403 403
    direct-touches    403 403 403 403 403         200 200 403 200 403 200
    direct-touches-export 403 403 403 403 403     200 200 403 200 403 200
    direct-touch-new  403 403 403 403 403         403 200 403 200 403 403
    direct-cases      403 403 403 403 403         200 200 403 200 403 200
    direct-cases-export 403 403 403 403 403       200 200 403 200 403 200
    direct-uplift     403 403 403 403 403         403 200 403 200 200 200
    direct-uplift-export 403 403 403 403 403      403 200 403 200 200 200
    records           200 200 403 403 200         200 403 403 200 403 200
    records-export    200 200 403 403 200         200 403 403 200 403 200
    replays           403 403 403 403 403         403 403 403 200 403 403
    replays-export    403 403 403 403 403         403 403 403 200 403 403
    policy-acknowledgements-export 403 403 403 403 403  404 403 403 404 404 404
    replay-differences-export 403 403 403 403 403 403 403 403 404 403 403
    library           200 200 200 200 200         200 200 200 200 200 200
    library-export    200 200 200 200 200         200 200 200 200 200 200
    library-written   403 403 403 403 403         403 403 403 200 403 403
    library-written-export 403 403 403 403 403    403 403 403 200 403 403
    library-uses      403 403 403 403 403         200 403 403 200 403 200
    library-uses-export 403 403 403 403 403       200 403 403 200 403 200
    library-new       403 403 403 403 403         403 403 403 200 403 403
    library-collections 403 403 403 403 403       403 403 403 200 403 403
    library-collection-new 403 403 403 403 403    403 403 403 200 403 403
    insight           403 403 403 403 403         200 403 403 200 403 200
    insight-export    403 403 403 403 403         200 403 403 200 403 200
"""


def rows() -> dict[str, list[int]]:
    lines = [line.split() for line in TABLE.strip().splitlines() if not line.strip().startswith("#")]
    return {name: [int(status) for status in statuses] for name, *statuses in lines}


def person(world: World, name: str) -> User:
    if name in world.helix.people:
        return world.helix.people[name]
    found: User = getattr(world.cast, {"programme": "admin"}.get(name, name))
    return found


def route_named(name: str) -> Route:
    return next(route for route in own_routes() if route.name == name)


@pytest.mark.parametrize("name", rows())
def test_page_opens_for_whom_the_table_says(world: World, name: str) -> None:
    url = address_of_nothing(route_named(name))
    answers = {who: world.browser(person(world, who)).get(url).status_code for who in PEOPLE}

    assert answers == dict(zip(PEOPLE, rows()[name], strict=True))


def test_every_page_without_an_argument_is_in_the_table(world: World) -> None:
    probe = world.browser(world.cast.admin)
    pages = {
        route.name
        for route in own_routes()
        if not route.is_api and not route.names and "GET" in methods_of(route, probe)
    }

    assert pages - PUBLIC - set(rows()) == {"account_change_password"}


def guarded() -> list[Route]:
    return [route for route in own_routes() if route.name not in PUBLIC]


def test_nobody_without_a_login_gets_in(db: None) -> None:
    client = Client()
    before = digest()
    answers = {}
    for route in guarded():
        for method in sorted(methods_of(route, client) - {"HEAD"}):
            response = send(client, method, address_of_nothing(route), route)
            is_refused = response.status_code == 401 if route.is_api else "/auth/login/" in response.get("Location", "")
            answers[f"{method} {route.name}"] = is_refused

    assert len(answers) > 50
    assert [name for name, is_refused in answers.items() if not is_refused] == []
    assert digest() == before


@pytest.mark.parametrize("token", ["", "prm_wrong", "Bearer", "prm_" + "x" * 43])
def test_wrong_token_opens_nothing(db: None, token: str) -> None:
    client = Client(headers={"authorization": f"Bearer {token}"})
    endpoints = [route for route in guarded() if route.is_api]
    statuses = {route.name: client.get(address_of_nothing(route)).status_code for route in endpoints}

    assert set(statuses.values()) == {401}


def test_token_in_the_address_opens_nothing(world: World) -> None:
    secret = world.secrets[world.helix.people["rep"].pk]
    answers = {Client().get(f"/api/v1/me?{name}={secret}").status_code for name in ("token", "access_token", "key")}

    assert answers == {401}


def test_token_opens_no_page(world: World) -> None:
    client = world.caller(world.helix.people["rep"])

    assert client.get("/deals/").status_code == 302


def test_forms_from_elsewhere_are_refused(world: World) -> None:
    """A session alone is not enough: the form must come from our own page."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.helix.people["admin"])
    before = digest()
    answers = {}
    for route in own_routes():
        if not route.is_api and route.name != "csp-report" and "POST" in methods_of(route, Client()):
            answers[route.name] = client.post(address_of_nothing(route), WAYS[route.name].posts).status_code

    assert len(answers) > 20
    assert {name: status for name, status in answers.items() if status != 403} == {}
    assert digest() == before


def test_sessions_need_a_token_of_the_page_for_the_api_too(world: World) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.helix.people["rep"])
    before = digest()
    answers = {}
    for route in own_routes():
        for method in sorted(methods_of(route, Client()) & set(UNSAFE)) if route.is_api else []:
            body = json.dumps(WAYS[route.name].posts)
            url = address_of_nothing(route)
            answers[f"{method} {route.name}"] = client.generic(
                method, url, body, content_type="application/json"
            ).status_code

    assert len(answers) > 10
    assert set(answers.values()) == {403}
    assert digest() == before


def test_unknown_methods_are_refused(world: World) -> None:
    client = world.browser(world.helix.people["rep"])

    assert {client.generic(method, "/deals/").status_code for method in ("TRACE", "CONNECT", "PURGE")} == {405}


def test_method_override_is_ignored(world: World) -> None:
    client = world.caller(world.helix.people["rep"])
    url = f"/api/v1/deals/{world.helix.draft.public_id}"

    assert client.get(url, headers={"x-http-method-override": "DELETE"}).status_code == 200
