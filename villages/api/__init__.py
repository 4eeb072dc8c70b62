"""The REST resources of the village file, one module a subject."""

from jiangjin.common.api import ReadOnlyViewSet
from villages.api import poor_villages, villages

ROUTES: dict[str, type[ReadOnlyViewSet]] = {**poor_villages.ROUTES, **villages.ROUTES}
