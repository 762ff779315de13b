"""The pages of what somebody can be certified in."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from enablement.certification import actions, policies
from enablement.certification.forms import CertificationFilter, CertificationForm
from enablement.certification.listing import LISTING, ORDER, certifications_of
from enablement.certification.models import SUBJECT, Certification
from prm.audit.selectors import timeline
from prm.clocks.database import database_now
from prm.portal.exports import listed
from prm.portal.forms import posted
from prm.portal.guards import MemberRequest, requires
from prm.portal.lists import narrowed_by, page_of
from prm.portal.verbs import attempt, status_of

reads = requires(*policies.READERS)


@require_GET
@reads
@narrowed_by(CertificationFilter)
def certifications(request: MemberRequest) -> HttpResponse:
    form = CertificationFilter(request.GET, reader=request.user)
    context = {
        "page": page_of(request, form.narrowed(certifications_of(request.user)), order=ORDER),
        "form": form,
        "may_manage": policies.can_manage(request.user),
    }
    name = "_list" if request.htmx else "list"
    return render(request, f"enablement/certifications/{name}.html", context)


@require_GET
@reads
def export(request: MemberRequest) -> HttpResponseBase:
    return listed(request, LISTING)


@require_http_methods(["GET", "POST"])
@requires(*policies.MANAGERS)
def new(request: MemberRequest) -> HttpResponse:
    form = CertificationForm(posted(request), by=request.user)
    if form.is_valid():
        if not form.is_first():
            return redirect("certifications")
        verb = lambda: actions.create_certification(**form.given(), by=request.user, now=database_now())  # noqa: E731
        made = attempt(request, verb, form)
        if made is not None:
            return redirect(made)
        form.give_back()
    return _form(request, form)


@require_GET
@reads
def certification(request: MemberRequest, public_id: str) -> HttpResponse:
    found = _one(request, public_id)
    may_manage = policies.can_manage(request.user)
    context = {
        "certification": found,
        "needed": found.prerequisites.order_by("title"),
        "may_manage": may_manage,
        "entries": timeline(SUBJECT, found.public_id, reader=request.user) if may_manage else [],
    }
    return render(request, "enablement/certifications/page.html", context)


@require_http_methods(["GET", "POST"])
@reads
def edit(request: MemberRequest, public_id: str) -> HttpResponse:
    found = _managed(request, public_id)
    form = CertificationForm(posted(request), by=request.user, certification=found)
    if form.is_valid():
        given = {**form.given(), "version": form.cleaned_data["version"]}
        verb = lambda: actions.change_certification(  # noqa: E731
            certification=found, **given, by=request.user, now=database_now()
        )
        if attempt(request, verb, form) is not None:
            messages.success(request, _("Kept. It counts for what is earned from now on."))
            return redirect(found)
    return _form(request, form, found)


@require_POST
@reads
def archive(request: MemberRequest, public_id: str) -> HttpResponse:
    found = _managed(request, public_id)
    verb = lambda: actions.archive_certification(certification=found, by=request.user, now=database_now())  # noqa: E731
    if attempt(request, verb) is not None:
        messages.success(request, _("Archived. Who holds it holds it until its end."))
    return redirect(found)


@require_POST
@reads
def restore(request: MemberRequest, public_id: str) -> HttpResponse:
    found = _managed(request, public_id)
    verb = lambda: actions.restore_certification(certification=found, by=request.user, now=database_now())  # noqa: E731
    if attempt(request, verb) is not None:
        messages.success(request, _("Offered again."))
    return redirect(found)


def _one(request: MemberRequest, public_id: str) -> Certification:
    return get_object_or_404(certifications_of(request.user), public_id=public_id)


def _managed(request: MemberRequest, public_id: str) -> Certification:
    """Closed for those who read it and may not change it."""
    found = _one(request, public_id)
    if not policies.can_manage(request.user):
        raise PermissionDenied(_("Your role does not define certifications."))
    return found


def _form(request: MemberRequest, form: CertificationForm, found: Certification | None = None) -> HttpResponse:
    context = {"form": form, "certification": found}
    status = status_of(form) if form.errors else 200
    return render(request, "enablement/certifications/form.html", context, status=status)
