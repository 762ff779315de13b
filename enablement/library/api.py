"""The library over REST: everybody reads what is meant for them, programme admins write."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.serializers import BaseSerializer

from enablement.library import actions, policies
from enablement.library.listing import NEWEST
from enablement.library.models import (
    LONGEST_NOTE,
    LONGEST_SUMMARY,
    LONGEST_TEXT,
    LONGEST_TITLE,
    LibraryCollection,
    LibraryItem,
    LibraryItemQuerySet,
    LibraryVersion,
)
from enablement.library.rules import LONGEST_TAG
from enablement.library.states import ItemKind, ItemState, Language
from enablement.library.using import keep
from prm.accounts.models import User
from prm.accounts.roles import Permission as P
from prm.accounts.selectors import people_with
from prm.api.doors import Acts, Changes, Creates, Lists, NounDoor, Reads, TakesFile
from prm.api.fields import Choice, Day, NounField, PlainText, StrictBoolean, StrictInteger
from prm.api.filters import Filter
from prm.api.parsers import FileParser
from prm.api.serializers import Given, Nothing
from prm.files.api import StoredFileOut
from prm.files.checking import TAKES
from prm.files.rules import LONGEST_NAME

FOR_WRITERS = "Only for those who write for the library."
WRITERS = ("state", "roles", "business_models", "competencies", "internal", "owner", "review_on")
MOST_CODES = 50
UNNAMED = "document.pdf"


class AnyFile(FileParser):
    media_type = "application/octet-stream"


class LibraryItemOut(serializers.Serializer[LibraryItem]):
    id = serializers.CharField(source="public_id")
    title = serializers.CharField()
    summary = serializers.CharField()
    kind = serializers.ChoiceField(ItemKind.choices)
    language = serializers.ChoiceField(Language.choices)
    products = serializers.ListField(child=serializers.CharField(), help_text="Slugs of product lines.")
    tags = serializers.ListField(child=serializers.CharField())
    number = serializers.SerializerMethodField(help_text="Of the version that is shown; 0 before the first.")
    file = StoredFileOut(source="current.file", allow_null=True, default=None, help_text="Its id opens `files/{id}`.")
    kept = serializers.BooleanField(source="is_kept", help_text="Among your favourites.")
    published_at = serializers.DateTimeField(allow_null=True)
    state = serializers.ChoiceField(ItemState.choices, required=False, help_text=FOR_WRITERS)
    roles = serializers.ListField(child=serializers.CharField(), required=False, help_text=FOR_WRITERS)
    business_models = serializers.ListField(child=serializers.CharField(), required=False, help_text=FOR_WRITERS)
    competencies = serializers.ListField(child=serializers.CharField(), required=False, help_text=FOR_WRITERS)
    internal = serializers.BooleanField(required=False, help_text=FOR_WRITERS)
    owner = serializers.CharField(source="owner.public_id", required=False, default=None, help_text=FOR_WRITERS)
    review_on = serializers.DateField(required=False, help_text=FOR_WRITERS)

    @extend_schema_field(serializers.IntegerField())
    def get_number(self, item: LibraryItem) -> int:
        return item.current.number if item.current else 0

    def to_representation(self, instance: LibraryItem) -> dict[str, Any]:
        shown = super().to_representation(instance)
        if not policies.can_write(self.context["request"].user):
            for name in WRITERS:
                shown.pop(name)
        return shown


class WholeLibraryItemOut(LibraryItemOut):
    text = serializers.SerializerMethodField(help_text="Markdown, where the version that is shown is a text.")

    @extend_schema_field(serializers.CharField())
    def get_text(self, item: LibraryItem) -> str:
        return item.current.text if item.current else ""


class LibraryVersionOut(serializers.Serializer[LibraryVersion]):
    id = serializers.CharField(source="public_id")
    number = serializers.IntegerField()
    text = serializers.CharField()
    file = StoredFileOut(allow_null=True)
    note = serializers.CharField()
    created_at = serializers.DateTimeField()


class LibraryCollectionOut(serializers.Serializer[LibraryCollection]):
    id = serializers.CharField(source="public_id")
    name = serializers.CharField()


def _codes(longest: int) -> serializers.ListField:
    return serializers.ListField(child=PlainText(max_length=longest), required=False, max_length=MOST_CODES)


def _writers(_user: User) -> QuerySet[User]:
    return User.objects.filter(pk__in=[user.pk for user in people_with(P.LIBRARY_WRITE)])


class LibraryItemIn(Given):
    title = PlainText(max_length=LONGEST_TITLE)
    summary = PlainText(max_length=LONGEST_SUMMARY, lines=True, required=False, allow_blank=True)
    kind = Choice(ItemKind)
    language = Choice(Language, required=False)
    products = _codes(60)
    tags = _codes(LONGEST_TAG)
    roles = _codes(32)
    business_models = _codes(20)
    competencies = _codes(60)
    internal = StrictBoolean(required=False)
    owner = NounField(rows=_writers, required=False)
    review_on = Day()


class LibraryVersionIn(Given):
    text = PlainText(max_length=LONGEST_TEXT, lines=True)
    note = PlainText(max_length=LONGEST_NOTE, required=False, allow_blank=True)


class PublishIn(Given):
    number = StrictInteger(required=False, min_value=1, max_value=10**6, help_text="Without it the last one.")


class ReviewIn(Given):
    review_on = Day()


class FavouriteIn(Given):
    kept = StrictBoolean()


class LibraryDoor(NounDoor[LibraryItem]):
    out: ClassVar[type[BaseSerializer[Any]]] = WholeLibraryItemOut

    def rows(self) -> LibraryItemQuerySet:
        return LibraryItem.objects.visible_to(self.user, self.now.date()).with_nouns(self.user)

    def again(self, changed: LibraryItem) -> LibraryItem:
        return self.rows().get(pk=changed.pk)


class LibraryItems(LibraryDoor, Lists[LibraryItem], Creates[LibraryItem]):
    """What is published and meant for you, latest first; for who writes everything. A new one is a draft."""

    out: ClassVar[type[BaseSerializer[Any]]] = LibraryItemOut
    into: ClassVar[type[BaseSerializer[Any]]] = LibraryItemIn
    order = NEWEST
    filters = {
        "q": Filter(PlainText(max_length=100), description="Words, in whatever form they stand there."),
        "kind": Filter(Choice(ItemKind), "kind"),
        "language": Filter(Choice(Language), "language"),
        "product": Filter(PlainText(max_length=60), "products__contains"),
        "tag": Filter(PlainText(max_length=LONGEST_TAG), "tags__contains"),
        "collection": Filter(PlainText(max_length=40), "collections__public_id"),
    }

    def narrow(self, rows: QuerySet[LibraryItem], values: Mapping[str, Any]) -> QuerySet[LibraryItem]:
        listed = {"product", "tag"}
        given = {name: [value] if name in listed else value for name, value in values.items()}
        found = super().narrow(rows, given)
        words = str(values.get("q", ""))
        return found.filter(pk__in=LibraryItem.objects.matching(words).values("pk")) if words else found

    def may_create(self) -> bool:
        return policies.can_write(self.user)

    def create(self, given: dict[str, Any]) -> LibraryItem:
        return self.again(actions.create_item(values=given, by=self.user, now=self.now))


class OneLibraryItem(LibraryDoor, Reads[LibraryItem], Changes[LibraryItem]):
    """An item with the text that is shown. What is not given stays."""

    into: ClassVar[type[BaseSerializer[Any]]] = LibraryItemIn

    def may_change(self, noun: LibraryItem) -> bool:
        return policies.can_write(self.user)

    def change(self, noun: LibraryItem, given: dict[str, Any]) -> LibraryItem:
        return self.again(actions.change_item(item=noun, values=given, by=self.user, now=self.now))


class OfItem(NounDoor[LibraryVersion]):
    """Versions of the item that the path names; for who writes."""

    out: ClassVar[type[BaseSerializer[Any]]] = LibraryVersionOut
    has_address = False

    def item(self) -> LibraryItem:
        rows = LibraryItem.objects.visible_to(self.user, self.now.date())
        return get_object_or_404(rows, public_id=self.kwargs["public_id"])

    def rows(self) -> QuerySet[LibraryVersion]:
        return self.item().versions.select_related("file")

    def may_list(self) -> bool:
        self.item()
        return policies.can_write(self.user)

    def may_create(self) -> bool:
        return self.may_list()


class LibraryVersions(OfItem, Lists[LibraryVersion], Creates[LibraryVersion]):
    """Every version there was, latest first. POST adds one that is a text; publish it to have it shown."""

    into: ClassVar[type[BaseSerializer[Any]]] = LibraryVersionIn
    order = ("-number", "-pk")

    def create(self, given: dict[str, Any]) -> LibraryVersion:
        return actions.add_version(item=self.item(), **given, by=self.user, now=self.now)


class LibraryFiles(OfItem, TakesFile[LibraryVersion]):
    """Add a version that is a file, which is the whole body. What it is is read from its bytes and its name."""

    parser_classes = [AnyFile]
    takes_bytes = TAKES
    about = {
        "name": Filter(
            PlainText(max_length=LONGEST_NAME), description="With its ending; without a name it must be a PDF."
        ),
        "note": Filter(PlainText(max_length=LONGEST_NOTE), description="What is new."),
    }

    def read(self, content: bytes, about: Mapping[str, Any]) -> LibraryVersion:
        given = {"file": (about.get("name", UNNAMED), content), "note": about.get("note", "")}
        return actions.add_version(item=self.item(), **given, by=self.user, now=self.now)


class LibraryVerb(LibraryDoor, Acts[LibraryItem]):
    into: ClassVar[type[BaseSerializer[Any]]] = Nothing

    def may(self, noun: LibraryItem) -> bool:
        return policies.can_write(self.user)


class PublishLibraryItem(LibraryVerb):
    """Show a version. 409 for what is shown already, without one, or past its review date."""

    into = PublishIn

    def act(self, noun: LibraryItem, given: dict[str, Any]) -> LibraryItem:
        return self.again(actions.publish(item=noun, number=given.get("number"), by=self.user, now=self.now))


class ArchiveLibraryItem(LibraryVerb):
    """Nobody reads it any more. 409 for one that is archived."""

    def act(self, noun: LibraryItem, given: dict[str, Any]) -> LibraryItem:
        return self.again(actions.archive(item=noun, by=self.user, now=self.now))


class ReviewLibraryItem(LibraryVerb):
    """It holds until that day. 409 for one that is archived."""

    into = ReviewIn

    def act(self, noun: LibraryItem, given: dict[str, Any]) -> LibraryItem:
        return self.again(actions.review(item=noun, review_on=given["review_on"], by=self.user, now=self.now))


class KeepLibraryItem(LibraryVerb):
    """Put it among your favourites, or take it away again."""

    into = FavouriteIn

    def may(self, noun: LibraryItem) -> bool:
        return True

    def act(self, noun: LibraryItem, given: dict[str, Any]) -> LibraryItem:
        keep(item=noun, kept=given["kept"], by=self.user, now=self.now)
        return self.again(noun)


class LibraryCollections(Lists[LibraryCollection]):
    """Collections with something in them that you may read; `library/items?collection=` says what."""

    out = LibraryCollectionOut
    order = ("name", "pk")

    def rows(self) -> QuerySet[LibraryCollection]:
        return LibraryCollection.objects.visible_to(self.user, self.now.date())
