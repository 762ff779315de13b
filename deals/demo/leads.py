"""Leads of the demo: some to answer, one taken, one lost, one that nobody took, and one that fits nobody."""

from datetime import datetime, timedelta

from django.db.models import Min
from django.db.models.functions import Coalesce

from deals.leads import answers
from deals.leads.actions import enter_lead
from deals.leads.models import Lead, LeadOffer
from deals.leads.offering import offers_due
from deals.products.models import ProductLine
from partners.demo.cast import VENDOR, address
from partners.models import Partner
from prm.accounts.models import User

# Name, city, what it needs, whom to call, wanted competency, days ago, what became of it.
LEADS = (
    (
        "Hansen Kühltransporte",
        "Flensburg",
        "Cold chain records for 40 trailers.",
        "Maike Hansen",
        "cold-chain",
        34,
        "lose",
    ),
    (
        "Ostwind Busverkehr",
        "Rostock",
        "Tachographs of 70 coaches are read by hand.",
        "Jan Ott",
        "fleet-migration",
        27,
        "decline",
    ),
    (
        "Pfälzer Weinlogistik",
        "Speyer",
        "Tours change daily, the planner is a sheet.",
        "Eva Roth",
        "fleet-migration",
        20,
        "report",
    ),
    ("Saarstahl Werksverkehr", "Völklingen", "Dock slots for 90 lorries a day.", "Tim Becker", "docks", 6, ""),
    ("Nordlicht Apotheken", "Kiel", "A second van fleet, live temperatures.", "Lena Voss", "fleet-migration", 0, ""),
    ("Alpkäse Vertrieb", "Kempten", "Proof of delivery on phones.", "Max Huber", "fleet-migration", 0, ""),
)
COMPETENCIES = {"helix": ["cold-chain", "fleet-migration"], "orbit": ["fleet-migration", "tachographs"]}


def leads(now: datetime) -> None:
    """Only once; what happened was done by whoever was asked first."""
    if Lead.objects.exists():
        return
    for slug, competencies in COMPETENCIES.items():
        of_partner = {"organisation__memberships__user__email": address("admin", slug)}
        Partner.objects.filter(**of_partner).update(competencies=competencies)
    by = User.objects.get(email=address("pam", VENDOR))
    products = list(ProductLine.objects.on_sale().order_by("pk")[:2])
    for number, (name, city, need, contact, competency, days, fate) in enumerate(LEADS):
        values = {"customer_name": name, "customer_country": "DE", "customer_city": city, "need": need}
        values |= {"contact_name": contact, "contact_phone": f"+49 30 9018{number:04}", "competency": competency}
        moment = now - timedelta(days=days, hours=len(LEADS) - number)
        _let_pass(moment)
        lead = enter_lead(values={**values, "source": "campaign"}, products=products, by=by, now=moment)
        for offer in lead.offers.select_related("partner"):
            _answer(offer, fate, moment + timedelta(hours=7))
    _let_pass(now)


def _let_pass(until: datetime) -> None:
    """What the scheduler would have done by then: recall offers that nobody answers, and let them lapse."""
    while moment := LeadOffer.objects.open().aggregate(at=Min(Coalesce("remind_at", "due_at")))["at"]:
        if moment > until:
            return
        offers_due(now=moment)


def _answer(offer: LeadOffer, fate: str, now: datetime) -> None:
    rep = User.objects.filter(
        memberships__organisation=offer.partner.organisation_id, memberships__roles__contains=["sales_rep"]
    ).first()
    if rep is None or not fate:
        return
    if fate == "decline":
        answers.decline(offer=offer, reason="no_capacity", by=rep, now=now)
        return
    answers.accept(offer=offer, by=rep, now=now)
    answers.report(offer=offer, stage="meeting", text="Met on site, they want a trial.", by=rep, now=now)
    if fate == "lose":
        answers.lose_lead(offer=offer, reason="timing", text="Their budget is frozen.", by=rep, now=now)
