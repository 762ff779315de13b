"""Writing for the library: items, versions of them, what is shown, and collections."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.contrib.postgres.search import SearchVector
from django.db import IntegrityError, transaction
from django.db.models import Max, Value
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from enablement.library import policies, rules
from enablement.library.models import LibraryCollection, LibraryItem, LibraryVersion
from enablement.library.states import CONFIGS, ItemState
from partners.assortment import product_lines
from partners.states import BusinessModel
from prm.accounts.models import User
from prm.accounts.roles import ROLES
from prm.audit.actions import record
from prm.errors import InvalidInput, NotAllowed, StateConflict
from prm.files.actions import hang, store

SUBJECT, FILES = "library_item", "library_version"
FIELDS = (
    *("title", "summary", "kind", "language", "products", "tags", "roles", "business_models", "competencies"),
    *("internal", "owner", "review_on"),
)
SENTENCES = {
    "unknown": gettext_lazy("Choose from the list."),
    "tags": gettext_lazy("Up to 12 words of small letters, digits and hyphens, such as fleet-migration."),
    "competencies": gettext_lazy("Up to 10, as partners have them, such as fleet-migration."),
    "review_on": gettext_lazy("Give a day to come, within three years."),
    "owner": gettext_lazy("Choose somebody who writes for the library."),
    "either": gettext_lazy("Give either a text or a file."),
}


@transaction.atomic
def create_item(*, values: Mapping[str, Any], by: User, now: datetime) -> LibraryItem:
    """A draft; nobody reads it before a version is published."""
    _check_may(by)
    given = {name: values[name] for name in FIELDS if name in values}
    _check(given, now.date())
    item = LibraryItem.objects.create(**{"owner": by, **given}, created_at=now, created_by=by)
    _index(item)
    _record("created", item, by, now)
    return item


@transaction.atomic
def change_item(*, item: LibraryItem, values: Mapping[str, Any], by: User, now: datetime) -> LibraryItem:
    """What is given becomes so, the rest stays; no difference changes nothing. An archived one is StateConflict."""
    item = _locked(item, by)
    _check_open(item)
    given = {name: values[name] for name in FIELDS if name in values and getattr(item, name) != values[name]}
    _check(given, now.date())
    if not given:
        return item
    for name, value in given.items():
        setattr(item, name, value)
    if "review_on" in given:
        item.warned_at = item.hidden_told_at = None
    _save(item)
    _index(item)
    _record("changed", item, by, now, fields=sorted(given))
    return item


@transaction.atomic
def add_version(
    *,
    item: LibraryItem,
    text: str = "",
    file: tuple[str, bytes] | None = None,
    note: str = "",
    by: User,
    now: datetime,
) -> LibraryVersion:
    """A text in Markdown, or a file as (name, content); it is shown once it is published."""
    item = _locked(item, by)
    _check_open(item)
    if bool(text) == bool(file):
        raise InvalidInput({"text": [str(SENTENCES["either"])]})
    number = (item.versions.aggregate(last=Max("number"))["last"] or 0) + 1
    kept = store(name=file[0], content=file[1], by=by, now=now) if file else None
    about = {"number": number, "text": text, "file": kept, "note": note}
    made = LibraryVersion.objects.create(item=item, **about, created_at=now, created_by=by)
    if kept:
        hang(file=kept, subject=(FILES, made.public_id), by=by, now=now)
    _save(item)
    _record("version_added", item, by, now, number=number)
    return made


@transaction.atomic
def publish(*, item: LibraryItem, number: int | None = None, by: User, now: datetime) -> LibraryItem:
    """Show this version, else the last one, also of what was archived. What is shown already is StateConflict."""
    item = _locked(item, by)
    versions = item.versions.order_by("-number")
    chosen = versions.first() if number is None else versions.filter(number=number).first()
    if chosen is None:
        sentence = _("There is nothing to publish yet: write a text or send a file first.")
        raise StateConflict(sentence, state=item.state) if number is None else InvalidInput({"number": [sentence]})
    if item.is_published and item.current_id == chosen.pk:
        raise StateConflict(_("This version is shown already."), state=item.state)
    if rules.is_stale(item.review_on, now.date()):
        raise StateConflict(_("Its review date has come: say first until when it holds."), state=item.state)
    item.state, item.current = ItemState.PUBLISHED, chosen
    item.published_at, item.published_by = now, by
    item.archived_at = item.archived_by = None
    _save(item)
    _index(item)
    _record("published", item, by, now, number=chosen.number)
    return item


@transaction.atomic
def archive(*, item: LibraryItem, by: User, now: datetime) -> LibraryItem:
    """Nobody but who writes sees it from now on. A second time is StateConflict."""
    item = _locked(item, by)
    _check_open(item)
    item.state, item.archived_at, item.archived_by = ItemState.ARCHIVED, now, by
    _save(item)
    _record("archived", item, by, now)
    return item


@transaction.atomic
def review(*, item: LibraryItem, review_on: date, by: User, now: datetime) -> LibraryItem:
    """It still holds, and is to be looked at again on that day. The same day once more is StateConflict."""
    item = _locked(item, by)
    _check_open(item)
    _check({"review_on": review_on}, now.date())
    if item.review_on == review_on:
        raise StateConflict(_("It is to be reviewed on that day already."), state=item.state)
    item.review_on, item.warned_at, item.hidden_told_at = review_on, None, None
    _save(item)
    _record("reviewed", item, by, now, review_on=review_on.isoformat())
    return item


@transaction.atomic
def write_collection(
    *, name: str, items: list[LibraryItem], collection: LibraryCollection | None = None, by: User, now: datetime
) -> LibraryCollection:
    """A new one, or this one as it is from now on. A name that is taken is InvalidInput."""
    _check_may(by)
    if collection is None:
        collection = LibraryCollection(created_at=now, created_by=by)
    else:
        collection = LibraryCollection.objects.select_for_update(of=("self",)).get(pk=collection.pk)
        collection.version += 1
    collection.name = name
    try:
        with transaction.atomic():
            collection.save()
    except IntegrityError as error:
        raise InvalidInput({"name": [_("There is a collection of this name.")]}) from error
    collection.items.set(items)
    subject = ("library_collection", collection.public_id)
    record("library.collected", by=by, now=now, organisation_id=None, subject=subject, data={"items": len(items)})
    return collection


def _check_may(by: User) -> None:
    if not policies.can_write(by):
        raise NotAllowed(_("Your roles do not include this."))


def _locked(item: LibraryItem, by: User) -> LibraryItem:
    _check_may(by)
    return LibraryItem.objects.select_for_update(of=("self",)).get(pk=item.pk)


def _check_open(item: LibraryItem) -> None:
    if item.is_archived:
        raise StateConflict(_("This is archived. Publish it again to go on with it."), state=item.state)


def _check(given: Mapping[str, Any], today: date) -> None:
    known = {
        "products": [slug for slug, _name in product_lines()] if given.get("products") else [],
        "roles": list(ROLES),
        "business_models": BusinessModel.values,
    }
    errors = {flaw.field: [str(SENTENCES[flaw.code])] for flaw in rules.flaws(given, known=known, today=today)}
    owner = given.get("owner")
    if owner is not None and not policies.can_write(owner):
        errors["owner"] = [str(SENTENCES["owner"])]
    if errors:
        raise InvalidInput(errors)


def _save(item: LibraryItem) -> None:
    item.version += 1
    item.save()


def _index(item: LibraryItem) -> None:
    """The words that it is found by, in the forms of its language."""
    config = CONFIGS[item.language]
    text = item.current.text if item.current else ""
    parts = ((item.title, "A"), (f"{item.summary} {' '.join(item.tags)}", "B"), (text, "C"))
    first, *rest = [SearchVector(Value(words), weight=weight, config=config) for words, weight in parts]
    vector = sum(rest, start=first)
    LibraryItem.objects.filter(pk=item.pk).update(search=vector)


def _record(kind: str, item: LibraryItem, by: User | None, now: datetime, **data: Any) -> None:
    subject = (SUBJECT, item.public_id)
    record(f"library.{kind}", by=by, now=now, organisation_id=None, subject=subject, data=data)
