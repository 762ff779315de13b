"""Version 1 of the rules is part of every installation: nobody's first registration has to write it."""

from datetime import UTC, datetime

from django.db import migrations
from django.utils import timezone

from prm.ids import random_id

FIRST_RULES = {
    "decision_business_days": 2,
    "answer_business_days": 10,
    "asks_that_pause": 2,
    "protection_days": 90,
    "reminder_days": [30, 14, 3],
    "extension_days": 30,
    "work_done_characters": 20,
    "rate_assisted": "0.04",
    "rate_shared": "0.12",
    "rate_independent": "0.20",
    "rate_referral": "0.10",
    "rate_influence": "0.03",
    "renewal_share": "0.5",
}


def publish(apps, schema_editor):
    apps.get_model("policy", "PolicyVersion").objects.get_or_create(
        schema="deals",
        number=1,
        defaults={
            "public_id": random_id("pol"),
            "values": FIRST_RULES,
            "effective_from": datetime(2000, 1, 1, tzinfo=UTC),
            "published_at": timezone.now(),
        },
    )


class Migration(migrations.Migration):
    dependencies = [("deals", "0001_initial"), ("policy", "0001_initial")]
    operations = [migrations.RunPython(publish, migrations.RunPython.noop)]
