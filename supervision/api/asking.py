"""What is asked of the roll-ups. Whatever is not understood is refused: it must not widen the answer."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from django.http import QueryDict
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError

from jiangjin.accounts.scoping import Scope
from jiangjin.areas.models import PATH_STEP, Area
from jiangjin.common.api import COMMON_PARAMETERS
from jiangjin.common.clock import month_start, parse_month
from jiangjin.common.words import listed
from supervision.indicators import indicators
from supervision.services.reading import LEVELS

PARAMETERS = {"indicator", "level", "area", "from", "to", "by"}
T = TypeVar("T")


@dataclass(frozen=True)
class Asked:
    """A question as it was understood."""

    codes: tuple[str, ...]
    level: str
    area: Area | None
    months: tuple[dt.date, dt.date]
    by_tier: bool


def understand(params: QueryDict, *, scope: Scope, today: dt.date) -> Asked:
    """Read the query. Raises ValidationError by parameter."""
    errors: dict[str, list[str]] = {
        name: [_("There is no such parameter.")]
        for name in sorted(set(params) - PARAMETERS - (COMMON_PARAMETERS - {"ordering"}))
    }

    def read(name: str, reader: Callable[[], T]) -> T | None:
        try:
            return reader()
        except ValidationError as error:
            errors[name] = list(error.detail)  # type: ignore[arg-type]
            return None

    codes = read("indicator", lambda: _codes(params.getlist("indicator")))
    area = read("area", lambda: _area(params.get("area", "")))
    level = read("level", lambda: _level(params.get("level", ""), area=area, scope=scope))
    first = read("from", lambda: _month(params.get("from", "")))
    last = read("to", lambda: _month(params.get("to", "")))
    by_tier = read("by", lambda: _by(params.get("by", "")))
    if errors:
        raise ValidationError(errors)
    last = last or month_start(today)
    first = first or last.replace(month=1)
    if first > last:
        raise ValidationError({"from": [_("The first month lies after the last.")]})
    return Asked(codes or (), level or "", area, (first, last), bool(by_tier))


def _codes(given: list[str]) -> tuple[str, ...]:
    """Codes, repeated or with commas between them, in the order given."""
    codes = tuple(dict.fromkeys(code.strip() for text in given for code in text.split(",") if code.strip()))
    if not codes:
        raise ValidationError([_("Name at least one indicator.")])
    unknown = [code for code in codes if code not in indicators]
    if unknown:
        raise ValidationError([_("There is no indicator %(code)s.") % {"code": code} for code in unknown])
    return codes


def _area(code: str) -> Area | None:
    if not code:
        return None
    area = Area.objects.filter(code=code, level__in=LEVELS).first()
    if area is None:
        raise ValidationError([_("There is no area with the code %(code)s.") % {"code": code}])
    return area


def _level(text: str, *, area: Area | None, scope: Scope) -> str:
    """The level asked for; else that of the area, else the highest that lies in the scope."""
    if text and text not in LEVELS:
        raise ValidationError([_("The level is one of: %(levels)s.") % {"levels": listed(LEVELS)}])
    if text or area is not None:
        return text or str(area.level if area is not None else "")
    depth = min((len(path) // PATH_STEP for path in scope.paths), default=1)
    return LEVELS[min(depth, len(LEVELS)) - 1]


def _month(text: str) -> dt.date | None:
    if not text:
        return None
    try:
        return parse_month(text)
    except ValueError as error:
        raise ValidationError([_("A month reads like 2015-12.")]) from error


def _by(text: str) -> bool:
    if text not in {"", "tier"}:
        raise ValidationError([_("Values can be told apart by: tier.")])
    return text == "tier"
