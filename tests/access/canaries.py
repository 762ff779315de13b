"""Texts of a rival that must turn up nowhere else, and the customer that both are after."""

from itertools import count
from typing import Any

CANARY = "kanarie"
CONTESTED = {
    "customer_website": "streitfall-logistik.de",
    "customer_country": "DE",
    "contact_email": "einkauf@streitfall-logistik.de",
}
_numbers = count(1)


# Customers that nobody takes for one another.
NAMES = ("Brauerei Oberland", "Werft Nordsee", "Ziegelei Sachsen", "Molkerei Tal", "Druckhaus Rhein", "Glashütte Süd")


def canary(what: str) -> str:
    return f"{CANARY.title()}{next(_numbers)} {what}"


def canary_values(**changes: Any) -> dict[str, Any]:
    """Every field of a registration that takes free text."""
    number = next(_numbers)
    return {
        "customer_name": f"{NAMES[number % len(NAMES)]} {CANARY}{number}",
        "customer_website": f"{CANARY}{number}-{number * 7919}.de",
        "customer_city": canary("Stadt"),
        "customer_tax_number": canary("Steuer"),
        "contact_name": canary("Ansprech"),
        "contact_email": f"{CANARY}@{CANARY}{number}-{number * 7919}.de",
        "contact_title": canary("Titel"),
        "competitor": canary("Wettbewerb"),
        "own_services": [{"name": canary("Dienst")}],
        "work_done": canary("hat drei Gespräche im Haus geführt"),
        "external_id": canary("Akte"),
        **changes,
    }
