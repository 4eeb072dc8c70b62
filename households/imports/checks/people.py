"""Answers about one person that do not go together."""

from django.utils.translation import gettext_lazy as _

from households.imports.findings import warning
from households.imports.roster import SheetHousehold
from households.models import Education, Health, Labour, Relation, Schooling, Sex

ABLE_AGES = range(16, 60)
MEN = {
    Relation.SON,
    Relation.SON_IN_LAW,
    Relation.GRANDSON,
    Relation.DAUGHTERS_SON,
    Relation.FATHER,
    Relation.WIFES_FATHER,
    Relation.HUSBANDS_FATHER,
    Relation.GRANDFATHER,
    Relation.MOTHERS_FATHER,
}
WOMEN = {
    Relation.DAUGHTER,
    Relation.DAUGHTER_IN_LAW,
    Relation.GRANDDAUGHTER,
    Relation.DAUGHTERS_DAUGHTER,
    Relation.MOTHER,
    Relation.WIFES_MOTHER,
    Relation.HUSBANDS_MOTHER,
    Relation.GRANDMOTHER,
    Relation.MOTHERS_MOTHER,
}
HIGHER_SCHOOLS = {
    code
    for code in Schooling
    if code not in {Schooling.NOT_IN_SCHOOL, Schooling.PRESCHOOL} and code >= Schooling.SENIOR_1
}
LABOURLESS = {Labour.LOST, Labour.NONE}

RELATION_AND_SEX = warning("relation_and_sex", _("%(name)s cannot be both “%(relation)s” and “%(sex)s”."))
SPOUSE_OF_SAME_SEX = warning("spouse_of_same_sex", _("The head and the spouse %(name)s are of the same sex."))
ABLE_WITHOUT_LABOUR = warning(
    "able_without_labour",
    _("%(name)s is %(age)s years old, healthy and not at school, but entered as unable to work."),
)
LABOURLESS_WITH_WORK = warning(
    "labourless_with_work", _("%(name)s is entered as unable to work, but has %(months)s months of work.")
)
WORK_PLACE_WITHOUT_MONTHS = warning("work_place_without_months", _("%(name)s has a place of work, but no months."))
WORK_MONTHS_WITHOUT_PLACE = warning("work_months_without_place", _("%(name)s has months of work, but no place."))
TOO_YOUNG_FOR_SCHOOL = warning(
    "too_young_for_school", _("%(name)s is %(age)s years old; senior middle school or more is hardly possible.")
)
OVER_AGE_STUDENT = warning(
    "over_age_student", _("%(name)s is %(age)s years old and entered as a pupil of primary school or preschool.")
)


def relation_and_sex(household: SheetHousehold) -> None:
    head = household.head
    for member in household.members:
        if (member.relation in MEN and member.sex == Sex.FEMALE) or (
            member.relation in WOMEN and member.sex == Sex.MALE
        ):
            at = household.header
            cells = at.sheet.rows[member.row]
            household.tell_of(
                member,
                RELATION_AND_SEX,
                "relation",
                relation=str(cells[at.columns["relation"]]).strip(),
                sex="男" if member.sex == Sex.MALE else "女",
            )
        if member.relation == Relation.SPOUSE and head is not None and head.sex and head.sex == member.sex:
            household.tell_of(member, SPOUSE_OF_SAME_SEX, "sex")


def labour(household: SheetHousehold) -> None:
    for member in household.members:
        values = member.values
        if values.get("labour") not in LABOURLESS:
            continue
        age = member.age(household.year_end)
        able = age is not None and age in ABLE_AGES and values.get("health") == Health.HEALTHY
        if able and member.is_not_at_school(age):
            household.tell_of(member, ABLE_WITHOUT_LABOUR, "labour", age=age)
        if values.get("work_months"):
            household.tell_of(member, LABOURLESS_WITH_WORK, "work_months", months=values["work_months"])


def work(household: SheetHousehold) -> None:
    if not household.has("work_place", "work_months"):
        return
    for member in household.members:
        place, months = member.values.get("work_place"), member.values.get("work_months")
        if place and not months and "work_months" not in member.unreadable:
            household.tell_of(member, WORK_PLACE_WITHOUT_MONTHS, "work_months")
        if months and not place and "work_place" not in member.unreadable:
            household.tell_of(member, WORK_MONTHS_WITHOUT_PLACE, "work_place")


def school_and_age(household: SheetHousehold) -> None:
    for member in household.members:
        age = member.age(household.year_end)
        if age is None:
            continue
        schooling, education = member.values.get("schooling"), member.values.get("education")
        if age <= 14 and (schooling in HIGHER_SCHOOLS or education in {Education.SENIOR, Education.COLLEGE}):
            column = "schooling" if schooling in HIGHER_SCHOOLS else "education"
            household.tell_of(member, TOO_YOUNG_FOR_SCHOOL, column, age=age)
        if age >= 20 and schooling in {Schooling.PRESCHOOL, Schooling.PRIMARY}:
            household.tell_of(member, OVER_AGE_STUDENT, "schooling", age=age)


CHECKS = [relation_and_sex, labour, work, school_and_age]
