"""The village standard that the project ships. An office's own standards are left alone: it is added only where there is none."""

import datetime as dt

from jiangjin.common import reference
from villages.models import VillageStandard


@reference.register
def load_village_standard() -> None:
    """Poverty incidence below 3 % (docs/assumptions.md: the rule of 2016 also judges the years before)."""
    if VillageStandard.objects.exists():
        return
    VillageStandard.objects.create(
        valid_from=dt.date(2014, 1, 1),
        incidence_permille=30,
        basis="《关于建立贫困退出机制的意见》（2016年4月）：西部地区贫困村贫困发生率降至3%以下",
        is_assumption=True,
    )
