"""Who holds every county is asked for no area, and nobody else gets more by it."""

import pytest
from django.db import connection, models
from django.db.models import Q
from django.test.utils import CaptureQueriesContext, isolate_apps

from assistance.models import FollowUp, Visit
from households.models import Household, Member
from jiangjin.accounts import roles
from jiangjin.accounts.models import Grant, User
from jiangjin.accounts.scoping import Scope, Scoped
from jiangjin.areas.models import Area, AreaLevel, under
from jiangjin.jobs.models import JobRun
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("year_end")]


def again(user):
    """The user as the next request loads them."""
    return User.objects.get(pk=user.pk)


def other_county():
    """A second county with a village and a household of its own."""
    county = Area.objects.create(level=AreaLevel.COUNTY, name="外县", code="500999")
    town = Area.objects.create(level=AreaLevel.TOWN, name="外镇", code="500999100", parent=county)
    village = Area.objects.create(level=AreaLevel.VILLAGE, name="外村", code="500999100200", parent=town)
    return county, factories.household(area=village)


def test_the_only_county_is_everything_and_no_area_is_asked_for():
    factories.household()
    user = factories.user(role=roles.DISTRICT_OFFICER)
    assert user.scope("households.view").is_whole
    with CaptureQueriesContext(connection) as captured:
        assert Household.objects.visible_to(user).count() == 1
    assert "areas_area" not in captured.captured_queries[-1]["sql"]


@pytest.mark.parametrize("role", [roles.TOWN_OFFICER, roles.VILLAGE_TEAM])
def test_a_part_of_it_is_not(role):
    area = factories.town() if role is roles.TOWN_OFFICER else factories.village()
    assert not factories.user(role=role, area=area).scope("households.view").is_whole


def test_once_there_is_another_county_each_sees_its_own():
    here = factories.household()
    user = factories.user(role=roles.DISTRICT_OFFICER)
    assert set(Household.objects.visible_to(user)) == {here}
    county, there = other_county()
    assert set(Household.objects.visible_to(again(user))) == {here}
    Grant.objects.create(user=user, role=roles.DISTRICT_OFFICER.code, area=county, valid_from=factories.START)
    both = again(user)
    assert both.scope("households.view").is_whole
    assert set(Household.objects.visible_to(both)) == {here, there}


def test_another_role_over_the_county_opens_nothing_more():
    factories.household()
    user = factories.user(role=roles.ACCOUNT_ADMIN)
    assert user.scope().is_whole
    assert not user.scope("households.view").is_whole
    assert not Household.objects.visible_to(user).exists()


def test_a_helper_of_the_whole_county_sees_who_is_assigned():
    factories.household()
    user = factories.user(role=roles.HELPER)
    assert not user.scope("households.view").is_whole
    assert not Household.objects.visible_to(user).exists()


@isolate_apps("jiangjin.accounts")
def test_a_model_whose_rows_may_belong_to_no_area_is_always_asked():
    """A row without an area lies in no county: whoever holds all counties does not see it for that."""

    class Loose(Scoped):
        area_lookup = "area__path"
        area = models.ForeignKey(Area, models.PROTECT, null=True)

        class Meta:
            app_label = "accounts"

    class Kept(Scoped):
        area_lookup = "area_path"
        area_path = models.CharField(max_length=64)

        class Meta:
            app_label = "accounts"

    class Behind(Scoped):
        scoped_through = "loose"
        loose = models.ForeignKey(Loose, models.PROTECT)

        class Meta:
            app_label = "accounts"

    assert not any(model.always_lies_somewhere() for model in (Loose, Kept, Behind))
    assert all(model.always_lies_somewhere() for model in (Household, Member, Visit, FollowUp, JobRun))


def test_the_whole_of_a_scope_lies_within_an_area_or_does_not():
    on = factories.START
    assert Scope(on=on, paths=("0000000100000002",)).lies_within("00000001")
    assert not Scope(on=on, paths=("00000001",)).lies_within("0000000100000002")
    assert not Scope(on=on, paths=("0000000100000002", "00000003")).lies_within("00000001")
    assert not Scope(on=on, paths=("0000000100000002",), assigned_user_id=7).lies_within("00000001")


def test_where_all_of_the_scope_lies_below_an_area_nothing_more_is_asked():
    county, town = factories.county(), factories.town()
    officer = factories.user(role=roles.TOWN_OFFICER, area=town).scope()
    assert officer.below(county.path, "village__path") == officer.below(town.path, "village__path") == Q()
    village = factories.village()
    assert officer.below(village.path, "village__path") == under(village.path, "village__path")
    helper = factories.user(role=roles.HELPER).scope()
    assert helper.below(county.path, "village__path") == under(county.path, "village__path")
