"""Several at the same moment: the same household enrolled twice, an enrolment approved and stopped."""

import pytest
from django.core.exceptions import ValidationError

from assistance.models import Enrolment, EnrolmentStep
from assistance.services import enrolments, enrolments_many
from assistance.services.enrolment_refusals import code_of
from tests import factories
from tests.assistance.measures.situations import TODAY, draft, for_persons, measure
from tests.assistance.services.test_together import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("year_end")]


def split(outcomes):
    """(stored, codes of what was refused)"""
    stored = [outcome for outcome in outcomes if isinstance(outcome, Enrolment)]
    refused = [outcome for outcome in outcomes if isinstance(outcome, ValidationError)]
    assert len(stored) + len(refused) == len(outcomes), outcomes
    return stored, [code_of(each) for each in refused]


@pytest.mark.parametrize(("recurrence", "code"), [("yearly", "already"), ("once", "already_once")])
def test_the_same_household_is_enrolled_once(recurrence, code):
    wanted = draft(factories.household(), measure=measure(recurrence=recurrence))
    outcomes = at_once(*[lambda: enrolments.propose(draft=wanted, by=None, today=TODAY)] * 4)
    stored, refused = split(outcomes)
    assert (len(stored), refused) == (1, [code] * 3)
    assert (Enrolment.objects.count(), EnrolmentStep.objects.count()) == (1, 1)


def test_what_is_given_once_is_not_given_in_two_years_at_once():
    household, once = factories.household(), measure(recurrence="once")
    works = [
        lambda year=year: enrolments.propose(draft=draft(household, measure=once, year=year), by=None, today=TODAY)
        for year in (2014, 2015, 2016)
    ]
    stored, refused = split(at_once(*works))
    assert (len(stored), refused) == (1, ["already_once"] * 2)


def test_several_of_a_year_get_numbers_of_their_own():
    wanted = draft(factories.household(), measure=measure(recurrence="repeated"))
    split(at_once(*[lambda: enrolments.propose(draft=wanted, by=None, today=TODAY)] * 4))
    assert sorted(Enrolment.objects.values_list("sequence", flat=True)) == [1, 2, 3, 4]


def test_two_lists_of_the_same_persons_are_one():
    people = [member for _number in range(5) for member in factories.household(members=2).members.all()]
    help_ = for_persons()
    drafts = [draft(person, measure=help_) for person in people]

    def write(order):
        return lambda: enrolments_many.propose_many(drafts=order, by=None, today=TODAY)

    first, second = at_once(write(drafts), write(drafts[::-1]))
    stored = [each for each in [*first, *second] if isinstance(each, Enrolment)]
    assert len(stored) == Enrolment.objects.count() == 10


def test_approved_and_stopped_at_once_are_one_after_the_other():
    row = enrolments.propose(draft=draft(factories.household()), by=None, today=TODAY)
    outcomes = at_once(
        lambda: enrolments.approve(enrolment=row, by=None, today=TODAY, version=1),
        lambda: enrolments.stop(enrolment=row, by=None, today=TODAY, reason="放弃", version=1),
    )
    stored, refused = split(outcomes)
    assert (len(stored), refused) == (1, ["conflict"])
    assert Enrolment.objects.get().version == 2
