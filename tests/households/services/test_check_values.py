"""`check_values` says what `clean_fields` says, row after row: what it remembers is never somebody else's answer."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from households.models import Household, IncomeStatement, LivingConditions, Member, MemberYear
from households.services.batch import check_values

DAY = dt.date(2015, 1, 1)
YEAR = {"year": 2015}
ROWS = [
    (MemberYear, {**YEAR, "health": "01"}),
    (MemberYear, {**YEAR, "health": "99"}),
    (MemberYear, {**YEAR, "medical_insured": True}),
    (MemberYear, {**YEAR, "medical_insured": 1}),
    (MemberYear, {**YEAR, "medical_insured": "perhaps"}),
    (MemberYear, {**YEAR, "work_months": 12}),
    (MemberYear, {**YEAR, "work_months": 13}),
    (MemberYear, {**YEAR, "work_months": True}),
    (MemberYear, {"year": 1999}),
    (MemberYear, {"year": None}),
    (IncomeStatement, {**YEAR, "reported_on": DAY, "wages_fen": 5}),
    (IncomeStatement, {**YEAR, "reported_on": None}),
    (IncomeStatement, {**YEAR, "reported_on": "2015-02-30"}),
    (IncomeStatement, {**YEAR, "reported_on": "2015-02-28"}),
    (LivingConditions, {**YEAR, "surveyed_on": DAY, "farmland_mu": "4.5"}),
    (LivingConditions, {**YEAR, "surveyed_on": DAY, "farmland_mu": "viel"}),
    (LivingConditions, {**YEAR, "surveyed_on": DAY, "house_grade": "7"}),
    (Household, {"number": "12", "tier": "E", "status_on": DAY, "registered_on": DAY}),
    (Household, {"number": "5001161082058001", "tier": "A", "status_on": DAY, "registered_on": DAY}),
    (Household, {"number": "5001161082058001", "main_cause": "1", "status_on": DAY, "registered_on": DAY}),
    (Member, {"name": "", "relation": "77", "sex": "1", "born_on": DAY, "joined_on": DAY}),
    (Member, {"name": "长" * 61, "relation": "01", "sex": "3", "born_on": DAY, "joined_on": DAY}),
]
UNCHECKED = {
    MemberYear: ["member"],
    IncomeStatement: ["household"],
    LivingConditions: ["household"],
    Household: ["village", "group", "phone", "bank_account"],
    Member: ["household", "name_pinyin", "name_initials", "identity", "identity_digest", "identity_masked"],
}


def outcome(clean, row, model):
    """Errors by field, or the cleaned values with their types."""
    try:
        clean(row)
    except ValidationError as refusal:
        return refusal.message_dict
    return {
        field.name: (type(getattr(row, field.attname)), getattr(row, field.attname))
        for field in model._meta.fields
        if not field.generated and field.name not in UNCHECKED[model]
    }


def _as_django_does(row):
    row.clean_fields(exclude=UNCHECKED[type(row)])


def _as_the_batch_does(row):
    check_values(row, unchecked=UNCHECKED[type(row)])


@pytest.mark.parametrize("backwards", [False, True])
def test_every_row_is_judged_as_alone(backwards):
    for model, values in [*ROWS[::-1], *ROWS] if backwards else [*ROWS, *ROWS]:
        expected = outcome(_as_django_does, model(**values), model)
        found = outcome(_as_the_batch_does, model(**values), model)
        assert found == expected, (model.__name__, values)
