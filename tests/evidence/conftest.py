"""A follow-up of a household, which holds evidence; who may see it and who may not."""

import pytest

from assistance.models import FollowUp
from jiangjin.accounts import roles
from tests import factories
from tests.assistance.situations import december, held, visit


@pytest.fixture
def promise():
    """A follow-up of a household in 复建村 (白沙镇)."""
    household, helper = held()
    return FollowUp.objects.create(visit=visit(household, helper, december(10)), text="修水管", due_on=december(20))


@pytest.fixture
def officer():
    """The town's office."""
    return factories.user("town", name="经办", role=roles.TOWN_OFFICER, area=factories.town())


@pytest.fixture
def stranger():
    """Another town's office."""
    return factories.user("other", role=roles.TOWN_OFFICER, area=factories.town("嘉平镇"))
