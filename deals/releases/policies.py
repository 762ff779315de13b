"""Who may answer a first refusal: whoever may act on the registration that had asked, while it runs."""

from datetime import datetime

from deals.registrations import policies
from deals.registrations.models import Registration
from deals.releases.models import FirstRefusal
from prm.accounts.models import User


def can_answer(user: User, registration: Registration, turn: FirstRefusal | None, now: datetime) -> bool:
    runs = turn is not None and turn.registration_id == registration.pk and turn.is_offered(now)
    return runs and policies.can_act_for_partner(user, registration)
