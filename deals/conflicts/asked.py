"""The registration that is assessed, as the rules read it: what it says itself, and how its partner stands."""

from datetime import date, datetime, timedelta

from disposable_email_domains import blocklist
from django.db.models import Count, Q
from tldextract import TLDExtract

from deals.conflicts import rules
from deals.registrations.models import Registration
from deals.registrations.states import OPEN, State
from prm import matching
from prm.clocks.calendar import local_date

A_YEAR = timedelta(days=365)
# The customer came to a decision, whichever it was.
PROGRESSED = (State.WON, State.LOST)
# What has ended otherwise than by a decision of ours.
CLOSED = (*PROGRESSED, State.EXPIRED, State.WITHDRAWN, State.LAPSED)
# Reserved for examples: nobody has a mailbox there, and nobody is misled by it.
EXAMPLES = ("example",)

# The list of public suffixes comes with the library: no network, no cache on disk.
_suffixes = TLDExtract(suffix_list_urls=(), cache_dir=None)


def asked_of(registration: Registration, now: datetime) -> rules.Asked:
    """One query."""
    if registration.place is None:
        raise ValueError("a draft has no place in line to assess")
    partner = registration.partner
    return rules.Asked(
        place=registration.place,
        products=product_ids(registration),
        opportunity=registration.opportunity,
        has_proof=has_proof(registration),
        registered_on=asked_on(registration),
        country=registration.customer_country,
        segment=registration.segment,
        mail=flaw_of_mail(registration.contact_email),
        agreement=rules.Agreement(frozenset(partner.regions), frozenset(partner.segments)),
        business=business_of(partner.pk, now),
    )


def asked_on(registration: Registration) -> date:
    """The day of its place in line, on the partner's wall."""
    if registration.place is None:
        raise ValueError("a draft has no place in line to assess")
    return local_date(registration.place[0], registration.partner.organisation.time_zone)


def product_ids(registration: Registration) -> frozenset[int]:
    return frozenset(line.product_id for line in registration.lines.all())


def not_refused(registration: Registration) -> frozenset[int]:
    """Without the lines that an approval in part has left out: they can be registered again."""
    return frozenset(line.product_id for line in registration.lines.all() if line.approved is not False)


def has_proof(registration: Registration) -> bool:
    normal = matching.normalise(registration.identity)
    return bool(normal.domain or normal.tax_key)


def flaw_of_mail(address: str) -> str:
    """ "throwaway" for a service that gives mailboxes to everybody for a moment, "incomplete" for a domain that cannot
    exist, else "".
    """
    domain = address.rpartition("@")[2].strip().lower().rstrip(".")
    if not domain:
        return ""
    parts = domain.split(".")
    if any(".".join(parts[start:]) in blocklist for start in range(len(parts) - 1)):
        return "throwaway"
    known = _suffixes(domain).suffix or parts[-1] in EXAMPLES
    return "" if known and len(parts) > 1 else "incomplete"


def business_of(partner: int, now: datetime) -> rules.Business:
    """One query. A registration that has ended counts in the year of its end."""
    lately = Q(ended_at__gt=now - A_YEAR, ended_at__lte=now)
    counted = Registration.objects.filter(partner=partner).aggregate(
        open=Count("pk", filter=Q(state__in=OPEN)),
        progressed=Count("pk", filter=lately & Q(state__in=PROGRESSED)),
        closed=Count("pk", filter=lately & Q(state__in=CLOSED)),
    )
    return rules.Business(**counted)
