"""Numbers of places in line, so that they tell an order and no volume."""

import hashlib
import hmac

from prm.signing.rules import CIRCLE


def place(moment: str, number: int, secret: str) -> int:
    """0..65535. Numbers of one moment are moved by the same amount around the circle, those of another by another:
    how many places were taken between two moments cannot be read from them. See also: rules.is_ahead.
    """
    moved_by = int.from_bytes(hmac.digest(secret.encode(), moment.encode(), hashlib.sha256)[:4], "big")
    return (number + moved_by) % CIRCLE
