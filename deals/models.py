"""The nouns of the deals wing, in one place for Django."""

from deals.amendments.models import Amendment
from deals.appeals.models import Appeal
from deals.cases.models import DirectCase
from deals.conflicts.models import Finding
from deals.cosell.models import CoSell, CoSellStep
from deals.direct.models import DirectOpportunity, DirectTouch
from deals.earnings.models import Refund
from deals.engagement.models import EngagementAppeal
from deals.extensions.models import Extension
from deals.holds.models import PriceHold
from deals.leads.models import Lead, LeadOffer, LeadReport
from deals.mapping.models import MappedList, MappedPortion, MappedRow, SharedAccount
from deals.marketplace.models import MarketplaceOffer
from deals.products.models import ProductLine
from deals.protections.models import Protection
from deals.rebates.models import Rebate
from deals.records.models import PartnerOfRecord, RecordProof
from deals.registrations.models import Registration, RegistrationLine, RegistrationShare
from deals.releases.models import FirstRefusal, Release
from deals.replays.models import DecisionBasis, Replay, ReplayDifference
from deals.reversals.models import Reversal
from deals.teaming.models import Holder, Teaming
from deals.tenders.models import Tender

__all__ = [
    "Amendment",
    "Appeal",
    "CoSell",
    "CoSellStep",
    "DecisionBasis",
    "DirectCase",
    "DirectOpportunity",
    "DirectTouch",
    "EngagementAppeal",
    "Extension",
    "Finding",
    "FirstRefusal",
    "Holder",
    "Lead",
    "LeadOffer",
    "LeadReport",
    "MappedList",
    "MappedPortion",
    "MappedRow",
    "MarketplaceOffer",
    "PartnerOfRecord",
    "PriceHold",
    "ProductLine",
    "Protection",
    "Rebate",
    "RecordProof",
    "Refund",
    "Registration",
    "RegistrationLine",
    "RegistrationShare",
    "Release",
    "Replay",
    "ReplayDifference",
    "Reversal",
    "SharedAccount",
    "Teaming",
    "Tender",
]
