"""Limits, counted in the database so that they hold over any number of processes."""

import logging

from django.conf import settings
from django.db import DatabaseError
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from prm.accounts.attempts import attempt_both
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
        if organisation is None:
            raise TypeError("Only members come this far.")
        try:
            counted = attempt_both(
                (f"api-{caller}", settings.PRM_API_REQUESTS_PER_MINUTE),
                (f"api-organisation:{organisation.pk}", settings.PRM_API_REQUESTS_PER_MINUTE_ORGANISATION),
                window_seconds=MINUTE,
            )
        except DatabaseError:
            # A read is answered uncounted; a write is not, because what counts protects it.
            if request.method not in SAFE_METHODS:
                raise
            log.warning("A request was answered without being counted", exc_info=True)
            return True
        # The same clock tells the door what time it is.
        request.counted_at = counted.at  # type: ignore[attr-defined]
        self.left = counted.wait
        return self.left == 0

    def wait(self) -> float:
        return float(self.left)
