"""Noting a tender for a customer, and taking it back."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from deals.tenders import actions
from deals.tenders.forms import TenderForm
from deals.tenders.models import Tender
from deals.tenders.policies import can_note
from partners.models import Account
from prm.clocks.database import database_now
from prm.portal.forms import posted
from prm.portal.guards import MemberRequest, member
from prm.portal.verbs import attempt, status_of


@require_http_methods(["GET", "POST"])
@member
def note(request: MemberRequest, public_id: str) -> HttpResponse:
    account = get_object_or_404(Account.objects.visible_to(request.user), public_id=public_id)
    _check_may(request)
    form = TenderForm(posted(request))
    if form.is_valid():
        if not form.is_first() or _noted(request, account, form) is not None:
            messages.success(request, _("Noted. What is undecided for this customer is checked again."))
            return redirect("account", account.public_id)
        form.give_back()
    context = {"form": form, "account": account}
    return render(request, "deals/tender.html", context, status=status_of(form) if form.errors else 200)


@require_POST
@member
def withdraw(request: MemberRequest, public_id: str) -> HttpResponse:
    tender = Tender.objects.visible_to(request.user).filter(public_id=public_id).select_related("account").first()
    if tender is None:
        raise Http404
    _check_may(request)
    verb = actions.withdraw_tender
    if attempt(request, lambda: verb(tender=tender, by=request.user, now=database_now())) is not None:
        messages.success(request, _("Taken back. What is undecided for this customer is checked again."))
    return redirect("account", tender.account.public_id)


def _noted(request: MemberRequest, account: Account, form: TenderForm) -> Tender | None:
    given = {**form.given(), "account": account, "by": request.user, "now": database_now()}
    return attempt(request, lambda: actions.note_tender(**given), form)


def _check_may(request: MemberRequest) -> None:
    if not can_note(request.user):
        raise PermissionDenied(_("Your roles do not include this."))
