"""What is said about an extension."""

from datetime import datetime

from django.utils.translation import gettext as _

from deals.extensions.models import Extension
from deals.registrations.models import Registration
from deals.registrations.notices import on_wall, partner_people
from prm.accounts.models import User
from prm.notices.actions import prepare, promise_all
from prm.notices.models import Notice


def asked(registration: Registration, extension: Extension, *, now: datetime) -> None:
    """To the account manager."""
    pam = registration.partner.pam
    if pam is None:
        return
    said = {
        "partner": registration.partner.organisation.name,
        "until": on_wall(extension.until, pam, registration),
        "due": on_wall(extension.due_at, pam, registration),
    }
    title = _("Please decide the extension of %(reference)s: %(customer)s") % _named(registration)
    body = _("%(partner)s asks for protection until %(until)s. The decision is due by %(due)s; until then it goes on.")
    promise_all([_notice(registration, pam, "extension_to_decide", title, f"{body % said}\n\n{extension.proof}", now)])


def decided(registration: Registration, extension: Extension, *, now: datetime) -> None:
    """To the partner's people."""
    if extension.granted:
        title = _("Extended: %(customer)s stays protected for you") % _named(registration)
        sentence = _("The protection of %(reference)s lasts until %(until)s.")
    else:
        title = _("%(reference)s is not extended: %(customer)s") % _named(registration)
        sentence = _("The protection of %(reference)s ends on %(until)s.")
    told = []
    for user in partner_people(registration):
        until = on_wall(registration.protected_until or now, user, registration)
        said = sentence % {"reference": registration.reference, "until": until}
        body = "\n\n".join(part for part in (said, extension.message) if part)
        told.append(_notice(registration, user, "extension_decided", title, body, now))
    promise_all(told)


def _named(registration: Registration) -> dict[str, str]:
    return {"reference": registration.reference, "customer": registration.customer_name}


def _notice(registration: Registration, to: User, kind: str, title: str, body: str, now: datetime) -> Notice:
    return prepare(
        key=f"{registration.public_id}-{kind}-{to.pk}",
        kind=f"deal.{kind}",
        to=to,
        organisation=registration.partner.organisation,
        title=title,
        body=body,
        path=registration.get_absolute_url(),
        now=now,
    )
