"""Which villages pages are asked about when they are measured: of those that the user may see, the poor one with the most
households."""

from typing import Any

from django.db.models import Count, F

from jiangjin.common.bench import Sample, samples
from villages.models import Rectification, Village

ENLIST, STRIKE_OFF, TAKE_BACK = "villages:enlist", "villages:strike_off", "villages:take_back"


def village(user: Any, **which: Any) -> dict[str, Any]:
    """A village by its code. `which`: conditions on it."""
    visible = Village.objects.visible_to(user).filter(**which).annotate(files=Count("households"))
    found = visible.order_by(F("poor_village__evidence").asc(nulls_last=True), "-files", "path").first()
    return {"code": found.code} if found is not None else {}


def never_listed(user: Any) -> dict[str, Any]:
    """One that could be put on the list."""
    return village(user, poor_village__isnull=True)


def listed(user: Any) -> dict[str, Any]:
    """One that could be struck off."""
    return village(user, poor_village__delisted_on__isnull=True, poor_village__isnull=False)


def struck_off(user: Any) -> dict[str, Any]:
    """One that could be put back."""
    return village(user, poor_village__delisted_on__isnull=False)


def open_rectification(user: Any) -> dict[str, Any]:
    """One that could be closed."""
    found = Rectification.objects.open().visible_to(user).order_by("pk").first()
    return {"rectification": found.pk} if found is not None else {}


samples.register(Sample("code", village))
samples.register(Sample("never_listed", never_listed, [ENLIST]))
samples.register(Sample("listed", listed, [STRIKE_OFF]))
samples.register(Sample("struck_off", struck_off, [TAKE_BACK]))
samples.register(Sample("open_rectification", open_rectification, ["villages:rectification_close"]))
