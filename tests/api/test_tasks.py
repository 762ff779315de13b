from datetime import timedelta

import pytest
from django.test import Client

from prm.accounts.attempts import attempt
from prm.accounts.models import AttemptWindow
from prm.api.models import IdempotencyKey
from prm.api.tasks import forget_old_keys
from prm.clocks.database import database_now
from tests.api.conftest import API


@pytest.mark.django_db
def test_old_keys_and_attempts_are_forgotten_and_young_ones_kept(as_admin: Client) -> None:
    for key in ("old", "young"):
        headers = {"idempotency-key": key}
        as_admin.post(f"{API}/things", {"name": key}, content_type="application/json", headers=headers)
        attempt(key, limit=1, window_seconds=60)
    now = database_now()
    IdempotencyKey.objects.filter(key="old").update(created_at=now - timedelta(hours=26))
    AttemptWindow.objects.filter(key="old").update(window=now - timedelta(days=3))
    for _twice in range(2):
        forget_old_keys()
        assert list(IdempotencyKey.objects.values_list("key", flat=True)) == ["young"]
        assert list(AttemptWindow.objects.filter(key__in=["old", "young"]).values_list("key", flat=True)) == ["young"]
