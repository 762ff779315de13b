"""Codes of an app: RFC 6238 with six digits and 30 seconds, each good for one use."""

from datetime import datetime

from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

PERIOD_SECONDS = 30
LONGEST_CODE = 40


def counter_of(now: datetime) -> int:
    return int(now.timestamp()) // PERIOD_SECONDS


def matching_counter(secret: str, code: str, now: datetime, *, after: int = 0) -> int | None:
    """The counter whose code this is, of this period and its neighbours, later than `after`; None if it is none."""
    present = counter_of(now)
    for counter in (present - 1, present, present + 1):
        expected = format_hotp_value(hotp_value(secret, counter))
        if counter > after and compare_user_code(actual=code, expected=expected):
            return counter
    return None
