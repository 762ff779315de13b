"""What can become of a proposal to lower terms that an approval froze."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class AmendmentState(models.TextChoices):
    PROPOSED = "proposed", _("Waits for consent")
    AGREED = "agreed", _("Agreed")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Taken back")
    LAPSED = "lapsed", _("Not answered in time")
    OVERTAKEN = "overtaken", _("Overtaken by what became of the deal")


ANSWERED = frozenset({AmendmentState.AGREED, AmendmentState.DECLINED})
ENDED = frozenset({AmendmentState.WITHDRAWN, AmendmentState.LAPSED, AmendmentState.OVERTAKEN})
TONES = {
    AmendmentState.PROPOSED: "warn",
    AmendmentState.AGREED: "good",
    AmendmentState.DECLINED: "bad",
    AmendmentState.WITHDRAWN: "",
    AmendmentState.LAPSED: "",
    AmendmentState.OVERTAKEN: "",
}
# What closes a proposal, by kind of event: the deal has ended, or its terms are another matter now.
CLOSED_BY = (
    *("deal.lost", "deal.expired", "deal.reversed", "deal.teamed", "deal.engagement_appealed"),
    *("deal.won", "deal.refunded"),
)
