"""Installations of the first engine are keyed anew by a migration of each app that has records."""

from importlib import import_module

import pytest
from django.apps import apps

from prm.matching import keys, normalise
from prm.matching.models import MatchKey
from tests.factories import make_account, make_cast, make_product, make_registration

OLD = 1


def stored(source: str, record_id: int) -> frozenset[int]:
    return frozenset(MatchKey.objects.filter(source=source, record_id=record_id).values_list("key", flat=True))


@pytest.mark.django_db
def test_every_customer_has_the_keys_of_this_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    migration = import_module("partners.migrations.0003_match_keys_of_engine_2")
    monkeypatch.setattr(migration, "BATCH", 2)
    accounts = [make_account(f"Nordlicht {name}", country="DE") for name in ("Garden", "Quarry", "Meadow")]
    MatchKey.objects.all().delete()
    MatchKey.objects.create(source="account", record_id=accounts[0].pk, key=OLD)

    migration.rekey(apps, None)

    assert [stored("account", each.pk) for each in accounts] == [keys(normalise(each.identity)) for each in accounts]


@pytest.mark.django_db
def test_registrations_that_can_be_found_have_them_and_no_others(monkeypatch: pytest.MonkeyPatch) -> None:
    migration = import_module("deals.migrations.0003_match_keys_of_engine_2")
    monkeypatch.setattr(migration, "BATCH", 1)
    cast, product = make_cast(), make_product("edge")
    found, also, ended = (make_registration(cast.helix, product, customer_name=f"Nordlicht {n}") for n in "XYZ")
    MatchKey.objects.all().delete()
    for each in (found, also):
        MatchKey.objects.create(source="registration", record_id=each.pk, key=OLD)

    migration.rekey(apps, None)

    assert stored("registration", found.pk) == keys(normalise(found.identity))
    assert stored("registration", also.pk) == keys(normalise(also.identity))
    assert stored("registration", ended.pk) == frozenset()
