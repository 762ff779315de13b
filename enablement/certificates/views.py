"""The pages of certificates: the desk of who looks after them, and a partner's own."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from enablement.certificates import actions, policies
from enablement.certificates.forms import AwardForm, CertificateFilter, RevokeForm
from enablement.certificates.listing import LISTING, ORDER, certificates_of
from enablement.certificates.models import SUBJECT, Certificate
from enablement.certificates.selectors import figures, forecast
from enablement.certificates.shown import bars_of, row_of
from enablement.certificates.states import LIVING, Change
from prm.audit.selectors import timeline
from prm.clocks.calendar import local_date
from prm.clocks.database import database_now
from prm.portal.exports import listed
from prm.portal.forms import posted
from prm.portal.guards import MemberRequest, requires
from prm.portal.lists import narrowed_by, page_of
from prm.portal.verbs import attempt, status_of

reads = requires(*policies.READERS)


@require_GET
@reads
@narrowed_by(CertificateFilter)
def certificates(request: MemberRequest) -> HttpResponse:
    form, now = CertificateFilter(request.GET, reader=request.user), database_now()
    page = page_of(request, form.narrowed(certificates_of(request.user)), order=ORDER)
    context = {"page": page, "rows": [row_of(row, request.user, now) for row in page.rows], "form": form, "now": now}
    if request.htmx:
        return render(request, "enablement/certificates/_list.html", context)
    return render(request, "enablement/certificates/list.html", {**context, **_desk(request, now)})


@require_GET
@reads
def export(request: MemberRequest) -> HttpResponseBase:
    return listed(request, LISTING)


@require_http_methods(["GET", "POST"])
@requires(*policies.AWARDERS)
def award(request: MemberRequest) -> HttpResponse:
    form = AwardForm(posted(request), by=request.user)
    if form.is_valid():
        if not form.is_first():
            return redirect("certificates")
        verb = lambda: actions.award(**form.given(), by=request.user, now=database_now())  # noqa: E731
        made = attempt(request, verb, form)
        if made is not None:
            row, change = made
            messages.success(request, _("Awarded.") if change == Change.NEW else _("Renewed from the old end."))
            return redirect(row)
        form.give_back()
    context = {"form": form}
    return render(
        request, "enablement/certificates/award.html", context, status=status_of(form) if form.errors else 200
    )


@require_GET
@reads
def certificate(request: MemberRequest, public_id: str) -> HttpResponse:
    return _page(request, _one(request, public_id))


@require_POST
@reads
def revoke(request: MemberRequest, public_id: str) -> HttpResponse:
    found = _one(request, public_id)
    if not policies.can_revoke(request.user):
        raise PermissionDenied(_("Your role does not revoke certificates."))
    form = RevokeForm(request.POST)
    if form.is_valid():
        verb = lambda: actions.revoke(certificate=found, **form.given(), by=request.user, now=database_now())  # noqa: E731
        if attempt(request, verb, form) is not None:
            messages.success(request, _("Revoked: it counts no more."))
            return redirect(found)
    return _page(request, found, form)


def _one(request: MemberRequest, public_id: str) -> Certificate:
    return get_object_or_404(certificates_of(request.user), public_id=public_id)


def _desk(request: MemberRequest, now: datetime) -> dict[str, Any]:
    """What stands above the list, for whoever reads more than the own ones."""
    user = request.user
    about = {"may_award": policies.can_award(user), "reads_team": policies.reads_team(user)}
    if not policies.reads_desk(user):
        return about
    rows = Certificate.objects.visible_to(user)
    months = forecast(rows, now, local_date(now, request.organisation.time_zone))
    return {**about, "figures": figures(rows, user, now), "months": bars_of(months)}


def _page(request: MemberRequest, found: Certificate, form: RevokeForm | None = None) -> HttpResponse:
    user, now = request.user, database_now()
    may_revoke = policies.can_revoke(user) and found.state_at(now) in LIVING
    context = {
        "row": row_of(found, user, now),
        "certificate": found,
        "revoke": form or (RevokeForm() if may_revoke else None),
        "entries": timeline(SUBJECT, found.public_id, reader=user),
        "now": now,
    }
    return render(request, "enablement/certificates/page.html", context, status=status_of(form) if form else 200)
