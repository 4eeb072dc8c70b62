"""Norms and rules that the system applies, and the documents they rest on.

Each app registers what it applies at start-up; the app that keeps policy documents registers where the basis of a norm is read.
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from jiangjin.common.registries import Label, Registry, permitted


@dataclass(frozen=True, kw_only=True)
class Norm:
    """A norm or rule that decides something in the system.

    code: what stands in the database; never reused for another meaning.
    describe: (as_of, area) → its value on a day in a district (an area, which stands above this layer), in the active language.
    url_name: the page that shows what it decides, which takes no arguments; for holders of `permission`.
    """

    code: str
    order: int
    label: Label
    describe: Callable[[dt.date, Any], str]
    url_name: str = ""
    permission: str | None = None


norms: Registry[Norm] = Registry("norms")


@dataclass(frozen=True)
class Basis:
    """The clause that a norm rests on, as a link says it. within: the path of the district whose document it stands in."""

    text: Label
    url: str
    within: str


@dataclass(frozen=True, kw_only=True)
class BasisSource:
    """Who knows on which clauses norms rest: for a request's user, by the norm's code."""

    code: str
    order: int
    permission: str
    find: Callable[[HttpRequest], Mapping[str, Sequence[Basis]]]


basis_sources: Registry[BasisSource] = Registry("basis sources")


def bases_of(request: HttpRequest, norm: str, path: str = "") -> list[Basis]:
    """The clauses that a norm rests on in the district of a path (without one: wherever the user may read). All norms are asked
    for at once, once a request."""
    if not hasattr(request, "_norm_bases"):
        sources = [source for source in basis_sources if permitted(request.user, source.permission)]
        request._norm_bases = [source.find(request) for source in sources]  # type: ignore[attr-defined]
    found = [basis for known in request._norm_bases for basis in known.get(norm, ())]  # type: ignore[attr-defined]
    return [basis for basis in found if not path or path.startswith(basis.within)]
