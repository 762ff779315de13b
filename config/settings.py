"""One settings module, driven by the environment. Without any variable it runs the embedded engines."""

import os
from email.utils import formataddr
from pathlib import Path

import django_stubs_ext
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from config import databases, embedded, watching
from config.env import env, env_bool, env_choice, env_int, env_list, env_origin, secret, session_hours

django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(env("PRM_DATA", str(BASE_DIR / ".data")))

# The demo programme with its well-known passwords; never set it on an installation that others can reach.
PRM_DEMO = env_bool("PRM_DEMO")
DEBUG = env_bool("PRM_DEBUG")
# What the address line of the browser shows; links in mails start with it, whatever Host a request claims.
PRM_BASE_URL = env_origin("PRM_BASE_URL", f"http://localhost:{env('PORT') or '8000'}")
PRM_SECURE = PRM_BASE_URL.startswith("https://")
PRM_NAME = env("PRM_NAME", "Northwind Partners")
# The colour of links and primary buttons; the portal keeps it readable in light and dark.
PRM_ACCENT = env("PRM_ACCENT", "#0b6b5f")
# What an administrator sets over both is asked for anew by each process after that long.
PRM_BRANDING_KEPT_SECONDS = 10.0
# Who pays partners, as the bank's file names it. The demo has an account that exists nowhere.
PRM_PAYER_NAME = env("PRM_PAYER_NAME", PRM_NAME)
PRM_PAYER_IBAN = env("PRM_PAYER_IBAN", "DE89370400440532013000" if PRM_DEMO else "")
PRM_PAYER_BIC = env("PRM_PAYER_BIC")
# Figures of the programme add up amounts in this currency alone.
PRM_CURRENCY = env("PRM_CURRENCY", "EUR")

SECRET_KEY = secret("SECRET_KEY", DATA_DIR, "secret-key")
ALLOWED_HOSTS = env_list("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = env_list("CSRF_TRUSTED_ORIGINS", PRM_BASE_URL)

INSTALLED_APPS = [
    "config",
    "deals",
    "enablement",
    "partners",
    "prm.portal",
    "prm.api",
    "prm.operations",
    "prm.jobs",
    "prm.exports",
    "prm.files",
    "prm.threads",
    "prm.branding",
    "prm.filters",
    "prm.announcements",
    "prm.signing",
    "prm.calendars",
    "prm.payments",
    "prm.rates",
    "prm.ledger",
    "prm.metrics",
    "prm.matching",
    "prm.policy",
    "prm.notices",
    "prm.audit",
    "prm.accounts",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "prm.portal.admin_app.PortalAdminConfig",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_htmx",
    "csp",
]

MIDDLEWARE = [
    "prm.api.boundary.BoundaryMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "prm.accounts.sessions.middleware.SeenMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "prm.portal.middleware.PersonalTimeMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "prm.portal.context.shell",
            ],
        },
    },
]
FORM_RENDERER = "prm.portal.forms.PortalRenderer"

# PostgreSQL is the only truth. Only the web keeps a pool: a worker's connection lives with its process.
DATABASES = {"default": databases.parse(embedded.database_url(), pooled=env_bool("PRM_DB_POOL"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# Rate limits and caches survive a lost Redis, so they are in the database too.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "django_cache"}}

# People
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["prm.accounts.backend.Backend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "prm.accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_FORMS = {
    "login": "prm.accounts.login_forms.LoginForm",
    "reset_password": "prm.accounts.login_forms.ResetPasswordForm",
    "reset_password_from_key": "prm.accounts.login_forms.NewPasswordForm",
    "change_password": "prm.accounts.login_forms.ChangePasswordForm",
}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
# Only invited people come in, and an invitation is only ever delivered by mail: the address is proven.
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
# Strangers get no mail from here; the page says the same either way.
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
# Logins are counted once, by prm.accounts.attempts, in the database and before a password is hashed.
ACCOUNT_RATE_LIMITS = {"login": None, "login_failed": None, "reset_password": "20/m/ip,5/m/key"}
PRM_LOGIN_ATTEMPTS_PER_ADDRESS = 10
PRM_LOGIN_ATTEMPTS_PER_HOST = 100
PRM_LOGIN_WINDOW_SECONDS = 600

# Who must have a second step at login; whoever must and has none can only set one up.
PRM_MFA_REQUIRED = env_choice("PRM_MFA_REQUIRED", "NONE", ("NONE", "VENDOR", "ALL")).lower()
MFA_ADAPTER = "prm.accounts.second_steps.adapter.SecondStepAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_FORMS = {
    "authenticate": "prm.accounts.second_steps.forms.LoginCodeForm",
    "authenticate_webauthn": "prm.accounts.second_steps.forms.LoginKeyForm",
}

# A session ends after that long without a request, and that long after the login in any case.
PRM_SESSION_IDLE_HOURS, PRM_SESSION_HOURS = session_hours()
SESSION_ENGINE = "prm.accounts.sessions.store"
SESSION_COOKIE_AGE = PRM_SESSION_HOURS * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRM_SECURE
SESSION_COOKIE_NAME = "__Host-session" if PRM_SECURE else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if PRM_SECURE else "csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "prm.portal.errors.csrf_failure"

# Browser
SECURE_SSL_REDIRECT = PRM_SECURE and env_bool("PRM_SSL_REDIRECT", True)
SECURE_HSTS_SECONDS = 31536000 if PRM_SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = PRM_SECURE
SECURE_HSTS_PRELOAD = PRM_SECURE
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
if env_bool("PRM_BEHIND_PROXY"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    # Attempts are counted by the address that the proxy saw, not by the proxy's own.
    ALLAUTH_TRUSTED_PROXY_COUNT = 1
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "report-uri": ["/csp-report/"],
    }
}

# Language and time: stored in UTC, shown in the person's own.
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English"))]
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True

STATIC_URL = "static/"
# An image carries them; elsewhere they are made beside the data.
STATIC_ROOT = Path(env("PRM_STATIC", str(DATA_DIR / "static")))
WHITENOISE_USE_FINDERS = DEBUG
# What people send is private: under its data, or in a bucket that is kept as S3 keeps them (with django-storages).
PRM_FILES_BUCKET = env("PRM_FILES_BUCKET")
PRM_FILE_MAX_BYTES = env_int("PRM_FILE_MAX_MB", 20) * 1_000_000
PRM_FILES_BYTES_PER_ORGANISATION = env_int("PRM_FILES_GB_PER_ORGANISATION", 20) * 1_000_000_000
FILES_HERE = {"location": DATA_DIR / "files", "file_permissions_mode": 0o600, "directory_permissions_mode": 0o700}
FILES_IN_BUCKET = {
    "bucket_name": PRM_FILES_BUCKET,
    "endpoint_url": env("PRM_FILES_ENDPOINT") or None,
    "default_acl": None,
    "querystring_auth": True,
    "file_overwrite": False,
}
STORAGES = {
    "files": {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": FILES_IN_BUCKET}
    if PRM_FILES_BUCKET
    else {"BACKEND": "prm.files.storages.WholeFileStorage", "OPTIONS": FILES_HERE},
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if (STATIC_ROOT / "staticfiles.json").exists() and not DEBUG
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}

# What nobody has looked at again so many days after its review date is hidden from partners.
PRM_LIBRARY_HIDE_DAYS = env_int("PRM_LIBRARY_HIDE_DAYS", 30)

# Mail: the relay alone talks to the server, so a slow one delays no request.
EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend" if env("EMAIL_HOST") else "prm.notices.backends.MailFolderBackend"
)
EMAIL_HOST = env("EMAIL_HOST", "localhost")
EMAIL_PORT = env_int("EMAIL_PORT", 25)
EMAIL_HOST_USER = env("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = env("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS = env_bool("EMAIL_USE_TLS")
EMAIL_TIMEOUT = 10
EMAIL_FILE_PATH = DATA_DIR / "mail"
PRM_MAIL_DOMAIN = env("PRM_MAIL_DOMAIN", "prm.example")
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", formataddr((PRM_NAME, f"partners@{PRM_MAIL_DOMAIN}")))
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# API
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "prm.api.authentication.BearerAuthentication",
        "prm.api.authentication.PortalSessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["prm.api.authentication.IsMember"],
    "DEFAULT_PARSER_CLASSES": ["prm.api.parsers.StrictJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PAGINATION_CLASS": "prm.api.pagination.CursorPage",
    "DEFAULT_SCHEMA_CLASS": "prm.api.schema.Schema",
    "DEFAULT_VERSIONING_CLASS": None,
    "EXCEPTION_HANDLER": "prm.api.problems.handle",
    "COERCE_DECIMAL_TO_STRING": True,
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
PRM_API_REQUESTS_PER_MINUTE = env_int("PRM_API_REQUESTS_PER_MINUTE", 600)
PRM_API_REQUESTS_PER_MINUTE_ORGANISATION = env_int("PRM_API_REQUESTS_PER_MINUTE_ORGANISATION", 3000)
PRM_SUBMISSIONS_PER_DAY = env_int("PRM_SUBMISSIONS_PER_DAY", 300)
# A statement that takes that many milliseconds is told in the log, without its values; 0 tells none.
PRM_SLOW_QUERY_MS = env_int("PRM_SLOW_QUERY_MS", 500)
# What Prometheus shows as bearer at /metrics; without one there is no such page.
PRM_METRICS_TOKEN = env("PRM_METRICS_TOKEN")
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
SPECTACULAR_SETTINGS = {
    "TITLE": f"{PRM_NAME} API",
    "DESCRIPTION": "Register deals, follow their decision, and read what your programme knows about them.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_AUTHENTICATION": [],
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": {
        "DeliveryEnum": "prm.notices.states.Delivery",
        "OutcomeEnum": "deals.registrations.states.Outcome",
        "ReasonEnum": "deals.registrations.states.RejectReason",
        "AppealOutcomeEnum": "deals.appeals.states.Outcome",
        "AppealReasonEnum": "deals.appeals.states.Refusal",
        "AmendmentStateEnum": "deals.amendments.states.AmendmentState",
        "EngagementOutcomeEnum": "deals.engagement.states.Outcome",
        "ReversalReasonEnum": "deals.reversals.states.Mistake",
        "BandEnum": "deals.conflicts.models.Band",
        "TeamStateEnum": "deals.teaming.states.TeamState",
        "PaymentRunStateEnum": "prm.payments.states.RunState",
        "CurrencyEnum": "prm.rates.api.CODES",
        "ListBandEnum": "partners.lists.states.Band",
        "LeadStateEnum": "deals.leads.states.LeadState",
        "LeadOfferStateEnum": "deals.leads.states.OfferState",
        "MarketplaceOfferStateEnum": "deals.marketplace.states.MarketState",
        "FindingKindEnum": "deals.conflicts.models.Kind",
        "DirectStageEnum": "deals.direct.states.Stage",
        "OpenStageEnum": "deals.direct.states.OPEN_CHOICES",
        "TouchKindEnum": "deals.direct.states.TouchKind",
        "CoSellStateEnum": "deals.cosell.states.CoSellState",
        "CoSellReasonEnum": "deals.cosell.states.Refusal",
        "CoSellResultEnum": "deals.cosell.states.SAID_CHOICES",
        "PartyEnum": "deals.cosell.states.Party",
        "MapStateEnum": "deals.mapping.states.MapState",
        "CaseStateEnum": "deals.cases.states.CaseState",
        "RecordStateEnum": "deals.records.states.RecordState",
        "RecordSourceEnum": "deals.records.states.Source",
        "AlikeKindEnum": "partners.merges.models.PairKind",
        "LibraryKindEnum": "enablement.library.states.ItemKind",
        "LibraryLanguageEnum": "enablement.library.states.Language",
        "LibraryStateEnum": "enablement.library.states.ItemState",
        "FileKindEnum": "prm.files.states.Kind",
        "JudgedEnum": "prm.matching.feedback.models.Judgement.Verdict",
    },
}

# Celery carries no work, only "look"; see prm.notices.doorbell.
CELERY_BROKER_URL = embedded.redis_url()
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 600, "socket_timeout": 5, "socket_connect_timeout": 2}
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 300
CELERY_TASK_IGNORE_RESULT = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = "UTC"

LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "prm.api.logs.JsonLines"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env_choice("LOG_LEVEL", "INFO", LOG_LEVELS)},
    "loggers": {"django.server": {"level": "WARNING"}},
}

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
watching.start(env("SENTRY_DSN"))
