"""Who qualifies: each rule against plain Python, over everything that may stand on file, one household and all alike."""

import datetime as dt
import itertools
import random
from decimal import Decimal

import pytest
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from assistance.models import EligibilityState, Enrolment, Measure, MeasureTarget
from assistance.rules.eligibility import BY_CODE, RULES
from assistance.rules.eligibility.facts import years_before
from assistance.services import gaps
from households.models import Household, Member
from households.rules.facts import income_year
from tests import factories
from tests.assistance.measures.situations import TODAY, enrolment, measure

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("year_end")]
YEAR = 2015
ABLE, WEAK, HELPLESS, ILL = {"01", "02"}, {"05"}, {"03", "04"}, {"02", "03", "04"}


def by_rule(code):
    """A measure that enrols by this rule."""
    rule = BY_CODE[code]
    return measure(code=code.replace("_", "-"), target=rule.target, eligibility=code)


def measures():
    return [by_rule(rule.code) for rule in RULES]


# --- plain Python -----------------------------------------------------------------------------------------------------


class Unknown:
    """Neither true nor false, as SQL's NULL."""


UNKNOWN = Unknown()


def either(*answers):
    if any(answer is True for answer in answers):
        return True
    return UNKNOWN if any(answer is UNKNOWN for answer in answers) else False


def both(*answers):
    if any(answer is False for answer in answers):
        return False
    return UNKNOWN if any(answer is UNKNOWN for answer in answers) else True


def among(value, wanted):
    return UNKNOWN if value in ("", None) else value in wanted


def more_than_nothing(value):
    return UNKNOWN if value is None else value > 0


def some(people, is_one, is_known):
    """Whether there is one; not known where none is known and of somebody nobody knows, or nobody is on file."""
    if any(is_one(person) for person in people):
        return True
    return False if people and all(is_known(person) for person in people) else UNKNOWN


def present(household):
    return [
        each
        for each in household.members.all()
        if each.joined_on <= TODAY and (each.left_on is None or each.left_on > TODAY)
    ]


def facts(person, name):
    row = person.years.filter(year=income_year(TODAY)).first()
    return getattr(row, name) if row is not None else ("" if name != "on_allowance" else None)


def grown_up(person):
    return person.age(TODAY) >= 16


def household_answers(household):
    people = present(household)
    survey = household.conditions.filter(year=income_year(TODAY), surveyed_on__lte=TODAY).first()
    farmland, forest = (getattr(survey, name, None) for name in ("farmland_mu", "forest_mu"))
    grade = survey.house_grade if survey is not None else ""

    def labour_known(each):
        return not grown_up(each) or facts(each, "labour") != ""

    able = some(people, lambda each: facts(each, "labour") in ABLE, labour_known)
    weak = some(people, lambda each: facts(each, "labour") in WEAK, labour_known)
    helpless = some(
        people,
        lambda each: grown_up(each) and facts(each, "labour") in HELPLESS and facts(each, "health") in ILL,
        lambda each: not grown_up(each) or (facts(each, "labour") != "" and facts(each, "health") != ""),
    )
    allowance = some(
        people,
        lambda each: facts(each, "on_allowance") is True,
        lambda each: facts(each, "on_allowance") is not None,
    )

    def nobody(answer):
        return UNKNOWN if answer is UNKNOWN else not answer

    return {
        "poor_household": bool(people),
        "land_and_labour": both(able, more_than_nothing(farmland)),
        "household_labour": either(able, weak),
        "land_for_shares": either(more_than_nothing(farmland), more_than_nothing(forest)),
        "labour_for_credit": able,
        "dangerous_house": UNKNOWN if grade == "9" else among(grade, {"3", "4"}),
        "allowance": either(
            among(household.attribute, {"02", "04"}),
            allowance,
            both(among(household.attribute, {"01", "05"}), nobody(able), nobody(weak), helpless),
        ),
        "five_guarantees": among(household.attribute, {"03"}),
    }


def person_answers(person):
    age = person.age(TODAY)
    labour, schooling, health = (facts(person, name) for name in ("labour", "schooling", "health"))
    return {
        "poor_person": True,
        "over_fifteen": age > 15,
        "serious_illness": among(health, {"03"}),
        "chronic_illness": among(health, {"02"}),
        "compulsory_student": among(schooling, {"03", "04", "05", "06"}),
        "upper_secondary_student": among(schooling, {"07", "08", "09", "10", "11", "12"}),
        "higher_education_student": among(schooling, {"13", "14", "15", "16"}),
        "preschool_child": among(schooling, {"02"}),
        "young_child": age <= 6,
        "working_age_labour": both(16 <= age <= 59, among(labour, ABLE), among(schooling, {"01", "02"})),
        "weak_labour": both(18 <= age <= 64, among(labour, WEAK)),
    }


def state(answer, is_held):
    if is_held:
        return EligibilityState.HAS if answer is True else EligibilityState.OTHERWISE
    if answer is UNKNOWN:
        return EligibilityState.NOT_VERIFIED
    return EligibilityState.LACKS if answer else EligibilityState.NOT


# --- a population in which everything occurs --------------------------------------------------------------------------


def populate(rng, count):
    """Households that differ in whatever the rules ask."""
    places = [factories.village("复建村"), factories.village("紫荆村")]
    for _number in range(count):
        household = factories.household(
            area=rng.choice(places),
            attribute=rng.choice(["", "01", "02", "03", "04", "05"]),
            tier=rng.choice(["", "A", "B", "C"]),
            status=rng.choice(["on_roll", "on_roll", "exited", "relapsed", "removed"]),
            status_on=dt.date(2015, 6, 1),
        )
        for _person in range(rng.randint(0, 3)):
            a_person(rng, household)
        if rng.random() < 0.85:
            factories.conditions(
                household,
                house_grade=rng.choice(["", "1", "2", "3", "4", "9"]),
                farmland_mu=rng.choice([None, Decimal(0), Decimal("2.5")]),
                forest_mu=rng.choice([None, Decimal(0), Decimal(1)]),
                surveyed_on=rng.choice([dt.date(2015, 11, 1), dt.date(2016, 1, 5)]),
            )


def a_person(rng, household):
    born_on = dt.date(2015 - rng.choice([0, 3, 6, 7, 15, 16, 17, 18, 30, 59, 60, 64, 65, 80]), rng.randint(1, 12), 15)
    gone = rng.random() < 0.1
    person = factories.member(
        household,
        relation="99",
        born_on=min(born_on, dt.date(2015, 12, 1)),
        left_on=TODAY if gone else None,
        left_by="01" if gone else "",
    )
    if rng.random() < 0.9:
        factories.member_year(
            person,
            rng.choice([2015, 2015, 2015, 2014]),
            labour=rng.choice(["", "01", "02", "03", "04", "05"]),
            health=rng.choice(["", "01", "02", "03", "04"]),
            schooling=rng.choice(["", *(f"{code:02d}" for code in range(1, 17))]),
            on_allowance=rng.choice([None, True, False, False]),
        )


@pytest.mark.parametrize("seed", range(4))
def test_every_rule_says_what_plain_python_says(seed):
    rng = random.Random(seed)
    populate(rng, 60)
    catalogue = measures()
    held = set()
    for household in Household.objects.all():
        for each in rng.sample(catalogue, 4):
            subject = household if each.target == "household" else household.members.first()
            if subject is not None:
                enrolment(
                    subject,
                    measure=each,
                    state=rng.choice(["planned", "done", "stopped"]),
                    year=rng.choice([2014, 2015]),
                )
    for row in Enrolment.objects.all():
        if row.state != "stopped" and row.year == YEAR:
            held.add((row.measure_id, row.member_id or row.household_id))
    expected = expected_states(catalogue, held)
    found = {
        (standing.measure.pk, standing.facts.pk): standing.state
        for standing in gaps.standings(Household.objects.all(), as_of=TODAY, measures=catalogue)
    }
    assert found == expected
    assert set(found.values()) == set(EligibilityState)
    figures_agree(catalogue, expected)
    lists_agree(catalogue, expected)


def expected_states(catalogue, held):
    expected = {}
    followed = [each for each in Household.objects.all() if each.status != "removed"]
    for household in followed:
        answers = household_answers(household)
        for each in catalogue:
            if each.target == MeasureTarget.HOUSEHOLD:
                key = each.pk, household.pk
                expected[key] = state(answers[each.eligibility], key in held)
        for person in present(household):
            answers_of_person = person_answers(person)
            for each in catalogue:
                if each.target == MeasureTarget.PERSON:
                    key = each.pk, person.pk
                    expected[key] = state(answers_of_person[each.eligibility], key in held)
    return expected


def figures_agree(catalogue, expected):
    figures = gaps.figures(Household.objects.all(), as_of=TODAY, measures=catalogue)
    for each in catalogue:
        states = [value for (key, _subject), value in expected.items() if key == each.pk]
        told = figures[each.pk]
        assert (told.has, told.lacks, told.not_verified, told.otherwise) == tuple(
            states.count(wanted)
            for wanted in (
                EligibilityState.HAS,
                EligibilityState.LACKS,
                EligibilityState.NOT_VERIFIED,
                EligibilityState.OTHERWISE,
            )
        ), each.code


def lists_agree(catalogue, expected):
    for each, wanted in itertools.product(catalogue, EligibilityState):
        model = Household if each.target == MeasureTarget.HOUSEHOLD else Member
        chosen = gaps.subjects(Household.objects.all(), as_of=TODAY, measure=each, states=[wanted])
        listed = set(model.objects.filter(pk__in=chosen).values_list("pk", flat=True))
        assert listed == {
            subject for (key, subject), value in expected.items() if key == each.pk and value == wanted
        }, (each.code, wanted)


# --- single points ----------------------------------------------------------------------------------------------------


def test_every_rule_says_its_name_its_basis_and_whom_it_asks():
    assert len(RULES) == len(BY_CODE) == 19
    for rule in RULES:
        assert str(rule.label)
        assert str(rule.basis)
        assert rule.code.isidentifier()


def test_every_rule_explains_whatever_it_finds():
    populate(random.Random(5), 40)
    with translation.override("en"):
        standings = gaps.standings(Household.objects.all(), as_of=TODAY, measures=measures())
        assert len(standings) > 300
        for standing in standings:
            assert standing.sentence.endswith("."), standing.sentence
            assert "None" not in standing.sentence


@pytest.mark.parametrize(
    ("born_on", "age"),
    [
        (dt.date(1999, 12, 31), 16),
        (dt.date(2000, 1, 1), 15),
        (dt.date(2015, 12, 31), 0),
        (dt.date(1996, 2, 29), 19),
    ],
)
def test_age_in_full_years(born_on, age):
    person = factories.member(factories.household(), born_on=born_on)
    (standing,) = gaps.standings(Household.objects.all(), as_of=TODAY, measures=[by_rule("over_fifteen")])
    assert standing.facts.age == person.age(TODAY) == age


def test_the_same_day_years_before():
    assert years_before(dt.date(2015, 12, 31), 16) == dt.date(1999, 12, 31)
    assert years_before(dt.date(2016, 2, 29), 16) == dt.date(2000, 2, 29)
    assert years_before(dt.date(2016, 2, 29), 15) == dt.date(2001, 2, 28)


def test_what_is_given_once_is_had_for_ever():
    household = factories.over_the_line()
    once = measure(target="household", eligibility="poor_household", recurrence="once")
    yearly = measure(target="household", eligibility="poor_household")
    for each in (once, yearly):
        enrolment(household, measure=each, state="done", year=2014, on=dt.date(2014, 12, 1))
    found = {
        row.measure: row.state for row in gaps.standings(Household.objects.all(), as_of=TODAY, measures=[once, yearly])
    }
    assert found == {once: EligibilityState.HAS, yearly: EligibilityState.LACKS}


def test_a_stopped_enrolment_is_not_held_and_one_of_another_member_is_not_mine():
    household = factories.over_the_line(members=2)
    first, second = household.members.order_by("pk")
    help_ = by_rule("poor_person")
    enrolment(first, measure=help_, state="stopped")
    enrolment(second, measure=help_, state="planned")
    states = {row.facts.pk: row.state for row in gaps.standings(Household.objects.all(), as_of=TODAY, measures=[help_])}
    assert states == {first.pk: EligibilityState.LACKS, second.pk: EligibilityState.HAS}


def test_mandatory_tiers():
    for tier in ("A", "B", "C", ""):
        factories.over_the_line(tier=tier)
    help_ = measure(eligibility="poor_household", mandatory_tiers="AB")
    figures = gaps.figures(Household.objects.all(), as_of=TODAY, measures=[help_])[help_.pk]
    assert (figures.lacks, figures.mandatory) == (4, 2)
    chosen = gaps.subjects(
        Household.objects.all(), as_of=TODAY, measure=help_, states=[EligibilityState.LACKS], mandatory_only=True
    )
    assert set(Household.objects.filter(pk__in=chosen).values_list("tier", flat=True)) == {"A", "B"}


def test_a_rule_that_asks_others_than_the_measure_enrols_is_no_rule():
    factories.over_the_line()
    odd = measure(target="household", eligibility="over_fifteen")
    unknown = measure(target="household", eligibility="nothing_like_it")
    assert gaps.with_rule(TODAY) == []
    assert gaps.standings(Household.objects.all(), as_of=TODAY, measures=[odd, unknown]) == []


def test_only_measures_on_offer_are_asked_for():
    ended = measure(eligibility="poor_household", valid_to=dt.date(2015, 12, 30))
    current = measure(eligibility="poor_household")
    assert gaps.with_rule(TODAY) == [current]
    assert gaps.with_rule(dt.date(2015, 12, 30)) == [ended, current]


def test_by_place_adds_up_to_the_whole():
    populate(random.Random(7), 40)
    help_ = by_rule("household_labour")
    whole = gaps.figures(Household.objects.all(), as_of=TODAY, measures=[help_])[help_.pk]
    for villages in (True, False):
        places = gaps.by_place(Household.objects.all(), as_of=TODAY, measure=help_, villages=villages)
        assert len(places) == 2
        assert sum(each.lacks for each in places.values()) == whole.lacks
        assert sum(each.not_verified for each in places.values()) == whole.not_verified


def test_nobody_chosen_is_nobody_counted():
    help_ = by_rule("poor_household")
    assert gaps.figures(Household.objects.none(), as_of=TODAY, measures=[help_])[help_.pk].qualifies == 0
    assert gaps.standings(Household.objects.none(), as_of=TODAY, measures=[help_]) == []


def test_two_statements_however_many_measures_and_households():
    populate(random.Random(3), 10)
    catalogue = measures()
    households = Household.objects.filter(Q(village__path__gte="0"))
    for wanted in (catalogue[:1], catalogue):
        with CaptureQueriesContext(connection) as captured:
            gaps.figures(households, as_of=TODAY, measures=wanted)
        assert len(captured) == len({each.target for each in wanted})


def test_more_measures_than_bits_are_refused():
    many = [Measure(pk=number, target="household", eligibility="poor_household") for number in range(1, 64)]
    with pytest.raises(ValueError, match="too many"):
        gaps.figures(Household.objects.all(), as_of=TODAY, measures=many)
