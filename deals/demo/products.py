"""The product lines of the demo's vendor."""

from datetime import datetime
from decimal import Decimal

from deals.demo.plots import COLD_CHAIN, DOCK, FLEET, PLANNER, SAFETY, TELEMATICS
from deals.products.models import ProductLine
from deals.replays.models import Replay
from partners.states import Level

# Slug, name, family, list price and cost of a unit and year in EUR.
LINES = (
    (FLEET, "Fleet Cloud", "Fleet", "216.00", "58.00"),
    (TELEMATICS, "Telematics", "Fleet", "132.00", "71.00"),
    (SAFETY, "Driver Safety", "Fleet", "96.00", "22.00"),
    (PLANNER, "Route Planner", "Planning", "180.00", "41.00"),
    (DOCK, "Dock Scheduler", "Planning", "1440.00", "390.00"),
    (COLD_CHAIN, "Cold Chain Monitor", "Monitoring", "264.00", "118.00"),
)


def products(_now: datetime) -> None:
    """Known lines stay as they are, whatever their price has become."""
    ProductLine.objects.bulk_create(
        [
            ProductLine(
                slug=slug, name=name, family=family, list_price=Decimal(price), cost=Decimal(cost), currency="EUR"
            )
            for slug, name, family, price, cost in LINES
        ],
        ignore_conflicts=True,
    )


def required(_now: datetime) -> None:
    """From now on: what is registered stays. Only once, before the step that follows it has run."""
    if not Replay.objects.exists():
        wanted = {"required_competency": "cold-chain", "required_level": Level.PROFESSIONAL}
        ProductLine.objects.filter(slug=COLD_CHAIN).update(**wanted)
