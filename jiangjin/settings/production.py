"""For a district: PostgreSQL, Redis and HTTPS. Refuses to start where one of them is not configured."""

from jiangjin.settings.base import *
from jiangjin.settings.base import REST_FRAMEWORK
from jiangjin.settings.environment import names, required

required("DATABASE_URL")
required("REDIS_URL")
required("JIANGJIN_HOSTS")

ALLOWED_HOSTS = names("JIANGJIN_HOSTS")
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = True
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
LANGUAGE_COOKIE_SECURE = True
# The web server sits behind one reverse proxy that sets X-Forwarded-For.
TRUSTED_PROXIES = 1
REST_FRAMEWORK["NUM_PROXIES"] = TRUSTED_PROXIES
