"""The other names of a customer in the portal: they stand on its page."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from partners.customers import names, policies
from partners.customers.forms import NameForm
from partners.customers.models import Account, AccountName
from partners.customers.views import context_of, one, writes
from prm.clocks.database import database_now
from prm.portal.guards import MemberRequest
from prm.portal.verbs import attempt, status_of


@require_POST
@writes
def add(request: MemberRequest, public_id: str) -> HttpResponse:
    found = _writable(request, public_id)
    form = NameForm(request.POST)
    if form.is_valid() and (not form.is_first() or _added(request, found, form)):
        return redirect("account", public_id)
    context = context_of(request, found, name_form=form)
    return render(request, "partners/accounts/page.html", context, status=status_of(form))


def _added(request: MemberRequest, found: Account, form: NameForm) -> bool:
    made = attempt(
        request,
        lambda: names.add_name(account=found, by=request.user, now=database_now(), **form.values()),
        form,
    )
    if made is None:
        form.give_back()
        return False
    messages.success(request, _("Registrations under “%(name)s” are recognised from now on.") % {"name": made.name})
    return True


@require_POST
@writes
def remove(request: MemberRequest, public_id: str) -> HttpResponse:
    names_of_all = AccountName.objects.filter(account__in=Account.objects.visible_to(request.user))
    name = get_object_or_404(names_of_all.select_related("account"), public_id=public_id)
    attempt(request, lambda: names.remove_name(name=name, by=request.user, now=database_now()))
    return redirect("account", name.account.public_id)


def _writable(request: MemberRequest, public_id: str) -> Account:
    found = one(request, public_id)
    if not policies.can_update(request.user, found):
        raise PermissionDenied(_("You may not change this customer."))
    return found
