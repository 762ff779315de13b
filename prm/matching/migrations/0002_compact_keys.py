"""Four bytes for a key, four for its record, and the normal form beside them.

The keys of the first engine lead nobody to a record of the second: `upgrade` makes all keys anew after this.
"""

import django.contrib.postgres.fields
from django.db import migrations, models

_STUBS = """
    insert into matching_matchrecord (source, record_id, version, form, keys)
    select distinct source, record_id::int, 1, '[]', '{}'::int[] from matching_matchkey
"""


class Migration(migrations.Migration):

    dependencies = [("matching", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="MatchRecord",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "record_id", "source", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("source", models.CharField(max_length=16)),
                ("record_id", models.IntegerField()),
                ("version", models.SmallIntegerField()),
                ("form", models.TextField()),
                ("keys", django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None)),
            ],
            options={"indexes": [models.Index(fields=["version"], name="match_record_version")]},
        ),
        migrations.RunSQL(_STUBS, migrations.RunSQL.noop),
        migrations.DeleteModel(name="MatchKey"),
        migrations.CreateModel(
            name="MatchKey",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "key", "record_id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("key", models.IntegerField()),
                ("record_id", models.IntegerField()),
            ],
        ),
    ]
