"""Registrations that can be found get the keys of the matching engine's version 2."""

from django.db import migrations

from prm import matching

BATCH = 1000


def rekey(apps, schema_editor):
    keyed = apps.get_model("matching", "MatchKey").objects.filter(source="registration").values("record_id")
    rows = apps.get_model("deals", "Registration").objects.filter(pk__in=keyed).order_by("pk")
    last = 0
    while batch := list(rows.filter(pk__gt=last)[:BATCH]):
        last = batch[-1].pk
        matching.index_many("registration", [(row.pk, _identity(row)) for row in batch])


def _identity(row):
    return matching.Identity(
        row.customer_name,
        row.customer_country,
        row.customer_city,
        row.customer_website,
        row.contact_email,
        row.customer_tax_number,
    )


class Migration(migrations.Migration):

    dependencies = [
        ("deals", "0002_first_rules"),
        ("matching", "0001_initial"),
    ]

    operations = [migrations.RunPython(rekey, migrations.RunPython.noop)]
