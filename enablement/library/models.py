"""What partners read: items with versions, collections of them, what people mark, and who used what."""

from datetime import date
from typing import Any, ClassVar, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchQuery, SearchRank, SearchVectorField
from django.db import models
from django.db.models import Case, Exists, F, FloatField, IntegerField, OuterRef, Q, Value, When
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from enablement.library.rules import LONGEST_TAG, is_stale, last_hidden_review
from enablement.library.states import CONFIGS, TONES, ItemKind, ItemState, Language, Use
from partners.models import Partner
from prm.accounts.models import Organisation, User
from prm.accounts.roles import Permission
from prm.files.models import StoredFile
from prm.ids import PublicIdField

LONGEST_TITLE, LONGEST_SUMMARY, LONGEST_TEXT, LONGEST_NOTE = 160, 1000, 100_000, 300
LONGEST_NAME = 120
# Ranks are small fractions; pages go on after a whole number.
FINE = 1_000_000


def _codes(longest: int, label: "str | Any" = "") -> "ArrayField[list[str], list[str]]":
    return ArrayField(models.CharField(max_length=longest), verbose_name=label, default=list, blank=True)


def _query(text: str, language: str) -> SearchQuery:
    return SearchQuery(text, config=CONFIGS[language], search_type="websearch")


class LibraryItemQuerySet(models.QuerySet["LibraryItem"]):
    def visible_to(self, user: User, today: date) -> Self:
        """Everything for who writes, what is published for the vendor, and for partners what is meant for them."""
        if user.may(Permission.LIBRARY_WRITE):
            return self
        shown = self.published()
        if user.is_vendor:
            return shown
        return shown.not_hidden(today).meant_for(user)

    def published(self) -> Self:
        return self.filter(state=ItemState.PUBLISHED)

    def stale(self, today: date) -> Self:
        """See also: LibraryItem.is_stale."""
        return self.published().filter(review_on__lte=today)

    def not_hidden(self, today: date) -> Self:
        return self.filter(review_on__gt=last_hidden_review(today, settings.PRM_LIBRARY_HIDE_DAYS))

    def hidden(self, today: date) -> Self:
        return self.published().filter(review_on__lte=last_hidden_review(today, settings.PRM_LIBRARY_HIDE_DAYS))

    def meant_for(self, user: User) -> Self:
        """One of the roles, the business model, and all of the competencies that it names; naming none is everybody."""
        if user.membership is None:
            return self.none()
        partner = Partner.objects.filter(organisation_id=user.membership.organisation_id).first()
        model, shown = (partner.model, partner.competencies) if partner else ("", [])
        return self.filter(
            Q(roles=[]) | Q(roles__overlap=user.membership.roles),
            Q(business_models=[]) | Q(business_models__contains=[model]),
            competencies__contained_by=shown,
            internal=False,
        )

    def matching(self, text: str) -> Self:
        """By the words of each item's own language, in whatever form they stand there, or by a part of the title."""
        found = Q(title__icontains=text)
        for language in CONFIGS:
            found |= Q(language=language, search=_query(text, language))
        return self.filter(found).annotate(
            rank=Cast(
                Case(
                    *(
                        When(language=language, then=SearchRank(F("search"), _query(text, language)))
                        for language in CONFIGS
                    ),
                    default=Value(0.0),
                    output_field=FloatField(),
                )
                * FINE,
                IntegerField(),
            )
        )

    def kept_by(self, user: User) -> Self:
        return self.filter(favourites__created_by=user)

    def with_nouns(self, user: User) -> Self:
        kept = Favourite.objects.filter(item=OuterRef("pk"), created_by=user)
        return self.select_related("current__file", "owner").annotate(is_kept=Exists(kept))


class LibraryItem(models.Model):
    """`roles`, `business_models` and `competencies` say whom it is meant for: all when empty, no partner if `internal`.

    `search` holds the words of the title, the summary, the tags and the published text.
    """

    public_id = PublicIdField(prefix="lib")
    version = models.PositiveIntegerField(default=1)
    title = models.CharField(_("Title"), max_length=LONGEST_TITLE)
    summary = models.TextField(_("Summary"), blank=True)
    kind = models.CharField(_("Kind"), max_length=12, choices=ItemKind.choices)
    language = models.CharField(_("Language"), max_length=5, choices=Language.choices, default=Language.ENGLISH)
    products = _codes(60, _("Product lines"))
    tags = _codes(LONGEST_TAG, _("Tags"))
    roles = _codes(32, _("Roles"))
    business_models = _codes(20, _("Business models"))
    competencies = _codes(60, _("Competencies"))
    internal = models.BooleanField(_("Only for the vendor"), default=False)
    owner = models.ForeignKey(User, verbose_name=_("Owner"), null=True, on_delete=models.SET_NULL, related_name="+")
    review_on = models.DateField(_("To be reviewed on"))
    state = models.CharField(_("State"), max_length=10, choices=ItemState.choices, default=ItemState.DRAFT)
    current = models.ForeignKey("LibraryVersion", null=True, on_delete=models.PROTECT, related_name="current_of")
    search = SearchVectorField(null=True, editable=False)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    published_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    archived_at = models.DateTimeField(null=True)
    archived_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    warned_at = models.DateTimeField(null=True)
    hidden_told_at = models.DateTimeField(null=True)

    objects: ClassVar[LibraryItemQuerySet] = LibraryItemQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="library_item_words_known",
                condition=Q(kind__in=ItemKind.values, language__in=Language.values, state__in=ItemState.values),
            ),
            models.CheckConstraint(name="library_item_titled", condition=~Q(title="")),
            models.CheckConstraint(
                name="library_item_published_whole",
                condition=~Q(state=ItemState.PUBLISHED) | Q(current__isnull=False, published_at__isnull=False),
            ),
            models.CheckConstraint(
                name="library_item_archived_whole",
                condition=Q(state=ItemState.ARCHIVED, archived_at__isnull=False)
                | (~Q(state=ItemState.ARCHIVED) & Q(archived_at=None, archived_by=None)),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            GinIndex(name="library_item_words", fields=["search"]),
            models.Index(
                name="library_item_newest", fields=["-published_at", "-id"], condition=Q(state=ItemState.PUBLISHED)
            ),
            models.Index(name="library_item_written", fields=["-created_at", "-id"]),
            models.Index(name="library_item_review", fields=["review_on"], condition=Q(state=ItemState.PUBLISHED)),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return f"/library/{self.public_id}/"

    def is_stale(self, today: date) -> bool:
        """See also: LibraryItemQuerySet.stale."""
        return self.is_published and is_stale(self.review_on, today)

    def is_hidden(self, today: date) -> bool:
        """See also: LibraryItemQuerySet.hidden."""
        return self.is_published and self.review_on <= last_hidden_review(today, settings.PRM_LIBRARY_HIDE_DAYS)

    @property
    def is_published(self) -> bool:
        return self.state == ItemState.PUBLISHED

    @property
    def is_archived(self) -> bool:
        return self.state == ItemState.ARCHIVED

    @property
    def tone(self) -> str:
        return TONES.get(ItemState(self.state), "")


class LibraryVersionQuerySet(models.QuerySet["LibraryVersion"]):
    def visible_to(self, user: User, today: date) -> Self:
        """All of them for who writes, else the one that is shown of what the person may read."""
        if user.may(Permission.LIBRARY_WRITE):
            return self
        return self.filter(current_of__in=LibraryItem.objects.visible_to(user, today))


class LibraryVersion(models.Model):
    """A file or a text in Markdown; what stood there stays."""

    public_id = PublicIdField(prefix="lbv")
    item = models.ForeignKey(LibraryItem, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    text = models.TextField(_("Text"), blank=True)
    file = models.OneToOneField(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    note = models.CharField(_("What is new"), max_length=LONGEST_NOTE, blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")

    objects: ClassVar[LibraryVersionQuerySet] = LibraryVersionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="library_version_number_once", fields=["item", "number"]),
            models.CheckConstraint(
                name="library_version_file_or_text",
                condition=(Q(file=None) & ~Q(text="")) | Q(file__isnull=False, text=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} version {self.number}"


class LibraryCollectionQuerySet(models.QuerySet["LibraryCollection"]):
    def visible_to(self, user: User, today: date) -> Self:
        """With something in it that the person may read: a name alone tells too much."""
        if user.may(Permission.LIBRARY_WRITE):
            return self
        inside = LibraryItem.objects.visible_to(user, today).filter(collections=OuterRef("pk"))
        return self.filter(Exists(inside))


class LibraryCollection(models.Model):
    public_id = PublicIdField(prefix="lbc")
    name = models.CharField(_("Name"), max_length=LONGEST_NAME, unique=True)
    version = models.PositiveIntegerField(default=1)
    items = models.ManyToManyField(LibraryItem, related_name="collections")
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")

    objects: ClassVar[LibraryCollectionQuerySet] = LibraryCollectionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="library_collection_named", condition=~Q(name="")),
        ]

    def __str__(self) -> str:
        return self.name


class Favourite(models.Model):
    """What a person wants to find again."""

    item = models.ForeignKey(LibraryItem, on_delete=models.CASCADE, related_name="favourites")
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="library_favourite_once", fields=["item", "created_by"]),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} by {self.created_by_id}"


class LibraryUse(models.Model):
    """Somebody opened or downloaded something: once a day and person, however often."""

    item = models.ForeignKey(LibraryItem, on_delete=models.PROTECT, related_name="uses")
    version = models.ForeignKey(LibraryVersion, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    what = models.CharField(max_length=10, choices=Use.choices)
    used_on = models.DateField()
    used_at = models.DateTimeField()
    used_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="library_use_known", condition=Q(what__in=Use.values)),
            models.UniqueConstraint(name="library_use_once_a_day", fields=["version", "used_by", "what", "used_on"]),
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(name="library_use_newest", fields=["-used_at", "-id"])]

    def __str__(self) -> str:
        return f"{self.what} {self.item_id}"
