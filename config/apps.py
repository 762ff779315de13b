from datetime import timedelta

from django.apps import AppConfig
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

# Imported with Django, so that `.delay()` finds it; not in the package itself, because the engines' own
# processes import that and have no use for Celery.
from config.celery import app as celery_app
from config.schedule import SCHEDULE
from prm.currencies import CURRENCIES
from prm.operations.sockets import JOBS, Job
from prm.payments.rules import read_iban

__all__ = ["RoofConfig", "celery_app"]


class RoofConfig(AppConfig):
    name = "config"
    label = "roof"

    def ready(self) -> None:
        if settings.PRM_CURRENCY not in CURRENCIES:
            raise ImproperlyConfigured(f"PRM_CURRENCY must be a currency such as EUR, not {settings.PRM_CURRENCY!r}.")
        if settings.PRM_PAYER_IBAN and read_iban(settings.PRM_PAYER_IBAN) is None:
            raise ImproperlyConfigured("PRM_PAYER_IBAN must be an IBAN with valid check digits.")
        register_jobs()


def register_jobs() -> None:
    """The page of operations knows what runs, and how often, from the schedule itself."""
    for name, entry in SCHEDULE.items():
        JOBS.register(name, Job(name, timedelta(seconds=entry["schedule"])))
