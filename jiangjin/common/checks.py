"""System checks of the whole house."""

from typing import Any

from cryptography.fernet import Fernet
from django.conf import settings
from django.core.checks import Error, register


@register()
def field_keys_are_fernet_keys(app_configs: Any, **kwargs: Any) -> list[Error]:
    """A wrong key would only show at the first write of an identity number."""
    errors = []
    for position, key in enumerate(settings.FIELD_KEYS, start=1):
        try:
            Fernet(key)
        except ValueError:
            errors.append(
                Error(
                    f"JIANGJIN_FIELD_KEYS: key {position} is not a Fernet key (32 bytes, url-safe base64).",
                    id="jiangjin.E001",
                )
            )
    return errors
