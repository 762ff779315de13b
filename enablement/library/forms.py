"""What people fill in about the library, and what its lists are narrowed by."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from enablement.library.models import (
    LONGEST_NAME,
    LONGEST_NOTE,
    LONGEST_SUMMARY,
    LONGEST_TEXT,
    LONGEST_TITLE,
    LibraryCollection,
    LibraryItem,
    LibraryItemQuerySet,
)
from enablement.library.rules import NEW_FOR
from enablement.library.states import ItemKind, ItemState, Language
from partners.assortment import product_lines
from partners.states import BusinessModel
from prm.accounts.models import User
from prm.accounts.roles import Permission as P
from prm.accounts.roles import Side, roles_of
from prm.accounts.selectors import people_with
from prm.clocks.database import database_now
from prm.files.checking import most_bytes
from prm.portal.forms import NonceMixin, TextArea, TextField

NEW, KEPT = "new", "kept"
SHOW = [
    ("", gettext_lazy("Everything")),
    (NEW, gettext_lazy("What is new")),
    (KEPT, gettext_lazy("My favourites")),
]
FIELDS = (
    *("title", "summary", "kind", "language", "products", "tags", "roles", "business_models", "competencies"),
    *("internal", "owner", "review_on"),
)
PLAIN = ("title", "summary", "kind", "language", "products", "roles", "business_models", "internal", "review_on")


def label(name: str) -> Any:
    return LibraryItem._meta.get_field(name).verbose_name  # type: ignore[union-attr]


def several(name: str, choices: Any, help_text: Any = "") -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label(name),
        choices=choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=help_text,
    )


def first_or(everything: Any, choices: Any) -> Any:
    return lambda: [("", everything), *(choices() if callable(choices) else choices)]


def words(text: str) -> list[str]:
    """Parted by commas, each once and in small letters."""
    return list(dict.fromkeys(word for part in text.split(",") if (word := "-".join(part.lower().split()))))


class ItemForm(NonceMixin):
    title = TextField(label=label("title"), max_length=LONGEST_TITLE)
    summary = TextField(label=label("summary"), max_length=LONGEST_SUMMARY, required=False, lines=True)
    kind = forms.ChoiceField(label=label("kind"), choices=ItemKind.choices)
    language = forms.ChoiceField(
        label=label("language"), choices=Language.choices, help_text=gettext_lazy("Its words are found in every form.")
    )
    review_on = forms.DateField(
        label=label("review_on"),
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("The owner is told; without a review it is hidden from partners later."),
    )
    owner = forms.ChoiceField(label=label("owner"))
    tags = TextField(
        label=label("tags"),
        max_length=500,
        required=False,
        help_text=gettext_lazy("Parted by commas."),
    )
    products = several("products", product_lines)
    roles = several(
        "roles",
        lambda: [(role.slug, role.title) for role in roles_of(Side.PARTNER)],
        gettext_lazy("Whom it is meant for; none is everybody."),
    )
    business_models = several("business_models", BusinessModel.choices, gettext_lazy("None is every partner."))
    competencies = TextField(
        label=label("competencies"),
        max_length=600,
        required=False,
        help_text=gettext_lazy("Which a partner must have, all of them; parted by commas."),
    )
    internal = forms.BooleanField(label=label("internal"), required=False)

    def __init__(self, data: QueryDict | None = None, *, item: LibraryItem | None = None, by: User) -> None:
        super().__init__(data, initial=_initial(item) if item else {"owner": by.public_id})
        self.writers = {user.public_id: user for user in people_with(P.LIBRARY_WRITE)}
        owner: Any = self.fields["owner"]
        owner.choices = [(key, str(user)) for key, user in self.writers.items()]

    def values(self) -> dict[str, Any]:
        given = self.cleaned_data
        found = {name: given[name] for name in PLAIN}
        found |= {name: words(given[name]) for name in ("tags", "competencies")}
        return found | {"owner": self.writers[given["owner"]]}


def _initial(item: LibraryItem) -> dict[str, Any]:
    found = {name: getattr(item, name) for name in PLAIN}
    found |= {name: ", ".join(getattr(item, name)) for name in ("tags", "competencies")}
    return found | {"owner": item.owner.public_id if item.owner else ""}


class VersionForm(NonceMixin):
    """A text or a file, and whether it is shown at once."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        required=False,
        help_text=gettext_lazy("PDF, Word, Excel, PowerPoint, a picture, text or CSV."),
    )
    text = TextField(
        label=gettext_lazy("Or a text"),
        max_length=LONGEST_TEXT,
        required=False,
        lines=True,
        widget=TextArea({"rows": 14}),
        help_text=gettext_lazy("Markdown: # headings, - lists, **bold**, [links](https://…)."),
    )
    note = TextField(label=gettext_lazy("What is new"), max_length=LONGEST_NOTE, required=False)
    at_once = forms.BooleanField(label=gettext_lazy("Publish it at once"), required=False, initial=True)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if not self.errors and bool(given.get("file")) == bool(given.get("text")):
            raise ValidationError(_("Give either a text or a file."))
        return given

    def content(self) -> dict[str, Any]:
        sent, given = self.cleaned_data["file"], self.cleaned_data
        # One more than is allowed is enough to know.
        file = (sent.name, bytes(sent.read(most_bytes() + 1))) if sent else None
        return {"text": given["text"], "file": file, "note": given["note"]}


class ReviewForm(forms.Form):
    review_on = forms.DateField(label=label("review_on"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))


class CollectionForm(NonceMixin):
    name = TextField(label=gettext_lazy("Name"), max_length=LONGEST_NAME)
    items = forms.ModelMultipleChoiceField(
        label=gettext_lazy("What is in it"),
        queryset=LibraryItem.objects.none(),
        to_field_name="public_id",
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def __init__(self, data: QueryDict | None = None, *, collection: LibraryCollection | None = None) -> None:
        initial = {"name": collection.name, "items": collection.items.all()} if collection else None
        super().__init__(data, initial=initial)
        items: Any = self.fields["items"]
        items.queryset = LibraryItem.objects.exclude(state=ItemState.ARCHIVED).order_by("title", "pk")


class Narrowing(forms.Form):
    """Filters of a list; what is not understood narrows nothing."""

    all_optional = True

    q = forms.CharField(
        label=gettext_lazy("Search"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": gettext_lazy("Words of the title or the text")}),
    )
    kind = forms.ChoiceField(
        label=label("kind"), choices=first_or(gettext_lazy("All kinds"), ItemKind.choices), required=False
    )
    language = forms.ChoiceField(
        label=label("language"), choices=first_or(gettext_lazy("All languages"), Language.choices), required=False
    )

    def __init__(self, *args: Any, reader: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reader = reader
        self.offer()
        self.is_valid()

    def offer(self) -> None:
        """What depends on the reader."""

    def narrowed(self, rows: LibraryItemQuerySet) -> LibraryItemQuerySet:
        wanted = self.cleaned_data
        if wanted.get("q"):
            rows = rows.matching(wanted["q"])
        plain = {name: wanted[name] for name in ("kind", "language", "state") if wanted.get(name)}
        return rows.filter(**plain)


class LibraryFilter(Narrowing):
    product = forms.ChoiceField(
        label=gettext_lazy("Product"), choices=first_or(gettext_lazy("All products"), product_lines), required=False
    )
    collection = forms.ChoiceField(label=gettext_lazy("Collection"), required=False)
    show = forms.ChoiceField(
        label=gettext_lazy("Show"),
        choices=SHOW,
        required=False,
    )

    def offer(self) -> None:
        rows = LibraryCollection.objects.visible_to(self.reader, database_now().date()).order_by("name", "pk")
        collection: Any = self.fields["collection"]
        collection.choices = [("", _("All collections")), *rows.values_list("public_id", "name")]

    def narrowed(self, rows: LibraryItemQuerySet) -> LibraryItemQuerySet:
        rows, wanted = super().narrowed(rows), self.cleaned_data
        if wanted.get("product"):
            rows = rows.filter(products__contains=[wanted["product"]])
        if wanted.get("collection"):
            rows = rows.filter(collections__public_id=wanted["collection"])
        if wanted.get("show") == NEW:
            rows = rows.filter(published_at__gt=database_now() - NEW_FOR)
        return rows.kept_by(self.reader) if wanted.get("show") == KEPT else rows


class WrittenFilter(Narrowing):
    state = forms.ChoiceField(
        label=label("state"), choices=first_or(gettext_lazy("All states"), ItemState.choices), required=False
    )
    stale = forms.ChoiceField(
        label=gettext_lazy("Review"),
        choices=[("", gettext_lazy("Whenever it is due")), ("yes", gettext_lazy("Due for review"))],
        required=False,
    )

    def narrowed(self, rows: LibraryItemQuerySet) -> LibraryItemQuerySet:
        rows = super().narrowed(rows)
        return rows.stale(database_now().date()) if self.cleaned_data.get("stale") else rows
