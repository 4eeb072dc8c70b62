"""Sentences that are put together of parts."""

from collections.abc import Iterable

from django.utils.translation import pgettext


def listed(items: Iterable[object]) -> str:
    """Items one after the other, as the language in use lists them: “a, b”, “甲、乙”."""
    return pgettext("between the items of a list", ", ").join(str(item) for item in items)
