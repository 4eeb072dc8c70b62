"""What every installation shares. See `local`, `production` and `test` for what differs."""

import os
from typing import Any

import dj_database_url
from celery.schedules import schedule
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from jiangjin.settings.environment import BASE_DIR, VAR_DIR, load_local_env, required

load_local_env()

SECRET_KEY = required("SECRET_KEY")
# Fernet keys, newest first: the first encrypts, all decrypt (rotation: put a new one in front, keep the old).
FIELD_KEYS = [key for key in required("JIANGJIN_FIELD_KEYS").split(",") if key]
DIGEST_KEY = required("JIANGJIN_DIGEST_KEY")

DEBUG = False
ALLOWED_HOSTS: list[str] = []
ROOT_URLCONF = "jiangjin.urls"
WSGI_APPLICATION = "jiangjin.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "jiangjin.accounts.admin_app.OfficeAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_htmx",
    "csp",
    "axes",
    "jiangjin.common",
    "jiangjin.areas",
    "jiangjin.audit",
    "jiangjin.accounts",
    "jiangjin.changes",
    "jiangjin.jobs",
    "jiangjin.evidence",
    "households",
    "villages",
    "assistance",
    "funding",
    "supervision",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "jiangjin.common.middleware.LanguageMiddleware",
    "jiangjin.common.middleware.DamagedAddressMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "jiangjin.accounts.middleware.ClosedByDefaultMiddleware",
    "jiangjin.common.middleware.NothingKeptMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "axes.middleware.AxesMiddleware",
]

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "jiangjin.common.context.frame",
            ],
        },
    }
]
FORM_RENDERER = "jiangjin.common.forms.TablerRenderer"

# --- databases: SQLite embedded, PostgreSQL by DATABASE_URL -------------------------------------------------------
SQLITE_OPTIONS = {
    # WAL and IMMEDIATE: writers queue on busy_timeout instead of failing (docs/adr/0002).
    "transaction_mode": "IMMEDIATE",
    "timeout": 30,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-65536; PRAGMA temp_store=MEMORY;",
}
# Solid-state disks: without the first the planner reads whole tables where an index would do. Compiling a statement costs
# more than it brings to ones that take a second. `?options=` in the URL overrides.
POSTGRESQL_OPTIONS = {"options": "-c random_page_cost=1.1 -c jit=off"}
DATABASE_URL = os.environ.get("DATABASE_URL", "").strip()


def database_from(url: str) -> dict[str, Any]:
    """Django's DATABASES entry for a URL; an empty one means the embedded SQLite file under var/."""
    config: dict[str, Any]
    if url:
        config = dict(dj_database_url.parse(url, conn_max_age=600, conn_health_checks=True))
    else:
        config = {"ENGINE": "django.db.backends.sqlite3", "NAME": VAR_DIR / "jiangjin.sqlite3", "CONN_MAX_AGE": None}
    if config["ENGINE"].endswith("sqlite3"):
        config["OPTIONS"] = SQLITE_OPTIONS
    elif config["ENGINE"].endswith("postgresql"):
        config["OPTIONS"] = {**POSTGRESQL_OPTIONS, **config.get("OPTIONS", {})}
    return config


DATABASES = {"default": database_from(DATABASE_URL)}

# --- sign-in ------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["username", "name", "email"]},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"
# One name from one address: a whole town office shares an address, and nobody may lock out a colleague from outside.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
# The page says "a quarter of an hour": trying again meanwhile does not make it longer.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_CLIENT_IP_CALLABLE = "jiangjin.accounts.addresses.client_address"
TRUSTED_PROXIES = 0
AXES_LOCKOUT_TEMPLATE = "429.html"
AXES_HTTP_RESPONSE_CODE = 429
AXES_VERBOSE = False
AXES_ENABLE_ADMIN = False

# URL names that a visitor without a session may open. Everything else asks for sign-in (ClosedByDefaultMiddleware);
# a guard test walks every URL and compares.
PUBLIC_URL_NAMES = {"login", "logout", "set_language", "healthz", "readyz"}

SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "jiangjin.common.views.csrf_failure"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        # ECharts positions its canvas and tooltips by style attributes; no style element and no script may be inline.
        "style-src-attr": ["'unsafe-inline'"],
    }
}

# --- language and time --------------------------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LANGUAGE_COOKIE_AGE = 365 * 24 * 60 * 60
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
LOCALE_PATHS = [BASE_DIR / "jiangjin" / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True
# Pins the domain's calendar (the demo lives on 2015-12-31); audit, sessions and tokens keep real time.
TODAY = os.environ.get("JIANGJIN_TODAY", "")

# Project assumption: from this month on exits are judged by the running year's income, before it by last year's.
INCOME_YEAR_FROM_MONTH = 10

# --- files --------------------------------------------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "jiangjin" / "static"]
STORAGES = {
    "default": {"BACKEND": "jiangjin.common.storage.EncryptedFileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
MEDIA_ROOT = VAR_DIR / "uploads"
MEDIA_URL = ""
UPLOAD_MAX_BYTES = 20 * 1024 * 1024
# Uploaded rosters and their refused rows are removed this many days after the commit; counts and findings stay.
ROSTER_FILE_DAYS = 30
# Photos and documents that records hold as evidence: how large one may be, how many at a time, how many pixels are unpacked, and
# after how many days one goes that no record ever held.
EVIDENCE_MAX_BYTES = 10 * 1024 * 1024
EVIDENCE_MAX_FILES = 9
EVIDENCE_MAX_PIXELS = 50_000_000
EVIDENCE_UNUSED_DAYS = 7
DATA_UPLOAD_MAX_MEMORY_SIZE = UPLOAD_MAX_BYTES + 1024 * 1024

# --- REST ---------------------------------------------------------------------------------------------------------
REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "jiangjin.accounts.api.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["jiangjin.accounts.api.MayUse"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "jiangjin.common.schema.HouseSchema",
    "DEFAULT_THROTTLE_CLASSES": ["rest_framework.throttling.UserRateThrottle"],
    "DEFAULT_THROTTLE_RATES": {"user": "1200/min"},
    "EXCEPTION_HANDLER": "jiangjin.common.api.error_shape",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Jiangjin poverty alleviation case management",
    "VERSION": "1",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["jiangjin.accounts.api.MayUse"],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "ENUM_NAME_OVERRIDES": {
        "PovertyCauseEnum": "households.models.household.PovertyCause",
        "MemberChangeEnum": "households.models.member.MemberChange",
        "TrendEnum": "assistance.models.visit.Trend",
        "VisitStateEnum": "assistance.api.filters.STATE_CHOICES",
        "BatchEnum": "assistance.models.measure.Batch",
        "BusinessKindEnum": "assistance.models.business.BusinessKind",
        "VerdictEnum": [(verdict, verdict) for verdict in ("met", "not_met", "not_verified")],
        "DifficultyKindEnum": "assistance.models.visit.DifficultyKind",
        "DifficultyStateEnum": "assistance.models.difficulty.DifficultyState",
        "VisitMethodEnum": "assistance.models.visit.VisitMethod",
        "RepairMethodEnum": "assistance.models.works.RepairMethod",
        "AreaLevelEnum": "jiangjin.areas.models.AreaLevel",
    },
}

# --- Celery: Redis by REDIS_URL, otherwise kombu's filesystem broker under var/ ----------------------------------
REDIS_URL = os.environ.get("REDIS_URL", "").strip()
BROKER_DIR = VAR_DIR / "broker"
if REDIS_URL:
    CELERY_BROKER_URL = REDIS_URL
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}
else:
    CELERY_BROKER_URL = "filesystem://localhost//"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(BROKER_DIR / "messages"),
        "data_folder_out": str(BROKER_DIR / "messages"),
        "control_folder": str(BROKER_DIR / "control"),
        "store_processed": False,
        "polling_interval": 0.5,
    }
    for folder in ("messages", "control"):
        (BROKER_DIR / folder).mkdir(parents=True, exist_ok=True)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TIMEZONE = TIME_ZONE
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BEAT_SCHEDULE = {
    "sweep": {"task": "jobs.sweep", "schedule": schedule(30)},
    # Woken by each commit that changes something; this finds what a lost message left, and the turn of the day.
    "rollups": {"task": "supervision.refresh_rollups", "schedule": schedule(30), "options": {"expires": 30}},
}
# Whether a commit that marks something wakes those who have to compute it anew (jiangjin.changes).
CALL_CONSUMERS_ON_COMMIT = True
# A running job that has not said anything for this long is taken to be dead and started again.
JOB_SILENCE_SECONDS = 120

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": os.environ.get("LOG_LEVEL", "INFO")},
}
