"""Whose rosters: a town's officer imports for the town, and the rows of other villages are refused."""

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command

from households.imports import service
from households.imports.checking import check_file
from households.models import Household, Member, RosterImport, RosterIssue, RosterPreview, Severity
from jiangjin.accounts import roles
from tests import factories
from tests.households.imports.building import ALL, FIRST_ROW, MAX, SHEET, head, household, sheets_of, table, workbook

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer():
    return factories.user(role=roles.TOWN_OFFICER, area=factories.town("白沙镇"))


@pytest.fixture
def stranger():
    return factories.user(role=roles.TOWN_OFFICER, area=factories.town("嘉平镇"))


def error(content, area):
    checked = check_file(content, area=area, max_bytes=MAX)
    ((number, finding),) = [
        (number, finding) for _h, number, finding in checked.findings() if finding.severity == Severity.ERROR
    ]
    return number, finding


def test_a_towns_officer_imports_for_the_town(officer, take):
    roster = take(workbook([household()]), by=officer)
    assert Household.objects.count() == 1
    assert roster.created_by == officer


@pytest.mark.parametrize("role", [r for r in roles.ALL if r not in {roles.TOWN_OFFICER, roles.DISTRICT_OFFICER}])
def test_nobody_else_imports(role):
    user = factories.user(role=role, area=factories.county())
    with pytest.raises(PermissionDenied):
        service.receive(name="a.xlsx", content=workbook([household()]), area=factories.town(), by=user)
    assert not RosterImport.objects.exists()


def test_not_for_another_town_nor_for_the_county(officer, stranger):
    content = workbook([household()])
    for user, area in ((stranger, factories.town("白沙镇")), (officer, factories.county())):
        with pytest.raises(PermissionDenied):
            service.upload(name="a.xlsx", content=content, area=area, by=user)
    assert not RosterImport.objects.exists()


def test_another_towns_officer_neither_confirms_nor_throws_away(officer, stranger, take):
    roster = take(workbook([household()]), by=officer, confirm=False)
    for act in (service.commit, service.discard, service.begin_commit):
        with pytest.raises(PermissionDenied):
            act(roster=roster, by=stranger)
    assert not Household.objects.exists()
    assert roster.file


def test_another_towns_officer_sees_nothing_of_it(officer, stranger, take):
    take(workbook([household(), household(tier="D")]), by=officer)
    for model in (RosterImport, RosterIssue, RosterPreview):
        assert model.objects.visible_to(officer).exists()
        assert not model.objects.visible_to(stranger).exists()


def test_rows_of_villages_outside_the_area_are_refused():
    inside = household()
    outside = household(village="紫荆村", number="5001161142059001")
    pages = table([inside, outside], [*ALL, "town"])
    pages[2][-1], pages[5][-1] = "白沙镇", "嘉平镇"
    number, finding = error(sheets_of({SHEET: pages}), factories.town("白沙镇"))
    assert (finding.code, finding.row + 1, finding.column) == (
        "village_out_of_scope",
        FIRST_ROW + 3,
        ALL.index("village"),
    )
    assert number == outside[0]["number"]
    assert "白沙镇" in finding.sentence


def test_a_title_of_another_town_refuses_every_row(take, officer):
    roster = take(workbook([household(village="紫荆村")], title="嘉平镇2015年贫困户花名册"), by=officer)
    assert roster.counts["accepted_households"] == 0
    assert set(roster.issues.filter(severity=Severity.ERROR).values_list("code", flat=True)) == {"village_out_of_scope"}
    assert not Household.objects.exists()


def test_without_a_village_column_the_number_says_where_it_is():
    codes = [code for code in ALL if code not in {"village", "group"}]
    inside, outside = household(), household(number="5001161142059001")
    number, finding = error(workbook([inside, outside], codes), factories.town("白沙镇"))
    assert (finding.code, number) == ("village_out_of_scope", outside[0]["number"])
    number, finding = error(workbook([household(number="5001169999999001")], codes), factories.town("白沙镇"))
    assert finding.code == "village_unknown"


def test_a_household_of_another_town_is_not_moved_here_and_not_told_of():
    other = factories.household(area=factories.village("紫荆村"), number="5001161142058001", members=1)
    _number, finding = error(workbook([household(number=other.number)]), factories.town("白沙镇"))
    assert (finding.code, finding.column) == ("number_elsewhere", ALL.index("number"))
    assert "嘉平" not in finding.sentence
    assert "紫荆" not in finding.sentence


def test_a_person_of_another_town_is_refused_without_saying_where():
    other = factories.household(area=factories.village("紫荆村"), members=1)
    identity = other.members.get().identity
    _number, finding = error(workbook([household(people=[head(identity=identity)])]), factories.town("白沙镇"))
    assert finding.code == "identity_on_file_elsewhere"
    assert other.number not in finding.sentence
    # The district may know.
    _number, finding = error(workbook([household(people=[head(identity=identity)])]), factories.county())
    assert finding.code == "identity_on_file"
    assert other.number in finding.sentence


def test_the_command_keeps_to_the_users_town(officer, stranger, tmp_path, capsys):
    path = tmp_path / "花名册.xlsx"
    path.write_bytes(workbook([household()]))
    baisha = factories.town("白沙镇")
    for options in ({"user": stranger.username, "area": baisha.code}, {"user": officer.username, "area": "500116"}):
        for dry_run in (True, False):
            with pytest.raises(CommandError):
                call_command("import_roster", path, dry_run=dry_run, **options)
    assert not Household.objects.exists()
    call_command("import_roster", path, user=stranger.username)  # for 嘉平镇, where 复建村 is not
    assert not Household.objects.exists()
    call_command("import_roster", path, user=officer.username)
    assert Member.objects.count() == 3
    assert RosterImport.objects.latest("pk").area == baisha


def test_a_user_of_two_towns_has_to_say_for_which(officer, tmp_path):
    from jiangjin.accounts.models import Grant

    Grant.objects.create(
        user=officer, role=roles.TOWN_OFFICER.code, area=factories.town("嘉平镇"), valid_from=factories.START
    )
    path = tmp_path / "花名册.xlsx"
    path.write_bytes(workbook([household()]))
    with pytest.raises(CommandError, match="--area"):
        call_command("import_roster", path, user=officer.username)
