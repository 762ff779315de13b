"""A registration that follows another one and keeps its place in line, because the first one was refused wrongly,
or some of its product lines were."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from deals.conflicts.selectors import SOURCE
from deals.registrations import rules
from deals.registrations.events import record_deal
from deals.registrations.models import Registration, RegistrationLine, RegistrationShare
from deals.registrations.reading import remember_lines, without_relations
from deals.registrations.reference import draw_reference
from deals.registrations.selectors import calendar_of
from deals.registrations.states import State
from deals.rulebook import DealRules
from prm import matching
from prm.accounts.models import User
from prm.notices import doorbell
from prm.rows import insert

SAME = (
    *("customer_name", "customer_website", "customer_country", "customer_city", "customer_tax_number"),
    *("contact_name", "contact_email", "contact_title"),
    *("currency", "recurring_per", "recurring_months", "expected_close"),
    *("motion", "opportunity", "origin", "segment", "competitor", "own_services", "work_done"),
    *("external_id", "created_by", "submitted_by", "priority_at", "priority_number"),
)


def follow(
    first: Registration, refused: Sequence[RegistrationLine], *, deal_rules: DealRules, by: User, now: datetime
) -> Registration:
    """Inside the verb of `by`, under the locks of the customer. It waits for an ordinary decision, which `by` may take
    and who decided the first one may not. Its clock starts now. Of some of the lines it has the share of their list
    price in the value."""
    number, reference = draw_reference()
    part = rules.share_of_list([_listed(line) for line in refused], [_listed(line) for line in first.lines.all()])
    row = Registration(
        pk=number,
        partner=first.partner,
        reference=reference,
        created_at=now,
        state=State.SUBMITTED,
        submitted_at=now,
        decision_due_at=rules.decision_due(now, deal_rules, calendar_of(first.partner, now)),
        appeal_of=first,
        recused=first.decided_by,
        upheld_by=by,
        # As it was registered: what an approval has confirmed of the rest is decided anew.
        engagement=first.claimed_engagement or first.engagement,
        value=rules.part_of(first.value, part, first.currency),
        recurring_amount=rules.part_of(first.recurring_amount, part, first.currency),
        **{name: getattr(first, name) for name in SAME},
    )
    insert(without_relations(row))
    lines = [RegistrationLine(registration=row, product=old.product, quantity=old.quantity) for old in refused]
    remember_lines(row, [insert(line) for line in lines])
    RegistrationShare.objects.bulk_create(
        RegistrationShare(registration=row, user=old.user, shared_at=now, shared_by=old.shared_by)
        for old in first.shares.select_related("user", "shared_by")
    )
    matching.index(SOURCE, row.pk, row.identity)
    place = {"priority_at": row.priority_at, "decision_due_at": row.decision_due_at, "appeal_of": first.public_id}
    record_deal("deal.submitted", row, by=by, now=now, data=place)
    doorbell.ring_after_commit()
    return row


def _listed(line: RegistrationLine) -> Decimal:
    return line.product.list_price * line.quantity
