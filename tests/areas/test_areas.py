"""The area tree: paths that never change, codes that do, and what a user finds in it."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError
from django.test.utils import CaptureQueriesContext

from jiangjin.accounts import roles
from jiangjin.areas.loading import load_areas, rows
from jiangjin.areas.models import PATH_STEP, Area, AreaLevel, under
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("year_end")]


def test_the_district_is_there_after_migrate():
    shipped = rows()
    assert Area.objects.count() == len(shipped)
    assert Area.objects.under(factories.county()).towns().count() == len([r for r in shipped if r["level"] == "town"])
    baisha = factories.town("白沙镇")
    assert (baisha.code, baisha.parent.code, str(baisha)) == ("500116108", "500116", "白沙镇")
    assert factories.village("复建村").parent == baisha


def test_loading_again_adds_nothing_and_overwrites_no_correction():
    before = Area.objects.count()
    Area.objects.filter(code="500116108").update(name="白沙镇（更正）")
    load_areas()
    assert Area.objects.count() == before
    assert Area.objects.get(code="500116108").name == "白沙镇（更正）"


def test_loading_brings_back_what_is_missing():
    lost = factories.village("复建村")
    code, parent = lost.code, lost.parent
    Area.objects.filter(pk=lost.pk).delete()
    load_areas()
    again = Area.objects.get(code=code)
    assert (again.name, again.parent, again.path) == ("复建村", parent, f"{parent.path}{again.pk:08d}")


def test_a_path_is_made_of_the_numbers_of_the_ancestors():
    village = factories.village("复建村")
    group = Area.objects.create(parent=village, level=AreaLevel.GROUP, name="一组")
    numbers = [village.parent.parent_id, village.parent_id, village.pk, group.pk]
    assert group.path == "".join(f"{number:08d}" for number in numbers)
    assert Area.objects.get(pk=group.pk).path == group.path
    assert group.depth == 4
    assert group.ancestor_paths() == [group.path[:end] for end in (8, 16, 24, 32)]


def test_renaming_and_a_new_code_leave_the_path_alone():
    town = factories.town()
    path = town.path
    town.name, town.code, town.vintage = "新名镇", "500116999", "2016-07-31"
    town.save()
    assert Area.objects.get(pk=town.pk).path == path


def test_many_areas_take_a_fixed_number_of_statements():
    def statements(count: int, start: int) -> int:
        areas = [
            Area(parent=factories.village(), level=AreaLevel.GROUP, name=f"{number}组")
            for number in range(start, start + count)
        ]
        with CaptureQueriesContext(connection) as captured:
            added = Area.objects.all().add(areas)
        assert all(area.path == f"{factories.village().path}{area.pk:08d}" for area in added)
        return len(captured)

    assert statements(2, 0) == statements(40, 100)


def test_under_gives_the_area_and_what_lies_below():
    town = factories.town("白沙镇")
    found = Area.objects.under(town)
    assert town in found
    assert set(found.villages()) == set(Area.objects.filter(parent=town))
    assert set(found) == {area for area in Area.objects.all() if area.path.startswith(town.path)}


def test_under_asks_for_a_range_that_an_index_serves():
    condition = under("00000012", "household__village__path")
    assert dict(condition.children) == {
        "household__village__path__gte": "00000012",
        "household__village__path__lt": "00000013",
    }


@pytest.mark.parametrize(
    "values",
    [
        {"parent": None, "level": AreaLevel.TOWN, "name": "无主镇"},
        {"level": AreaLevel.COUNTY, "name": "县中县"},
        {"level": AreaLevel.VILLAGE, "name": "重码村", "code": "500116108"},
        {"level": AreaLevel.TOWN, "name": "白沙镇"},
    ],
    ids=["a town without a county", "a county below a county", "a code twice", "a name twice"],
)
def test_the_database_refuses(values):
    area = Area(**{"parent": factories.county(), **values})
    with pytest.raises(ValidationError):
        area.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        area.save()


def test_groups_without_a_code_are_many():
    for name in ("一组", "二组"):
        Area.objects.create(parent=factories.village(), level=AreaLevel.GROUP, name=name)
    assert Area.objects.filter(code="", level=AreaLevel.GROUP).count() == 2


def test_an_area_with_parts_is_not_deleted():
    with pytest.raises(ProtectedError):
        factories.town().delete()


class TestWhoSees:
    def test_a_town_sees_itself_its_villages_and_the_way_up(self):
        baisha = factories.town("白沙镇")
        seen = set(Area.objects.visible_to(factories.user(role=roles.TOWN_OFFICER, area=baisha)))
        assert seen == {*Area.objects.under(baisha), factories.county()}

    def test_without_a_grant_nothing(self):
        assert not Area.objects.visible_to(factories.user()).exists()

    def test_the_switcher_keeps_to_ones_own(self, client):
        client.force_login(factories.user(role=roles.TOWN_OFFICER, area=factories.town("白沙镇")))
        for code in ("500116109", "500116", "nonsense", ""):
            current = client.get(f"/jobs/?area={code}").context["current_area"]
            assert current.name == "白沙镇", code
        inner = factories.village("复建村")
        assert client.get(f"/jobs/?area={inner.code}").context["current_area"] == inner


def test_every_path_has_whole_steps():
    assert all(len(path) % PATH_STEP == 0 and path.isdigit() for path in Area.objects.values_list("path", flat=True))


class TestSearch:
    def test_an_area_is_found_by_characters_pinyin_initials_and_code(self):
        for text in ("复建", "fujian", "FJC", "500116108205", "白沙 复建", "bsz fjc"):
            assert list(Area.objects.villages().search(text)) == [factories.village("复建村")], text
        assert not Area.objects.search("nowhere").exists()
        assert not Area.objects.search("白沙 紫荆").exists()

    def test_how_a_name_is_read_follows_the_name(self):
        village = factories.village("复建村")
        village.name = "黑石村"
        village.save()
        village.refresh_from_db()
        assert (village.name_pinyin, village.name_initials) == ("heishicun", "hsc")
        (added,) = Area.objects.all().add([Area(parent=village, level=AreaLevel.GROUP, name="1组")])
        assert Area.objects.get(pk=added.pk).name_pinyin == "1zu"

    def test_what_the_project_ships_is_read(self):
        assert not Area.objects.filter(name_pinyin="").exists()
