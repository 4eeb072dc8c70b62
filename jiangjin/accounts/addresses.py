"""Where a request comes from: the lockout counts failures by name and address."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """The client's address as the outermost of our own proxies saw it (settings.TRUSTED_PROXIES of them; 0: none).

    Each proxy appends the address it was asked from, so only the last entries of X-Forwarded-For are ours; what stands before
    them anybody can write.
    """
    remote = request.META.get("REMOTE_ADDR", "")
    count: int = settings.TRUSTED_PROXIES
    forwarded = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
    if not count or len(forwarded) < count:
        return remote
    try:
        return str(ipaddress.ip_address(forwarded[-count]))
    except ValueError:
        return remote
