"""Overviews that take a moment to count are kept for a short while.

An act on an enrolment or a change of the catalogue shows at once; other facts (somebody fell ill, a household was registered)
within REMEMBERED_SECONDS. The pages say since when. Lists are never remembered.
"""

import datetime as dt
import hashlib
from collections.abc import Callable
from typing import Any, TypeVar

from django.core.cache import cache
from django.db.models import Count, Max, Sum
from django.utils import timezone

from assistance.models import EnrolmentStep, Measure
from jiangjin.accounts.scoping import Scope

REMEMBERED_SECONDS = 60

T = TypeVar("T")


def remembered(what: str, compute: Callable[[], T], *, scope: Scope, by: tuple[Any, ...]) -> tuple[T, dt.datetime]:
    """What `compute` returns, now or a moment ago, and when that was. `what` and `by` tell apart what is counted; nobody gets
    what another scope may see."""
    steps = EnrolmentStep.objects.aggregate(last=Max("pk"))["last"]
    catalogue = Measure.objects.aggregate(count=Count("pk"), versions=Sum("version"), last=Max("pk"))
    told = repr((what, scope, by, steps, sorted(catalogue.items())))
    key = f"measures-{hashlib.sha256(told.encode()).hexdigest()}"
    found: tuple[T, dt.datetime] | None = cache.get(key)
    if found is None:
        found = compute(), timezone.now()
        cache.set(key, found, REMEMBERED_SECONDS)
    return found
