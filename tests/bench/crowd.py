"""A large programme, written by the database itself: copies of a few registrations that the verbs made."""

import json
import sys
from typing import Any

import django

if __name__ == "__main__":
    django.setup()

from django.db import connection
from django.db.models import Model

from deals.decisions import actions as decisions
from deals.registrations import actions
from deals.registrations.actions import SOURCE
from deals.registrations.models import Registration
from partners.models import Account, Partner
from prm import matching
from prm.accounts.models import Membership, Organisation, User
from prm.clocks.database import database_now
from tests.bench.customers import FIRST, SECOND
from tests.factories import Cast, make_approved, make_cast, make_registration, make_token

# How a programme looks after some years: of a hundred registrations so many are in each state.
SHARES = {"approved": 20, "submitted": 5, "won": 30, "rejected": 25, "withdrawn": 20}
# People who register, each of another partner.
REPS = 30
NAME = "(%(first)s::text[])[1 + n %% 18] || (%(second)s::text[])[1 + n / 18 %% 14] || ' Werk ' || n || ' GmbH'"
OWN = {
    Organisation: {"public_id": "'org_crowd' || n", "name": "'Partner ' || n"},
    User: {"public_id": "'usr_crowd' || n", "email": "'rep' || n || '@crowd.example'"},
    Membership: {},
    Account: {
        "public_id": "'acc_crowd' || n",
        "external_id": "'x' || n",
        "name": NAME,
        "name_key": "'werk ' || n",
        "website": "'werk' || n || '.example'",
        "domain": "'werk' || n || '.example'",
    },
    Registration: {
        "public_id": "'deal_crowd' || n",
        "reference": "'DR-X' || n",
        "priority_number": "1000000000 + n",
        "customer_name": NAME,
        "customer_website": "'werk' || n || '.example'",
        "created_at": "now() - n % 1000 * interval '1 day' - n * interval '1 second'",
    },
}
_FILL = """
    insert into deals_registrationline (registration_id, product_id, quantity, approved)
    select r.id, line.product_id, 1, line.approved from deals_registration r, deals_registrationline line
    where r.public_id like 'deal\\_crowd%%' and r.state = %(state)s and line.registration_id = %(template)s;
    insert into audit_event (public_id, kind, at, actor_id, organisation_id, subject_type, subject_id, data)
    select 'evt_crowd' || left(kind, 1) || r.id, 'deal.' || kind, r.created_at, r.created_by_id, p.organisation_id,
        'deal', r.public_id, '{}' from deals_registration r join partners_partner p on p.id = r.partner_id,
        unnest(array['drafted', 'submitted']) kind where r.public_id like 'deal\\_crowd%%' and r.state = %(state)s;
    insert into notices_notice (public_id, key, kind, user_id, email, organisation_id, title, body, path, signed_path,
        created_at, due_at, delivery, attempts, last_error, sent_at)
    select 'ntc_crowd' || r.id, r.public_id || '-submitted', 'deal.submitted', r.created_by_id, '', p.organisation_id,
        r.reference, '', '', false, r.created_at, r.created_at, 'at_once', 1, '', r.created_at
    from deals_registration r join partners_partner p on p.id = r.partner_id
    where r.public_id like 'deal\\_crowd%%' and r.state = %(state)s;
"""
_PROTECT = """
    insert into deals_protection (registration_id, account_id, product_id, period)
    select r.id, r.account_id, line.product_id, tstzrange(r.decided_at, r.protected_until)
    from deals_registration r join deals_registrationline line on line.registration_id = r.id
    where r.public_id like 'deal\\_crowd%' and r.state = 'approved'
"""


def fill(cast: Cast, *, registrations: int, organisations: int) -> None:
    """Partners, customers and registrations, with their lines, protections, match keys, events and notices."""
    templates = _templates(cast)
    _partners(cast, organisations)
    approved = registrations * SHARES["approved"] // 100
    _copy(Account, templates["approved"].account_id, 1, approved)
    first = 1
    for state, share in SHARES.items():
        last = first + registrations * share // 100 - 1
        _registrations(templates[state], first, last, organisations, approved)
        first = last + 1
    _run(_PROTECT)
    _keys()
    _run("analyze")


def _templates(cast: Cast) -> dict[str, Registration]:
    now = database_now()
    made = {state: make_approved(cast.helix) for state in ("approved", "won")}
    made |= {state: make_registration(cast.helix) for state in ("submitted", "rejected", "withdrawn")}
    actions.win(
        registration=made["won"], closed_on=now.date(), early_reason="Signed at once.", by=cast.helix.rep, now=now
    )
    decisions.reject(registration=made["rejected"], reason="other", message="No budget.", by=cast.pam, now=now)
    actions.withdraw(registration=made["withdrawn"], reason="", by=cast.helix.rep, now=now)
    # Nothing of them is to be done by those who look after the due.
    Registration.objects.filter(pk__in=[deal.pk for deal in made.values()]).update(assessed_at=now)
    return made


def _partners(cast: Cast, count: int) -> None:
    _copy(Organisation, cast.helix.organisation.pk, 1, count)
    kept, read = (_columns(Partner, "id", "organisation_id", of=of) for of in ("", "p."))
    _run(
        f"insert into partners_partner (organisation_id, {kept}) select o.id, {read}"
        " from partners_partner p, accounts_organisation o"
        " where p.id = %(partner)s and o.public_id like 'org\\_crowd%%'",
        partner=cast.helix.partner.pk,
    )
    _copy(User, cast.helix.rep.pk, 1, count)
    membership = cast.helix.rep.membership
    user = {"user_id": "(select u.id from accounts_user u where u.email = 'rep' || n || '@crowd.example')"}
    where = {"organisation_id": "(select o.id from accounts_organisation o where o.public_id = 'org_crowd' || n)"}
    _copy(Membership, membership.pk if membership else None, 1, count, user | where)
    numbered = "select p.id, row_number() over (order by p.id) number, m.user_id from partners_partner p"
    joined = "join accounts_membership m on m.organisation_id = p.organisation_id and m.roles = '{sales_rep}'"
    _run(f"create temporary table crowd_partner as {numbered} {joined}")
    _run("create unique index on crowd_partner (number)")


def _registrations(template: Registration, first: int, last: int, organisations: int, accounts: int) -> None:
    account = f"(select a.id from partners_account a where a.public_id = 'acc_crowd' || 1 + (n - 1) % {accounts})"
    of = f"from crowd_partner p where p.number = 1 + n % {organisations}"
    own = {"partner_id": f"(select p.id {of})", "created_by_id": f"(select p.user_id {of})"}
    _copy(Registration, template.pk, first, last, own | ({"account_id": account} if template.account_id else {}))
    template.refresh_from_db()
    for statement in _FILL.split(";")[:-1]:
        _run(statement, state=template.state, template=template.pk)


def _copy(model: type[Model], like: int | None, first: int, last: int, own: dict[str, str] | None = None) -> None:
    """Rows like that one, numbered n, with what is their own."""
    given = {**OWN[model], **(own or {})}
    columns = [field.column for field in model._meta.local_concrete_fields if field.column != "id"]
    values = ", ".join(given.get(column, f"r.{column}") for column in columns).replace(" % ", " %% ")
    table = model._meta.db_table
    _run(
        f"insert into {table} ({', '.join(columns)}) select {values}"
        f" from {table} r, generate_series(%(from)s::bigint, %(to)s::bigint) n where r.id = %(like)s",
        **{"first": FIRST, "second": SECOND, "like": like, "from": first, "to": last},
    )


def _columns(model: type[Model], *without: str, of: str = "") -> str:
    return ", ".join(of + field.column for field in model._meta.local_concrete_fields if field.column not in without)


def _keys() -> None:
    """What a new registration is compared with: customers, protections, and those that wait for a decision."""
    living = Registration.objects.filter(state__in=["approved", "submitted"], public_id__startswith="deal_crowd")
    for source, rows in ((SOURCE, living), ("account", Account.objects.filter(public_id__startswith="acc_crowd"))):
        batch = []
        for noun in rows.iterator(chunk_size=5000):
            batch.append((noun.pk, noun.identity))
            if len(batch) == 5000:
                matching.index_many(source, batch)
                batch = []
        matching.index_many(source, batch)


def _run(text: str, **values: Any) -> None:
    used = {name: value for name, value in values.items() if f"%({name})s" in text}
    with connection.cursor() as cursor:
        cursor.execute(text, used or None)


def main(registrations: int, organisations: int) -> None:
    """Fills the installation that the environment names, and prints the tokens of those who will ask."""
    cast = make_cast()
    _run("set statement_timeout = 0; set synchronous_commit = off")
    fill(cast, registrations=registrations, organisations=organisations)
    reps = User.objects.filter(email__in=[f"rep{number}@crowd.example" for number in range(1, REPS + 1)])
    tokens = {"rep": make_token(cast.helix.rep), "pam": make_token(cast.pam)}
    print(json.dumps(tokens | {f"rep{number}": make_token(rep) for number, rep in enumerate(reps, 1)}))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
