"""How every route is reached. A route that is not listed here fails the build.

Arguments and queries name what they mean (`deal`, `person`, …); a walk puts in the ids of one side or the other.
A body is one that would do something, so that a door that lets a stranger in is noticed.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.factories import PASSWORD

NOW = datetime.now(UTC)
SOON = (NOW + timedelta(days=90)).date().isoformat()
TODAY = NOW.date().isoformat()
MONEY = {"amount": "100.00", "currency": "EUR"}


@dataclass(frozen=True)
class Way:
    """`queries` are query strings with `{kind}` for an id; `posts` is the body of POST, PUT and PATCH."""

    arguments: tuple[str, ...] = ()
    posts: dict[str, Any] = field(default_factory=dict)
    queries: tuple[str, ...] = ()


WAYS: dict[str, Way] = {
    # Frame
    "home": Way(),
    "work": Way(),
    "work-export": Way(),
    "search": Way(queries=("q=kanarie", "q={deal}", "q={reference}", "q={organisation}")),
    "theme": Way(),
    "branding": Way(posts={"name": "Another name", "accent": "", "version": "0"}),
    "branding-reset": Way(),
    "brand-logo": Way(("digest",)),
    "filters": Way(posts={"name": "Open ones", "list_name": "deals", "query": "state=open"}),
    "filter": Way(("filter",)),
    "filter-change": Way(("filter",), {"name": "Another name"}),
    "filter-delete": Way(("filter",)),
    "csp-report": Way(posts={"csp-report": {}}),
    "healthz": Way(),
    "readyz": Way(),
    "status": Way(),
    "status-export": Way(),
    "notices-again": Way(),
    "notice-again": Way(("notice",)),
    "metrics": Way(),
    # People
    "people": Way(queries=("q=kanarie", "organisation={organisation}")),
    "people-export": Way(queries=("q=kanarie", "organisation={organisation}")),
    "roles": Way(),
    "roles-export": Way(),
    "audit": Way(queries=("person=kanarie", "person={person}", "organisation={organisation}", "subject={deal}")),
    "audit-export": Way(),
    "exports": Way(posts={"listing": "deals", "file": "csv", "query": ""}),
    "export": Way(("export",)),
    "export-file": Way(("export",)),
    "invite": Way(
        posts={"email": "somebody@new.example", "roles": ["marketing"]}, queries=("organisation={organisation}",)
    ),
    "invitation-revoke": Way(("invitation",)),
    "invitation": Way(("invitation",), {"name": "Somebody", "password": PASSWORD}),
    "person": Way(("person",), {"roles": ["marketing"]}),
    "person-end": Way(("person",)),
    "person-second-step": Way(("person",)),
    "profile": Way(posts={"name": "Somebody", "time_zone": "UTC", "locale": "en"}),
    "notice-choices": Way(posts={"decisions": "daily", "messages": "portal"}),
    "logins-end": Way(),
    "second-steps": Way(),
    "second-step-app": Way(posts={"code": "000000", "password": "not this one"}),
    "second-step-key": Way(posts={"name": "a key", "credential": "{}", "password": "not this one"}),
    "second-step-codes": Way(posts={"password": "not this one"}),
    "second-step-remove": Way(posts={"which": "app", "password": "not this one"}),
    "tokens": Way(posts={"name": "a key", "days": "30", "password": "not this one"}),
    "tokens-export": Way(),
    "token-revoke": Way(("token",)),
    "notices": Way(),
    "notices-export": Way(),
    "notices-read": Way(),
    "notice-open": Way(("notice",), {"go": "1"}),
    "announcements": Way(),
    "announcements-written": Way(),
    "announcements-export": Way(),
    "announcement-new": Way(posts={"title": "News", "text": "All of it.", "audience_side": ["everyone"]}),
    "announcement-edit": Way(("announcement",), {"title": "News", "text": "x", "audience_side": ["everyone"]}),
    "announcement-withdraw": Way(("announcement",)),
    "announcement-dismiss": Way(("announcement",)),
    # Signing in
    "account_login": Way(posts={"login": "rep@helix.example", "password": "not this one"}),
    "account_logout": Way(),
    "mfa_authenticate": Way(posts={"code": "000000"}),
    "account_inactive": Way(),
    "account_signup": Way(posts={"email": "somebody@new.example"}),
    "account_change_password": Way(posts={"oldpassword": "not this one"}),
    "account_reset_password": Way(posts={"email": "nobody@new.example"}),
    "account_reset_password_done": Way(),
    "account_reset_password_from_key": Way(("uid", "key"), {"password1": "x", "password2": "x"}),
    "account_reset_password_from_key_done": Way(),
    # Customers and partners
    "accounts": Way(queries=("q=kanarie",)),
    "accounts-export": Way(queries=("q=kanarie",)),
    "account-new": Way(posts={"name": "A new customer", "country": "DE"}),
    "account": Way(("account",)),
    "account-edit": Way(("account",), {"name": "Another name", "country": "DE", "version": "1"}),
    "account-name-add": Way(("account",), {"name": "Another name", "kind": "former", "form_nonce": ""}),
    "account-name-remove": Way(("account", "name")),
    "accounts-alike": Way(),
    "accounts-alike-export": Way(),
    "accounts-alike-search": Way(),
    "account-merge": Way(("account",), {"other": "x-1", "stays": "this"}, queries=("other={account}",)),
    "account-distinct": Way(("account",), {"other": "x-1"}),
    "account-parent": Way(("account",), {"other": "x-1"}),
    "account-merge-undo": Way(("merge",)),
    "account-imports": Way(posts={"file": "", "form_nonce": ""}),
    "account-imports-export": Way(),
    "account-import": Way(("import",), {"column_0": "external_id", "column_1": "name"}),
    "account-import-run": Way(("import",)),
    "account-import-undo": Way(("import",)),
    "account-import-findings": Way(("import",)),
    "partners": Way(queries=("q=kanarie",)),
    "partners-export": Way(queries=("q=kanarie",)),
    "partner-new": Way(posts={"name": "A new partner", "model": "var", "country": "DE", "time_zone": "UTC"}),
    "partner": Way(("organisation",)),
    "partner-edit": Way(("organisation",), {"name": "Another name", "model": "msp"}),
    "partner-pam": Way(("organisation",), {"pam": ""}),
    # Deals
    "deals": Way(queries=("q=kanarie", "q={reference}", "partner={organisation}", "state=open&partner={organisation}")),
    "deals-export": Way(queries=("q=kanarie", "q={reference}", "partner={organisation}")),
    "deal-new": Way(posts={"customer_name": "A new customer", "then": "draft", "form_nonce": ""}),
    "deal-earnings": Way(queries=("value=86400&currency=EUR&motion=resale&engagement=shared",)),
    "deal": Way(("deal",)),
    "deal-edit": Way(("deal",), {"customer_name": "Another name", "then": "draft"}),
    "deal-discard": Way(("deal",)),
    "deal-answer": Way(("deal",), {"message": "Here it is", "work_done": "Three workshops with the fleet."}),
    "deal-withdraw": Way(("deal",), {"reason": "not ours"}),
    "deal-win": Way(("deal",), {"closed_on": TODAY, "value": "100"}),
    "deal-lose": Way(("deal",), {"reason": "price"}),
    "deal-share": Way(("deal",), {"colleague": ""}),
    "deal-findings": Way(("deal",)),
    "deal-messages": Way(("deal",), {"text": "Who signs?", "internal": "on", "form_nonce": "", "seen": ""}),
    "deal-messages-read": Way(("deal",), {"seen": ""}),
    "deal-approve": Way(("deal",), {"outcome": "exclusive", "products": ["fleet-cloud"], "account": "new"}),
    "deal-ask": Way(("deal",), {"message": "Who signs?", "opened": ["work_done"]}),
    "deal-reject": Way(("deal",), {"reason": "other", "message": "No."}),
    "rules": Way(),
    "rules-version": Way(("number",)),
    "insight": Way(),
    "insight-export": Way(),
    # API
    "schema": Way(),
    "docs": Way(),
    "api-me": Way(),
    "api-me-notifications": Way(posts={"decisions": "daily"}),
    "api-branding": Way(posts={"name": "Another name"}),
    "api-announcements": Way(posts={"title": "News", "text": "All of it.", "audience": ["everyone"]}),
    "api-products": Way(),
    "api-events": Way(queries=("subject={deal}", "subject={person}")),
    "api-metrics": Way(),
    "api-metric": Way(("metric",)),
    "api-accounts": Way(posts={"name": "A new customer"}, queries=("q=kanarie",)),
    "api-account-imports": Way(),
    "api-account-import": Way(("import",)),
    "api-account-import-findings": Way(("import",)),
    "api-account-import-check": Way(("import",), {"columns": ["external_id", "name"]}),
    "api-account-import-start": Way(("import",)),
    "api-account-import-undo": Way(("import",)),
    "api-account-names": Way(("account",), {"name": "Another name"}),
    "api-account-name-remove": Way(("account", "name")),
    "api-accounts-alike": Way(),
    "api-accounts-alike-searches": Way(),
    "api-accounts-alike-dismiss": Way(("pair",)),
    "api-account-merges": Way(posts={"account": "acc_x", "into": "acc_y"}),
    "api-account-merge-undo": Way(("merge",)),
    "api-account": Way(("account",), {"name": "Another name"}),
    "api-deals": Way(
        posts={"customer": {"name": "A new customer"}},
        queries=("partner={organisation}", "reference={reference}", "customer=kanarie"),
    ),
    "api-deal": Way(("deal",), {"competitor": "Somebody"}),
    "api-deal-submit": Way(("deal",)),
    "api-deal-answer": Way(("deal",), {"message": "Here it is", "work_done": "Three workshops with the fleet."}),
    "api-deal-withdraw": Way(("deal",), {"reason": "not ours"}),
    "api-deal-win": Way(("deal",), {"closed_on": TODAY, "value": MONEY}),
    "api-deal-lose": Way(("deal",), {"reason": "price"}),
    "api-deal-approve": Way(("deal",)),
    "api-deal-reject": Way(("deal",), {"reason": "other", "message": "No."}),
    "api-deal-ask": Way(("deal",), {"message": "Who signs?", "fields": ["work_done"]}),
    "api-deal-findings": Way(("deal",)),
    "api-deal-timeline": Way(("deal",)),
    "api-deal-messages": Way(("deal",), {"text": "Who signs?"}),
}
