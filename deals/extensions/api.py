"""The doors of extensions."""

from typing import Any

from deals.decisions.api import ReviewerVerb
from deals.extensions import actions
from deals.registrations.api import PartnerVerb
from deals.registrations.models import Registration
from prm.api.fields import PlainText, StrictBoolean
from prm.api.serializers import Given


class ExtendIn(Given):
    proof = PlainText(max_length=4000, lines=True, help_text="What has happened since the approval.")


class ExtensionIn(Given):
    accept = StrictBoolean()
    message = PlainText(max_length=4000, lines=True, required=False, allow_blank=True, default="")


class Extend(PartnerVerb):
    """Ask once for a longer protection, with proof of progress. It goes on until the decision."""

    into = ExtendIn

    def act(self, noun: Registration, given: dict[str, Any]) -> Registration:
        return actions.ask_extension(registration=noun, by=self.user, now=self.now, **given)


class DecideExtension(ReviewerVerb):
    """Grant the extension, or refuse it with a message."""

    into = ExtensionIn

    def act(self, noun: Registration, given: dict[str, Any]) -> Registration:
        return actions.decide_extension(registration=noun, by=self.user, now=self.now, **given)
