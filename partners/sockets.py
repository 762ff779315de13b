"""What the hall hangs into the sockets of the foundations."""

from django.db.models import Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partners.customers.models import SOURCE, Account
from partners.customers.selectors import AccountFilter, filtered
from partners.profiles.models import Partner
from partners.states import BusinessModel
from prm.accounts.models import User
from prm.accounts.roles import Permission as P
from prm.accounts.roles import Side
from prm.announcements.audiences import AUDIENCES, Audience
from prm.ledger.sockets import PORTFOLIOS
from prm.matching import ROWS, SOURCES
from prm.notices.kinds import GROUPS, Group, declare
from prm.portal.formats import country
from prm.portal.sockets import NAVIGATION, SEARCH, SUBJECTS, NavItem, SearchHit, SubjectLink

VENDOR = frozenset({Side.VENDOR})

SOURCES.register(SOURCE, gettext_lazy("Customer"))
ROWS.register(SOURCE, Account.objects.all)
PORTFOLIOS.register("partners", lambda user: Partner.objects.filter(pam=user).values("organisation"))
NAVIGATION.register(
    "partners",
    NavItem(
        gettext_lazy("Partners"),
        "partners",
        order=20,
        sides=VENDOR,
        permissions=frozenset({P.PARTNERS_READ, P.PARTNERS_DIRECTORY}),
    ),
)
NAVIGATION.register(
    "accounts",
    NavItem(gettext_lazy("Accounts"), "accounts", order=40, sides=VENDOR, permissions=frozenset({P.ACCOUNTS_READ})),
)


GROUPS.register(
    "partners",
    Group(
        gettext_lazy("Partners you look after"), gettext_lazy("Who comes to you from now on."), order=40, sides=VENDOR
    ),
)
declare("partners", "partner.pam_assigned")


MODEL = "model:"


def _models() -> list[tuple[str, str | Promise]]:
    return [(MODEL + model.value, str(model.label)) for model in BusinessModel]


def _models_of(user: User) -> set[str]:
    own = Partner.objects.filter(organisation__memberships__user=user, organisation__memberships__ended_at=None)
    return {MODEL + model for model in own.values_list("model", flat=True)} if user.is_partner else set()


def _with_models(codes: set[str]) -> Q:
    return Q(organisation__partner__model__in=[code.removeprefix(MODEL) for code in codes])


AUDIENCES.register("model", Audience(gettext_lazy("Partners of a business model"), _models, _models_of, _with_models))


def account_links(user: User, ids: list[str]) -> dict[str, SubjectLink]:
    """What was merged leads to the customer that it is part of."""
    rows = Account.objects.known_to(user).filter(public_id__in=ids).select_related("merged_into")
    return {row.public_id: _account_link(row.merged_into or row) for row in rows}


def _account_link(account: Account) -> SubjectLink:
    return SubjectLink(account.name, reverse("account", args=[account.public_id]))


def partner_links(user: User, ids: list[str]) -> dict[str, SubjectLink]:
    rows = Partner.objects.visible_to(user).filter(organisation__public_id__in=ids).select_related("organisation")
    return {row.public_id: SubjectLink(str(row), reverse("partner", args=[row.public_id])) for row in rows}


SUBJECTS.register("account", account_links)
SUBJECTS.register("partner", partner_links)


def search_accounts(user: User, text: str, limit: int) -> list[SearchHit]:
    rows = filtered(Account.objects.visible_to(user), AccountFilter(q=text), reader=user).order_by("name_key", "pk")
    return [
        SearchHit(
            row.name,
            reverse("account", args=[row.public_id]),
            _("Customer"),
            country(row.country) if row.country else "",
        )
        for row in rows[:limit]
    ]


def search_partners(user: User, text: str, limit: int) -> list[SearchHit]:
    if not user.is_vendor:
        return []
    rows = Partner.objects.visible_to(user).filter(organisation__name__icontains=text).select_related("organisation")
    return [
        SearchHit(str(row), reverse("partner", args=[row.public_id]), _("Partner"), row.get_model_display())
        for row in rows.order_by("organisation__name", "pk")[:limit]
    ]


SEARCH.register("accounts", search_accounts)
SEARCH.register("partners", search_partners)
