"""The portal's pages of partners."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from partners.profiles import actions, policies
from partners.profiles.forms import NewPartnerForm, PamForm, PartnerFilterForm, PartnerForm
from partners.profiles.listing import LISTING, ORDER, narrowed
from partners.profiles.models import Partner
from partners.profiles.selectors import people_of
from prm.accounts.policies import can_invite
from prm.accounts.roles import Permission as P
from prm.audit.selectors import timeline
from prm.clocks.database import database_now
from prm.portal.exports import listed
from prm.portal.guards import MemberRequest, member, requires
from prm.portal.lists import narrowed_by, page_of
from prm.portal.verbs import attempt

browses = requires(*LISTING.permissions)


@require_GET
@browses
@narrowed_by(PartnerFilterForm)
def partners(request: MemberRequest) -> HttpResponse:
    form = PartnerFilterForm(request.GET, reader=request.user)
    page = page_of(request, narrowed(request.user, form), order=ORDER)
    context = {"form": form, "page": page, "may_create": policies.can_create(request.user)}
    return render(request, "partners/partners/_list.html" if request.htmx else "partners/partners/list.html", context)


@require_GET
@browses
def export(request: MemberRequest) -> HttpResponseBase:
    return listed(request, LISTING)


@require_GET
@member
def partner(request: MemberRequest, public_id: str) -> HttpResponse:
    found = _one(request, public_id)
    full = policies.can_read_fully(request.user, found)
    context = {
        "partner": found,
        "full": full,
        "people": people_of(found) if full else [],
        "entries": timeline("partner", found.public_id, reader=request.user) if full else [],
        "may_update": policies.can_update(request.user, found),
        "may_invite": can_invite(request.user, found.organisation),
        "pam_form": PamForm(initial={"pam": _public_id(found)}) if policies.can_assign_pam(request.user) else None,
        "now": database_now(),
    }
    return render(request, "partners/partners/page.html", context)


@require_http_methods(["GET", "POST"])
@requires(P.PARTNERS_WRITE_ALL)
def create(request: MemberRequest) -> HttpResponse:
    form = NewPartnerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = _created(request, form)
        if made is not None:
            return made
    return render(request, "partners/partners/form.html", {"form": form}, status=400 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@member
def edit(request: MemberRequest, public_id: str) -> HttpResponse:
    found = _one(request, public_id)
    if not policies.can_update(request.user, found):
        raise PermissionDenied(_("You may not change this partner."))
    form = PartnerForm(request.POST or None, partner=found, may_suspend=policies.can_suspend(request.user))
    if request.method == "POST" and form.is_valid():
        done = _updated(request, form, found)
        if done is not None:
            return done
    context = {"form": form, "partner": found}
    return render(request, "partners/partners/form.html", context, status=400 if form.errors else 200)


@require_POST
@member
def assign(request: MemberRequest, public_id: str) -> HttpResponse:
    found, form = _one(request, public_id), PamForm(request.POST)
    if not policies.can_assign_pam(request.user):
        raise PermissionDenied(_("You may not assign partner account managers."))
    if form.is_valid():
        pam = form.cleaned_data["pam"]
        attempt(request, lambda: actions.assign_pam(partner=found, pam=pam, by=request.user, now=database_now()))
    else:
        messages.error(request, _("Choose a partner account manager."))
    return redirect("partner", public_id)


def _one(request: MemberRequest, public_id: str) -> Partner:
    rows = Partner.objects.visible_to(request.user).select_related("organisation", "pam", "executive_sponsor")
    found = rows.filter(organisation__public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def _public_id(found: Partner) -> str:
    return found.pam.public_id if found.pam else ""


def _created(request: MemberRequest, form: NewPartnerForm) -> HttpResponse | None:
    if not form.is_first():
        return redirect("partners")
    given, now = form.cleaned_data, database_now()
    made = attempt(
        request,
        lambda: actions.create_partner(
            values=form.values(), pam=given["pam"], admin_email=given["admin_email"], by=request.user, now=now
        ),
        form,
    )
    if made is None:
        form.give_back()
        return None
    messages.success(request, _("%(name)s is in; the invitation is on its way.") % {"name": made.organisation.name})
    return redirect("partner", made.public_id)


def _updated(request: MemberRequest, form: PartnerForm, found: Partner) -> HttpResponse | None:
    values, version = form.values(), form.cleaned_data["version"]
    changed = attempt(
        request,
        lambda: actions.update_partner(
            partner=found, values=values, by=request.user, now=database_now(), version=version
        ),
        form,
    )
    return redirect("partner", found.public_id) if changed is not None else None
