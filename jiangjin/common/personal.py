"""Personal data at rest: encrypted, matched by keyed digest, masked by default (DESIGN 4.6).

Models keep three columns: the sealed value (`EncryptedTextField`), `…_digest` for equality, `…_masked` for display.
"""

import hashlib
import hmac
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.db import models
from django.db.models.query_utils import DeferredAttribute


@lru_cache
def _fernet(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def encrypt(value: bytes) -> bytes:
    """Seal with the newest key."""
    return _fernet(tuple(settings.FIELD_KEYS)).encrypt(value)


def decrypt(token: bytes) -> bytes:
    """Open with whichever key fits; raises cryptography.fernet.InvalidToken."""
    return _fernet(tuple(settings.FIELD_KEYS)).decrypt(token)


def digest(kind: str, value: str) -> str:
    """Keyed digest (HMAC-SHA-256, 64 hex digits); the kind keeps a phone from matching an account number."""
    message = f"{kind}:{value}".encode()
    return hmac.new(settings.DIGEST_KEY.encode(), message, hashlib.sha256).hexdigest()


def mask(value: str, *, head: int, tail: int) -> str:
    """First `head` and last `tail` characters, the rest as asterisks; too short a value is masked whole."""
    hidden = len(value) - head - tail
    if hidden <= 0:
        return "*" * len(value)
    return value[:head] + "*" * hidden + (value[-tail:] if tail else "")


@dataclass(frozen=True)
class Kind:
    """How one kind of personal number is masked."""

    code: str
    head: int
    tail: int


IDENTITY = Kind("identity", head=6, tail=2)
PHONE = Kind("phone", head=3, tail=4)
BANK_ACCOUNT = Kind("bank_account", head=0, tail=4)


@dataclass(frozen=True)
class Sealed:
    """The three columns of one value; all empty for an empty value."""

    cipher: str
    digest: str
    masked: str


def seal(kind: Kind, value: str) -> Sealed:
    """The columns to store for `value` (plain text for the encrypted field, which seals on its way to the database)."""
    if not value:
        return Sealed("", "", "")
    return Sealed(value, digest(kind.code, value), mask(value, head=kind.head, tail=kind.tail))


class Token(str):
    """A value as it stands in the database; opened only when somebody asks the record for it."""

    __slots__ = ()


class OpensWhenAsked(DeferredAttribute):
    """Reading the attribute of a record opens its token; loading a list of records opens none."""

    def __get__(self, instance: Any, cls: Any = None) -> Any:
        value = super().__get__(instance, cls)
        if isinstance(value, Token):
            value = decrypt(value.encode()).decode()
            instance.__dict__[self.field.attname] = value
        return value

    def __set__(self, instance: Any, value: Any) -> None:
        # With this the descriptor comes before the instance's dictionary; without it nothing would be opened.
        instance.__dict__[self.field.attname] = value


class EncryptedTextField(models.TextField):
    """Text that is a Fernet token in the database and plain on the record. It cannot be searched: use the digest.

    `values()` gives tokens, not plain text.
    """

    descriptor_class = OpensWhenAsked

    def get_prep_value(self, value: Any) -> Any:
        if isinstance(value, Token):
            return str(value)
        value = super().get_prep_value(value)
        return encrypt(value.encode()).decode() if value else value

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        return Token(value) if value else value

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name not in {"isnull"}:
            raise TypeError(f"{self.name} is encrypted: filter by its digest")
        return super().get_lookup(lookup_name)
