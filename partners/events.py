from django.utils.translation import gettext_lazy as _

from prm.audit.kinds import EventKind, declare

declare(
    EventKind("account.created", _("Customer created")),
    EventKind("account.updated", _("Customer changed: {fields}")),
    EventKind("account.revenue", _("Revenue recorded: {kind}, {amount} {currency}")),
    EventKind("account.name_added", _("Another name of the customer: {kind}")),
    EventKind("account.name_removed", _("A name of the customer removed: {kind}")),
    EventKind("account.merged", _("Merged with {merged}, which is part of this customer now")),
    EventKind("account.absorbed", _("Merged into {survivor}")),
    EventKind("account.unmerged", _("Merge undone: {merged} is a customer of its own again")),
    EventKind("account.restored", _("Merge undone: a customer of its own again")),
    EventKind("account.not_the_same", _("Not the same as {other}")),
    EventKind("accounts.alike_searched", _("Customers that look alike were searched for")),
    EventKind("accounts.imported", _("Customers imported: {created} new, {changed} changed")),
    EventKind("partner.created", _("Partner joined the programme"), partner=()),
    EventKind("partner.updated", _("Partner profile changed: {fields}"), partner=("fields",)),
    EventKind("partner.pam_assigned", _("Partner account manager assigned"), partner=()),
)
declare(
    EventKind("account.removed", _("Customer removed with the import that brought it")),
    EventKind("accounts.import_started", _("Import of customers started")),
    EventKind("accounts.list_started", _("A list of {rows} companies is compared")),
    EventKind("accounts.undo_started", _("Undoing of an import started")),
    EventKind("accounts.undone", _("Import undone; {kept} customers kept as they are")),
)
declare(
    EventKind(
        "capability.gained",
        _("Capability gained: {competency}, {level}, until {until}"),
        partner=("competency", "level", "until"),
    ),
    EventKind(
        "capability.moved",
        _("Capability ends another day: {competency}, {level}, until {until}"),
        partner=("competency", "level", "until"),
    ),
    EventKind("capability.lost", _("Capability lost: {competency}, {level}"), partner=("competency", "level")),
)
