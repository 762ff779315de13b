"""One registration, as every request reads it."""

from functools import lru_cache

from django.db import connection

from deals.registrations.models import Registration, RegistrationLine, RegistrationQuerySet
from prm.accounts.models import Membership, Organisation, User
from prm.questions import Question, planned_once

_by_key = Question(lambda key: Registration.objects.with_people().filter(pk=key).order_by(), int)
LOCK = f"select 1 from {Registration._meta.db_table} where id = %s for update"  # noqa: S608 - a constant name
_lines = Question(
    lambda key: RegistrationLine.objects.select_related("product").filter(registration=key).order_by("id"), int
)


def locked_by_key(key: int) -> Registration | None:
    """As it is once nobody else has it, until the transaction ends.

    Two statements: what hangs on the row is read after the wait. One that locks and joins reads the row anew when it
    has waited, but what it joins as it was before.
    """
    with connection.cursor() as cursor, planned_once():
        cursor.execute(LOCK, [key])
    return _by_key.one(key)


def visible_by_id(user: User, public_id: str) -> Registration | None:
    """The one of `visible_to` with that id, with the partner's people and the account."""
    if user.organisation is None or user.membership is None or not user.is_active:
        return None
    question = _visible(user.organisation.kind, tuple(user.membership.roles))
    found = question.one(user.organisation.pk, user.pk, public_id)
    if found is not None and user.is_partner and found.partner.organisation_id != user.organisation.pk:
        raise AssertionError("A registration of another organisation was read.")
    return found


@lru_cache(maxsize=256)
def _visible(kind: str, roles: tuple[str, ...]) -> Question[Registration]:
    """What `visible_to` asks depends on the side and the roles; who it is are values."""

    def rows(organisation: int, person: int, public_id: str) -> RegistrationQuerySet:
        reader = User(pk=person)
        reader.membership = Membership(organisation=Organisation(pk=organisation, kind=kind), roles=list(roles))
        return Registration.objects.visible_to(reader).with_people().filter(public_id=public_id).order_by()

    return Question(rows, int, int, str, spare=2)


def with_lines(registration: Registration) -> Registration:
    remember_lines(registration, _lines.all(registration.pk))
    return registration


def without_relations(registration: Registration) -> Registration:
    """A new one, which nothing belongs to yet: readers of the object need not ask for it."""
    none = dict.fromkeys(("extension", "appeal", "reversal", "engagement_appeal"))
    registration._state.fields_cache |= none
    return registration


def remember_lines(registration: Registration, lines: list[RegistrationLine]) -> None:
    """Readers of the same object find them without asking again."""
    known = RegistrationLine.objects.filter(registration=registration)
    known._result_cache = lines
    registration._prefetched_objects_cache = {"lines": known}  # type: ignore[attr-defined]
