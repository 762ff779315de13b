"""Limits, counted in the database so that they hold over any number of processes."""

import logging

from django.conf import settings
from django.db import DatabaseError
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from prm.accounts.attempts import attempt
from prm.accounts.models import ApiToken

log = logging.getLogger(__name__)

MINUTE = 60


class RequestsPerMinute(BaseThrottle):
    """For each token, or for each person in the portal; and for their organisation, over all of these.

    What was refused to one token uses up nothing of its organisation's.
    """

    def __init__(self) -> None:
        self.left = 0

    def allow_request(self, request: Request, _view: APIView) -> bool:
        caller = f"token:{request.auth.pk}" if isinstance(request.auth, ApiToken) else f"user:{request.user.pk}"
        organisation = request.user.organisation if request.user.is_authenticated else None
        try:
            self.left = _counted(caller, settings.PRM_API_REQUESTS_PER_MINUTE)
            if self.left == 0 and organisation is not None:
                self.left = _counted(
                    f"organisation:{organisation.pk}", settings.PRM_API_REQUESTS_PER_MINUTE_ORGANISATION
                )
        except DatabaseError:
            # A read is answered uncounted; a write is not, because what counts protects it.
            if request.method not in SAFE_METHODS:
                raise
            log.warning("A request was answered without being counted", exc_info=True)
        return self.left == 0

    def wait(self) -> float:
        return float(self.left)


def _counted(who: str, limit: int) -> int:
    return attempt(f"api-{who}", limit=limit, window_seconds=MINUTE)
