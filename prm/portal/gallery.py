"""Every component of the portal on one page, in light and in dark. Only with PRM_DEBUG or PRM_DEMO."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from prm.audit.selectors import TimelineEntry
from prm.portal.charts import Row
from prm.portal.forms import TextArea
from prm.portal.guards import public
from prm.portal.icons import ICONS
from prm.portal.lists import ListPage
from prm.portal.sockets import WorkItem

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


class ExampleForm(forms.Form):
    customer = forms.CharField(label="End customer", initial="Müller Logistik GmbH")
    website = forms.CharField(label="Website", required=False, help_text="A host name is enough: mueller-logistik.de")
    country = forms.ChoiceField(label="Country", choices=[("DE", "Germany"), ("SE", "Sweden")])
    value = forms.DecimalField(label="Deal value", max_digits=14, decimal_places=2)
    part = forms.ChoiceField(
        label="Your part in this deal",
        choices=[("independent", "We run the whole sales cycle"), ("shared", "We share it with the vendor")],
        widget=forms.RadioSelect,
        initial="independent",
    )
    done = forms.CharField(label="What have you done so far?", widget=TextArea, min_length=20)
    consent = forms.BooleanField(label="The customer knows that we register this", help_text="Needed in some countries")


class ExampleFilter(forms.Form):
    all_optional = True
    q = forms.CharField(label="Search", required=False, widget=forms.TextInput({"type": "search"}))
    state = forms.ChoiceField(label="State", required=False, choices=[("", "All"), ("open", "Open")])


@require_GET
@public
def gallery(request: HttpRequest) -> HttpResponse:
    themes = [{"name": name, **_examples(name)} for name in ("light", "dark")]
    return render(request, "portal/gallery/page.html", {"themes": themes, "icons": sorted(ICONS), "now": NOW})


def _examples(theme: str) -> dict[str, Any]:
    refused = ExampleForm({"customer": "", "value": "a lot", "done": "Not much"}, auto_id=f"{theme}-refused-%s")
    refused.add_error(None, "Somebody else is changing this right now. Please try again.")
    return {
        "form": ExampleForm(prefix=theme),
        "refused": refused,
        "filter": ExampleFilter(auto_id=f"{theme}-filter-%s"),
        "page": ListPage(rows=[], next_url="#next", previous_url="#previous"),
        "work": _work(),
        "entries": _timeline(),
        **_figures(),
    }


def _work() -> list[WorkItem]:
    return [
        WorkItem("Müller Logistik GmbH", "#", "Decide registration DR-2041", NOW - timedelta(hours=3), "Helix Systems"),
        WorkItem("Kvarn Energi", "#", "Answer the question", NOW + timedelta(hours=4), "Orbit Networks"),
        WorkItem("Aster Foods", "#", "Extend or close", NOW + timedelta(days=9)),
        WorkItem("Library", "#", "Read the new price list"),
    ]


def _timeline() -> list[TimelineEntry]:
    said = ["Registered for Fleet Cloud", "Two possible conflicts found", "Assigned to Mia Lindqvist"]
    return [
        TimelineEntry(str(n), "example", NOW - timedelta(hours=9 - n), "Ana Ruiz", text, {})
        for n, text in enumerate(said)
    ]


def _figures() -> dict[str, Any]:
    weeks = ["23 Nov", "30 Nov", "7 Dec", "14 Dec", "21 Dec", "4 Jan"]
    return {
        "bars": [
            Row(week, ends, str(ends), part=tier)
            for week, ends, tier in zip(weeks, (4, 8, 3, 12, 2, 15), (0, 0, 0, 4, 0, 3), strict=True)
        ],
        "values": [6, 8, 10, 9, 15, 17, 22, 24, 28],
        "funnel": [
            Row("Registered", 731, "731"),
            Row("Approved", 541, "541", "good"),
            Row("Won", 212, "212", "good"),
            Row("Expired", 74, "74", "warn"),
        ],
        "amount": Decimal("86400"),
    }
