"""Which kinds of jobs exist. Apps register a handler when they start."""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise

from jiangjin.areas.models import Area
from jiangjin.common.registries import Registry

if TYPE_CHECKING:
    from jiangjin.jobs.running import JobContext

Handler = Callable[["JobContext"], dict[str, Any]]


@dataclass(frozen=True)
class Due:
    """A periodic run that should have happened: which key, over which area, with which parameters."""

    key: str
    area: Area
    params: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class JobKind:
    """A kind of job.

    handler: does the work and returns its counts; must be idempotent and safe to kill at any point.
    due: asked by the sweeper with today's date; yields the periodic runs that should exist by now.
    permission: who holds it over the area may start a failed run of the schedule again.
    """

    code: str
    label: str | Promise
    handler: Handler
    due: Callable[[dt.date], Iterable[Due]] | None = None
    permission: str = ""
    order: int = 0


kinds: Registry[JobKind] = Registry("job kinds")
