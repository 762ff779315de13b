"""People, the organisations they belong to, and how they come in."""

from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, FilteredRelation, Q
from django.db.models.functions import Lower, Now
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from prm.accounts.roles import Permission, Side, permissions_of
from prm.accounts.sessions.models import LoginSession as LoginSession
from prm.ids import PublicIdField
from prm.rows import one_or_none

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

# What the columns hold; a form takes more unless it is told so.
LONGEST_ADDRESS = 254


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """Vendor staff see every organisation, a partner its own."""
        membership = user.membership if isinstance(user, User) else None
        if membership is None:
            return self.none()
        if membership.organisation.kind == Side.VENDOR:
            return self
        return self.filter(pk=membership.organisation_id)


class Organisation(models.Model):
    """The vendor, or one partner organisation."""

    class Kind(models.TextChoices):
        VENDOR = Side.VENDOR.value, _("Vendor")
        PARTNER = Side.PARTNER.value, _("Partner")

    public_id = PublicIdField(prefix="org")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    name = models.CharField(max_length=200)
    country = models.CharField(max_length=2, blank=True)
    time_zone = models.CharField(max_length=64, default="UTC")
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey("User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    objects: ClassVar[OrganisationQuerySet] = OrganisationQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.CheckConstraint(name="organisation_kind_known", condition=Q(kind__in=[Side.VENDOR, Side.PARTNER])),
            models.UniqueConstraint(
                name="organisation_one_vendor", fields=["kind"], condition=Q(kind=Side.VENDOR.value)
            ),
        ]

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
    def with_membership(self) -> models.QuerySet["User"]:
        """With, as `present`, the present membership and its organisation: in one query."""
        joined = self.annotate(present=FilteredRelation("memberships", condition=Q(memberships__ended_at=None)))
        return joined.select_related("present__organisation")  # type: ignore[misc] # The relation is the one above.

    def create_user(self, email: str, password: str | None = None, **fields: object) -> "User":
        user = self.model(email=self.normalise(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: object) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=self.normalise(username or ""))

    @staticmethod
    def normalise(email: str) -> str:
        """One spelling per mailbox: addresses are compared without case."""
        return email.strip().lower()


class User(AbstractBaseUser, PermissionsMixin):
    """A person who logs in with an e-mail address."""

    public_id = PublicIdField(prefix="usr")
    email = models.EmailField(_("e-mail address"), max_length=LONGEST_ADDRESS, unique=True)
    name = models.CharField(_("name"), max_length=120, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True)
    locale = models.CharField(_("language"), max_length=16, blank=True)
    single_keys = models.BooleanField(default=True)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    joined_at = models.DateTimeField(auto_now_add=True)

    # What the last question found missing, for the line of the log that tells of a refusal.
    missed: tuple[Permission, ...] = ()

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [
            models.CheckConstraint(name="user_email_lower", condition=Q(email=Lower(F("email")))),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    @cached_property
    def membership(self) -> "Membership | None":
        """The one present membership, with its organisation; None for a person who belongs nowhere now."""
        return one_or_none(self.memberships.select_related("organisation").filter(ended_at=None))

    @cached_property
    def granted(self) -> frozenset[Permission]:
        if self.membership is None or not self.is_active:
            return frozenset()
        return permissions_of(self.membership.roles)

    @property
    def organisation(self) -> Organisation | None:
        return self.membership.organisation if self.membership else None

    @property
    def is_vendor(self) -> bool:
        return self.organisation is not None and self.organisation.kind == Side.VENDOR

    @property
    def is_partner(self) -> bool:
        return self.organisation is not None and self.organisation.kind == Side.PARTNER

    def may(self, *permissions: Permission) -> bool:
        """True when the person's roles grant at least one of the permissions."""
        self.missed = permissions if self.granted.isdisjoint(permissions) else ()
        return not self.missed


class Membership(models.Model):
    """A person in an organisation, with roles. Ends are kept: who decided what stays explainable."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="memberships")
    roles = ArrayField(models.CharField(max_length=32))
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(name="membership_one_at_a_time", fields=["user"], condition=Q(ended_at=None)),
            models.CheckConstraint(name="membership_has_roles", condition=Q(roles__len__gte=1)),
            models.CheckConstraint(
                name="membership_ends_after_start", condition=Q(ended_at=None) | Q(ended_at__gte=F("created_at"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.organisation_id}"


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self, now: datetime) -> Self:
        """See also: Invitation.is_open."""
        return self.filter(accepted_at=None, revoked_at=None, expires_at__gt=now)


class Invitation(models.Model):
    """A promise of a membership, sent by mail. Its link is signed, so no secret is stored."""

    public_id = PublicIdField(prefix="inv")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField(_("e-mail address"), max_length=LONGEST_ADDRESS)
    roles = ArrayField(models.CharField(max_length=32))
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    objects: ClassVar[InvitationQuerySet] = InvitationQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="invitation_one_open_per_address",
                fields=["organisation", "email"],
                condition=Q(accepted_at=None, revoked_at=None),
            ),
            models.CheckConstraint(name="invitation_has_roles", condition=Q(roles__len__gte=1)),
        ]

    def __str__(self) -> str:
        return self.public_id

    def is_open(self, now: datetime) -> bool:
        """See also: InvitationQuerySet.open."""
        return self.accepted_at is None and self.revoked_at is None and self.expires_at > now


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    def usable(self, now: datetime | Now) -> Self:
        return self.filter(revoked_at=None, user__is_active=True).exclude(expires_at__lte=now)

    def with_person(self) -> Self:
        """With the user and, as `present`, the user's present membership and organisation: all in one query."""
        now = Q(user__memberships__ended_at=None)
        joined = self.annotate(present=FilteredRelation("user__memberships", condition=now))
        return joined.select_related("user", "present__organisation")


class ApiToken(models.Model):
    """A bearer token. The secret is shown once; what is stored is its SHA-256 and a prefix to recognise it by."""

    public_id = PublicIdField(prefix="tok")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(_("name"), max_length=80)
    prefix = models.CharField(max_length=12)
    secret_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    objects: ClassVar[ApiTokenQuerySet] = ApiTokenQuerySet.as_manager()  # type: ignore[assignment]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"


class AttemptWindow(models.Model):
    """How often something was tried in one window of time; counted in the database so that a burst cannot race it."""

    key = models.CharField(max_length=80)
    window = models.DateTimeField()
    count = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(name="attempt_window_once", fields=["key", "window"])]

    def __str__(self) -> str:
        return f"{self.key}: {self.count}"
