"""The post standard that the project ships. An office's own standards are left alone: it is added only where there is none."""

import datetime as dt

from jiangjin.common import reference
from villages.models import PostStandard


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
