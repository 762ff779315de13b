"""The rules of the programme for whoever changes them: versions, a new one with its preview, who has read it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from prm.accounts.roles import Permission as P
from prm.clocks.database import database_now
from prm.policy import actions
from prm.policy.forms import VersionForm, shown
from prm.policy.listing import ACKNOWLEDGEMENTS, BY_NAME, LISTING, ORDER, acknowledged_version, versions
from prm.policy.models import PolicyVersion
from prm.policy.papers import PAPERS, Paper, Words, clauses_of
from prm.policy.policies import can_manage, can_read
from prm.policy.schemas import SCHEMAS, checked
from prm.policy.selectors import ChangedValue, before, changes, readers_of, version_in_force
from prm.policy.shape import Leaf, Sort, leaves
from prm.portal.exports import listed
from prm.portal.forms import posted
from prm.portal.guards import MemberRequest, requires
from prm.portal.lists import page_of
from prm.portal.verbs import attempt, status_of

manages = requires(P.POLICIES_MANAGE)
sees_readers = requires(P.PARTNERS_READ)


@require_GET
@manages
def policies(request: MemberRequest) -> HttpResponse:
    now = database_now()
    page = page_of(request, versions(), order=ORDER)
    in_force = {name: version_in_force(name, now) for name in PAPERS.names()}
    papers = [
        (name, PAPERS[name], in_force[name], PolicyVersion.objects.planned(name, now).first())
        for name in PAPERS.names()
    ]
    current = {version.pk for version in in_force.values()}
    rows = [(row, PAPERS[row.schema], row.state(now), row.pk in current) for row in page.rows]
    return render(request, "policy/list.html", {"page": page, "rows": rows, "papers": papers})


@require_GET
@manages
def export(request: MemberRequest) -> HttpResponseBase:
    return listed(request, LISTING)


@require_GET
@manages
def version(request: MemberRequest, public_id: str) -> HttpResponse:
    """What it says, what it changed, and who has read it."""
    now = database_now()
    row = _presented(public_id)
    earlier = before(row)
    context = {
        "version": row,
        "paper": PAPERS[row.schema],
        "state": row.state(now),
        "in_force": version_in_force(row.schema, now),
        "earlier": earlier,
        "clauses": clauses_of(row),
        **(_changed(row.schema, earlier.values, row.values) if earlier else {}),
        **_counted(row),
    }
    return render(request, "policy/version.html", context)


@require_http_methods(["GET", "POST"])
@manages
def new(request: MemberRequest, schema: str) -> HttpResponse:
    """A new version, which begins as the newest is: first looked at, clause by clause, and then published."""
    paper = PAPERS.get(schema)
    if paper is None or paper.page:
        raise Http404
    newest, last = _newest(schema)
    about = {"schema": SCHEMAS[schema], "paper": paper, "values": newest.values}
    form = VersionForm(posted(request), **about, initial={"after": last}, auto_id="rule_%s")
    preview = None
    if form.is_valid():
        if _is_looked_at(request, form):
            if (made := _published(request, schema, form)) is not None:
                messages.success(request, _("Published: version %(number)d.") % {"number": made.number})
                return redirect("policy", made.public_id)
        else:
            preview = attempt(request, lambda: _preview(schema, newest, form), form)
    context = {"form": form, "paper": paper, "newest": newest, "preview": preview}
    return render(request, "policy/form.html", context, status=status_of(form) if form.errors else 200)


def _is_looked_at(request: MemberRequest, form: VersionForm) -> bool:
    """Sent from the preview of these very values."""
    return request.POST.get("then") == "publish" and form.cleaned_data["previewed"] == form.mark()


@require_POST
@manages
def take_back(request: MemberRequest, public_id: str) -> HttpResponse:
    row = _presented(public_id)
    if attempt(request, lambda: actions.take_back(version=row, by=request.user, now=database_now())) is not None:
        messages.success(request, _("Taken back: it does not come into force."))
    return redirect("policy", row.public_id)


@require_POST
@requires(P.RULES_READ)
def acknowledge(request: MemberRequest, public_id: str) -> HttpResponse:
    row = get_object_or_404(PolicyVersion, public_id=public_id)
    paper = PAPERS.get(row.schema)
    if paper is None or paper.address is None or not can_read(request.user, row):
        raise Http404
    read, now = request.POST.get("read", ""), database_now()
    if attempt(request, lambda: actions.acknowledge(version=row, read=read, by=request.user, now=now)) is not None:
        messages.success(request, _("Thank you. It is kept who acknowledged which text, and when."))
    return redirect(paper.address(row.number))


@require_GET
@sees_readers
def acknowledgements(request: MemberRequest, public_id: str) -> HttpResponse:
    row = acknowledged_version(public_id)
    page = page_of(request, readers_of(row), order=BY_NAME)
    context = {"version": row, "paper": PAPERS[row.schema], "page": page, "may_manage": can_manage(request.user)}
    return render(request, "policy/acknowledgements.html", context | _counted(row))


@require_GET
@sees_readers
def acknowledgements_export(request: MemberRequest) -> HttpResponseBase:
    """`?version=` names it."""
    return listed(request, ACKNOWLEDGEMENTS)


def _presented(public_id: str) -> PolicyVersion:
    return get_object_or_404(versions(), public_id=public_id)


def _newest(schema: str) -> tuple[PolicyVersion, int]:
    """The one that is changed, begun or planned, and the highest number that was given."""
    in_force = version_in_force(schema, database_now())
    last = PolicyVersion.objects.filter(schema=schema).order_by("-number").values_list("number", flat=True)[0]
    planned = PolicyVersion.objects.planned(schema, database_now()).last()
    return planned or in_force, last


def _published(request: MemberRequest, schema: str, form: VersionForm) -> PolicyVersion | None:
    given = {name: form.cleaned_data[name] for name in ("effective_from", "note", "after")}
    return attempt(
        request,
        lambda: actions.publish_version(
            schema=schema, values=form.values(), **given, by=request.user, now=database_now()
        ),
        form,
    )


def _preview(schema: str, newest: PolicyVersion, form: VersionForm) -> dict[str, Any]:
    after = checked(schema, form.values()).model_dump(mode="json")
    return _changed(schema, newest.values, after) | {"mark": form.mark()}


def _changed(schema: str, old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    found = changes(schema, old, new)
    by_path = {leaf.path: leaf for leaf in leaves(SCHEMAS[schema])}
    told = [_told(PAPERS[schema], by_path[value.path], value) for value in found.values]
    return {"changed_values": told, "changed_clauses": found.clauses}


def _told(paper: Paper, leaf: Leaf, value: ChangedValue) -> tuple[str, str, str]:
    """Label, before, after, as a person reads them."""
    words = paper.words.get(leaf.path, Words(leaf.path))
    return str(words.label), _read(paper, leaf, value.before), _read(paper, leaf, value.after)


def _read(paper: Paper, leaf: Leaf, value: Any) -> str:
    if leaf.sort is Sort.FLAG:
        return str(_("Yes") if value else _("No"))
    if leaf.sort is Sort.CHOICE:
        return str(paper.options.get(value, value))
    return f"{shown(leaf, value)} %" if leaf.sort is Sort.SHARE else str(shown(leaf, value))


def _counted(row: PolicyVersion) -> dict[str, Any]:
    """Of the partners, how many have acknowledged it; nothing for rules that are the vendor's alone."""
    if not PAPERS[row.schema].for_partners:
        return {}
    rows = readers_of(row)
    return {"partners": rows.count(), "done": rows.filter(acknowledged_at__isnull=False).count()}
