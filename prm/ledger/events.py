from django.utils.translation import gettext_lazy as _

from prm.audit.kinds import EventKind, declare

STATEMENT = "statement"

declare(EventKind("statement.issued", _("Statement of {month} is ready"), partner=("month",)))
