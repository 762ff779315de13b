"""Public pages that check receipts and show the roots of days, and the administrator's page of keys."""

from datetime import date
from pathlib import Path
from typing import Any

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from prm.accounts.attempts import attempt as counted
from prm.accounts.models import User
from prm.accounts.roles import Permission
from prm.clocks.database import database_now
from prm.portal.forms import posted
from prm.portal.guards import MemberRequest, public, requires
from prm.portal.verbs import attempt
from prm.signing import actions, policies, proofs
from prm.signing.forms import ReceiptForm
from prm.signing.models import Root, SigningKey
from prm.signing.selectors import jwk_of, public_keys

SCRIPT = Path(__file__).parent / "offline" / "verify_receipt.py"
ROOTS_SHOWN = 60
# A check asks little of the server, and many ask for much.
CHECKS_PER_MINUTE = 30

manages = requires(Permission.OPERATIONS)


@require_safe
@cache_control(public=True, max_age=300)
@public
def jwks(_request: HttpRequest) -> JsonResponse:
    """Every key that ever signed here (RFC 7517)."""
    return JsonResponse(
        {"keys": [jwk_of(key) for key in public_keys().values()]}, content_type="application/jwk-set+json"
    )


@require_http_methods(["GET", "HEAD", "POST"])
@public
def receipts(request: HttpRequest) -> HttpResponse:
    """What a receipt proves, for whoever holds it."""
    form, context, status = ReceiptForm(posted(request), request.FILES or None), dict[str, Any](), 200
    if form.is_bound and _too_often(request):
        form.add_error(None, _("These are many checks from one address. Try again in a minute."))
        status = 429
    elif form.is_valid():
        found = proofs.prove(form.pasted)
        context = {"proofs": found, "order": proofs.order(found)}
    elif form.is_bound:
        status = 400
    return _shown(request, "signing/check.html", {"form": form, **context}, status)


def _too_often(request: HttpRequest) -> bool:
    return counted(f"receipts:{get_adapter().get_client_ip(request)}", limit=CHECKS_PER_MINUTE, window_seconds=60) > 0


def _shown(request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """In the shell for members, without it for everybody else."""
    is_member = isinstance(request.user, User) and request.user.organisation is not None
    frame = "portal/base.html" if is_member else "portal/plain.html"
    manages_keys = isinstance(request.user, User) and policies.can_manage_keys(request.user)
    return render(request, template, {"frame": frame, "manages_keys": manages_keys, **context}, status=status)


@require_safe
@public
def roots(request: HttpRequest) -> HttpResponse:
    """The newest, and with `?before=2026-11-21` those before a day."""
    rows = Root.objects.order_by("-day")
    if before := request.GET.get("before"):
        try:
            rows = rows.filter(day__lt=date.fromisoformat(before))
        except ValueError as error:
            raise Http404 from error
    found = list(rows[: ROOTS_SHOWN + 1])
    more = f"{reverse('receipt-roots')}?before={found[-2].day}" if len(found) > ROOTS_SHOWN else ""
    return _shown(request, "signing/roots.html", {"roots": found[:ROOTS_SHOWN], "more": more})


@require_safe
@cache_control(public=True, max_age=300)
@public
def roots_json(_request: HttpRequest) -> JsonResponse:
    """The signed statements of all days, oldest first: each names the one before."""
    return JsonResponse({"roots": list(Root.objects.order_by("seq").values_list("jws", flat=True))})


@require_safe
@public
def script(_request: HttpRequest) -> HttpResponse:
    """Checks a receipt without this programme."""
    response = HttpResponse(SCRIPT.read_bytes(), content_type="text/x-python; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{SCRIPT.name}"'
    return response


@require_safe
@manages
def keys(request: MemberRequest) -> HttpResponse:
    now = database_now()
    rows = list(SigningKey.objects.select_related("created_by").order_by("-signs_from"))
    signing = next((row for row in rows if row.signs_from <= now), None)
    return render(request, "signing/keys.html", {"rows": rows, "signing": signing, "now": now})


@require_POST
@manages
def rotate(request: MemberRequest) -> HttpResponse:
    at_once = request.POST.get("at_once") == "1"
    if attempt(request, lambda: actions.rotate(by=request.user, now=database_now(), at_once=at_once)):
        messages.success(request, _("The new key is published."))
    return redirect("signing-keys")
