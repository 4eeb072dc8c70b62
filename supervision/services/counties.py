"""What belongs to a county. A register holds one, as a rule: then no filter is the fastest filter."""

from django.db.models import QuerySet

from households.models import Household
from jiangjin.areas.models import Area, AreaLevel


def is_only(county: Area) -> bool:
    """Whether there is no other county."""
    return not Area.objects.filter(level=AreaLevel.COUNTY).exclude(pk=county.pk).exists()


def villages_of(county: Area) -> list[int]:
    """The numbers of its villages."""
    return list(Area.objects.under(county).villages().values_list("pk", flat=True))


def households_of(county: Area) -> QuerySet[Household]:
    """Its households, by their villages' numbers: of a range of paths the planner cannot guess how many it means."""
    return Household.objects.all() if is_only(county) else Household.objects.filter(village__in=villages_of(county))
