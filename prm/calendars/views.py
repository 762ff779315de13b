"""The page on which a person, or an administrator, says when somebody works."""

from collections.abc import Callable
from datetime import date
from functools import partial

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from prm.calendars import actions, shown
from prm.calendars.forms import DaysForm, WorkCalendarForm
from prm.calendars.models import WorkCalendar
from prm.calendars.selectors import Owner, calendar_at, newest, owner_for, zone_of
from prm.clocks.calendar import local_date
from prm.clocks.database import database_now
from prm.portal.forms import posted
from prm.portal.guards import MemberRequest, member
from prm.portal.verbs import attempt, status_of


@require_http_methods(["GET", "POST"])
@member
def calendar(request: MemberRequest, public_id: str) -> HttpResponse:
    owner = _owner(request, public_id)
    form = WorkCalendarForm(posted(request), calendar=newest(owner))
    if form.is_valid() and _changed(request, owner, form) is not None:
        messages.success(request, _("Saved. It counts for what is registered from now on."))
        return redirect("calendar", public_id)
    return _page(request, owner, form=form)


@require_POST
@member
def take_off(request: MemberRequest, public_id: str) -> HttpResponse:
    return _days(
        request, public_id, actions.take_off, _("These days are off. What was promised before stays promised.")
    )


@require_POST
@member
def work(request: MemberRequest, public_id: str) -> HttpResponse:
    return _days(request, public_id, actions.work, _("These days count as business days again."))


def _owner(request: MemberRequest, public_id: str) -> Owner:
    owner = owner_for(request.user, public_id)
    if owner is None:
        raise Http404
    return owner


def _changed(request: MemberRequest, owner: Owner, form: WorkCalendarForm) -> WorkCalendar | None:
    given, version = form.values(), form.cleaned_data["version"]
    verb = partial(actions.change, owner=owner, values=given, version=version, by=request.user, now=database_now())
    return attempt(request, verb, form)


def _days(request: MemberRequest, public_id: str, verb: Callable[..., WorkCalendar], success: str) -> HttpResponse:
    owner, form = _owner(request, public_id), DaysForm(request.POST)
    if form.is_valid():
        act = partial(verb, owner=owner, **form.span(), by=request.user, now=database_now())
        if attempt(request, act, form) is not None:
            messages.success(request, success)
            return redirect("calendar", public_id)
    return _page(request, owner, days=form)


def _page(
    request: MemberRequest, owner: Owner, *, form: WorkCalendarForm | None = None, days: DaysForm | None = None
) -> HttpResponse:
    refused = next((one for one in (form, days) if one is not None and one.errors), None)
    status, now, found = status_of(refused) if refused else 200, database_now(), newest(owner)
    if status == 409 and form is not None:
        form.follow(found)
    context = {
        "owner": owner,
        "calendar": found,
        "form": form or WorkCalendarForm(calendar=found),
        "days": days or DaysForm(),
        "own": found.user_id == request.user.pk,
        **_said(found, local_date(now, zone_of(owner))),
        "in_force": shown.weekend(calendar_at(found.user, now)),
    }
    return render(request, "calendars/page.html", context, status=status)


def _said(found: WorkCalendar, today: date) -> dict[str, object]:
    return {
        "off": shown.own_days(found, today),
        "closed": shown.company_days(found, today),
        "holidays": shown.holidays_ahead(found, today),
        "zone": zone_of(found.owner),
    }
