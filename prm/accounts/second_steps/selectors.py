"""Which second steps a person has, and who has to set one up."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from allauth.mfa.models import Authenticator
from cryptography.fernet import InvalidToken
from django.conf import settings

from prm.accounts.models import User
from prm.accounts.second_steps.rules import is_demanded

APP, KEY, CODES = Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN, Authenticator.Type.RECOVERY_CODES


@dataclass(frozen=True)
class Key:
    """`id` names a security key in forms."""

    id: str
    name: str
    created_at: datetime
    last_used_at: datetime | None


@dataclass(frozen=True)
class Steps:
    """What somebody has; `codes_left` None means that there are no recovery codes."""

    app: Any | None = None
    keys: list[Key] = field(default_factory=list)
    codes_left: int | None = None

    @property
    def any(self) -> bool:
        return self.app is not None or bool(self.keys)


def primary_of(user: User) -> Any:
    """Rows of apps and keys; recovery codes alone are no second step."""
    return Authenticator.objects.filter(user_id=user.pk, type__in=[APP, KEY])


def has_second_step(user: User) -> bool:
    return bool(primary_of(user).exists())


def demanded_of(user: User) -> bool:
    is_member = user.organisation is not None
    return is_demanded(settings.PRM_MFA_REQUIRED, is_member=is_member, is_vendor=user.is_vendor)


def must_set_up(user: User) -> bool:
    """One query, and none where nothing is demanded."""
    return demanded_of(user) and not has_second_step(user)


def steps_of(user: User) -> Steps:
    """One query."""
    rows: dict[str, list[Any]] = {APP: [], KEY: [], CODES: []}
    for row in Authenticator.objects.filter(user_id=user.pk).order_by("pk"):
        rows[row.type].append(row)
    return Steps(
        app=next(iter(rows[APP]), None),
        keys=[Key(row.data["public_id"], row.data["name"], row.created_at, row.last_used_at) for row in rows[KEY]],
        codes_left=next((_left(row) for row in rows[CODES]), None),
    )


def _left(row: Any) -> int:
    """Codes that no key opens any more are none."""
    try:
        return len(row.wrap().get_unused_codes())
    except InvalidToken:
        return 0
