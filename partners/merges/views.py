"""The portal's pages of customers that may be one."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from partners.customers import policies as customers
from partners.customers.actions import update_account
from partners.customers.models import Account
from partners.merges import actions, pairs
from partners.merges.forms import MergeForm, OtherForm, PairFilterForm
from partners.merges.listing import LISTING, ORDER, narrowed
from partners.merges.models import AccountMerge
from partners.merges.selectors import alike
from prm import matching
from prm.clocks.database import database_now
from prm.jobs.selectors import newest_of
from prm.portal.exports import listed
from prm.portal.guards import MemberRequest, requires
from prm.portal.lists import narrowed_by, page_of
from prm.portal.verbs import attempt, status_of

merges = requires(*LISTING.permissions)
# What both sides of the comparison show, with the label of each line.
SHOWN = {
    "name": gettext_lazy("Name"),
    "country": gettext_lazy("Country"),
    "city": gettext_lazy("City"),
    "website": gettext_lazy("Website"),
    "tax_number": gettext_lazy("Tax number"),
    "segment": gettext_lazy("Segment"),
    "owner": gettext_lazy("Owner"),
    "customer_since": gettext_lazy("Customer since"),
    "external_id": gettext_lazy("Id in your CRM"),
}


@require_GET
@merges
@narrowed_by(PairFilterForm)
def pairs_alike(request: MemberRequest) -> HttpResponse:
    form = PairFilterForm(request.GET, reader=request.user)
    context = {
        "form": form,
        "page": page_of(request, narrowed(request.user, form), order=ORDER),
        "job": newest_of(pairs.SUBJECT),
    }
    return render(request, "partners/merges/_list.html" if request.htmx else "partners/merges/list.html", context)


@require_GET
@merges
def export(request: MemberRequest) -> HttpResponseBase:
    return listed(request, LISTING)


@require_POST
@merges
def search(request: MemberRequest) -> HttpResponse:
    if attempt(request, lambda: pairs.search(by=request.user, now=database_now())):
        messages.success(request, _("It is being done; you may leave this page and come back."))
    return redirect("accounts-alike")


@require_http_methods(["GET", "POST"])
@merges
def merge(request: MemberRequest, public_id: str) -> HttpResponse:
    account = _one(request, public_id)
    given = request.POST if request.method == "POST" else request.GET or None
    form = (MergeForm if request.method == "POST" else OtherForm)(given, account=account, reader=request.user)
    if isinstance(form, MergeForm) and form.is_valid():
        merged, survivor = form.both()
        done = attempt(
            request, lambda: actions.merge(account=merged, into=survivor, by=request.user, now=database_now()), form
        )
        if done is not None:
            messages.success(request, _("They are one customer now. You can undo it on this page."))
            return redirect("account", survivor.public_id)
    return render(request, "partners/merges/merge.html", _compared(account, form, request), status=_status(form))


def _status(form: OtherForm) -> int:
    return status_of(form) if form.is_bound and form.errors else 200


def _compared(account: Account, form: OtherForm, request: MemberRequest) -> dict[str, Any]:
    form.is_valid()
    other = form.cleaned_data.get("other") if form.is_bound else None
    found: dict[str, Any] = {"account": account, "form": form, "other": other}
    if other is None:
        return {**found, "alike": alike(account)}
    bound = form if isinstance(form, MergeForm) else None
    return {
        **found,
        "match": matching.score(account.identity, other.identity),
        "lines": [(label, *_values(account, other, name)) for name, label in SHOWN.items()],
        "merge_form": bound
        or MergeForm(initial={"other": other.public_id, "stays": "this"}, account=account, reader=request.user),
        "may_link": customers.can_update(request.user, other),
    }


def _values(account: Account, other: Account, name: str) -> tuple[Any, Any, bool]:
    """Of both, and whether they are the same."""
    ours, theirs = (
        getattr(row, f"get_{name}_display", lambda row=row: getattr(row, name))() for row in (account, other)
    )
    return ours, theirs, bool(ours) and ours == theirs


@require_POST
@merges
def distinct(request: MemberRequest, public_id: str) -> HttpResponse:
    """These two are not the same."""
    account = _one(request, public_id)
    form = OtherForm(request.POST, account=account, reader=request.user)
    if not form.is_valid():
        return render(request, "partners/merges/merge.html", _compared(account, form, request), status=400)
    other = form.cleaned_data["other"]
    if attempt(request, lambda: pairs.dismiss_two(account=account, other=other, by=request.user, now=database_now())):
        messages.success(request, _("Noted: they are two, and are not suggested again."))
    return redirect("accounts-alike")


@require_POST
@merges
def link(request: MemberRequest, public_id: str) -> HttpResponse:
    """This customer is the parent of the other."""
    account = _one(request, public_id)
    form = OtherForm(request.POST, account=account, reader=request.user)
    if not form.is_valid():
        return render(request, "partners/merges/merge.html", _compared(account, form, request), status=400)
    child = form.cleaned_data["other"]
    if not customers.can_update(request.user, child):
        raise PermissionDenied(_("You may not change this customer."))
    values = {"parent": account}
    if attempt(request, lambda: update_account(account=child, values=values, by=request.user, now=database_now())):
        messages.success(request, _("%(child)s belongs to %(parent)s.") % {"child": child.name, "parent": account.name})
    return redirect("account", child.public_id)


@require_POST
@merges
def undo(request: MemberRequest, public_id: str) -> HttpResponse:
    rows = AccountMerge.objects.visible_to(request.user).select_related("merged", "survivor")
    given = get_object_or_404(rows, public_id=public_id)
    done = attempt(request, lambda: actions.undo(given=given, by=request.user, now=database_now()))
    if done is None:
        return redirect("account", given.survivor.public_id)
    messages.success(request, _("The merge is undone.") + _kept(sum(done.kept.values())))
    return redirect("account", given.merged.public_id)


def _kept(count: int) -> str:
    if not count:
        return ""
    said = ngettext(
        "%(n)d thing was changed since and stays where it is.",
        "%(n)d things were changed since and stay where they are.",
        count,
    )
    return " " + said % {"n": count}


def _one(request: MemberRequest, public_id: str) -> Account:
    rows = Account.objects.visible_to(request.user).select_related("owner")
    return get_object_or_404(rows, public_id=public_id)
