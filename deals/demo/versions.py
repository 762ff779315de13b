"""Rules of the demo: a version that begins next month, a tender, and what both make of the past year."""

from datetime import datetime, timedelta

from deals.demo.plots import DOCK
from deals.products.models import ProductLine
from deals.registrations.models import Registration
from deals.replays.actions import replay
from deals.replays.models import Replay
from deals.rulebook import SCHEMA, DealRules
from deals.tenders.actions import note_tender
from deals.tenders.models import Tender
from partners.demo.cast import VENDOR, address
from partners.models import Account
from prm.accounts.models import User
from prm.policy.actions import acknowledge, publish_version
from prm.policy.clauses import digest
from prm.policy.models import PolicyVersion
from prm.policy.notices import acknowledging_people
from prm.policy.papers import text_of
from prm.policy.schemas import checked
from prm.policy.selectors import current

# A customer of the vendor, Guger Technologies in Graz, which Orbit registers today.
TENDERED = "ror-040823y46"
# Who has not read the planned version yet.
BEHIND = ("cobalt", "jacaranda")
REBATE = {"period": "quarter", "steps": ["EUR 25000 1", "EUR 100000 2", "EUR 300000 3"]}
HOLD = {"months_msp": 12, "months_mssp": 12, "products": []}


def offered(_now: datetime) -> None:
    """Before anybody registers: the first rules of the demo offer a volume rebate, and hold prices."""
    first = PolicyVersion.objects.get(schema=SCHEMA, number=1)
    if not first.values["volume_rebate"]["steps"] and not Registration.objects.exists():
        values = {**first.values, "volume_rebate": REBATE, "price_hold": HOLD}
        first.values = checked(SCHEMA, values).model_dump(mode="json")
        first.save(update_fields=["values"])


def planned(now: datetime) -> None:
    """Named accounts come to stand in the way, and help of ours costs a partner less. It changes few decisions."""
    if PolicyVersion.objects.filter(schema=SCHEMA, number__gt=1).exists():
        return
    shipped = current(SCHEMA, DealRules, now=now).values
    named = shipped.precedence.named_account.model_copy(update={"weight": "block"})
    changed = shipped.model_copy(update={"precedence": shipped.precedence.model_copy(update={"named_account": named})})
    values = changed.model_dump(mode="json") | {"rate_assisted": "0.06"}
    version = publish_version(
        schema=SCHEMA,
        values=values,
        effective_from=now + timedelta(days=30),
        note="Named accounts go to their sellers first; assisted deals earn more.",
        after=1,
        by=User.objects.get(email=address("admin", VENDOR)),
        now=now,
    )
    behind = {address("admin", slug) for slug in BEHIND}
    read = digest(text_of(version))
    for member in acknowledging_people():
        if member.user.email not in behind:
            member.user.membership = member
            acknowledge(version=version, read=read, by=member.user, now=now)


def tendered(now: datetime) -> None:
    if Tender.objects.exists():
        return
    note_tender(
        account=Account.objects.get(external_id=TENDERED),
        product=ProductLine.objects.get(slug=DOCK),
        published_on=(now - timedelta(days=6)).date(),
        source="Official gazette, notice 2041",
        by=User.objects.get(email=address("pam", VENDOR)),
        now=now,
    )


def replayed(now: datetime) -> None:
    """The past year under the version that begins next month."""
    version = PolicyVersion.objects.standing(SCHEMA).order_by("-number")[0]
    if version.number > 1 and not Replay.objects.exists():
        replay(version=version, by=User.objects.get(email=address("admin", VENDOR)), now=now)
