"""What the rules say about the partner's part in a deal and about terms that are frozen; plain values."""

from django.utils.translation import gettext as _

from prm.policy.clauses import Clause


def clauses(appeal_days: int, answer_days: int, consent_days: int) -> list[Clause]:
    return [
        Clause("5.6", _("Your part in the deal"), _text_part(appeal_days, answer_days)),
        Clause("5.7", _("Changes of frozen terms"), _text_consent(consent_days)),
    ]


def _text_part(appeal_days: int, answer_days: int) -> str:
    return _(
        "Your part in the deal is confirmed at approval; where it is another than you registered, the reason is told. "
        "Where it is smaller, you may appeal once within %(window)d business days, and somebody other than who decided "
        "answers within %(days)d business days. If you were right, the terms are frozen anew with the rates of the "
        "approval, and of a won deal the difference is booked. Help that we give later takes nothing from it."
    ) % {"window": appeal_days, "days": answer_days}


def _text_consent(days: int) -> str:
    return _(
        "Terms are frozen at approval. We may propose lower ones with a reason; nothing changes unless you consent "
        "within %(days)d business days, and silence leaves all as it is. What is booked is never cut."
    ) % {"days": days}
