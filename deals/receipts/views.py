"""The receipt of a registration, for whoever may read the registration."""

import json

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from deals.events import SUBJECT
from deals.receipts.panel import told_steps
from deals.registrations import policies
from deals.registrations.models import Registration
from deals.registrations.states import State
from deals.registrations.views import seen
from prm.portal.guards import MemberRequest, requires
from prm.signing.models import Link
from prm.signing.selectors import chain_of, inclusion_of

reads = requires(*policies.READERS)


def _issued(request: MemberRequest, public_id: str) -> tuple[Registration, list[Link]]:
    """A draft has promised nothing: it has no such page."""
    registration = seen(request, public_id)
    if registration.state == State.DRAFT:
        raise Http404
    return registration, chain_of(SUBJECT, registration.public_id)


@require_GET
@reads
def receipt(request: MemberRequest, public_id: str) -> HttpResponse:
    registration, links = _issued(request, public_id)
    context = {
        "deal": registration,
        "steps": told_steps(links),
        "included": inclusion_of(links),
        "text": "\n".join(link.jws for link in links),
    }
    return render(request, "deals/receipts/page.html", context)


@require_GET
@reads
def download(request: MemberRequest, public_id: str, kind: str) -> HttpResponse:
    """`json`: with the paths into the published roots. `jws`: the steps alone, one on each line."""
    registration, links = _issued(request, public_id)
    texts = [link.jws for link in links]
    if kind == "json":
        keys = request.build_absolute_uri(reverse("jwks"))
        content = json.dumps({"receipt": texts, "inclusion": inclusion_of(links), "keys": keys}, indent=1)
    else:
        content = "".join(f"{text}\n" for text in texts)
    response = HttpResponse(content, content_type="application/json" if kind == "json" else "application/jose")
    response["Content-Disposition"] = f'attachment; filename="receipt-{registration.reference.lower()}.{kind}"'
    return response
