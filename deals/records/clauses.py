"""What the rules of engagement say of partners of record."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from prm.policy.clauses import Clause


def clause(reminder_days: Iterable[int]) -> Clause:
    days = ", ".join(str(day) for day in sorted(reminder_days, reverse=True))
    text = _(
        "A customer has at most one partner of record, by its own consent and for a year at a time. Whoever wins a "
        "managed deal with a customer that has none is its partner of record for the first year. Renewals and "
        "expansions are for the partner of record; new business with its customer is looked at. We ask for proof "
        "%(days)s days before the year ends; with it another year follows. A customer may consent to another partner."
    )
    return Clause("3.9", _("Partner of record"), text % {"days": days})
