"""Settings: one file, environment variables, safe defaults.

Outside trial mode nothing has a default that would be unsafe to publish with;
a dangerous combination stops the start with a sentence that says what to set.
"""

import os
import re
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent


def env(name, default=None):
    """The variable's value; without a default the process does not start when it is missing."""
    value = os.environ.get(name, default)
    if value is None:
        raise ImproperlyConfigured(f"Set {name}. README.md lists the variables of a real set-up.")
    return value


def env_flag(name):
    return env(name, "0").strip().lower() in {"1", "true", "yes", "on"}


def env_list(name, default=""):
    return [item.strip() for item in env(name, default).split(",") if item.strip()]


# What kind of process this is

TRIAL = env_flag("TRIAL")  # one machine, loopback only, example data
DEBUG = env_flag("DEBUG")
VAR_DIR = Path(env("VAR_DIR", str(BASE_DIR / "var")))
LOOPBACK = {"127.0.0.1", "localhost", "[::1]"}

SECRET_KEY = env("SECRET_KEY", "trial-only-" + "0" * 50 if TRIAL else None)
SECRET_KEY_FALLBACKS = env_list("SECRET_KEY_FALLBACKS")
SITE_URL = env("SITE_URL", "http://127.0.0.1:8000" if TRIAL else None).rstrip("/")
ALLOWED_HOSTS = env_list("ALLOWED_HOSTS", ",".join(sorted(LOOPBACK)) if TRIAL else None)

if not TRIAL:
    if DEBUG:
        raise ImproperlyConfigured("DEBUG shows private texts in error pages: it needs TRIAL=1.")
    if (
        len(SECRET_KEY) < 50
        or len(set(SECRET_KEY)) < 10
        or SECRET_KEY.startswith(("trial-only-", "django-insecure-"))
    ):
        raise ImproperlyConfigured("SECRET_KEY must be at least 50 random characters of its own.")
    if not SITE_URL.startswith("https://"):
        raise ImproperlyConfigured("SITE_URL must begin with https://, links in letters use it.")
    if any("*" in host or host.startswith(".") for host in ALLOWED_HOSTS) or not ALLOWED_HOSTS:
        raise ImproperlyConfigured("ALLOWED_HOSTS must name each host; wildcards are refused.")
elif not {*ALLOWED_HOSTS, urlsplit(SITE_URL).hostname} <= {*LOOPBACK, "::1"}:
    raise ImproperlyConfigured(
        "TRIAL=1 serves on this machine only: ALLOWED_HOSTS and SITE_URL must be local."
    )
else:
    (VAR_DIR / "static").mkdir(parents=True, exist_ok=True)

# A trial process can be told to die at a named point; a real one never.
CRASH_AT = env("CRASH_AT", "") if TRIAL else ""

# Apps and middleware

INSTALLED_APPS = [
    "remiss.apps.SamordningConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "crispy_forms",
    "csp",
    "remiss.apps.RemissConfig",
]

MIDDLEWARE = [
    # Headers first, so that every answer has them, also the refusals below.
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "remiss.middleware.headers",
    # The time of receipt is read before body, session and CSRF (decision 7).
    "remiss.clock.time_of_receipt",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    # Before the token is looked at: a form older than its token is shown again by its own page.
    "remiss.accounts.second_factor",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "malmoandan.urls"
WSGI_APPLICATION = "malmoandan.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]
CRISPY_ALLOWED_TEMPLATE_PACKS = ("malmo",)
CRISPY_TEMPLATE_PACK = "malmo"
CRISPY_FAIL_SILENTLY = False

# Databases

TRIAL_DATABASE = f"sqlite:///{VAR_DIR / 'remiss.sqlite3'}"
DATABASES = {
    "default": dj_database_url.parse(env("DATABASE_URL", TRIAL_DATABASE if TRIAL else None))
}
_options = DATABASES["default"].setdefault("OPTIONS", {})
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    if not TRIAL:
        raise ImproperlyConfigured("SQLite is for TRIAL=1 only: set DATABASE_URL to PostgreSQL.")
    # Rollback journal and FULL: SQLite before 3.51.3 can lose commits in WAL (decision 30).
    _options |= {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=DELETE; PRAGMA synchronous=FULL;",
    }
else:
    # Merged, not replaced: a socket host in the URL's query lives in OPTIONS too.
    _options |= {
        "connect_timeout": 2,
        "options": "-c statement_timeout=30000 -c idle_in_transaction_session_timeout=30000",
    }
    if env_flag("DATABASE_POOL") or not TRIAL:
        _options["pool"] = {
            "min_size": 1,
            "max_size": int(env("DATABASE_POOL_SIZE", "8")),
            "timeout": 2,
        }
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Language and time

LANGUAGE_CODE = "sv"
LANGUAGES = [("sv", "Svenska")]
TIME_ZONE = "Europe/Stockholm"
USE_TZ = True
FORMAT_MODULE_PATH = "malmoandan.formats"

# Static files and mail

STATIC_URL = "/static/"
STATIC_ROOT = Path(env("STATIC_ROOT", str(VAR_DIR / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = TRIAL
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if TRIAL
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
    "uploads": {"BACKEND": "remiss.uploads.storage.PrivateStorage"},
}
# What respondents send lies outside every folder that is served; a view opens it, file by file.
UPLOADS_DIR = Path(env("UPLOADS_DIR", str(VAR_DIR / "uploads") if TRIAL else None))
FILE_UPLOAD_HANDLERS = [
    "remiss.uploads.LimitHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

# The scanner that says of each file whether it may be fetched; none when it is empty.
CLAMD = env("CLAMD", "").strip()
_named = re.fullmatch(r"/.+|(?:[\w.-]+|\[[0-9a-fA-F:]+\]):([0-9]{1,5})", CLAMD)
if CLAMD and not (_named and 0 < int(_named[1] or 1) < 2**16):
    raise ImproperlyConfigured("CLAMD must be host:port, or the path of a socket from / on.")

MAIL_DIR = VAR_DIR / "mail"  # trial mode: one .eml a letter
EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend"
    if not TRIAL or "EMAIL_HOST" in os.environ
    else "remiss.trialmail.EmailBackend"
)
EMAIL_HOST = env("EMAIL_HOST", "localhost" if TRIAL else None)
EMAIL_PORT = int(env("EMAIL_PORT", "25" if TRIAL else "587"))
EMAIL_HOST_USER = env("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = env("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = not TRIAL and not env_flag("EMAIL_WITHOUT_TLS")
if not (TRIAL or EMAIL_USE_TLS or EMAIL_HOST in LOOPBACK):
    raise ImproperlyConfigured("EMAIL_WITHOUT_TLS is for a mail server on this machine only.")
EMAIL_TIMEOUT = 15  # seconds
DEFAULT_FROM_EMAIL = env(
    "DEFAULT_FROM_EMAIL", "Malmöandans remiss <remiss@malmoandan.example>" if TRIAL else None
)
EMAIL_SUBJECT_PREFIX = ""
# Where mail servers report what they could not deliver, and where those reports end up.
BOUNCES_ADDRESS = env("BOUNCES_ADDRESS", "")
BOUNCES_MAILDIR = env("BOUNCES_MAILDIR", "")

# Requests, cookies and headers

DATA_UPLOAD_MAX_MEMORY_SIZE = 8 * 2**20  # bytes (decision 12)
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
# Most pages take one file, the one for mail that came back takes twenty and says so itself.
DATA_UPLOAD_MAX_NUMBER_FILES = 40
TRUSTED_PROXIES = int(env("TRUSTED_PROXIES", "0"))  # hops, counted from the right

SESSION_COOKIE_AGE = 2 * 60 * 60  # seconds idle; association computers are shared (decision 14)
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"  # Strict would drop the session when a mail's link is followed
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "remiss.views.errors.csrf_failure"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
if not TRIAL:
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_SSL_REDIRECT = not env_flag("TLS_REDIRECT_AT_PROXY")
    SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
    if TRUSTED_PROXIES:
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REFERRER_POLICY = "same-origin"  # "no-referrer" makes Chromium post Origin: null
X_FRAME_OPTIONS = "DENY"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
        "manifest-src": ["'self'"],
    }
}

# Staff login

# Only a trial may do without, and only a trial has to ask for it.
SECOND_FACTOR_REQUIRED = env_flag("SECOND_FACTOR_REQUIRED") if TRIAL else True
if not TRIAL and "SECOND_FACTOR_REQUIRED" in os.environ and not env_flag("SECOND_FACTOR_REQUIRED"):
    raise ImproperlyConfigured("SECOND_FACTOR_REQUIRED=0 is for TRIAL=1 only.")

# Logging in through an organisation's own directory, when one is named. docs/running.md says how.
OIDC_ISSUER = env("OIDC_ISSUER", "").rstrip("/")
OIDC_NAME = env("OIDC_NAME", "organisationens inloggning") if OIDC_ISSUER else ""
OIDC_SHOWS_SECOND_FACTOR = bool(OIDC_ISSUER) and env_flag("OIDC_SHOWS_SECOND_FACTOR")
if OIDC_ISSUER:
    if not OIDC_ISSUER.startswith("https://"):
        raise ImproperlyConfigured("OIDC_ISSUER must begin with https://.")
    if not find_spec("oauthlib"):
        raise ImproperlyConfigured("OIDC_ISSUER needs the packages of requirements-oidc.txt.")
    INSTALLED_APPS += ["allauth.socialaccount", "allauth.socialaccount.providers.openid_connect"]
    SOCIALACCOUNT_ADAPTER = "remiss.signon.SignOnAdapter"
    SOCIALACCOUNT_EMAIL_VERIFICATION = "none"
    SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {
            "OAUTH_PKCE_ENABLED": True,
            "APPS": [
                {
                    "provider_id": "oidc",
                    "name": OIDC_NAME,
                    "client_id": env("OIDC_CLIENT_ID"),
                    "secret": env("OIDC_CLIENT_SECRET"),
                    "settings": {"server_url": OIDC_ISSUER},
                }
            ],
        }
    }
    # The form that leads to the provider ends there (decision 28).
    CONTENT_SECURITY_POLICY["DIRECTIVES"]["form-action"] += env_list(
        "OIDC_LOGIN_ORIGINS", "https://" + urlsplit(OIDC_ISSUER).netloc
    )
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "admin:index"
ACCOUNT_LOGOUT_REDIRECT_URL = "remiss:home"
ACCOUNT_ADAPTER = "remiss.accounts.StaffAdapter"
ACCOUNT_FORMS = {"change_password": "remiss.forms.logging_in.NewPasswordForm"}
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_RATE_LIMITS = False  # axes counts in the database, shared by all processes
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # no letter to whatever address a stranger types
# allauth's own generator remembers every address an account has had, and lets each of them in.
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"
ACCOUNT_LOGIN_ON_PASSWORD_RESET = False
PASSWORD_RESET_TIMEOUT = 2 * 60 * 60  # seconds

MFA_ADAPTER = "remiss.accounts.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_FORMS = {
    "authenticate": "remiss.forms.logging_in.CodeForm",
    "reauthenticate": "remiss.forms.logging_in.ConfirmCodeForm",
    "activate_totp": "remiss.forms.logging_in.AddAppForm",
    "add_webauthn": "remiss.forms.logging_in.AddKeyForm",
    "authenticate_webauthn": "remiss.forms.logging_in.KeyForm",
    "login_webauthn": "remiss.forms.logging_in.LoginKeyForm",
    "reauthenticate_webauthn": "remiss.forms.logging_in.ConfirmKeyForm",
}
MFA_RATE_LIMITS = False  # nobody guesses a passkey; codes are counted by our own forms
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_PASSKEY_SIGNUP_ENABLED = MFA_TRUST_ENABLED = False
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = TRIAL
MFA_ALLOW_UNVERIFIED_EMAIL = True  # nobody signs up: an Administratör has made the account
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_ISSUER = "Malmöandan"
MFA_TOTP_TOLERANCE = 1  # periods of 30 seconds; phones and people are a little late

AXES_HANDLER = "remiss.lockout.Doorkeeper"  # which says how long: the wait grows
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]  # one office behind one address stays open
AXES_FAILURE_LIMIT = 8
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # trying while it is shut makes it no longer
AXES_RESET_ON_SUCCESS = True
AXES_CLIENT_IP_CALLABLE = "remiss.lockout.address"
AXES_CLIENT_STR_CALLABLE = "remiss.lockout.who_in_log"
AXES_LOCKOUT_CALLABLE = "remiss.views.errors.locked_out"
AXES_SENSITIVE_PARAMETERS: list[str] = []
AXES_VERBOSE = False
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
# Handing contact details to the idéburna side is a disclosure the parties must agree on first.
IDEBUREN_SEES_CONTACTS = env_flag("IDEBUREN_SEES_CONTACTS")

# Logs: one escaped line an event, without keys and without texts

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"mask": {"()": "remiss.logs.Mask"}},
    "formatters": {
        "line": {
            "()": "remiss.logs.OneLine",
            "format": "{asctime} {levelname} {name} {message}",
            "style": "{",
        }
    },
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "filters": ["mask"], "formatter": "line"}
    },
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        # No mail to administrators: an error report would carry what a person wrote.
        "django": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
        "axes": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
    },
}
