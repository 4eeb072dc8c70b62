"""A roster beside the register: what is new, what differs, what stays, and what contradicts what is on file."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from households.imports.checking import check_file
from households.models import (
    Helper,
    HelperAssignment,
    Household,
    HouseholdStatus,
    IncomeStatement,
    LivingConditions,
    Member,
    MemberYear,
    RosterOutcome,
    Severity,
    StatusEvent,
    TierDecision,
)
from jiangjin.areas.models import Area, AreaLevel
from jiangjin.audit.models import AuditEntry
from tests import factories
from tests.households.imports.building import (
    ALL,
    FIRST_ROW,
    MAX,
    SHEET,
    head,
    household,
    identity,
    person,
    pupil,
    spouse,
    workbook,
)

pytestmark = pytest.mark.django_db
CLOCK = dt.date(2019, 6, 1)


def codes(roster, severity=Severity.WARNING):
    return set(roster.issues.filter(severity=severity).values_list("code", flat=True))


def issue(roster, code):
    return roster.issues.get(code=code)


# --- what a new household becomes -------------------------------------------------------------------------------------


def test_everything_that_the_row_says_is_stored(take):
    family = household(
        number="5001161082059100",
        main_cause="因病",
        wages_fen="1.2万",
        farmland_mu="4.5亩",
        road_distance_m="1.2公里",
        people=[head(health="长期慢性病"), spouse(ethnicity="土家族"), pupil()],
    )
    take(workbook([family]))
    stored = Household.objects.get()
    assert (stored.number, stored.village.name, stored.group.name, stored.tier) == (
        "5001161082059100",
        "复建村",
        "3组",
        "B",
    )
    assert (stored.main_cause, stored.other_cause, stored.attribute, stored.phone) == ("01", "09", "01", "13800001234")
    assert (stored.status, stored.registered_on) == (HouseholdStatus.ON_ROLL, dt.date(2015, 1, 1))
    income = IncomeStatement.objects.get()
    assert (income.year, income.wages_fen, income.business_cost_fen) == (2015, 1_200_000, 100_000)
    assert income.net_income_fen == (12000 + 5000 + 1140 + 200 + 300 - 1000) * 100
    living = LivingConditions.objects.get()
    assert (living.year, living.house_grade, living.water_safe, living.road_distance_m) == (2015, "2", True, 1200)
    assert living.farmland_mu == Decimal("4.50")
    first, second, third = Member.objects.order_by("pk")
    assert [m.name for m in (first, second, third)] == ["陈建国", "李春芳", "陈小明"]
    assert (first.name_pinyin, first.name_initials) == ("chenjianguo", "cjg")
    assert (first.identity, second.ethnicity) == (family[0]["identity"], "15")
    assert (third.joined_on, third.born_on) == (dt.date(2015, 1, 1), dt.date(2001, 9, 9))
    year = MemberYear.objects.get(member=first)
    assert (year.year, year.health, year.work_place, year.work_months, year.medical_insured) == (
        2015,
        "02",
        "02",
        9,
        True,
    )
    assert TierDecision.objects.get().decided_on == dt.date(2015, 1, 1)
    assert StatusEvent.objects.get().persons == 3


def test_who_is_born_in_the_year_joins_on_the_birthday(take):
    baby = person("之女", "陈小妹", sex="女", born="2015-08-08", schooling="", education="学龄前儿童", labour="")
    take(workbook([household(people=[head(), spouse(), baby])]))
    assert Member.objects.get(name="陈小妹").joined_on == dt.date(2015, 8, 8)


def test_the_rows_count_and_not_the_stated_number_of_persons(take):
    roster = take(workbook([household(stated_persons=7)]))
    assert Household.objects.get().members.count() == 3
    assert roster.counts["accepted_members"] == 3
    assert issue(roster, "count_differs").severity == Severity.WARNING


@pytest.mark.parametrize(
    ("written", "name"), [("4", "4组"), ("四组", "4组"), ("第4村民小组", "4组"), ("4社", "4社"), ("向阳", "向阳")]
)
def test_an_unknown_group_is_made_once(take, written, name):
    take(workbook([household(group=written), household(group=written)]))
    group = Area.objects.get(level=AreaLevel.GROUP)
    assert (group.name, group.parent) == (name, factories.village())
    assert set(Household.objects.values_list("group", flat=True)) == {group.pk}


def test_a_known_group_is_found_however_it_is_written(take):
    group = Area.objects.create(level=AreaLevel.GROUP, name="4社", parent=factories.village())
    take(workbook([household(group="第四村民小组")]))
    assert Household.objects.get().group == group
    assert Area.objects.filter(level=AreaLevel.GROUP).count() == 1


def test_a_helper_is_found_by_name_and_unit_within_the_town(take):
    known = factories.helper("袁建")
    elsewhere = factories.helper("刘平", area=factories.town("嘉平镇"))
    take(workbook([household(), household(helper_name="刘平"), household(helper_unit="区教委")]))
    assignments = {a.household.number[-4:]: a.helper for a in HelperAssignment.objects.select_related("helper__unit")}
    assert len(assignments) == 3
    assert Helper.objects.count() == 4  # the one on file, the one elsewhere, and two new ones
    assert known in assignments.values()
    assert elsewhere not in assignments.values()
    new = Helper.objects.exclude(pk__in=[known.pk, elsewhere.pk])
    assert {(h.name, h.unit.name, h.user, h.town) for h in new} == {
        ("刘平", "区农委", None, factories.town()),
        ("袁建", "区教委", None, factories.town()),
    }


# --- what differs from the register -----------------------------------------------------------------------------------


@pytest.fixture
def on_file(take):
    """A household that came by a roster; `again(**changes)` is the next one."""
    family = household(number="5001161082059200")
    take(workbook([family]))

    def again(people=None, **changes):
        rows = [dict(row) for row in (people if people is not None else family)]
        rows[0] |= changes
        return take(workbook([rows]))

    again.family = family
    return again


def test_only_what_differs_is_changed_and_told(on_file):
    before = AuditEntry.objects.count()
    roster = on_file(tier="A", wages_fen=20000, water_safe="否", phone="13999990000")
    (preview,) = roster.previews.all()
    assert (preview.outcome, preview.result) == (RosterOutcome.CHANGED, RosterOutcome.CHANGED)
    assert {(each["field"], each["before"], each["after"]) for each in preview.differences} == {
        ("tier", "B", "A"),
        ("wages_fen", 1_800_000, 2_000_000),
        ("water_safe", True, False),
        ("phone", "138****1234", "139****0000"),
    }
    stored = Household.objects.get()
    assert (stored.tier, stored.phone, stored.version) == ("A", "13999990000", 2)
    assert stored.incomes.get().wages_fen == 2_000_000
    assert stored.conditions.get().water_safe is False
    assert list(stored.tier_decisions.order_by("pk").values_list("tier", "decided_on")) == [
        ("B", dt.date(2015, 1, 1)),
        ("A", CLOCK),
    ]
    changes = AuditEntry.objects.order_by("pk")[before:]
    changed = {entry.model for entry in changes if entry.household_id == stored.pk}
    assert changed == {
        *(
            "households.household",
            "households.incomestatement",
            "households.livingconditions",
            "households.tierdecision",
        ),
    }


def test_a_blank_cell_takes_nothing_away(on_file):
    roster = on_file(phone="", wages_fen="", tier="", main_cause="", helper_name="", group="")
    assert roster.counts["unchanged"] == 1
    stored = Household.objects.get()
    assert (stored.tier, stored.main_cause, stored.phone, stored.version) == ("B", "07", "13800001234", 1)


def test_a_person_who_is_not_in_the_sheet_stays_a_member(on_file):
    roster = on_file(people=on_file.family[:2], stated_persons=2)
    assert codes(roster) == {"member_missing"}
    assert issue(roster, "member_missing").row == FIRST_ROW
    assert Member.objects.filter(left_on=None).count() == 3


def test_a_new_member_joins_and_a_corrected_number_is_the_same_person(on_file):
    family = [dict(row) for row in on_file.family]
    family[1]["identity"] = identity("1971-07-07", "女")
    family.append(
        person("之女", "陈小红", sex="女", born="2010-03-03", schooling="小学", education="学龄前儿童", labour="")
    )
    before = set(Member.objects.values_list("pk", flat=True))
    roster = on_file(people=family, stated_persons=4)
    assert roster.counts["changed"] == 1
    assert set(Member.objects.filter(left_on=None).values_list("pk", flat=True)) > before
    corrected = Member.objects.get(name="李春芳")
    assert corrected.identity == family[1]["identity"]
    assert corrected.born_on == dt.date(1971, 7, 7)
    assert Member.objects.get(name="陈小红").joined_on == dt.date(2015, 1, 1)


def test_husband_and_wife_change_places(on_file):
    family = [dict(row) for row in on_file.family]
    family[0]["relation"], family[1]["relation"] = "配偶", "户主"
    roster = on_file(people=family)
    assert roster.counts["changed"] == 1
    assert dict(Member.objects.values_list("name", "relation")) == {"陈建国": "02", "李春芳": "01", "陈小明": "03"}


def test_another_helper_takes_over_from_today(on_file):
    on_file(helper_name="刘平", helper_unit="区教委")
    former, present = HelperAssignment.objects.order_by("pk")
    assert (former.helper.name, former.ends_on) == ("袁建", CLOCK - dt.timedelta(days=1))
    assert (present.helper.name, present.starts_on, present.ends_on) == ("刘平", CLOCK, None)


def test_a_household_that_moved_within_the_town(on_file):
    roster = on_file(village="窄口村", group="1组")
    assert roster.counts["changed"] == 1
    stored = Household.objects.get()
    assert (stored.village.name, stored.group.name, stored.group.parent.name) == ("窄口村", "1组", "窄口村")
    assert "village_code_differs" in codes(roster)


def test_an_older_roster_brings_only_its_yearly_facts(take, on_file):
    family = [dict(row) for row in on_file.family]
    family[0] |= {"tier": "A", "wages_fen": 9000}
    roster = take(workbook([family], title="白沙镇2014年贫困户花名册"))
    stored = Household.objects.get()
    assert stored.tier == "B"
    assert set(stored.incomes.values_list("year", "wages_fen")) == {(2015, 1_800_000), (2014, 900_000)}
    assert issue(roster, "older_than_register").severity == Severity.HINT


# --- what contradicts the register ------------------------------------------------------------------------------------


def test_a_household_that_is_off_the_roll_stays_so(on_file):
    Household.objects.update(status=HouseholdStatus.REMOVED)
    roster = on_file(tier="A")
    assert codes(roster) == {"not_on_roll"}
    assert Household.objects.get().status == HouseholdStatus.REMOVED


EXITED = {
    "exited_below_line": ({"wages_fen": 2000}, {}, 0, "wages_fen"),
    "exited_in_dangerous_house": ({"house_grade": "D级"}, {}, 0, "house_grade"),
    "exited_without_safe_water": ({"water_safe": "否"}, {}, 0, "water_safe"),
    "exited_out_of_school": ({}, {"schooling": "非在校生"}, 2, "schooling"),
    "exited_uninsured": ({}, {"medical_insured": "否"}, 2, "medical_insured"),
}


@pytest.mark.parametrize("code", EXITED)
def test_an_exit_that_the_sheet_contradicts(on_file, code):
    whole, child, row, column = EXITED[code]
    family = [dict(each) for each in on_file.family]
    family[0] |= whole
    family[2] |= child
    assert code not in codes(on_file(people=family))
    Household.objects.update(status=HouseholdStatus.EXITED)
    roster = on_file(people=family)
    found = issue(roster, code)
    assert (found.severity, found.sheet, found.row) == (Severity.WARNING, SHEET, FIRST_ROW + row)
    assert found.column_title
    assert roster.issues.filter(code__startswith="exited_").count() == 1
    assert ALL.index(column) == [*_letters()].index(found.column)


def _letters():
    from households.imports.workbook import column_letters

    return [column_letters(place) for place in range(len(ALL))]


def test_an_exit_exactly_on_the_line_is_not_contradicted(on_file):
    """2,855 yuan a head: not below it."""
    Household.objects.update(status=HouseholdStatus.EXITED)
    others = 5000 + 1140 + 200 + 300 - 1000
    assert not codes(on_file(wages_fen=2855 * 3 - others))
    assert codes(on_file(wages_fen=2855 * 3 - others - 1)) == {"exited_below_line"}


@pytest.mark.parametrize(("before", "told"), [(("05", "05"), True), (("04", "05"), False), ((None, "05"), False)])
def test_the_same_grade_for_the_third_year(on_file, before, told):
    child = Member.objects.get(name="陈小明")
    Member.objects.update(joined_on=dt.date(2013, 1, 1))
    for year, schooling in zip((2013, 2014), before, strict=True):
        if schooling:
            MemberYear.objects.create(member=child, year=year, schooling=schooling)
    roster = on_file()
    assert ("same_grade_three_years" in codes(roster)) is told
    if told:
        assert issue(roster, "same_grade_three_years").row == FIRST_ROW + 2


def test_three_years_of_primary_school_are_nothing_odd(take, on_file):
    child = Member.objects.get(name="陈小明")
    for year in (2013, 2014):
        MemberYear.objects.create(member=child, year=year, schooling="03")
    family = [dict(row) for row in on_file.family]
    family[2]["schooling"] = "小学"
    assert "same_grade_three_years" not in codes(on_file(people=family))


def test_a_helper_who_is_poor_by_the_register(take):
    poor = factories.household(number="5001161082058900")
    factories.member(poor, name="袁建")
    roster = take(workbook([household(), household(village="窄口村", number="5001161082069777")]), confirm=False)
    found = issue(roster, "helper_is_poor")
    assert (found.row, found.severity) == (FIRST_ROW, Severity.WARNING)
    assert poor.number in found.message


def test_the_number_of_queries_does_not_grow_with_the_households(take):
    def queries(count):
        content = workbook([household() for _number in range(count)])
        with CaptureQueriesContext(connection) as captured:
            check_file(content, area=factories.town(), max_bytes=MAX)
        return len(captured)

    assert queries(2) == queries(40) <= 12


def test_committing_takes_few_statements_however_many_households(take, django_capture_on_commit_callbacks):
    def statements(count):
        content = workbook([household() for _number in range(count)])
        with CaptureQueriesContext(connection) as captured:
            roster = take(content)
        assert roster.counts["new"] == count
        return len(captured)

    small, large = statements(120), statements(240)
    assert large <= small + 40
    assert large < 240
