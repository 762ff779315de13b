"""Who may do what, as code: permissions, and roles that explain themselves.

The table of people and nouns is the product's own; the portal shows `title` and `description`,
code and tests read `permissions`. Which rows a person sees is the QuerySet's business
(`visible_to`), not this module's.
"""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Side(StrEnum):
    PARTNER = "partner"
    VENDOR = "vendor"


class Permission(StrEnum):
    # Deals
    DEALS_REGISTER = "deals.register"
    DEALS_MANAGE_ORGANISATION = "deals.manage_organisation"
    DEALS_READ_ORGANISATION = "deals.read_organisation"
    DEALS_READ_SHARED = "deals.read_shared"
    DEALS_READ_ALL = "deals.read_all"
    DEALS_READ_WON = "deals.read_won"
    DEALS_DECIDE = "deals.decide"
    DEALS_OVERRIDE = "deals.override"
    # Earnings
    EARNINGS_READ_OWN = "earnings.read_own"
    EARNINGS_READ_ORGANISATION = "earnings.read_organisation"
    EARNINGS_READ_ASSIGNED = "earnings.read_assigned"
    EARNINGS_READ_ALL = "earnings.read_all"
    EARNINGS_REFUND = "earnings.refund"
    PAYEE_MANAGE = "payee.manage"
    PAYMENTS_READ = "payments.read"
    PAYMENTS_RUN = "payments.run"
    PAYMENTS_APPROVE = "payments.approve"
    RATES_MANAGE = "rates.manage"
    # Customers
    ACCOUNTS_READ = "accounts.read"
    ACCOUNTS_READ_ALL = "accounts.read_all"
    ACCOUNTS_WRITE_OWN = "accounts.write_own"
    ACCOUNTS_WRITE_ALL = "accounts.write_all"
    ACCOUNTS_MERGE = "accounts.merge"
    LISTS_ASSESS = "lists.assess"
    # Leads
    LEADS_ENTER = "leads.enter"
    LEADS_READ_ALL = "leads.read_all"
    LEADS_MANAGE_ALL = "leads.manage_all"
    # Direct sales
    DIRECT_SELL = "direct.sell"
    DIRECT_READ_ALL = "direct.read_all"
    DIRECT_WRITE_ALL = "direct.write_all"
    # Partners
    PARTNERS_DIRECTORY = "partners.directory"
    PARTNERS_READ = "partners.read"
    PARTNERS_WRITE_ASSIGNED = "partners.write_assigned"
    PARTNERS_WRITE_ALL = "partners.write_all"
    # People
    PEOPLE_INVITE_ORGANISATION = "people.invite_organisation"
    PEOPLE_MANAGE_ALL = "people.manage_all"
    # Lists
    FILTERS_SHARE = "filters.share"
    # Enablement
    LIBRARY_WRITE = "library.write"
    # Programme
    EVENTS_READ_ORGANISATION = "events.read_organisation"
    EVENTS_READ_ALL = "events.read_all"
    EVENTS_EXPORT = "events.export"
    METRICS_READ_ORGANISATION = "metrics.read_organisation"
    METRICS_READ_ALL = "metrics.read_all"
    RULES_READ = "rules.read"
    RULES_ACKNOWLEDGE = "rules.acknowledge"
    POLICIES_MANAGE = "policies.manage"
    MATCHING_QUALITY = "matching.quality"
    BRANDING_MANAGE = "branding.manage"
    ANNOUNCEMENTS_WRITE = "announcements.write"
    OPERATIONS = "operations"


# What each permission lets a person do, as the portal says it. Every permission has its sentence.
SENTENCES: dict[Permission, str | Promise] = {
    Permission.DEALS_REGISTER: _("Register deals and act on the own ones"),
    Permission.DEALS_MANAGE_ORGANISATION: _("Act on every registration of the organisation"),
    Permission.DEALS_READ_ORGANISATION: _("Read every registration of the organisation"),
    Permission.DEALS_READ_SHARED: _("Read the registrations that colleagues share"),
    Permission.DEALS_READ_ALL: _("Read the registrations of all partners"),
    Permission.DEALS_READ_WON: _("Read won deals"),
    Permission.DEALS_DECIDE: _("Decide registrations of the partners that are looked after"),
    Permission.DEALS_OVERRIDE: _("Decide against the order of the line, with a reason"),
    Permission.EARNINGS_READ_OWN: _("Read what the own deals earn"),
    Permission.EARNINGS_READ_ORGANISATION: _("Read what the organisation earns, with its statements"),
    Permission.EARNINGS_READ_ASSIGNED: _("Read what the partners earn that are looked after"),
    Permission.EARNINGS_READ_ALL: _("Read what every partner earns"),
    Permission.EARNINGS_REFUND: _("Record refunds, which take back what was earned"),
    Permission.PAYEE_MANAGE: _("Say which account the organisation is paid to"),
    Permission.PAYMENTS_READ: _("Read payment runs and where partners are paid to"),
    Permission.PAYMENTS_RUN: _("Pay partners: prepare, approve and hand over payment runs"),
    Permission.PAYMENTS_APPROVE: _("Approve payment runs as the second person"),
    Permission.RATES_MANAGE: _("Keep the rates of exchange at which sums are reckoned together"),
    Permission.ACCOUNTS_READ: _("Read customers"),
    Permission.ACCOUNTS_READ_ALL: _("Read customers with all that is known about them"),
    Permission.ACCOUNTS_WRITE_OWN: _("Change the own customers"),
    Permission.ACCOUNTS_WRITE_ALL: _("Change every customer"),
    Permission.ACCOUNTS_MERGE: _("Merge customers that are the same, and undo it"),
    Permission.LISTS_ASSESS: _("Compare lists of companies with everything that is registered"),
    Permission.LEADS_ENTER: _("Enter leads, which are offered to partners in a fixed order"),
    Permission.LEADS_READ_ALL: _("Read all leads and who was asked"),
    Permission.LEADS_MANAGE_ALL: _("Change, offer again and withdraw every lead"),
    Permission.DIRECT_SELL: _("Enter the own direct opportunities and touches"),
    Permission.DIRECT_READ_ALL: _("Read all direct opportunities and touches, and the cases they open"),
    Permission.DIRECT_WRITE_ALL: _("Change every direct opportunity and touch"),
    Permission.PARTNERS_DIRECTORY: _("See which partners there are"),
    Permission.PARTNERS_READ: _("Read the profiles of partners"),
    Permission.PARTNERS_WRITE_ASSIGNED: _("Change the partners that are looked after"),
    Permission.PARTNERS_WRITE_ALL: _("Change every partner and take in new ones"),
    Permission.PEOPLE_INVITE_ORGANISATION: _("Invite colleagues and change their roles"),
    Permission.PEOPLE_MANAGE_ALL: _("Look after everybody who can log in"),
    Permission.FILTERS_SHARE: _("Share saved views of lists with colleagues"),
    Permission.LIBRARY_WRITE: _("Write for the library, publish it and say whom it is meant for"),
    Permission.EVENTS_READ_ORGANISATION: _("Read the history of the organisation"),
    Permission.EVENTS_READ_ALL: _("Read everything that happened"),
    Permission.EVENTS_EXPORT: _("Export what happened"),
    Permission.METRICS_READ_ORGANISATION: _("Read the figures of the organisation"),
    Permission.METRICS_READ_ALL: _("Read the figures of the programme"),
    Permission.RULES_READ: _("Read the rules of the programme"),
    Permission.RULES_ACKNOWLEDGE: _("Acknowledge the rules of the programme for the organisation"),
    Permission.POLICIES_MANAGE: _("Change the rules of the programme"),
    Permission.MATCHING_QUALITY: _("See how well customers are recognised, and try other thresholds on history"),
    Permission.BRANDING_MANAGE: _("Give the programme its name, colour and logo"),
    Permission.ANNOUNCEMENTS_WRITE: _("Write announcements for everybody or for some"),
    Permission.OPERATIONS: _("See what runs and what waits, and deliver again what was given up"),
}


@dataclass(frozen=True)
class Role:
    slug: str
    side: Side
    title: str | Promise
    description: str | Promise
    permissions: frozenset[Permission]

    @property
    def sentences(self) -> list[str | Promise]:
        """What the role may, in the order of the permissions."""
        return [SENTENCES[permission] for permission in Permission if permission in self.permissions]


P = Permission

ROLES: dict[str, Role] = {
    role.slug: role
    for role in (
        Role(
            "partner_admin",
            Side.PARTNER,
            _("Partner admin"),
            _("Invites colleagues, sees everything of the organisation and may act on every registration of it."),
            frozenset(
                {
                    P.DEALS_REGISTER,
                    P.DEALS_MANAGE_ORGANISATION,
                    P.DEALS_READ_ORGANISATION,
                    P.EARNINGS_READ_ORGANISATION,
                    P.PAYEE_MANAGE,
                    P.PEOPLE_INVITE_ORGANISATION,
                    P.FILTERS_SHARE,
                    P.EVENTS_READ_ORGANISATION,
                    P.METRICS_READ_ORGANISATION,
                    P.RULES_READ,
                    P.RULES_ACKNOWLEDGE,
                }
            ),
        ),
        Role(
            "sales_rep",
            Side.PARTNER,
            _("Sales rep"),
            _("Registers deals, acts on the own ones and reads those of the organisation."),
            frozenset(
                {
                    P.DEALS_REGISTER,
                    P.DEALS_READ_ORGANISATION,
                    P.EARNINGS_READ_OWN,
                    P.EVENTS_READ_ORGANISATION,
                    P.METRICS_READ_ORGANISATION,
                    P.RULES_READ,
                }
            ),
        ),
        Role(
            "presales_engineer",
            Side.PARTNER,
            _("Pre-sales engineer"),
            _("Reads the registrations that colleagues share."),
            frozenset({P.DEALS_READ_SHARED, P.RULES_READ}),
        ),
        Role(
            "support",
            Side.PARTNER,
            _("Support"),
            _("Reads the registrations that colleagues share."),
            frozenset({P.DEALS_READ_SHARED, P.RULES_READ}),
        ),
        Role(
            "marketing",
            Side.PARTNER,
            _("Marketing"),
            _("Reads the organisation's registrations and looks after its campaigns."),
            frozenset({P.DEALS_READ_ORGANISATION, P.RULES_READ}),
        ),
        Role(
            "pam",
            Side.VENDOR,
            _("Partner account manager"),
            _("Looks after partners, decides their registrations in time and with a reason."),
            frozenset(
                {
                    P.DEALS_READ_ALL,
                    P.DEALS_DECIDE,
                    P.EARNINGS_READ_ASSIGNED,
                    P.EARNINGS_REFUND,
                    P.ACCOUNTS_READ,
                    P.ACCOUNTS_READ_ALL,
                    P.DIRECT_READ_ALL,
                    P.ACCOUNTS_MERGE,
                    P.LISTS_ASSESS,
                    P.LEADS_ENTER,
                    P.LEADS_READ_ALL,
                    P.PARTNERS_DIRECTORY,
                    P.PARTNERS_READ,
                    P.PARTNERS_WRITE_ASSIGNED,
                    P.FILTERS_SHARE,
                    P.EVENTS_READ_ALL,
                    P.METRICS_READ_ALL,
                    P.MATCHING_QUALITY,
                    P.RULES_READ,
                }
            ),
        ),
        Role(
            "direct_seller",
            Side.VENDOR,
            _("Direct seller"),
            _("Sells directly; sees the own accounts, and of others only whether and until when they are protected."),
            frozenset(
                {
                    P.ACCOUNTS_READ,
                    P.ACCOUNTS_WRITE_OWN,
                    P.DIRECT_SELL,
                    P.LEADS_ENTER,
                    P.PARTNERS_DIRECTORY,
                    P.RULES_READ,
                }
            ),
        ),
        Role(
            "expert",
            Side.VENDOR,
            _("Expert"),
            _("Answers the questions that are asked about a topic or a deal."),
            frozenset({P.RULES_READ}),
        ),
        Role(
            "programme_admin",
            Side.VENDOR,
            _("Programme admin"),
            _("Runs the programme: people, partners, customers and rules; may override a decision with a reason."),
            frozenset(
                {
                    P.DEALS_READ_ALL,
                    P.DEALS_OVERRIDE,
                    P.EARNINGS_READ_ALL,
                    P.PAYMENTS_READ,
                    P.PAYMENTS_APPROVE,
                    P.RATES_MANAGE,
                    P.ACCOUNTS_READ,
                    P.ACCOUNTS_READ_ALL,
                    P.DIRECT_READ_ALL,
                    P.ACCOUNTS_WRITE_ALL,
                    P.DIRECT_WRITE_ALL,
                    P.ACCOUNTS_MERGE,
                    P.LISTS_ASSESS,
                    P.LEADS_ENTER,
                    P.LEADS_READ_ALL,
                    P.LEADS_MANAGE_ALL,
                    P.PARTNERS_DIRECTORY,
                    P.PARTNERS_READ,
                    P.PARTNERS_WRITE_ALL,
                    P.PEOPLE_MANAGE_ALL,
                    P.FILTERS_SHARE,
                    P.EVENTS_READ_ALL,
                    P.EVENTS_EXPORT,
                    P.METRICS_READ_ALL,
                    P.RULES_READ,
                    P.POLICIES_MANAGE,
                    P.MATCHING_QUALITY,
                    P.BRANDING_MANAGE,
                    P.LIBRARY_WRITE,
                    P.ANNOUNCEMENTS_WRITE,
                    P.OPERATIONS,
                }
            ),
        ),
        Role(
            "finance",
            Side.VENDOR,
            _("Finance"),
            _("Pays partners and records refunds; reads won deals, earnings and the partners they belong to."),
            frozenset(
                {
                    P.DEALS_READ_WON,
                    P.EARNINGS_READ_ALL,
                    P.EARNINGS_REFUND,
                    P.PAYMENTS_READ,
                    P.PAYMENTS_RUN,
                    P.RATES_MANAGE,
                    P.PARTNERS_DIRECTORY,
                    P.PARTNERS_READ,
                    P.RULES_READ,
                }
            ),
        ),
        Role(
            "executive",
            Side.VENDOR,
            _("Executive"),
            _("Reads everything that tells how the programme does, changes nothing."),
            frozenset(
                {
                    P.DEALS_READ_ALL,
                    P.EARNINGS_READ_ALL,
                    P.PAYMENTS_READ,
                    P.ACCOUNTS_READ,
                    P.ACCOUNTS_READ_ALL,
                    P.LEADS_READ_ALL,
                    P.DIRECT_READ_ALL,
                    P.PARTNERS_DIRECTORY,
                    P.PARTNERS_READ,
                    P.EVENTS_READ_ALL,
                    P.METRICS_READ_ALL,
                    P.MATCHING_QUALITY,
                    P.RULES_READ,
                }
            ),
        ),
    )
}


def roles_of(side: str) -> list[Role]:
    return [role for role in ROLES.values() if role.side == side]


def permissions_of(slugs: list[str]) -> frozenset[Permission]:
    """Everything the roles allow together; an unknown slug allows nothing."""
    return frozenset[Permission]().union(*(ROLES[s].permissions for s in slugs if s in ROLES))
