"""Django's settings, derived from `env.Settings`. Nothing here reads the environment itself."""

import os
from pathlib import Path

from operant.platform.observing import logs

from . import addresses, databases, env

SOURCE = Path(__file__).resolve().parent.parent
OPERANT = env.load()
HOME = OPERANT.OPERANT_HOME.resolve()

DEBUG = OPERANT.OPERANT_DEBUG
SECRET_KEY, *SECRET_KEY_FALLBACKS = addresses.keys(HOME, "django.key")
TENANCY_SIGNING_KEY = addresses.key(HOME, "signing.key").encode()
MASTER_KEY_FILE = HOME / "keys" / "master.key"
AUDIT_KEY_FILE = HOME / "keys" / "audit.key"
PUBLIC_URL = addresses.public_url(OPERANT)
IS_LOCAL = addresses.is_local(OPERANT)
IS_SECURE = PUBLIC_URL.startswith("https://")
SHOWN = env.shown(OPERANT)
SIGN_UP = OPERANT.OPERANT_SIGN_UP or ("open" if IS_LOCAL else "invited")
TRUSTED_PROXIES = OPERANT.OPERANT_TRUSTED_PROXIES
ALLOWED_HOSTS = addresses.allowed_hosts(OPERANT)
PRIVATE_NETWORKS = addresses.private_networks(OPERANT)
OWN_ENDPOINTS = addresses.own_endpoints(OPERANT)

INSTALLED_APPS = [
    "operant.platform.tenancy",
    "operant.platform.queue",
    "operant.platform.events",
    "operant.platform.messaging",
    "operant.platform.files",
    "operant.platform.live",
    "operant.platform.observing",
    "operant.platform.ui",
    "operant.platform.api",
    "operant.panel.accounts",
    "operant.panel.organizations",
    "operant.panel.tokens",
    "operant.panel.audit",
    "operant.panel.notifications",
    "operant.panel.webhooks",
    "operant.panel.operating",
    "operant.stage",
    "operant.relay",
    "operant.demo",
    "procrastinate.contrib.django",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.mfa",
    "django_cotton",
    "django_htmx",
    "django_vite",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.staticfiles",
]
MIDDLEWARE = [
    "operant.platform.observing.middleware.NotesRoute",
    "operant.platform.ui.middleware.SecurityHeaders",
    "operant.platform.api.middleware.ApiAnswers",
    "operant.platform.ui.middleware.Utf8Forms",
    "operant.panel.accounts.middleware.NotesAddress",
    "operant.panel.accounts.middleware.EvenSignUps",
    "operant.panel.accounts.middleware.OneCookieOfAName",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "operant.panel.accounts.middleware.HoldsStreams",
    "django.middleware.common.CommonMiddleware",
    "operant.panel.accounts.middleware.SameOriginWrites",
    "django.middleware.csrf.CsrfViewMiddleware",
    "operant.panel.accounts.middleware.Recognizes",
    "operant.panel.accounts.middleware.WritesForTheReader",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "operant.platform.ui.middleware.Partials",
    "operant.platform.ui.middleware.RefusalMiddleware",
]
ROOT_URLCONF = "operant.config.urls"
ASGI_APPLICATION = "operant.config.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "operant.platform.ui.context.shell",
            ],
        },
    }
]
COTTON_ISOLATE_BY_DEFAULT = True
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

DATABASES = databases.databases(
    OPERANT, with_owner="OPERANT_AS_OWNER" in os.environ, pool=int(os.environ.get("OPERANT_POOL", 0))
)
# For LISTEN, which no pooler in transaction mode carries.
DATABASE_DIRECT = databases.direct(OPERANT)
DATABASE_ROUTERS = ["operant.config.routers.OwnerMigrates"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    # In PostgreSQL, so that every process counts the same attempts.
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "operant_cache",
        # With Django's 300, a flood of counters pushes out those that hold it back.
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}
PROCRASTINATE_READONLY_MODELS = False

AUTH_USER_MODEL = "accounts.Person"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"

ACCOUNT_ADAPTER = "operant.panel.accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {"signup": "operant.panel.accounts.web.sign_up.JudgedForm"}
ACCOUNT_SIGNUP_FORM_CLASS = "operant.panel.organizations.web.sign_up.SignUpForm"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = 600
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
# allauth offers it to somebody new only, which tells who has an account, and the second address passes no rule of sign-up.
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_CHANGE = False
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = 600
# Asked for in a flood only: accounts/floods.py.
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 600
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
# allauth asks for two where an address can change. Changes are ours (accounts.MailChange), and nobody gets a second.
ACCOUNT_MAX_EMAIL_ADDRESSES = 2
ACCOUNT_SIGNUP_FORM_HONEYPOT_FIELD = "website"
# Counted by accounts/limits.py: `ip` is one address (a /64 of IPv6), `network` its /24 or /48, `key` one account.
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    # What succeeds does not count. The network's is against few passwords tried on many accounts.
    "login_failed": "10/m/ip,100/h/network,5/5m/key,50/d/key",
    "signup": "20/m/ip",
    # Each of the next three writes to somebody who may not have asked for it.
    "reset_password": "20/h/ip,60/h/network,5/h/key",
    "confirm_email": "1/10s/key,10/h/key",
    "manage_email": "10/m/user,40/d/user",
    "reset_password_from_key": "20/m/ip",
    "change_password": "5/m/user",
    "reauthenticate": "10/m/user",
}

MFA_ADAPTER = "operant.panel.accounts.mfa.MFAAdapter"
# No recovery codes: ours are in accounts.BackupCode (decision 0031).
MFA_SUPPORTED_TYPES = ["totp", "webauthn"]
MFA_TOTP_TOLERANCE = 0
MFA_RATE_LIMITS = {"recovery": "3/h/key"}
MFA_WEBAUTHN_USER_VERIFICATION = "required"

SOCIALACCOUNT_ADAPTER = "operant.panel.accounts.identities.IdentityAdapter"
SOCIALACCOUNT_FORMS = {"signup": "operant.panel.accounts.web.oidc.SignUpForm"}
# Somebody new always sees what their account will be, and names their organization.
SOCIALACCOUNT_AUTO_SIGNUP = False
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_REQUESTS_TIMEOUT = 5
OIDC = env.oidc(OPERANT)

SESSION_ENGINE = "operant.panel.accounts.sessions"
SESSION_COOKIE_NAME = OPERANT.OPERANT_COOKIE_PREFIX + "ot-session"
SESSION_COOKIE_DOMAIN = addresses.cookie_domain(OPERANT)
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = IS_SECURE
SESSION_COOKIE_AGE = 14 * 24 * 3600
CSRF_USE_SESSIONS = True
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
CSRF_FAILURE_VIEW = "operant.platform.ui.errors.csrf_failure"
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# Longer than a sign-up takes on a slow machine; middleware.EvenSignUps says why.
SIGN_UP_SECONDS = 0.6
SIGN_UP_DAYS = OPERANT.OPERANT_SIGN_UP_DAYS
PLACES_FILE = env.places_file(OPERANT)
SECURE_CONTENT_TYPE_NOSNIFF = False  # SecurityHeaders sets all of them in one place
X_FRAME_OPTIONS = "DENY"

API_PER_MINUTE = OPERANT.OPERANT_API_PER_MINUTE

SMTP_URL = OPERANT.SMTP_URL
OUTBOX = HOME / "outbox"
DEFAULT_FROM_EMAIL = OPERANT.MAIL_FROM
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"  # every mail leaves through platform/messaging

FILES_ROOT = HOME / "files"
FILE_LIMIT = OPERANT.OPERANT_FILE_LIMIT_MB * 1_000_000
FILE_QUOTA = OPERANT.OPERANT_FILE_QUOTA_MB * 1_000_000
SOURCE_VERSIONS = OPERANT.OPERANT_SOURCE_VERSIONS
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": str(FILES_ROOT), "file_permissions_mode": 0o600, "directory_permissions_mode": 0o700,
        },
    },
    "staticfiles": {"BACKEND": "servestatic.storage.CompressedStaticFilesStorage"},
}
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000

STATIC_URL = "/static/"
# Beside the code that it belongs to, so that every home served by this checkout finds it.
STATIC_ROOT = SOURCE.parents[1] / "build" / "static"
DJANGO_VITE = {
    "default": {
        "dev_mode": False,
        "manifest_path": SOURCE / "platform/ui/static/dist/.vite/manifest.json",
        "static_url_prefix": "dist",
    }
}

LANGUAGE_CODE = "en"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
LOGGING = logs.configuration(OPERANT.OPERANT_LOG, is_local=IS_LOCAL, is_debug=DEBUG)
METRICS_TOKEN = OPERANT.OPERANT_METRICS_TOKEN
METRICS_FROM = env.listed(OPERANT.OPERANT_METRICS_FROM)
