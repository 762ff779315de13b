"""The page where an administrator gives the programme its face, and the logo for everybody."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from prm.accounts.roles import Permission
from prm.branding import actions, rules
from prm.branding.forms import BrandingForm
from prm.branding.models import Branding, Logo
from prm.branding.selectors import memory, row
from prm.clocks.database import database_now
from prm.portal.guards import MemberRequest, public, requires
from prm.portal.verbs import attempt, status_of

manages = requires(Permission.BRANDING_MANAGE)


@require_http_methods(["GET", "POST"])
@manages
def branding(request: MemberRequest) -> HttpResponseBase:
    if request.method == "GET":
        return _page(request, BrandingForm(branding=row()), 200)
    form = BrandingForm(request.POST, request.FILES, branding=row())
    if form.is_valid() and _changed(request, form):
        messages.success(request, _("Saved. Everybody sees it within seconds."))
        return redirect("branding")
    return _page(request, form, status_of(form))


def _page(request: MemberRequest, form: BrandingForm, status: int) -> HttpResponse:
    found, brand = row(), memory.renewed()
    if status == 409:
        form.follow(found)
    context = {"form": form, "branding": found, "brand": brand, "tones": rules.tones(brand.accent)}
    return render(request, "branding/page.html", context, status=status)


def _changed(request: MemberRequest, form: BrandingForm) -> Branding | None:
    values, version = form.values(), form.cleaned_data["version"]
    return attempt(
        request, lambda: actions.change(values=values, version=version, by=request.user, now=database_now()), form
    )


@require_POST
@manages
def reset(request: MemberRequest) -> HttpResponse:
    if attempt(request, lambda: actions.reset(by=request.user, now=database_now())):
        messages.success(request, _("The programme looks as it was installed."))
    return redirect("branding")


@require_safe
@public
def logo(request: HttpRequest, digest: str) -> HttpResponseBase:
    """For everybody: the login page shows it. The address names the content, so it may be kept for ever."""
    found = get_object_or_404(Logo, digest=digest)
    response = HttpResponse(bytes(found.data), content_type=found.kind)
    response["ETag"] = f'"{found.digest}"'
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    response["Content-Disposition"] = f'inline; filename="logo.{Logo.Kind(found.kind).label.lower()}"'
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    return get_conditional_response(request, etag=response["ETag"], response=response) or response
