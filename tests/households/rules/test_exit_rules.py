"""Each condition of exit: when it is met, not met, not verified, and what it says."""

import datetime as dt

import pytest
from django.utils import translation

from households.models import Evaluation, HouseGrade, Schooling, Verdict
from households.rules import BY_CODE, EXIT_RULES, in_force
from households.rules.facts import income_year, school_age_births
from households.services import evaluations
from tests import factories

pytestmark = pytest.mark.django_db
YEAR_END = dt.date(2015, 12, 31)
MET, NOT_MET, NOT_VERIFIED = Verdict.MET, Verdict.NOT_MET, Verdict.NOT_VERIFIED


def judge(household):
    evaluations.evaluate(as_of=YEAR_END, area=factories.county())
    return Evaluation.objects.current(YEAR_END).get(household=household)


def says(evaluation, code):
    with translation.override("en"):
        return BY_CODE[code].explain(evaluation)


def test_every_rule_says_its_basis_and_since_when():
    for rule in EXIT_RULES:
        assert str(rule.label)
        assert str(rule.legal_basis)
        assert rule.valid_from
    assert in_force(YEAR_END) == EXIT_RULES
    assert in_force(dt.date(2013, 12, 31)) == []


@pytest.mark.parametrize(
    ("wages_fen", "members", "verdict"),
    [(571_000, 2, MET), (570_999, 2, NOT_MET), (285_500, 1, MET), (0, 1, NOT_MET)],
)
def test_income_is_compared_without_rounding(wages_fen, members, verdict):
    household = factories.over_the_line(members=members)
    household.incomes.update(wages_fen=wages_fen)
    assert judge(household).income_above_line == verdict


def test_costs_are_subtracted_and_transfers_count():
    household = factories.over_the_line(members=1)
    household.incomes.update(wages_fen=0, pension_fen=300_000, business_fen=50_000, business_cost_fen=64_501)
    assert judge(household).net_income_fen == 285_499


def test_no_statement_is_not_verified():
    household = factories.over_the_line()
    household.incomes.all().delete()
    judged = judge(household)
    assert judged.income_above_line == NOT_VERIFIED
    assert "No income statement" in says(judged, "income_above_line")


def test_no_member_is_never_a_pass():
    household = factories.household()
    factories.income(household, wages_fen=10_000_000)
    factories.conditions(household)
    judged = judge(household)
    assert judged.verdict == NOT_VERIFIED
    assert {judged.income_above_line, judged.medical_cover, judged.compulsory_schooling} == {NOT_VERIFIED}


def test_who_left_or_has_not_joined_does_not_count():
    household = factories.over_the_line(members=3)
    leaver = household.members.last()
    type(leaver).objects.filter(pk=leaver.pk).update(left_on=YEAR_END, left_by="01")
    assert judge(household).persons == 2


@pytest.mark.parametrize(
    ("food", "clothing", "verdict"),
    [(True, True, MET), (True, None, NOT_VERIFIED), (None, False, NOT_MET), (False, True, NOT_MET)],
)
def test_food_and_clothing(food, clothing, verdict):
    household = factories.over_the_line()
    household.conditions.update(food_secure=food, clothing_secure=clothing)
    assert judge(household).food_and_clothing == verdict


@pytest.mark.parametrize(
    ("grade", "verdict"),
    [
        (HouseGrade.A, MET),
        (HouseGrade.B, MET),
        (HouseGrade.C, NOT_MET),
        (HouseGrade.D, NOT_MET),
        (HouseGrade.OTHER, NOT_VERIFIED),
        ("", NOT_VERIFIED),
    ],
)
def test_housing(grade, verdict):
    household = factories.over_the_line()
    household.conditions.update(house_grade=grade)
    assert judge(household).safe_housing == verdict


@pytest.mark.parametrize(("water", "verdict"), [(True, MET), (False, NOT_MET), (None, NOT_VERIFIED)])
def test_water(water, verdict):
    household = factories.over_the_line()
    household.conditions.update(water_safe=water)
    assert judge(household).safe_water == verdict


def test_no_survey_is_not_verified():
    household = factories.over_the_line()
    household.conditions.all().delete()
    judged = judge(household)
    assert {judged.food_and_clothing, judged.safe_housing, judged.safe_water} == {NOT_VERIFIED}


@pytest.mark.parametrize(("insured", "verdict"), [(True, MET), (False, NOT_MET), (None, NOT_VERIFIED)])
def test_medical_cover_of_one_member_decides(insured, verdict):
    household = factories.over_the_line(members=3)
    year = household.members.last().years.get()
    year.medical_insured = insured
    year.save()
    assert judge(household).medical_cover == verdict


def test_a_member_without_a_row_for_the_year_is_unknown():
    household = factories.over_the_line(members=2)
    household.members.last().years.all().delete()
    assert judge(household).medical_cover == NOT_VERIFIED


@pytest.mark.parametrize(
    ("born_on", "schooling", "verdict"),
    [
        (dt.date(2005, 5, 1), Schooling.PRIMARY, MET),
        (dt.date(2005, 5, 1), Schooling.NOT_IN_SCHOOL, NOT_MET),
        (dt.date(2005, 5, 1), Schooling.PRESCHOOL, NOT_MET),
        (dt.date(2005, 5, 1), "", NOT_VERIFIED),
        (dt.date(2009, 8, 31), Schooling.NOT_IN_SCHOOL, NOT_MET),
        (dt.date(2009, 9, 1), Schooling.PRESCHOOL, MET),
        (dt.date(2000, 9, 1), Schooling.NOT_IN_SCHOOL, NOT_MET),
        (dt.date(2000, 8, 31), Schooling.NOT_IN_SCHOOL, MET),
    ],
)
def test_compulsory_schooling(born_on, schooling, verdict):
    household = factories.over_the_line(members=1)
    child = factories.member(household, relation="03", born_on=born_on)
    factories.member_year(child, schooling=schooling)
    household.incomes.update(wages_fen=10_000_000)
    judged = judge(household)
    assert judged.compulsory_schooling == verdict
    assert judged.verdict == verdict


def test_one_condition_not_met_outweighs_one_not_verified():
    household = factories.over_the_line()
    household.conditions.update(water_safe=None, house_grade=HouseGrade.D)
    assert judge(household).verdict == NOT_MET


def test_the_sentence_names_the_facts():
    household = factories.over_the_line(members=2)
    judged = judge(household)
    assert says(judged, "income_above_line") == (
        "Net income of 4,000.00 yuan per head (2 persons) reaches the line of 2,855.00 yuan."
    )
    for rule in EXIT_RULES:
        assert says(judged, rule.code)


def test_the_school_year_begins_in_september():
    assert school_age_births(YEAR_END) == (dt.date(2000, 9, 1), dt.date(2009, 8, 31))
    assert school_age_births(dt.date(2015, 8, 31)) == (dt.date(1999, 9, 1), dt.date(2008, 8, 31))


def test_the_income_year_changes_in_october():
    assert income_year(dt.date(2015, 9, 30)) == 2014
    assert income_year(dt.date(2015, 10, 1)) == 2015
