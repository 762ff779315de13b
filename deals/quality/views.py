"""How well matching does, what other thresholds would do, and publishing them."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from deals.quality.actions import publish_thresholds
from deals.quality.forms import PairFilter, PublishForm, TrialForm
from deals.quality.listing import LISTING, ORDER, rows_of
from deals.quality.policies import can_publish
from deals.quality.selectors import by_rule, cases, trial, versions
from prm.accounts.roles import Permission as P
from prm.clocks.database import database_now
from prm.matching import Thresholds
from prm.matching.feedback.models import Judgement
from prm.matching.rulebook import in_force
from prm.matching.titles import title_of
from prm.policy.models import PolicyVersion
from prm.portal.exports import download, listed
from prm.portal.guards import MemberRequest, requires
from prm.portal.listings import Cell
from prm.portal.lists import narrowed_by, page_of
from prm.portal.verbs import attempt, status_of

sees_quality = requires(P.MATCHING_QUALITY)
FIELDS = ("review_from", "block_from")


@require_GET
@sees_quality
def quality(request: MemberRequest) -> HttpResponse:
    """With `?review_from=&block_from=` in per cent, what these would make of all that was judged and found."""
    asked = any(name in request.GET for name in FIELDS)
    return _page(request, TrialForm(request.GET) if asked else None)


@require_POST
@sees_quality
def publish(request: MemberRequest) -> HttpResponse:
    if not can_publish(request.user):
        raise PermissionDenied(_("Your role does not allow this."))
    form = PublishForm(request.POST, auto_id="publish_%s")
    if form.is_valid() and attempt(request, lambda: _published(request, form), form) is not None:
        messages.success(request, _("Published. What is undecided then is checked again by the new thresholds."))
        return redirect("matching-quality")
    return _page(request, TrialForm(request.POST), form)


def _published(request: MemberRequest, form: PublishForm) -> PolicyVersion:
    return publish_thresholds(**form.given(), by=request.user, now=database_now())


@require_GET
@sees_quality
def export(request: MemberRequest) -> HttpResponseBase:
    """Precision by rule, as whole figures."""
    header = ("Rule", "Judged", "The same", "Not the same", "Share", "At least", "At most")
    rows: list[list[Cell]] = []
    for row in by_rule():
        found, within = row.precision, row.precision.interval
        share = None if found.share is None else round(found.share, 4)
        bounds = [round(within.low, 4), round(within.high, 4)]
        rows.append([title_of(row.rule), found.judged, found.same, found.different, share, *bounds])
    return download(request, "matching quality", header, rows)


@require_GET
@sees_quality
@narrowed_by(PairFilter)
def pairs(request: MemberRequest) -> HttpResponse:
    form = PairFilter(request.GET, reader=request.user)
    page = page_of(request, rows_of(form), order=ORDER)
    context = {"form": form, "page": page, "rows": list(zip(page.rows, cases(page.rows, request.user), strict=True))}
    return render(request, "deals/quality/_pairs.html" if request.htmx else "deals/quality/pairs.html", context)


@require_GET
@sees_quality
def pairs_export(request: MemberRequest) -> HttpResponseBase:
    return listed(request, LISTING)


def _page(request: MemberRequest, tried: TrialForm | None, form: PublishForm | None = None) -> HttpResponse:
    now = database_now()
    current, known = in_force(now), versions()
    thresholds = tried.thresholds() if tried is not None and tried.is_valid() else None
    shown = _per_cent(thresholds or current.values.thresholds)
    context = {
        "current": current,
        "versions": known,
        "now": now,
        "judged": Judgement.objects.count(),
        "rules": [(row, title_of(row.rule)) for row in by_rule()],
        "form": tried or TrialForm(initial=shown),
        "trial": trial(thresholds, reader=request.user, now=now) if thresholds else None,
        "publish": _publish_form(request, form, {**shown, "after": known[0].version.number}),
    }
    status = status_of(form) if form else 400 if tried is not None and thresholds is None else 200
    return render(request, "deals/quality/page.html", context, status=status)


def _publish_form(request: MemberRequest, form: PublishForm | None, initial: dict[str, Any]) -> PublishForm | None:
    if not can_publish(request.user):
        return None
    return form or PublishForm(initial=initial, auto_id="publish_%s")


def _per_cent(thresholds: Thresholds) -> dict[str, int]:
    return {name: round(getattr(thresholds, name) * 100) for name in FIELDS}
