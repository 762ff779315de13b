"""Deny by default: a page or endpoint that says nothing about who may come in fails the build."""

from django.contrib.auth import get_user_model

from prm.api.authentication import IsMember
from tests.house.routes import Route, own_routes, routes

GUARDS = {"public", "member", "requires"}
# Open to the world, and meant so.
PUBLIC_DOORS = {"schema", "docs", "healthz", "readyz"}


def test_every_route_says_who_may_come_in() -> None:
    silent = [route.pattern for route in own_routes() if not speaks(route)]

    assert silent == []


def speaks(route: Route) -> bool:
    if route.name in PUBLIC_DOORS:
        return True
    if route.is_api:
        return route.view_class is not None and IsMember in route.view_class.permission_classes
    return route.guard in GUARDS


def test_public_doors_exist() -> None:
    assert PUBLIC_DOORS - {route.name for route in routes()} == set()


def test_route_names_are_unique() -> None:
    names = [route.name for route in own_routes()]

    assert sorted(names) == sorted(set(names))


def test_stock_admin_is_for_superusers_alone() -> None:
    """Staff is a flag that nothing in the product sets but createsuperuser."""
    assert get_user_model()().is_staff is False
    assert get_user_model()().is_superuser is False
