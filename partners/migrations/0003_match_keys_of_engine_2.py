"""Customers get the keys of the matching engine's version 2; with those of version 1 fewer would be found."""

from django.db import migrations

from prm import matching

BATCH = 1000


def rekey(apps, schema_editor):
    rows = apps.get_model("partners", "Account").objects.order_by("pk")
    last = 0
    while batch := list(rows.filter(pk__gt=last)[:BATCH]):
        last = batch[-1].pk
        matching.index_many("account", [(row.pk, _identity(row)) for row in batch])


def _identity(row):
    former = tuple(row.former_names)
    return matching.Identity(row.name, row.country, row.city, row.website, "", row.tax_number, former)


class Migration(migrations.Migration):

    dependencies = [
        ("matching", "0001_initial"),
        ("partners", "0002_imports"),
    ]

    operations = [migrations.RunPython(rekey, migrations.RunPython.noop)]
