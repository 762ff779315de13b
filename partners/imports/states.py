"""The life of an import, and what may be done with it when."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    UPLOADED = "uploaded", _("Columns to choose")
    CHECKING = "checking", _("Being checked")
    CHECKED = "checked", _("Checked")
    IMPORTING = "importing", _("Being imported")
    DONE = "done", _("Imported")
    UNDOING = "undoing", _("Being undone")
    UNDONE = "undone", _("Undone")
    FAILED = "failed", _("Stopped")


WORKING = frozenset({State.CHECKING, State.IMPORTING, State.UNDOING})
# Which step leads where; `check` again after other columns were chosen.
STEPS: dict[str, tuple[frozenset[State], State, State]] = {
    "check": (frozenset({State.UPLOADED, State.CHECKED}), State.CHECKING, State.CHECKED),
    "import": (frozenset({State.CHECKED}), State.IMPORTING, State.DONE),
    "undo": (frozenset({State.DONE}), State.UNDOING, State.UNDONE),
}
TONES = {State.DONE: "good", State.FAILED: "bad", State.CHECKED: "info", State.UNDONE: "muted"}
