"""Moves the places in line of the demo to the past moments of its story.

A submission takes its place from the database's own clock, whoever calls it and whatever `now` says: that keeps
the line honest, and would give every registration of the demo the same minute. Played in the order of time, the
line stays the same.
"""

from dataclasses import dataclass, field
from datetime import datetime

from deals.registrations import rules
from deals.registrations.events import plain
from deals.registrations.models import Registration
from deals.registrations.notices import on_wall
from deals.registrations.selectors import calendar_of
from deals.rulebook import DealRules
from prm.audit.models import Event
from prm.notices.models import Notice

TOLD_IN = ("deal.submitted", "deal.to_decide")


@dataclass(frozen=True)
class Moved:
    registration: Registration
    priority_at: datetime
    wrong_due: datetime
    due: datetime


@dataclass
class Backdating:
    """Remembers what it moved, so that events and notices can be brought in line in one go."""

    moved: dict[str, Moved] = field(default_factory=dict)

    def take_back(self, registration: Registration, now: datetime) -> None:
        """At once, because the verbs that follow read the place and its due date."""
        wrong = registration.decision_due_at or now
        due = rules.decision_due(now, DealRules(), calendar_of(registration.partner, now))
        registration.priority_at, registration.decision_due_at = now, due
        registration.save(update_fields=["priority_at", "decision_due_at"])
        self.moved[registration.public_id] = Moved(registration, now, wrong, due)

    def tell(self) -> None:
        """Events and notices say what the registrations say."""
        events = list(Event.objects.filter(kind="deal.submitted", subject_id__in=self.moved))
        for event in events:
            moved = self.moved[event.subject_id]
            event.data |= {"priority_at": plain(moved.priority_at), "decision_due_at": plain(moved.due)}
        Event.objects.bulk_update(events, ["data"])
        paths = {moved.registration.get_absolute_url(): moved for moved in self.moved.values()}
        notices = list(Notice.objects.filter(kind__in=TOLD_IN, path__in=paths).select_related("user"))
        for notice in notices:
            self._correct(notice, paths[notice.path])
        Notice.objects.bulk_update(notices, ["body"])

    @staticmethod
    def _correct(notice: Notice, moved: Moved) -> None:
        wrong = on_wall(moved.wrong_due, notice.user, moved.registration)
        notice.body = notice.body.replace(wrong, on_wall(moved.due, notice.user, moved.registration))
