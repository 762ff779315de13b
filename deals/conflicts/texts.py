"""One text for the reviewer with everything, one for the partner with the category, the rule and its own evidence."""

from collections.abc import Iterable, Mapping

from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from deals.conflicts.reading import Read, recommendation
from deals.conflicts.sentences import OUTCOMES
from deals.conflicts.ways import FREE_FROM, Obstacle, Own, Way, own_evidence, ways
from deals.precedence import BLOCK, SHIPPED, Weights
from deals.registrations.models import Registration
from deals.registrations.states import RejectReason
from deals.rulebook import DealRules, clauses
from prm import matching
from prm.portal import formats

EVIDENCE = {
    "tax_number": gettext_lazy("the tax number of the customer, if it is another company"),
    "website": gettext_lazy("the customer's own website"),
    "mailbox": gettext_lazy("a contact with a mailbox at the customer's own domain"),
    "other_products": gettext_lazy("a need for other products, registered anew"),
    "buying_site": gettext_lazy("that the site or entity that buys lies within your agreement"),
    "other_need": gettext_lazy("that it is another need than the published one"),
    "consent": gettext_lazy("the customer's consent that you become its partner of record"),
    "more_work": gettext_lazy("what you have agreed with the customer since"),
}
# The reason that fits a finding, if one is to be given.
REASONS: Mapping[str, str] = {
    "rival_protection": RejectReason.ALREADY_PROTECTED,
    "earlier_registration": RejectReason.ALREADY_PROTECTED,
    "first_refusal": RejectReason.ALREADY_PROTECTED,
    "named_account": RejectReason.NAMED_ACCOUNT,
    "existing_customer": RejectReason.EXISTING_CUSTOMER,
    "partner_of_record": RejectReason.PARTNER_OF_RECORD,
    "outside_territory": RejectReason.OUTSIDE_TERRITORY,
    "tender": RejectReason.TENDER,
    "email_domain": RejectReason.INCOMPLETE,
    "thin_evidence": RejectReason.INCOMPLETE,
    "hoarding": RejectReason.OTHER,
    "direct_opportunity": RejectReason.DIRECT_OPPORTUNITY,
    "direct_touch": RejectReason.DIRECT_OPPORTUNITY,
}


def own_of(registration: Registration) -> Own:
    """What the partner has given of the customer, whoever else has given what."""
    normal = matching.normalise(registration.identity)
    mailbox = matching.normalise(matching.Identity(name="", email=registration.contact_email)).domain
    return Own(website=bool(registration.customer_website), tax_number=bool(normal.tax_key), mailbox=bool(mailbox))


def evidence_wanted(reason: str, own: Own) -> list[str]:
    return [str(EVIDENCE[code]) for code in own_evidence(reason, own)]


def partner_text(reason: str, clause: str, own: Own, deal_rules: DealRules) -> str:
    """Category, clause, and which own evidence would change the answer; the same whoever else is concerned."""
    parts = [f"{RejectReason(reason).label}."]
    cited = next((known for known in clauses(deal_rules) if known.number == clause), None)
    if cited is not None:
        about = {"number": cited.number, "title": cited.title, "text": cited.text}
        parts.append(_("Rule %(number)s, %(title)s: %(text)s") % about)
    if wanted := evidence_wanted(reason, own):
        parts.append(_("This would change the answer: %(evidence)s.") % {"evidence": "; ".join(wanted)})
    return " ".join(parts)


def ways_of(registration: Registration, reads: Iterable[Read]) -> list[Way]:
    """Products by their names."""
    names = {line.product.slug: line.product.name for line in registration.lines.all()}
    obstacles = [
        Obstacle(frozenset(names.get(slug, slug) for slug in read.finding.overlap), read.finding.until)
        for read in reads
        if read.finding.band == BLOCK
    ]
    return ways(names.values(), obstacles)


def way_text(way: Way) -> str:
    products = ", ".join(way.products)
    if way.kind == FREE_FROM and way.at is not None:
        return _("%(products)s: free from %(day)s.") % {"products": products, "day": formats.day(localtime(way.at))}
    return _("Without %(products)s it could be exclusive.") % {"products": products}


def reviewer_text(registration: Registration, reads: list[Read], weights: Weights = SHIPPED) -> str:
    """Everything, line by line: the advice, why, each finding with its evidence and clause, what would change it."""
    advice = recommendation(reads, weights)
    lines = [_("Recommended: %(outcome)s.") % {"outcome": OUTCOMES[advice["outcome"]]}, *advice["because"]]
    for read in reads:
        finding = read.finding
        about = {
            "band": finding.get_band_display(),
            "kind": finding.get_kind_display(),
            "whom": f" – {read.link.label}" if read.link else "",
            "clause": finding.clause,
            "evidence": " ".join(item["text"] for item in finding.evidence),
        }
        lines.append(_("%(band)s: %(kind)s%(whom)s (rule %(clause)s). %(evidence)s") % about)
    changes = [way_text(way) for way in ways_of(registration, reads)] + advice["unless"]
    if changes:
        lines.append(_("What would change it: %(changes)s") % {"changes": " ".join(changes)})
    return "\n".join(lines)
