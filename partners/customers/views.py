"""The portal's pages of customers."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from partners.customers import actions, policies
from partners.customers.forms import AccountFilterForm, AccountForm, NameForm
from partners.customers.listing import LISTING, ORDER, narrowed
from partners.customers.models import Account
from partners.customers.selectors import accounts_like, survivor_of
from prm.accounts.roles import Permission as P
from prm.audit.selectors import timeline
from prm.clocks.database import database_now
from prm.matching import Band, Match
from prm.matching.rulebook import in_force
from prm.portal.exports import listed
from prm.portal.guards import MemberRequest, requires
from prm.portal.lists import narrowed_by, page_of
from prm.portal.verbs import attempt

reads = requires(*LISTING.permissions)
writes = requires(P.ACCOUNTS_WRITE_ALL, P.ACCOUNTS_WRITE_OWN)


@require_GET
@reads
@narrowed_by(AccountFilterForm)
def accounts(request: MemberRequest) -> HttpResponse:
    form = AccountFilterForm(request.GET, reader=request.user)
    page = page_of(request, narrowed(request.user, form), order=ORDER)
    context = {
        "form": form,
        "page": page,
        "reads_all": policies.can_read_all(request.user),
        "may_create": policies.can_create(request.user),
        "may_assess": request.user.may(P.LISTS_ASSESS),
        "may_merge": request.user.may(P.ACCOUNTS_MERGE),
        "may_import": request.user.may(P.ACCOUNTS_WRITE_ALL),
    }
    return render(request, "partners/accounts/_list.html" if request.htmx else "partners/accounts/list.html", context)


@require_GET
@reads
def export(request: MemberRequest) -> HttpResponseBase:
    return listed(request, LISTING)


@require_GET
@reads
def account(request: MemberRequest, public_id: str) -> HttpResponse:
    if (into := part_of(request, public_id)) is not None:
        return redirect("account", into.public_id)
    return render(request, "partners/accounts/page.html", context_of(request, one(request, public_id)))


def part_of(request: MemberRequest, public_id: str) -> Account | None:
    """Where an old address leads: to the customer that this one was merged into."""
    known = Account.objects.known_to(request.user).filter(public_id=public_id, merged_into__isnull=False).first()
    return survivor_of(known) if known else None


def context_of(request: MemberRequest, found: Account, *, name_form: NameForm | None = None) -> dict[str, Any]:
    """What the page of a customer shows this person."""
    full = policies.can_read_fully(request.user, found)
    return {
        "account": found,
        "full": full,
        "may_update": policies.can_update(request.user, found),
        "entries": timeline("account", found.public_id, reader=request.user) if full else [],
        "children": found.children.order_by("name_key", "pk")[:20] if full else [],
        "names": found.other_names.order_by("name", "pk") if full else [],
        "name_form": name_form or NameForm(),
        "now": database_now(),
    }


@require_http_methods(["GET", "POST"])
@writes
def create(request: MemberRequest) -> HttpResponse:
    form = AccountForm(request.POST or None, by=request.user)
    alike: list[tuple[Account, Match]] = []
    if request.method == "POST" and form.is_valid():
        alike = [] if form.cleaned_data["known_anyway"] else _alike(form)
        if not alike:
            made = _created(request, form)
            if made is not None:
                return made
    context = {"form": form, "alike": alike}
    return render(request, "partners/accounts/form.html", context, status=400 if form.errors or alike else 200)


@require_http_methods(["GET", "POST"])
@reads
def edit(request: MemberRequest, public_id: str) -> HttpResponse:
    found = one(request, public_id)
    if not policies.can_update(request.user, found):
        raise PermissionDenied(_("You may not change this customer."))
    form = AccountForm(request.POST or None, instance=found, by=request.user)
    if request.method == "POST" and form.is_valid():
        done = _updated(request, form, public_id)
        if done is not None:
            return done
    context = {"form": form, "account": found}
    return render(request, "partners/accounts/form.html", context, status=400 if form.errors else 200)


def one(request: MemberRequest, public_id: str) -> Account:
    rows = Account.objects.visible_to(request.user).select_related("owner", "parent")
    found = rows.filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def _alike(form: AccountForm) -> list[tuple[Account, Match]]:
    """Known customers that this is probably one of."""
    typed = Account(**{name: value for name, value in form.values().items() if name not in {"owner", "parent"}})
    found = accounts_like(typed.identity, thresholds=in_force(database_now()).values.thresholds)
    return [(known, match) for known, match in found if match.band != Band.HINT][:5]


def _created(request: MemberRequest, form: AccountForm) -> HttpResponse | None:
    if not form.is_first():
        return redirect("accounts")
    made = attempt(
        request, lambda: actions.create_account(values=form.values(), by=request.user, now=database_now()), form
    )
    if made is None:
        form.give_back()
        return None
    messages.success(request, _("%(name)s is a customer now.") % {"name": made.name})
    return redirect("account", made.public_id)


def _updated(request: MemberRequest, form: AccountForm, public_id: str) -> HttpResponse | None:
    found = one(request, public_id)
    version = form.cleaned_data["version"]
    changed = attempt(
        request,
        lambda: actions.update_account(
            account=found, values=form.values(), by=request.user, now=database_now(), version=version
        ),
        form,
    )
    return redirect("account", public_id) if changed is not None else None
