"""Human references such as DR-204193: drawn at random, so that they tell no volume."""

import secrets

from deals.registrations.models import Registration


def draw_reference() -> str:
    """A free reference; longer ones are tried when the short ones become crowded."""
    for attempt in range(30):
        digits = 6 + attempt // 5
        reference = f"DR-{secrets.randbelow(9 * 10 ** (digits - 1)) + 10 ** (digits - 1)}"
        if not Registration.objects.filter(reference=reference).exists():
            return reference
    raise RuntimeError("No free reference was found.")
