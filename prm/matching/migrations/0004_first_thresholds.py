"""Version 1 of the thresholds is part of every installation: nobody's first registration has to write it."""

from datetime import UTC, datetime

from django.db import migrations
from django.utils import timezone

from prm.ids import random_id

FIRST_THRESHOLDS = {"review_from": "0.78", "block_from": "0.90"}


def publish(apps, schema_editor):
    apps.get_model("policy", "PolicyVersion").objects.get_or_create(
        schema="matching",
        number=1,
        defaults={
            "public_id": random_id("pol"),
            "values": FIRST_THRESHOLDS,
            "effective_from": datetime(2000, 1, 1, tzinfo=UTC),
            "published_at": timezone.now(),
        },
    )


class Migration(migrations.Migration):
    dependencies = [("matching", "0003_judgements"), ("policy", "0001_initial")]
    operations = [migrations.RunPython(publish, migrations.RunPython.noop)]
