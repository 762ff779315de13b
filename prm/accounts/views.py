"""Colleagues: who is here, who is invited, and what they may do."""

from functools import partial

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from prm.accounts import actions, policies
from prm.accounts.forms import InviteForm, InviteWhereForm, PeopleFilter, RolesForm
from prm.accounts.listing import LISTING, ORDER, filter_of, narrowed
from prm.accounts.models import Membership, Organisation
from prm.accounts.roles import Permission, Role, roles_of
from prm.accounts.second_steps.policies import can_reset
from prm.accounts.second_steps.selectors import has_second_step
from prm.accounts.selectors import invitations_visible_to, people_visible_to
from prm.audit.selectors import timeline
from prm.clocks.database import database_now
from prm.portal.exports import download, listed
from prm.portal.forms import posted
from prm.portal.guards import MemberRequest, member, requires
from prm.portal.lists import narrowed_by, page_of
from prm.portal.verbs import attempt

manages_people = requires(*LISTING.permissions)

OPEN_INVITATIONS = 50


@require_GET
@manages_people
@narrowed_by(PeopleFilter)
def people(request: MemberRequest) -> HttpResponse:
    form = filter_of(request.user, request.GET)
    page = page_of(request, narrowed(request.user, form), order=ORDER)
    now = database_now()
    invitations = invitations_visible_to(request.user, now)
    if form.cleaned_data.get("organisation"):
        invitations = invitations.filter(organisation=form.cleaned_data["organisation"])
    context = {"page": page, "form": form, "now": now, "invitations": invitations[:OPEN_INVITATIONS]}
    return render(request, "accounts/_people.html" if request.htmx else "accounts/people.html", context)


@require_GET
@manages_people
def export_people(request: MemberRequest) -> HttpResponseBase:
    return listed(request, LISTING)


@require_GET
@member
def roles(request: MemberRequest) -> HttpResponse:
    """What the roles may: those of the own side, for who looks after everybody those of both."""
    own = request.user.membership.roles if request.user.membership else []
    return render(request, "accounts/roles.html", {"sides": _sides(request), "own": own})


@require_GET
@member
def export_roles(request: MemberRequest) -> HttpResponseBase:
    rows = [
        (str(side.label), str(role.title), str(sentence))
        for side, roles in _sides(request)
        for role in roles
        for sentence in role.sentences
    ]
    return download(request, "roles", ("Side", "Role", "May"), rows)


def _sides(request: MemberRequest) -> list[tuple[Organisation.Kind, list[Role]]]:
    mine = request.organisation.kind
    shown = [kind for kind in Organisation.Kind if kind == mine or request.user.may(Permission.PEOPLE_MANAGE_ALL)]
    return [(kind, roles_of(kind)) for kind in shown]


@require_http_methods(["GET", "POST"])
@manages_people
def invite(request: MemberRequest) -> HttpResponse:
    organisation = _chosen(request)
    form = InviteForm(posted(request), organisation=organisation)
    if form.is_valid():
        now = database_now()
        verb = partial(actions.invite, organisation=organisation, by=request.user, now=now, **form.cleaned_data)
        invitation = attempt(request, verb, form)
        if invitation:
            messages.success(request, _("The invitation to %(email)s is on its way.") % {"email": invitation.email})
            return redirect("people")
    where = InviteWhereForm(initial={"organisation": organisation.public_id}, reader=request.user)
    context = {"form": form, "where": where if request.user.is_vendor else None, "organisation": organisation}
    return render(request, "accounts/invite.html", context)


def _chosen(request: MemberRequest) -> Organisation:
    """The organisation in the address when one is given; it must be one the person may look into."""
    public_id = request.GET.get("organisation")
    if not public_id:
        return request.organisation
    return get_object_or_404(Organisation.objects.visible_to(request.user), public_id=public_id)


@require_POST
@manages_people
def revoke_invitation(request: MemberRequest, public_id: str) -> HttpResponse:
    now = database_now()
    invitation = get_object_or_404(invitations_visible_to(request.user, now), public_id=public_id)
    if attempt(request, lambda: actions.revoke_invitation(invitation=invitation, by=request.user, now=now)):
        messages.success(request, _("The invitation is withdrawn; its link no longer works."))
    return redirect("people")


@require_http_methods(["GET", "POST"])
@manages_people
def person(request: MemberRequest, public_id: str) -> HttpResponse:
    membership = _member(request, public_id)
    form = RolesForm(posted(request), organisation=membership.organisation, initial={"roles": membership.roles})
    if form.is_valid() and _change_roles(request, membership, form):
        messages.success(request, _("The roles of %(person)s are changed.") % {"person": membership.user})
        return redirect("person", public_id)
    context = {
        "membership": membership,
        "form": form,
        "may_change": policies.can_change_member(request.user, membership),
        "may_reset": can_reset(request.user, membership) and has_second_step(membership.user),
        "entries": timeline("user", membership.user.public_id, reader=request.user),
    }
    return render(request, "accounts/person.html", context)


def _change_roles(request: MemberRequest, membership: Membership, form: RolesForm) -> Membership | None:
    now, roles = database_now(), form.cleaned_data["roles"]
    change = partial(actions.change_roles, membership=membership, roles=roles, by=request.user, now=now)
    return attempt(request, change, form)


@require_POST
@manages_people
def end_membership(request: MemberRequest, public_id: str) -> HttpResponse:
    membership = _member(request, public_id)
    if attempt(request, lambda: actions.end_membership(membership=membership, by=request.user, now=database_now())):
        messages.success(request, _("%(person)s can no longer come in.") % {"person": membership.user})
        return redirect("people")
    return redirect("person", public_id)


def _member(request: MemberRequest, public_id: str) -> Membership:
    return get_object_or_404(people_visible_to(request.user), user__public_id=public_id)
