"""The lists of the library, and how they leave as files."""

from collections.abc import Iterator

from django.db.models import QuerySet
from django.http import QueryDict

from enablement.library.forms import LibraryFilter, WrittenFilter
from enablement.library.models import LibraryItem, LibraryItemQuerySet, LibraryUse
from enablement.library.policies import COUNTERS
from prm.accounts.models import User
from prm.accounts.roles import ROLES
from prm.accounts.roles import Permission as P
from prm.clocks.database import database_now
from prm.portal.listings import LISTINGS, Cell, Listing

NEWEST, WRITTEN, USED = ("-published_at", "-pk"), ("-created_at", "-pk"), ("-used_at", "-pk")
BEST = ("-rank", "-pk")
PORTION = 500
READ = ("Title", "Summary", "Kind", "Language", "Product lines", "Tags", "Version", "File", "Published")
KEPT = (
    *("Title", "Kind", "Language", "State", "Version", "Product lines", "Tags", "Roles", "Business models"),
    *("Competencies", "Only for the vendor", "Owner", "To be reviewed on", "Published"),
)
COUNTED = ("When", "Organisation", "Person", "Title", "Version", "What")


def shown_to(user: User) -> LibraryItemQuerySet:
    """What the library shows: also to who writes only what is published."""
    return LibraryItem.objects.visible_to(user, database_now().date()).published().with_nouns(user)


def written(user: User) -> LibraryItemQuerySet:
    return LibraryItem.objects.with_nouns(user)


def uses() -> QuerySet[LibraryUse]:
    return LibraryUse.objects.select_related("item", "version", "organisation", "used_by")


def order_of(form: LibraryFilter) -> tuple[str, ...]:
    return BEST if form.cleaned_data.get("q") else NEWEST


def _found(user: User, asked: QueryDict) -> QuerySet[LibraryItem]:
    form = LibraryFilter(asked, reader=user)
    return form.narrowed(shown_to(user)).order_by(*order_of(form))


def _cells(rows: QuerySet[LibraryItem], _reader: User) -> Iterator[tuple[Cell, ...]]:
    for row in rows.iterator(chunk_size=PORTION):
        current = row.current
        file = current.file.name if current and current.file else ""
        yield (
            *(row.title, row.summary, row.get_kind_display(), row.get_language_display(), ", ".join(row.products)),
            *(", ".join(row.tags), current.number if current else None, file, row.published_at),
        )


def _found_written(user: User, asked: QueryDict) -> QuerySet[LibraryItem]:
    return WrittenFilter(asked, reader=user).narrowed(written(user)).order_by(*WRITTEN)


def _cells_written(rows: QuerySet[LibraryItem], _reader: User) -> Iterator[tuple[Cell, ...]]:
    for row in rows.iterator(chunk_size=PORTION):
        roles = ", ".join(str(ROLES[slug].title) for slug in row.roles if slug in ROLES)
        yield (
            *(row.title, row.get_kind_display(), row.get_language_display(), row.get_state_display()),
            *(row.current.number if row.current else None, ", ".join(row.products), ", ".join(row.tags), roles),
            *(", ".join(row.business_models), ", ".join(row.competencies), row.internal),
            *(str(row.owner) if row.owner else "", row.review_on, row.published_at),
        )


def _found_uses(_user: User, _asked: QueryDict) -> QuerySet[LibraryUse]:
    return uses().order_by(*USED)


def _cells_uses(rows: QuerySet[LibraryUse], _reader: User) -> Iterator[tuple[Cell, ...]]:
    for row in rows.iterator(chunk_size=PORTION):
        person = str(row.used_by) if row.used_by else ""
        yield row.used_at, row.organisation.name, person, row.item.title, row.version.number, row.get_what_display()


LISTING = LISTINGS.register("library", Listing("library", READ, (), _found, _cells))
LISTING_WRITTEN = LISTINGS.register(
    "library-written", Listing("library items", KEPT, (P.LIBRARY_WRITE,), _found_written, _cells_written)
)
LISTING_USES = LISTINGS.register("library-uses", Listing("library use", COUNTED, COUNTERS, _found_uses, _cells_uses))
