"""What refuses a household: each defect with its reason and its cell; all rows of the household come back, no other household's."""

import datetime as dt

import pytest

from households.imports.checking import check_file
from households.models import Household, Member, RosterImportState, Severity
from households.models.roster_import import finding_kinds
from jiangjin.areas.models import Area, AreaLevel
from tests import factories
from tests.households.imports.building import (
    ALL,
    FIRST_ROW,
    MAX,
    SHEET,
    head,
    household,
    identity,
    letters,
    pupil,
    sheets_of,
    spouse,
    table,
    workbook,
)

pytestmark = pytest.mark.django_db


def with_person(row, **values):
    makers = [head, spouse, pupil]
    return household(people=[make(**values) if place == row else make() for place, make in enumerate(makers)])


def wrong_digit(number):
    """The same number with another check digit."""
    return number[:17] + ("0" if number[17] != "0" else "1")


# code, the defective household, row within it, column.
DEFECTS = [
    ("no_head", with_person(0, relation="其他"), 0, "relation"),
    ("several_heads", with_person(1, relation="户主"), 1, "relation"),
    ("village_unknown", household(village="桃花源村"), 0, "village"),
    ("village_blank", household(village=""), 0, "village"),
    ("identity_length", with_person(1, identity="50039919700505001"), 1, "identity"),
    ("identity_length", with_person(1, identity="5003991970050500123"), 1, "identity"),
    ("identity_characters", with_person(1, identity="5003991970O5050011"), 1, "identity"),
    ("identity_date", with_person(2, identity="500399201502300018"), 2, "identity"),
    ("identity_future", with_person(2, identity=identity("2016-01-01")), 2, "identity"),
    ("identity_age", with_person(1, identity=identity("1894-12-31", "女")), 1, "identity"),
    ("identity_check_digit", with_person(1, identity=wrong_digit(identity("1971-02-03", "女"))), 1, "identity"),
    ("identity_digits_lost", with_person(1, identity=float(500399197102030020)), 1, "identity"),
    ("identity_digits_lost", with_person(1, identity="5.00399E+17"), 1, "identity"),
    ("identity_blank", with_person(2, identity=""), 2, "identity"),
    ("identity_old_sequence", with_person(0, identity="500399120505996"), 0, "identity"),
    ("identity_card_class", with_person(0, identity=identity() + "91"), 0, "identity"),
    ("identity_card_grade", with_person(0, identity=identity() + "19"), 0, "identity"),
    ("tier_unknown", household(tier="D"), 0, "tier"),
    ("tier_unknown", household(tier="贫困"), 0, "tier"),
    ("amount_unreadable", household(wages_fen="务工收入约3000"), 0, "wages_fen"),
    ("amount_unreadable", household(business_fen=-1), 0, "business_fen"),
    ("amount_unreadable", household(other_transfer_fen="3000-4000"), 0, "other_transfer_fen"),
    ("amount_unreadable", household(pension_fen="9" * 60), 0, "pension_fen"),
    ("number_digits_lost", household(number=float(5001161082059123)), 0, "number"),
    ("number_unreadable", household(number="复建8001"), 0, "number"),
    ("name_blank", with_person(1, name=""), 1, "name"),
    ("name_too_long", with_person(1, name="长" * 61), 1, "name"),
    (
        "values_differ",
        [{**row, "wages_fen": 18000 + place} for place, row in enumerate(household())][:2],
        1,
        "wages_fen",
    ),
]


def check(content, **kwargs):
    kwargs.setdefault("area", factories.town())
    return check_file(content, max_bytes=MAX, **kwargs)


def errors(checked):
    return [
        (header.sheet.name, finding)
        for header, _number, finding in checked.findings()
        if finding.severity == Severity.ERROR
    ]


@pytest.mark.parametrize(("code", "bad", "row", "column"), DEFECTS, ids=[f"{d[0]}-{i}" for i, d in enumerate(DEFECTS)])
def test_a_defect_refuses_its_household_alone(code, bad, row, column):
    before, after = household(), household()
    checked = check(workbook([before, bad, after]))
    found = errors(checked)
    assert {finding.code for _sheet, finding in found} == {code}
    sheet, finding = found[0]
    assert (sheet, finding.row + 1, finding.column) == (SHEET, FIRST_ROW + 3 + row, ALL.index(column))
    assert "%(" not in finding.sentence
    refused = checked.roster.refused
    assert [each.first_row + 1 for each in refused] == [FIRST_ROW + 3]
    assert [member.row + 1 for member in refused[0].members] == [FIRST_ROW + 3 + place for place in range(len(bad))]
    assert checked.counts()["accepted_households"] == 2
    assert checked.counts()["accepted_members"] == 6


def test_the_message_names_sheet_row_and_column(take):
    roster = take(workbook([household(), household(tier="D")]), confirm=False)
    (issue,) = roster.issues.filter(severity=Severity.ERROR)
    assert (issue.sheet, issue.row, issue.column, issue.column_title) == (
        SHEET,
        FIRST_ROW + 3,
        letters("tier"),
        "贫困类别",
    )
    for part in (SHEET, str(FIRST_ROW + 3), letters("tier"), "贫困类别", "D"):
        assert part in issue.message


def test_one_identity_in_two_households_refuses_both():
    number = identity()
    first, other, third = (
        household(people=[head(identity=number)]),
        household(people=[head(identity=number)]),
        household(),
    )
    checked = check(workbook([first, other, third]))
    found = {(finding.code, finding.row + 1) for _sheet, finding in errors(checked)}
    assert found == {("identity_repeated", FIRST_ROW), ("identity_repeated", FIRST_ROW + 1)}
    assert [each.number for each in checked.roster.accepted] == [third[0]["number"]]


def test_an_old_and_a_new_number_of_one_person_are_the_same_identity():
    number = identity("1970-05-05")
    old = number[:6] + number[8:17]
    checked = check(workbook([household(people=[head(identity=number)]), household(people=[head(identity=old)])]))
    assert {finding.code for _sheet, finding in errors(checked)} == {"identity_repeated"}
    assert checked.counts()["accepted_households"] == 0


def test_one_identity_twice_within_a_household():
    number = identity()
    checked = check(workbook([household(people=[head(identity=number), head(relation="其他", identity=number)])]))
    assert {finding.code for _sheet, finding in errors(checked)} == {"identity_repeated"}
    assert len(errors(checked)) == 2


def test_one_household_number_in_two_places_refuses_both():
    number = "5001161082059001"
    checked = check(workbook([household(number=number), household(), household(number=number)]))
    found = {(finding.code, finding.row + 1) for _sheet, finding in errors(checked)}
    assert found == {("number_repeated", FIRST_ROW), ("number_repeated", FIRST_ROW + 6)}


def test_a_head_with_a_village_but_no_number_is_a_household_of_its_own():
    nameless = household()
    nameless[0]["number"] = ""
    checked = check(workbook([household(), nameless, household()]))
    assert [(f.code, f.row + 1, f.column) for _s, f in errors(checked)] == [
        ("number_blank", FIRST_ROW + 3, ALL.index("number"))
    ]
    assert checked.counts()["accepted_members"] == 6


def test_an_identity_on_file_refuses_the_later_claim():
    known = factories.household(members=1, number="5001161082058801")
    number = known.members.get().identity
    checked = check(workbook([household(people=[head(identity=number)]), household()]))
    ((_sheet, finding),) = errors(checked)
    assert (finding.code, finding.row + 1, finding.column) == ("identity_on_file", FIRST_ROW, ALL.index("identity"))
    assert known.number in finding.sentence
    assert checked.counts()["accepted_households"] == 1


def test_a_person_who_left_may_come_back_elsewhere():
    known = factories.household(members=1)
    number = known.members.get().identity
    Member.objects.update(left_on=dt.date(2015, 6, 1), left_by="08")
    assert not errors(check(workbook([household(people=[head(identity=number)])])))


def test_a_household_whose_head_on_file_is_missing():
    known = factories.household(members=2, number="5001161082058802")
    other = known.members.exclude(relation="01").get()
    family = household(number=known.number, people=[head(identity=other.identity, name="新户主")])
    ((_sheet, finding),) = errors(check(workbook([family])))
    assert (finding.code, finding.column) == ("head_missing", ALL.index("relation"))


def test_a_village_of_that_name_in_two_towns_needs_the_town():
    Area.objects.create(
        level=AreaLevel.VILLAGE, name="复建村", parent=factories.town("嘉平镇"), code="500116114299", vintage="test"
    )
    plain = table([household(number="88001234"), household()], title="江津区2015年贫困户花名册")
    checked = check(sheets_of({SHEET: plain}), area=factories.county())
    ((_sheet, finding),) = errors(checked)
    # The second household's number begins with the code of one of them.
    assert (finding.code, finding.row + 1) == ("village_ambiguous", FIRST_ROW)
    with_town = [
        [*row, town] for row, town in zip(plain[1:], ["乡镇", "白沙镇", "", "", "白沙镇", "", ""], strict=True)
    ]
    assert not errors(check(sheets_of({SHEET: [plain[0], *with_town]}), area=factories.county()))


@pytest.mark.parametrize("value", ["#DIV/0!", "#REF!", ""])
def test_a_formula_without_a_value_is_no_zero(value):
    checked = check(workbook([household(wages_fen=("=1/0", value)), household(wages_fen=("=100*180", 18000))]))
    ((_sheet, finding),) = errors(checked)
    assert (finding.code, finding.row + 1, finding.column) == ("formula_error", FIRST_ROW, ALL.index("wages_fen"))
    (taken,) = checked.roster.accepted
    assert taken.values["wages_fen"] == 1_800_000


def test_a_refused_household_is_not_written(take):
    roster = take(workbook([household(), household(tier="D")]))
    assert roster.state == RosterImportState.COMMITTED
    assert (Household.objects.count(), Member.objects.count()) == (1, 3)
    assert list(roster.previews.values_list("result", flat=True)) == ["new", "refused"]


# Told by the commit (test_committing.py) and by the scope (test_scope.py).
ELSEWHERE = {
    *("changed_meanwhile", "not_taken", "number_elsewhere", "identity_on_file_elsewhere", "village_out_of_scope"),
    *("identity_repeated", "number_repeated", "number_blank", "identity_on_file", "head_missing"),
    *("village_ambiguous", "formula_error"),
}


def test_no_error_is_without_its_test():
    kinds = {kind.code for kind in finding_kinds if kind.severity == Severity.ERROR}
    assert kinds == {code for code, *_rest in DEFECTS} | ELSEWHERE
