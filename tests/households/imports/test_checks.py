"""Every check, one by one: a faultless household, one thing changed, one finding, at the right sheet, row and column."""

from dataclasses import dataclass
from typing import Any

import pytest

from households.imports import checks
from households.imports.checking import check_file
from households.models import Severity
from households.models.roster_import import finding_kinds
from tests import factories
from tests.households.imports.building import (
    ALL,
    FIRST_ROW,
    MAX,
    SHEET,
    household,
    identity,
    pupil,
    roster_of,
    sheets_of,
    spouse,
    table,
    workbook,
)
from tests.households.imports.building import head as the_head

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Case:
    """A roster that must tell `code` at the row (0 is the first of the household) and column, among nothing worse."""

    code: str
    rows: Any
    row: int
    column: str
    codes: tuple[str, ...] = tuple(ALL)
    # What else is true then, and told too.
    besides: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.code


def person(code, row, column, *, besides=(), **values):
    """One of the three people is otherwise."""
    makers = [the_head, spouse, pupil]
    people = [make(**values) if place == row else make() for place, make in enumerate(makers)]
    return Case(code, household(people=people), row, column, besides=tuple(besides))


def whole(code, column, *, besides=(), codes=tuple(ALL), **values):
    """The household as a whole is otherwise."""
    return Case(code, household(**values), 0, column, codes, tuple(besides))


def people(code, row, column, *members, besides=(), **values):
    return Case(code, household(people=members, **values), row, column, besides=tuple(besides))


BLANKS = [
    whole("attribute_blank", "attribute", attribute=""),
    whole("tier_blank", "tier", tier=""),
    whole("main_cause_blank", "main_cause", main_cause="—"),
    whole("house_grade_blank", "house_grade", house_grade=" "),
    whole("house_area_blank", "house_area_m2", house_area_m2=""),
    whole("water_blank", "water_safe", water_safe=""),
    whole("power_blank", "power_for_living", power_for_living="/"),
    whole("cooperative_blank", "in_cooperative", in_cooperative=""),
    whole("road_distance_blank", "road_distance_m", road_distance_m=""),
    whole("road_kind_blank", "road_kind", road_kind=""),
    whole("fuel_blank", "fuel", fuel=""),
    whole("toilet_blank", "sanitary_toilet", sanitary_toilet=""),
    whole("helper_blank", "helper_name", helper_name=""),
    person("ethnicity_blank", 1, "ethnicity", ethnicity=""),
    person("education_blank", 1, "education", education=""),
    person("schooling_blank", 2, "schooling", schooling=""),
    person("health_blank", 0, "health", health=""),
    person("labour_blank", 1, "labour", labour=""),
    person("sex_blank", 1, "sex", sex="", identity=identity("1971-01-01", "女")),
    person("relation_blank", 1, "relation", relation=""),
    whole(
        "income_blank",
        "wages_fen",
        **dict.fromkeys(
            (
                *("wages_fen", "business_fen", "property_fen", "family_planning_fen", "allowance_fen"),
                *("five_guarantees_fen", "pension_fen", "ecological_fen", "other_transfer_fen", "business_cost_fen"),
            ),
            "",
        ),
    ),
]
CONTRADICTIONS = [
    whole("sick_cause_without_patient", "main_cause", main_cause="因病"),
    whole("sick_cause_without_patient", "other_cause", other_cause="因病致贫"),
    whole("disability_cause_without_disabled", "main_cause", main_cause="因残"),
    people("schooling_cause_without_student", 0, "main_cause", the_head(), spouse(), main_cause="因学"),
    whole("cause_repeated", "other_cause", main_cause="缺技术", other_cause="缺乏技术"),
    whole("allowance_household_without_member", "attribute", attribute="低保贫困户", allowance_fen=2400),
    whole("general_with_allowance", "allowance_fen", allowance_fen=2400),
    whole("general_with_allowance", "five_guarantees_fen", five_guarantees_fen=4000),
    whole(
        "both_allowances",
        "five_guarantees_fen",
        attribute="低保贫困户",
        allowance_fen=2400,
        five_guarantees_fen=4000,
        besides=["allowance_household_without_member"],
    ),
    people(
        "five_guarantees_with_worker",
        0,
        "labour",
        the_head(),
        attribute="五保户",
        five_guarantees_fen=4000,
    ),
    people("allowance_without_money", 0, "allowance_fen", the_head(on_allowance="是"), attribute="低保贫困户"),
    people(
        "allowance_without_money",
        0,
        "allowance_fen",
        the_head(on_allowance="是"),
        attribute="低保户",
        allowance_fen="",
        besides=["income_items_blank"],
    ),
    people(
        "five_guarantees_without_money",
        0,
        "five_guarantees_fen",
        the_head(labour="无劳动力", health="残疾", work_place="", work_months=""),
        attribute="五保户",
        wages_fen=0,
    ),
    person("able_without_labour", 1, "labour", labour="无劳动力"),
    person("labourless_with_work", 0, "work_months", labour="丧失劳动力", health="长期慢性病"),
    person("work_place_without_months", 0, "work_months", work_months=""),
    person("work_months_without_place", 0, "work_place", work_place=""),
    people("wages_without_worker", 0, "wages_fen", the_head(work_place="", work_months=""), spouse()),
    whole("worker_without_wages", "work_place", wages_fen=0),
    whole("worker_without_wages", "work_place", wages_fen="", besides=["income_items_blank"]),
    whole("business_without_cost", "business_cost_fen", business_cost_fen=0),
    whole("business_without_cost", "business_cost_fen", business_cost_fen="", besides=["income_items_blank"]),
    person("relation_and_sex", 2, "relation", relation="之女"),
    person("relation_and_sex", 2, "relation", relation="之孙女"),
    people("spouse_of_same_sex", 1, "sex", the_head(), spouse(sex="男")),
    person("too_young_for_school", 2, "schooling", schooling="高中一年级"),
    person("too_young_for_school", 2, "education", education="高中"),
    person(
        "over_age_student",
        2,
        "schooling",
        born="1995-01-01",
        schooling="小学",
        labour="普通劳动力",
        work_place="",
        work_months="",
    ),
    whole("helper_is_member", "helper_name", helper_name="陈建国"),
    whole("several_helpers", "helper_name", helper_name="袁建、李平"),
    whole("ecological_without_land", "ecological_fen", returned_forest_mu=0),
    whole("count_differs", "stated_persons", stated_persons=4),
    whole("village_code_differs", "number", number="5001161082069123"),
]
CERTIFICATES = [
    person("sex_differs", 1, "sex", sex="女", identity=identity("1971-01-01", "男")),
    person("old_identity", 0, "identity", identity="500399700505231"),
    Case(
        "birthday_differs",
        household(people=[the_head(born_on="1970-05-06"), spouse(born_on=""), pupil(born_on="")]),
        0,
        "born_on",
        (*ALL, "born_on"),
    ),
]
RANGES = [
    whole("per_head_out_of_range", "wages_fen", business_fen=100, business_cost_fen=30_000),
    whole("per_head_out_of_range", "wages_fen", wages_fen="28万", business_fen="5万"),
    whole("amount_out_of_range", "wages_fen", wages_fen=299.99),
    whole("amount_out_of_range", "wages_fen", wages_fen=300_000.01, besides=["per_head_out_of_range"]),
    people(
        "amount_too_small",
        0,
        "allowance_fen",
        the_head(on_allowance="是"),
        attribute="低保贫困户",
        allowance_fen=199,
    ),
    whole("amount_too_small", "pension_fen", pension_fen=87),
    whole("amount_too_small", "family_planning_fen", family_planning_fen=99),
    whole("farmland_out_of_range", "farmland_mu", farmland_mu=150.01),
    whole("forest_out_of_range", "forest_mu", forest_mu=210.01),
    whole("road_out_of_range", "road_distance_m", road_distance_m="50.1公里"),
    whole("returned_over_forest", "returned_forest_mu", returned_forest_mu=3.01),
    Case("net_income_differs", household(net_income=9999), 0, "net_income", (*ALL, "net_income")),
]
READING = [
    person("relation_unknown", 1, "relation", relation="朋友"),
    person("cell_unreadable", 1, "health", health="不详"),
    whole("cell_unreadable", "main_cause", main_cause="懒"),
    whole("digits_lost", "phone", phone=6.2284800123456e18),
    whole("personal_number_unreadable", "phone", phone="没有电话"),
    person("name_odd", 1, "name", name="李2"),
    Case("detail_differs", household(people=[the_head(), spouse(house_grade="C级"), pupil()]), 1, "house_grade"),
    Case("name_odd", household(people=[the_head(), spouse(name="李"), pupil()]), 1, "name"),
]
CASES = [*BLANKS, *CONTRADICTIONS, *CERTIFICATES, *RANGES, *READING]


def findings_of(content):
    checked = check_file(content, area=factories.town(), max_bytes=MAX)
    return checked, [found for _header, _number, found in checked.findings()]


def test_a_faultless_household_has_no_findings():
    checked, found = findings_of(workbook([household()]))
    assert [each.code for each in found] == ["group_new"]
    assert checked.counts()["new"] == 1


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_doubt_warns_at_its_cell_and_the_household_is_taken(case):
    checked, found = findings_of(workbook([case.rows], case.codes))
    told = [each for each in found if each.code == case.code]
    assert len(told) == 1, [(each.code, each.sentence) for each in found]
    (finding,) = told
    assert finding.severity == Severity.WARNING
    assert (finding.row + 1, finding.column) == (FIRST_ROW + case.row, case.codes.index(case.column))
    assert {each.code for each in found} - {"group_new"} == {case.code, *case.besides}
    assert checked.counts()["accepted_households"] == 1
    assert checked.counts()["refused_households"] == 0
    assert "%(" not in finding.sentence


@pytest.mark.parametrize(
    ("case", "value"),
    [
        ("wages_fen", 300), ("wages_fen", 200_000), ("pension_fen", 88), ("family_planning_fen", 100),
        ("farmland_mu", 150), ("forest_mu", 210), ("road_distance_m", "50公里"), ("returned_forest_mu", 3),
    ],
)  # fmt: skip
def test_a_value_on_the_border_is_in_range(case, value):
    _checked, found = findings_of(workbook([household(**{case: value})]))
    assert {each.code for each in found} == {"group_new"}


@pytest.mark.parametrize(
    ("born", "schooling", "told"),
    [
        ("2001-12-31", "高中一年级", True),  # 14 on the last day of the year
        ("2000-12-31", "高中一年级", False),
        ("1995-12-31", "小学", True),  # 20 on that day
        ("1996-01-01", "小学", False),
    ],
)
def test_ages_are_those_of_the_end_of_the_sheets_year(born, schooling, told):
    labour = "普通劳动力" if born < "2000" else ""
    child = pupil(born=born, schooling=schooling, labour=labour)
    _checked, found = findings_of(workbook([household(people=[the_head(), spouse(), child])]))
    codes = {each.code for each in found}
    assert bool(codes & {"too_young_for_school", "over_age_student"}) is told


# What other columns show as well: months show work as places do, the identity number shows the sex, ten columns the income.
SEVERAL_COLUMNS = {"worker_without_wages", "spouse_of_same_sex", "income_blank", "per_head_out_of_range"}
NEEDED = {"number", "relation", "name", "identity"}


@pytest.mark.parametrize(
    "case",
    [
        case
        for case in [*BLANKS, *CONTRADICTIONS, *RANGES]
        if case.code not in SEVERAL_COLUMNS and case.column not in NEEDED
    ],
    ids=str,
)
def test_a_column_that_the_sheet_does_not_have_is_not_a_blank(case):
    codes = [code for code in case.codes if code != case.column]
    checked, found = findings_of(workbook([case.rows], codes))
    assert case.code not in {each.code for each in found}
    assert checked.counts()["accepted_households"] == 1


def test_who_may_be_at_school_is_not_asked_for_an_education():
    """Whether somebody of 14 is at school is not known where the sheet does not ask."""
    codes = [code for code in ALL if code != "schooling"]
    family = household(people=[the_head(), spouse(education=""), pupil(education="")])
    _checked, found = findings_of(workbook([family], codes))
    assert [each.row + 1 for each in found if each.code == "education_blank"] == [FIRST_ROW + 1]


def test_an_amount_that_is_not_understood_is_not_called_nothing():
    family = household(business_cost_fen="很多")
    _checked, found = findings_of(workbook([family]))
    assert {each.code for each in found} == {"amount_unreadable", "group_new"}


def test_the_helper_of_one_is_poor_in_another_household_of_the_village():
    helped = household(helper_name="赵明亮")
    poor = household(people=[the_head(name="赵明亮")])
    other_village = household(people=[the_head(name="袁建")], village="窄口村", number="5001161082069001")
    _checked, found = findings_of(workbook([helped, poor, other_village]))
    (finding,) = [each for each in found if each.code == "helper_is_poor"]
    assert (finding.row + 1, finding.column) == (FIRST_ROW, ALL.index("helper_name"))
    assert poor[0]["number"] in finding.sentence


def test_a_negative_net_income_may_be_stated():
    family = household(business_fen=100, business_cost_fen=30_000, net_income=-11_460)
    right = roster_of(workbook([family], (*ALL, "net_income"))).households[0].net_income_fen
    assert right == (18000 + 100 + 1140 + 200 + 300 - 30_000) * 100
    family[0]["net_income"] = right / 100
    _checked, found = findings_of(workbook([family], (*ALL, "net_income")))
    assert {each.code for each in found} == {"per_head_out_of_range", "group_new"}


@pytest.mark.parametrize(
    ("code", "titles", "row", "column"),
    [
        ("column_unread", ["备用栏"], 2, len(ALL)),
        ("column_doubled", ["姓名"], 2, len(ALL)),
    ],
)
def test_a_column_that_is_not_imported_is_named(code, titles, row, column):
    plain = table([household()])
    plain[1] += titles
    _checked, found = findings_of(sheets_of({SHEET: plain}))
    (finding,) = [each for each in found if each.code == code]
    assert (finding.row + 1, finding.column, finding.severity) == (row, column, Severity.HINT)


def test_a_disability_card_is_taken_with_a_hint():
    card = identity("1970-05-05") + "43"
    checked, found = findings_of(workbook([household(people=[the_head(identity=card), spouse(), pupil()])]))
    assert {each.code for each in found} == {"disability_card", "group_new"}
    read = checked.roster.households[0].members[0].identity
    assert (read.number, read.as_given) == (card[:18], card)


def test_a_row_without_a_name_and_number_is_told_and_left():
    plain = table([household()])
    plain.append([""] * ALL.index("health") + ["健康"])
    _checked, found = findings_of(sheets_of({SHEET: plain}))
    (finding,) = [each for each in found if each.code == "row_unread"]
    assert (finding.row + 1, finding.column) == (FIRST_ROW + 3, ALL.index("name"))


# What is told only beside the register is tested in test_register.py, what only a whole file shows in test_workbooks.py.
ELSEWHERE = {
    *("exited_below_line", "exited_in_dangerous_house", "exited_out_of_school", "exited_uninsured"),
    *("exited_without_safe_water", "same_grade_three_years", "member_missing", "not_on_roll", "sheet_hidden"),
}


def test_no_check_is_without_its_test():
    warnings = {kind.code for kind in finding_kinds if kind.severity == Severity.WARNING}
    assert warnings == {case.code for case in CASES} | ELSEWHERE | {"helper_is_poor", "row_unread"}
    assert len(checks.CHECKS) > 15
