"""Which household pages of visits are asked about when they are measured."""

from typing import Any

from assistance.permissions import WRITE_VISITS
from households.models import Household
from jiangjin.common.bench import Sample, samples


def written_about(user: Any) -> dict[str, Any]:
    """A household about which the user writes visits."""
    found = Household.objects.visible_to(user, WRITE_VISITS).order_by("number").first()
    return {"household": found.number} if found is not None else {}


samples.register(Sample("written_about", written_about, ["assistance:write", "assistance:absence"]))
