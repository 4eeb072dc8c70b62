"""The standards that the project ships. An office's own are left alone: each is added only where there is none."""

import datetime as dt

from jiangjin.common import reference
from villages.models import PostStandard, VillageStandard


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


@reference.register
def load_post_standard() -> None:
    """What the district asked of each of its poor villages in 2015 (docs/assumptions.md: from when on, and what counts)."""
    if PostStandard.objects.exists():
        return
    PostStandard.objects.create(
        valid_from=dt.date(2014, 1, 1),
        basis="江津区2015年帮扶要求：每个贫困村至少2名区领导联系，1个扶贫集团、1名第一书记、1支驻村工作队、大学生村官和科技特派员各1名",
        is_assumption=True,
    )
