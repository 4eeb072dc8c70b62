"""Which households a run over an area takes in, and who may run there at the same time."""

from django.db.models import QuerySet

from households.models import Household
from jiangjin.areas.models import Area

# Of more households numbers are counted after the page was answered.
LARGE = 50_000


def is_large(households: QuerySet[Household]) -> bool:
    """Whether there are so many that counting what belongs to them takes longer than a page may."""
    return households.order_by()[: LARGE + 1].count() > LARGE


def is_everything(area: Area) -> bool:
    """Whether the area is the only county here: then no filter is the fastest filter."""
    return area.parent_id is None and not Area.objects.filter(parent=None).exclude(pk=area.pk).exists()


def households_of(area: Area) -> QuerySet[Household]:
    """The households of an area by their villages' numbers: of a range of paths the planner cannot guess how many it means."""
    if is_everything(area):
        return Household.objects.all()
    villages = Area.objects.under(area).villages().values_list("pk", flat=True)
    return Household.objects.filter(village_id__in=list(villages))


def one_at_a_time(area: Area) -> None:
    """Runs over one county queue up until the transaction ends; NO KEY lets others go on writing households that refer to it."""
    county_path = area.ancestor_paths()[0]
    list(Area.objects.select_for_update(no_key=True).filter(path=county_path))
