"""A conversation on a page of its own. The wing gives it an address: `kind` comes from its line in urls.py."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from prm.clocks.database import database_now
from prm.portal.guards import MemberRequest, member
from prm.portal.verbs import attempt, status_of
from prm.threads import actions, panel, policies
from prm.threads.forms import MessageForm
from prm.threads.models import Message
from prm.threads.notices import ANCHOR
from prm.threads.selectors import find, message_of
from prm.threads.sockets import Subject


@require_http_methods(["GET", "POST"])
@member
def messages(request: MemberRequest, public_id: str, kind: str) -> HttpResponse:
    subject = _seen(request, kind, public_id)
    if request.method != "POST":
        return _page(request, subject)
    if not policies.can_write(request.user, subject):
        raise PermissionDenied(_("You may read this conversation, but not write in it."))
    form = MessageForm(request.POST, may_be_internal=policies.can_write_internally(request.user, subject))
    if form.is_valid() and attempt(request, lambda: _post(request, subject, form), form) is not None:
        return redirect(subject.path + ANCHOR)
    return _page(request, subject, form)


@require_POST
@member
def read(request: MemberRequest, public_id: str, kind: str) -> HttpResponse:
    """Up to the message that the page named: one that came in since stays unread."""
    subject = _seen(request, kind, public_id)
    last = _message(request, subject, request.POST.get("seen", ""))
    actions.mark_read(message=last, by=request.user, now=database_now())
    return redirect(subject.path + ANCHOR)


def _post(request: MemberRequest, subject: Subject, form: MessageForm) -> Message:
    """Whoever answers has read what stood above the form."""
    now = database_now()
    message = actions.post_message(subject=subject, by=request.user, now=now, **form.given())
    _mark(request, subject, form.cleaned_data["seen"], now)
    return message


def _mark(request: MemberRequest, subject: Subject, seen: str, now: datetime) -> None:
    last = message_of(subject, seen, reader=request.user)
    if last is not None:
        actions.mark_read(message=last, by=request.user, now=now)


def _page(request: MemberRequest, subject: Subject, refused: MessageForm | None = None) -> HttpResponse:
    named = request.GET.get("before", "")
    before = _message(request, subject, named) if named else None
    context = panel.drawn(subject, reader=request.user, before=before, refused=refused)
    return render(request, "threads/page.html", context, status=status_of(refused) if refused else 200)


def _seen(request: MemberRequest, kind: str, public_id: str) -> Subject:
    """The subject if the person may read it and it has a conversation; else 404, as if it were not there."""
    subject = find(kind, public_id, reader=request.user)
    if subject is None:
        raise Http404
    return subject


def _message(request: MemberRequest, subject: Subject, public_id: str) -> Message:
    message = message_of(subject, public_id, reader=request.user)
    if message is None:
        raise Http404
    return message
