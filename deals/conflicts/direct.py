"""What our own sellers do at the customers that a registration could mean."""

from collections import defaultdict
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection

from deals.conflicts import rules
from deals.direct.models import DirectOpportunity, DirectTouch
from deals.direct.states import OPEN_STAGES
from deals.precedence import DIRECT, TOUCH

# The rules ask for no older ones.
LONGEST = timedelta(days=365)
# Open opportunities of one customer that are looked at.
MOST = 20
_OPEN, _TOUCHES = DirectOpportunity._meta.db_table, DirectTouch._meta.db_table
_STAGES = ", ".join(f"'{stage}'" for stage in OPEN_STAGES)
_PRODUCTS = DirectOpportunity.products.through._meta.db_table
# Of touches the latest counts: of those that were entered before the place in line, and of those after it.
_SQL = f"""
    select account_id, '{DIRECT}', began, before, products from (
        select o.account_id, o.created_at::date as began, o.created_at < %(place)s as before,
            array(select p.productline_id from {_PRODUCTS} p where p.directopportunity_id = o.id) as products,
            row_number() over (partition by o.account_id order by o.created_at, o.id) as number
        from {_OPEN} o where o.account_id = any(%(accounts)s) and o.stage in ({_STAGES})
    ) as opened where number <= {MOST}
    union all
    select account_id, '{TOUCH}', max("on"), created_at < %(place)s as before, '{{}}'::bigint[]
    from {_TOUCHES}
    where account_id = any(%(accounts)s) and withdrawn_at is null and "on" between %(since)s and %(until)s
    group by account_id, created_at < %(place)s
    order by 1, 2, 3, 4
"""  # noqa: S608 - constant names


def direct_at(accounts: list[int], place: datetime, day: date) -> dict[int, tuple[rules.Direct, ...]]:
    """By account. Always one query, so that the time taken tells of nobody."""
    values: dict[str, Any] = {"accounts": accounts, "place": place, "since": day - LONGEST, "until": day}
    found: dict[int, list[rules.Direct]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_SQL, values)
        for account, kind, on, before, products in cursor.fetchall():
            found[account].append(rules.Direct(kind, on, before, frozenset(products)))
    return {account: tuple(rows) for account, rows in found.items()}
