"""One registration, as every request reads it."""

from functools import lru_cache

from deals.registrations.models import Registration, RegistrationLine, RegistrationQuerySet
from prm.accounts.models import Membership, Organisation, User
from prm.questions import Question

locked_by_key = Question(
    lambda key: Registration.objects.select_for_update(of=("self",)).with_people().filter(pk=key).order_by(), int
)
_lines = Question(
    lambda key: RegistrationLine.objects.select_related("product").filter(registration=key).order_by("id"), int
)


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


def remember_lines(registration: Registration, lines: list[RegistrationLine]) -> None:
    """Readers of the same object find them without asking again."""
    known = RegistrationLine.objects.filter(registration=registration)
    known._result_cache = lines
    registration._prefetched_objects_cache = {"lines": known}  # type: ignore[attr-defined]
