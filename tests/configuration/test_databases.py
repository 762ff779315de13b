"""From an address to Django's settings, and what no address is."""

from urllib.parse import quote

import pytest
from django.core.exceptions import ImproperlyConfigured
from hypothesis import given
from hypothesis import strategies as st

from config.databases import GUARDS, parse

BOUND = {"server_side_binding": True}
PLAIN = {
    "ENGINE": "django.db.backends.postgresql",
    "NAME": "prm",
    "USER": "",
    "PASSWORD": "",
    "HOST": "",
    "PORT": "",
    "OPTIONS": {"options": GUARDS, **BOUND},
    "CONN_HEALTH_CHECKS": True,
    "CONN_MAX_AGE": 0,
}
texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20)


@pytest.mark.parametrize(
    ("url", "differs"),
    [
        ("postgresql:///prm", {}),
        ("postgres:///prm", {}),
        ("postgresql://db/prm", {"HOST": "db"}),
        ("postgresql://db:5433/prm", {"HOST": "db", "PORT": "5433"}),
        ("postgresql://[::1]:5433/prm", {"HOST": "::1", "PORT": "5433"}),
        ("postgresql://me@db/prm", {"USER": "me", "HOST": "db"}),
        ("postgresql://me:p%2Fw%40%3A@db/p%20r", {"USER": "me", "PASSWORD": "p/w@:", "HOST": "db", "NAME": "p r"}),
        ("postgresql://me@/prm?host=%2Frun%2Fpg&port=6", {"USER": "me", "HOST": "/run/pg", "PORT": "6"}),
        ("postgresql://db/prm?host=other&port=7", {"HOST": "other", "PORT": "7"}),
        (
            "postgresql://db/prm?sslmode=require&connect_timeout=3",
            {"HOST": "db", "OPTIONS": {"sslmode": "require", "connect_timeout": "3", "options": GUARDS, **BOUND}},
        ),
        ("postgresql://db/prm?options=-c%20a%3D1", {"HOST": "db", "OPTIONS": {"options": "-c a=1", **BOUND}}),
    ],
)
def test_address_becomes_settings(url: str, differs: dict[str, object]) -> None:
    assert parse(url, pooled=False) == {**PLAIN, **differs}


def test_only_the_web_keeps_a_pool() -> None:
    assert parse("postgresql:///prm", pooled=True) == {
        **PLAIN,
        "OPTIONS": {"options": GUARDS, **BOUND, "pool": {"min_size": 1, "max_size": 2, "timeout": 12}},
    }


@given(user=texts, password=texts, name=texts.filter(lambda text: text.strip("/") != ""))
def test_names_and_passwords_come_through_whole(user: str, password: str, name: str) -> None:
    url = f"postgresql://{quote(user, safe='')}:{quote(password, safe='')}@db/{quote(name, safe='')}"
    parsed = parse(url, pooled=False)

    assert (parsed["USER"], parsed["PASSWORD"], parsed["NAME"]) == (user, password, name)


@pytest.mark.parametrize(
    "url", ["", "db/prm", "mysql://db/prm", "sqlite:///prm", "http://db/prm", "postgresqll:///prm"]
)
def test_another_scheme_stops_the_start(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"^DATABASE_URL must start with postgresql://\.$"):
        parse(url, pooled=False)


@pytest.mark.parametrize("url", ["postgresql://db", "postgresql://db/", "postgresql://me:secret@db//?port=1"])
def test_address_without_a_database_stops_the_start(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"^DATABASE_URL must name a database"):
        parse(url, pooled=False)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://me:hush/hush@db/prm",
        "postgresql://me@db:hush/prm",
        "postgresql://me@db:99999/prm",
        "postgresql://me@db:0/prm",
        "postgresql://me:hush[@db/prm",
    ],
)
def test_address_that_cannot_be_read_stops_the_start_and_stays_a_secret(url: str) -> None:
    with pytest.raises(ImproperlyConfigured) as refused:
        parse(url, pooled=False)

    assert str(refused.value) == ("DATABASE_URL cannot be read: write / : @ # ? [ ] % in names and passwords as %XX.")
    assert refused.value.__cause__ is None
