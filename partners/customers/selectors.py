"""Questions about customers that span tables."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from partners.customers.models import SOURCE, Account
from partners.customers.policies import can_read_all
from prm import matching
from prm.accounts.models import User
from prm.matching import NOTHING, SHIPPED, Evidence, Identity, Match, Thresholds
from prm.matching.folding import fold, words
from prm.matching.hosts import registrable


def accounts_like(
    identity: Identity, *, thresholds: Thresholds = SHIPPED, also: Collection[int] = ()
) -> list[tuple[Account, Match]]:
    """Customers that the description could mean, the likeliest first, and those of `also`. Two queries."""
    found = dict(matching.matches(identity, source=SOURCE, apart=True, thresholds=thresholds))
    wanted = {pk for pk, match in found.items() if match.is_notable} | {*also}
    known = Account.objects.present().in_bulk(wanted)
    liked = [(known[pk], found.get(pk, NOTHING)) for pk in sorted(known, key=lambda pk: _place(found.get(pk, NOTHING)))]
    return [(account, told_by_name(identity, account, match)) for account, match in liked]


def _place(match: Match) -> tuple[float, float]:
    return -match.score, -match.closeness


def told_by_name(identity: Identity, account: Account, match: Match) -> Match:
    """With a line for who is found under another name of theirs. It repeats only what was asked for."""
    if not account.former_names:
        return match
    asked = matching.normalise(identity).name_key.replace(" ", "")
    other = {key.replace(" ", "") for key in matching.normalise(account.identity).former_keys}
    if not asked or asked == account.name_key.replace(" ", "") or asked not in other:
        return match
    text = _("“%(name)s” is a former or another name of this customer") % {"name": identity.name}
    return replace(match, evidence=(*match.evidence, Evidence("other_name", text)))


@dataclass(frozen=True)
class AccountFilter:
    """`q` is the beginning of any words of the name, a web domain or the id in the CRM."""

    q: str = ""
    country: str = ""
    named: bool | None = None
    owner: User | None = None
    external_id: str = ""

    @property
    def details(self) -> dict[str, Any]:
        """What only somebody who reads the whole of a customer may ask for."""
        wanted: dict[str, Any] = {"named_account": self.named, "owner": self.owner}
        if self.external_id:
            known = Account.objects.filter(external_id=self.external_id).first()
            wanted["pk"] = survivor_of(known).pk if known else 0
        return {name: value for name, value in wanted.items() if value is not None}


def filtered(accounts: QuerySet[Account], wanted: AccountFilter, *, reader: User) -> QuerySet[Account]:
    """What a person may not read cannot be asked for either: such filters narrow down to the own customers."""
    own = Q() if can_read_all(reader) else Q(owner=reader)
    if wanted.q:
        accounts = accounts.annotate(words=SearchVector("name_key", config="simple"))
        accounts = accounts.filter(_named_like(wanted.q) | (own & _known_as(wanted.q)))
    if wanted.country:
        accounts = accounts.filter(country=wanted.country)
    return accounts.filter(own, **wanted.details) if wanted.details else accounts


def named_by_id(given: str, *, reader: User) -> Account | None:
    """By the id here or in the CRM; the id of one that was merged leads to the customer it is part of."""
    known = Account.objects.filter(Q(public_id=given) | Q(external_id=given)).order_by("pk").first()
    found = known and survivor_of(known)
    return found and Account.objects.visible_to(reader).filter(pk=found.pk).first()


def survivor_of(account: Account) -> Account:
    """The customer that this one is part of by now: itself, unless it was merged."""
    while account.merged_into is not None:
        account = account.merged_into
    return account


def _named_like(text: str) -> Q:
    parts = words(fold(text))
    if not parts:
        return Q(pk__in=[])
    return Q(words=SearchQuery(" & ".join(f"{part}:*" for part in parts), config="simple", search_type="raw"))


def _known_as(text: str) -> Q:
    domain = registrable(text)
    return Q(external_id=text) | (Q(domain=domain) if domain else Q(pk__in=[]))
