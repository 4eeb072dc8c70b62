"""Situations of village files, by name. A test sets only what matters to it."""

import datetime as dt
from typing import Any

from jiangjin.areas.models import Area
from jiangjin.common.personal import PHONE, seal
from tests import factories
from villages.models import PoorVillage, Rectification, VillageProfile, VillageSurvey

LISTED = dt.date(2014, 10, 20)


def december(day: int) -> dt.date:
    """A day of the month in which most tests live."""
    return dt.date(2015, 12, day)


def poor(village: Area | None = None, *, struck_off: dt.date | None = None, **kwargs: Any) -> PoorVillage:
    """A village on the list since October 2014, or struck off it."""
    kwargs.setdefault("listed_on", LISTED)
    kwargs.setdefault("source", "文件")
    return PoorVillage.objects.create(
        village=village or factories.village(),
        evidence=kwargs.pop("evidence", "certain"),
        delisted_on=struck_off,
        delisted_reason="达标" if struck_off else "",
        **kwargs,
    )


def profile(village: Area | None = None, *, phone: str = "", **kwargs: Any) -> VillageProfile:
    """A profile; the phone in plain."""
    sealed = seal(PHONE, phone)
    return VillageProfile.objects.create(
        village=village or factories.village(),
        phone=sealed.cipher,
        phone_digest=sealed.digest,
        phone_masked=sealed.masked,
        **kwargs,
    )


def survey(village: Area | None = None, year: int = 2015, **kwargs: Any) -> VillageSurvey:
    """A survey reported in December of its year; nothing is answered unless given."""
    kwargs.setdefault("reported_on", dt.date(year, 12, 10))
    return VillageSurvey.objects.create(village=village or factories.village(), year=year, **kwargs)


def rectification(village: Area | None = None, *, ends_on: dt.date | None = None, **kwargs: Any) -> Rectification:
    """A rectification since March 2015, open or closed."""
    defaults = {"problem": "班子软弱", "measures": "派驻第一书记", "responsible": "镇党委副书记王强"}
    kwargs.setdefault("starts_on", dt.date(2015, 3, 16))
    return Rectification.objects.create(
        village=village or factories.village(),
        ends_on=ends_on,
        result="验收合格" if ends_on else "",
        **{**defaults, **kwargs},
    )


def complete(village: Area, *, text: str = "") -> None:
    """A file with something on each tab; `text` stands in all that is written freely."""
    poor(village, source=text or "文件")
    profile(village, phone="10012345678", head_name=text[:60] or "陈祥松", development=text or "花椒种植", note=text)
    survey(village, 2014, population=1000, agricultural_population=900, main_road_hardened=False)
    survey(village, population=1000, agricultural_population=900, main_road_hardened=True, source=text or "统计")
    written = {"problem": text, "measures": text, "responsible": text} if text else {}
    rectification(village, **written)
