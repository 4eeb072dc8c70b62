"""Every URL of the project, with arguments that exist."""

from collections.abc import Iterator
from typing import Any

from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

# Django's admin and documentation are covered by tests of their own.
SKIPPED_NAMESPACES = {"admin"}


def patterns(resolver: URLResolver | None = None, namespaces: tuple[str, ...] = ()) -> Iterator[tuple[str, URLPattern]]:
    """(full name, pattern) of all named URLs."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            inner = (*namespaces, entry.namespace) if entry.namespace else namespaces
            if not set(inner) & SKIPPED_NAMESPACES:
                yield from patterns(entry, inner)
        elif entry.name:
            yield ":".join((*namespaces, entry.name)), entry


def address(name: str, pattern: URLPattern, values: dict[str, Any]) -> str:
    """The URL of a pattern whose arguments are all in `values`. Raises KeyError for one that is not."""
    arguments = {key: values[key] for key in pattern.pattern.regex.groupindex if key != "format"}
    arguments.update({key: values[key] for key in getattr(pattern.pattern, "converters", {})})
    try:
        return reverse(name, kwargs=arguments)
    except NoReverseMatch as error:
        raise KeyError(f"{name}: {error}") from error
