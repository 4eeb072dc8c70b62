"""Who answers for villages, and what these were told: this part of the demo comes after households, whom leaders are linked to."""

from jiangjin.areas.demo import DemoPlaces
from jiangjin.common.demo import Counts, DemoContext, DemoPart, parts
from villages.demo.village_leaders import fill_leaders
from villages.demo.village_posts import Staffing, fill_trained
from villages.demo.village_publicity import fill_publicity
from villages.models import DistrictLeader, PublicityEvent, ResidentTeam, SupportGroup, TrainedPerson, VillagePost

MODELS = (DistrictLeader, SupportGroup, ResidentTeam, VillagePost, TrainedPerson, PublicityEvent)


def fill(context: DemoContext) -> Counts:
    """Make leaders, groups, teams, posts, trained people and a year of publicity."""
    places = context.get(DemoPlaces)
    return {
        **fill_leaders(context, places),
        **Staffing(context, places).fill(),
        **fill_trained(context, places),
        **fill_publicity(context, places),
    }


def foreign(*, first: bool) -> str:
    """Whatever of these was on file before the demo."""
    found = next((model for model in MODELS if model.objects.exists()), None) if first else None  # type: ignore[attr-defined]
    return str(found._meta.verbose_name_plural) if found is not None else ""


parts.register(DemoPart(code="village_posts", order=45, fill=fill, foreign=foreign))
