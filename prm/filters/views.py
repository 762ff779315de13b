"""The doors of saved views: all of them, one that is opened, changed or deleted."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from prm.clocks.database import database_now
from prm.filters import actions, policies
from prm.filters.forms import ChangeForm, SaveForm
from prm.filters.lists import address_of, form_of, kept_of, title_of
from prm.filters.models import SavedFilter
from prm.filters.selectors import found_by
from prm.portal.forms import posted
from prm.portal.guards import MemberRequest, member
from prm.portal.lists import page_of
from prm.portal.verbs import attempt, status_of


@require_http_methods(["GET", "POST"])
@member
def filters(request: MemberRequest) -> HttpResponse:
    """What is saved; a POST saves one more and goes back to its list."""
    form = SaveForm(posted(request), reader=request.user)
    if form.is_valid():
        saved = attempt(
            request, lambda: actions.save_view(**form.cleaned_data, by=request.user, now=database_now()), form
        )
        if saved is not None:
            messages.success(request, _("The view “%(name)s” is saved.") % {"name": saved.name})
            return redirect(address_of(saved.list_name, saved.query))
    page = page_of(request, found_by(request.user), order=("list_name", "name", "pk"))
    rows = [(saved, title_of(saved.list_name), policies.can_change(request.user, saved)) for saved in page.rows]
    context = {"form": form if form.is_bound else None, "page": page, "rows": rows}
    return render(request, "filters/list.html", context, status=status_of(form) if form.errors else 200)


@require_GET
@member
def saved_filter(request: MemberRequest, public_id: str) -> HttpResponse:
    """To the list as it was saved, without what the list no longer takes."""
    saved = _one(request, public_id)
    make = form_of(saved.list_name, request.user)
    if make is None:
        raise PermissionDenied(_("Your roles do not include this page."))
    kept = kept_of(make, saved.query, request.user)
    if kept.query != saved.query:
        said = _("“%(name)s” was saved with a filter that no longer fits; the list is shown without it.")
        messages.warning(request, said % {"name": saved.name})
    return redirect(address_of(saved.list_name, kept.query))


@require_http_methods(["GET", "POST"])
@member
def change(request: MemberRequest, public_id: str) -> HttpResponse:
    saved = _own(request, public_id)
    form = ChangeForm(posted(request), saved=saved, reader=request.user)
    if form.is_valid():
        now = database_now()
        done = attempt(
            request, lambda: actions.change_view(saved=saved, **form.values(), by=request.user, now=now), form
        )
        if done is not None:
            messages.success(request, _("The view “%(name)s” is changed.") % {"name": done.name})
            return redirect("filters")
    context = {"form": form, "saved": saved, "title": title_of(saved.list_name)}
    return render(request, "filters/change.html", context, status=status_of(form) if form.errors else 200)


@require_POST
@member
def delete(request: MemberRequest, public_id: str) -> HttpResponse:
    saved = _own(request, public_id)
    attempt(request, lambda: actions.delete_view(saved=saved, by=request.user, now=database_now()))
    messages.success(request, _("The view “%(name)s” is deleted.") % {"name": saved.name})
    return redirect("filters")


def _one(request: MemberRequest, public_id: str) -> SavedFilter:
    return get_object_or_404(found_by(request.user), public_id=public_id)


def _own(request: MemberRequest, public_id: str) -> SavedFilter:
    saved = _one(request, public_id)
    if not policies.can_change(request.user, saved):
        raise PermissionDenied(_("Only whoever saved a view changes it."))
    return saved
