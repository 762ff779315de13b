"""Questions about customers that span tables."""

from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import Q, QuerySet

from partners.customers.models import SOURCE, Account
from partners.customers.policies import can_read_all
from prm import matching
from prm.accounts.models import User
from prm.matching import Identity, Match
from prm.matching.folding import fold, words
from prm.matching.hosts import registrable


def accounts_like(identity: Identity) -> list[tuple[Account, Match]]:
    """Customers that the description could mean, the likeliest first. Two queries."""
    notable = {pk: match for pk, match in matching.matches(identity, source=SOURCE, apart=True) if match.is_notable}
    known = Account.objects.in_bulk(notable)
    return [(known[pk], match) for pk, match in notable.items() if pk in known]


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
        wanted = {"named_account": self.named, "owner": self.owner, "external_id": self.external_id}
        return {name: value for name, value in wanted.items() if value not in (None, "")}


def filtered(accounts: QuerySet[Account], wanted: AccountFilter, *, reader: User) -> QuerySet[Account]:
    """What a person may not read cannot be asked for either: such filters narrow down to the own customers."""
    own = Q() if can_read_all(reader) else Q(owner=reader)
    if wanted.q:
        accounts = accounts.annotate(words=SearchVector("name_key", config="simple"))
        accounts = accounts.filter(_named_like(wanted.q) | (own & _known_as(wanted.q)))
    if wanted.country:
        accounts = accounts.filter(country=wanted.country)
    return accounts.filter(own, **wanted.details) if wanted.details else accounts


def _named_like(text: str) -> Q:
    parts = words(fold(text))
    if not parts:
        return Q(pk__in=[])
    return Q(words=SearchQuery(" & ".join(f"{part}:*" for part in parts), config="simple", search_type="raw"))


def _known_as(text: str) -> Q:
    domain = registrable(text)
    return Q(external_id=text) | (Q(domain=domain) if domain else Q(pk__in=[]))
