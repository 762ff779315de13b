"""Pages on which a partner registers a deal: the empty form, a draft, and what it would earn."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from deals.conflicts.selectors import asking, own_duplicate
from deals.products.models import ProductLine
from deals.products.requirements import closed_to, why_closed
from deals.rebates.selectors import added_by
from deals.registrations import actions, policies, rules
from deals.registrations.forms import QuoteForm, RegistrationForm
from deals.registrations.models import Registration
from deals.registrations.quotes import Quote, quote
from deals.registrations.selectors import calendar_of
from deals.registrations.states import State
from deals.rulebook import SCHEMA, DealRules
from partners.models import Partner
from prm.accounts.models import User
from prm.accounts.roles import Permission as P
from prm.clocks.database import database_now
from prm.policy.selectors import current
from prm.portal import formats
from prm.portal.forms import new_nonce
from prm.portal.guards import MemberRequest, requires
from prm.portal.verbs import attempt, has_conflict, status_of


@require_http_methods(["GET", "POST"])
@requires(P.DEALS_REGISTER)
def new(request: MemberRequest) -> HttpResponse:
    form = RegistrationForm(request.POST or None, **_offered(request))
    return _save(request, form) if form.is_valid() else _page(request, form)


@require_http_methods(["GET", "POST"])
@requires(P.DEALS_REGISTER)
def edit(request: MemberRequest, public_id: str) -> HttpResponse:
    rows = Registration.objects.visible_to(request.user).with_nouns()
    draft = get_object_or_404(rows, public_id=public_id)
    if not policies.can_act_for_partner(request.user, draft):
        raise PermissionDenied(_("A colleague of yours works on this registration."))
    if request.method == "GET" and draft.state != State.DRAFT:
        return redirect(draft)
    form = RegistrationForm(request.POST or None, **_offered(request), registration=draft)
    return _save(request, form, draft) if form.is_valid() else _page(request, form, draft)


def _offered(request: MemberRequest) -> dict[str, Any]:
    """The lines on sale, and why some of them cannot be chosen by this partner."""
    products = list(ProductLine.objects.on_sale())
    partner = Partner.objects.get(organisation=request.organisation)
    closed = closed_to(partner, products, database_now())
    return {"products": products, "closed": {product.slug: why_closed(product) for product in closed}}


@require_GET
@requires(P.DEALS_REGISTER)
def earnings(request: MemberRequest) -> HttpResponse:
    """The card beside the form, while somebody types."""
    now = database_now()
    deal_rules = current(SCHEMA, DealRules, now=now).values
    quoted = _quote(request.GET, deal_rules)
    partner = Partner.objects.select_related("organisation").get(organisation=request.organisation)
    return render(request, "deals/_earnings.html", _card(quoted, partner, deal_rules, now))


def _card(quoted: Quote, partner: Partner, deal_rules: DealRules, now: datetime) -> dict[str, Any]:
    """The rates, and what the programme adds for the partner's way of doing business."""
    return {
        "quote": quoted,
        "rebate": added_by(partner, quoted.value, quoted.currency, now),
        "hold_months": deal_rules.price_hold.months_for(partner.model),
    }


def _quote(data: Any, deal_rules: DealRules) -> Quote:
    """What can be read of half a form; the rest counts as not given."""
    form = QuoteForm(data)
    form.is_valid()
    given = {name: form.cleaned_data.get(name) or "" for name in ("motion", "opportunity", "engagement")}
    currency = form.cleaned_data.get("currency") or "EUR"
    value = None if form.errors else form.cleaned_data["value"]
    return quote(value=value, currency=currency, recurring=form.recurring, deal_rules=deal_rules, **given)


def _save(request: MemberRequest, form: RegistrationForm, draft: Registration | None = None) -> HttpResponse:
    now = database_now()
    kept = attempt(request, lambda: _keep(form, draft, request.user, now), form)
    if kept is None:
        return _page(request, form, draft)
    if request.POST.get("then") == "draft" and kept.state == State.DRAFT:
        messages.success(request, _("The draft is saved. Only a registration has a place in line."))
        return redirect(kept)
    return _submit(request, form, kept, now)


def _keep(form: RegistrationForm, draft: Registration | None, by: User, now: datetime) -> Registration:
    """The draft as the form has it. A form that is sent twice keeps one; one that was changed since is another."""
    values, lines = form.values(), form.lines()
    if draft is not None:
        return actions.update_draft(registration=draft, values=values, lines=lines, by=by, now=now)
    nonce = form.cleaned_data["form_nonce"] or new_nonce()
    made = actions.create_draft(values=values, lines=lines, by=by, now=now, form_nonce=nonce)
    if made.created_at == now or _holds(made, values, lines):
        return made
    if made.state == State.DRAFT:
        return actions.update_draft(registration=made, values=values, lines=lines, by=by, now=now)
    return actions.create_draft(values=values, lines=lines, by=by, now=now, form_nonce=new_nonce())


def _holds(made: Registration, values: dict[str, Any], lines: actions.Lines) -> bool:
    """Nothing in the form differs from what it made before, the products and how many of each included."""
    kept = {(line.product_id, line.quantity) for line in made.lines.all()}
    wanted = {(product.pk, quantity) for product, quantity in lines}
    return kept == wanted and all(getattr(made, name) == value for name, value in values.items())


def _submit(request: MemberRequest, form: RegistrationForm, draft: Registration, now: datetime) -> HttpResponse:
    """Whatever stands against it, the draft is kept."""
    submitted = attempt(request, lambda: actions.submit(registration=draft, by=request.user, now=now), form)
    if submitted is None:
        draft.refresh_from_db()
        if draft.state == State.DRAFT:
            return _page(request, form, draft)
        return redirect(draft)
    due = formats.moment(submitted.decision_due_at or now)
    sentence = _("%(reference)s is registered and your place in line is fixed. You have a decision by %(due)s.")
    messages.success(request, sentence % {"reference": submitted.reference, "due": due})
    return redirect(submitted)


def _page(request: MemberRequest, form: RegistrationForm, draft: Registration | None = None) -> HttpResponse:
    now = database_now()
    version = current(SCHEMA, DealRules, now=now)
    partner = Partner.objects.select_related("organisation", "pam").get(organisation=request.organisation)
    quoted = _quote(form.data if form.is_bound else form.initial, version.values)
    context = {
        "form": form,
        "draft": draft,
        "twin": own_duplicate(asking(draft, now)) if draft and has_conflict(form, "own_duplicate") else None,
        "partner": partner,
        "rules": version.values,
        **_card(quoted, partner, version.values, now),
        "due_at": rules.decision_due(now, version.values, calendar_of(partner, now)),
        "until": rules.protection_end(now, version.values, partner.organisation.time_zone),
    }
    return render(request, "deals/form.html", context, status=status_of(form) if form.errors else 200)
