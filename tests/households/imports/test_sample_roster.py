"""The sample roster, a workbook with the habits of real ones: what is taken, what is refused and why."""

import io
from collections import Counter

import pytest
import python_calamine

from households.imports import service
from households.models import (
    Household,
    IncomeStatement,
    Member,
    RosterImportState,
    RosterOutcome,
    Severity,
    StatusEvent,
)
from jiangjin.accounts import roles
from jiangjin.areas.models import Area, AreaLevel
from jiangjin.audit.models import AuditEntry
from tests import factories

pytestmark = pytest.mark.django_db


def test_exactly_the_right_households_are_taken(sample, right_answer, take):
    roster = take(sample)
    assert roster.state == RosterImportState.COMMITTED
    assert (Household.objects.count(), Member.objects.count()) == (302, 990)
    assert roster.counts["accepted_households"] == right_answer["households"]
    assert roster.counts["accepted_members"] == right_answer["members"]
    assert roster.counts["refused_households"] == len(right_answer["refused"]) == 18
    total = sum(IncomeStatement.objects.values_list("net_income_fen", flat=True))
    assert total == right_answer["net_income_yuan"] * 100
    stored = {
        household.number: [
            household.members.count(),
            household.incomes.get().net_income_fen / 100,
            household.village.name,
            household.tier,
        ]
        for household in Household.objects.select_related("village").prefetch_related("members", "incomes")
    }
    assert stored == right_answer["accepted"]


def test_each_refusal_names_its_reason_sheet_row_and_column(sample, right_answer, take):
    roster = take(sample, confirm=False)
    errors = roster.issues.filter(severity=Severity.ERROR)
    assert set(errors.values_list("household_number", flat=True)) == set(right_answer["refused"])
    for number, (code, first, last) in right_answer["refused"].items():
        found = errors.filter(household_number=number)
        assert {issue.code for issue in found} == {code}, number
        for issue in found:
            assert first <= issue.row <= last, number
            assert issue.column, number
            assert issue.column_title, number
            assert issue.sheet in issue.message
            assert str(issue.row) in issue.message
        preview = roster.previews.get(household_number=number)
        assert (preview.outcome, preview.first_row, preview.last_row) == (RosterOutcome.REFUSED, first, last)


def test_what_is_doubtful_is_taken_with_a_warning(sample, right_answer, take):
    roster = take(sample, confirm=False)
    warnings = roster.issues.filter(severity=Severity.WARNING)
    told = {(issue.household_number, issue.code) for issue in warnings}
    assert told >= set(right_answer["warned"].items())


def test_nothing_is_written_before_the_confirmation(sample, take):
    roster = take(sample, confirm=False)
    assert roster.state == RosterImportState.CHECKED
    assert not Household.objects.exists()
    assert not Area.objects.filter(level=AreaLevel.GROUP).exists()
    assert roster.counts["new"] == 302


def test_the_same_file_twice_changes_nothing_and_says_so(sample, take):
    take(sample)
    before = (AuditEntry.objects.filter(model="households.household").count(), StatusEvent.objects.count())
    versions = dict(Household.objects.values_list("number", "version"))
    again = take(sample)
    assert Counter(again.previews.values_list("outcome", flat=True)) == {"unchanged": 302, "refused": 18}
    assert (again.counts["new"], again.counts["changed"], again.counts["unchanged"]) == (0, 0, 302)
    assert before == (AuditEntry.objects.filter(model="households.household").count(), StatusEvent.objects.count())
    assert versions == dict(Household.objects.values_list("number", "version"))


def test_years_and_ages_come_from_the_sheet(sample, take):
    take(sample)
    assert set(IncomeStatement.objects.values_list("year", flat=True)) == {2015}
    assert not Member.objects.filter(joined_on__year__gt=2015).exists()
    assert not Household.objects.exclude(registered_on__year=2015).exists()


def test_personal_numbers_are_sealed_and_masked(sample, take):
    take(sample)
    member = Member.objects.order_by("pk").first()
    assert len(member.identity) == 18
    assert member.identity_masked.count("*") == 10
    assert member.identity not in str(list(AuditEntry.objects.values_list("after", flat=True)))


def test_the_refused_rows_come_back_with_reasons_and_can_be_mended(sample, right_answer, take):
    roster = take(sample)
    content = roster.refused_file.read()
    rows = python_calamine.load_workbook(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    text = "\n".join("|".join(map(str, row)) for row in rows)
    assert all(number in text for number in right_answer["refused"])
    assert not any(number in text for number in right_answer["accepted"])
    persons = sum(1 for row in rows if any(str(cell).strip() in {"男", "女"} for cell in row))
    assert persons == sum(last - first + 1 for _code, first, last in right_answer["refused"].values())
    again = take(content, confirm=False)
    assert again.counts["refused_households"] == 18
    mended = take(tier_mended(content), confirm=True)
    assert mended.counts["new"] == 2
    assert Household.objects.count() == 304


def tier_mended(content: bytes) -> bytes:
    """The returned workbook with the impossible tiers put right, as a person would."""
    import xlsxwriter

    rows = python_calamine.load_workbook(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    page = book.add_worksheet("贫困户信息")
    for line, row in enumerate(rows):
        for place, cell in enumerate(row):
            if cell != "":
                page.write(line, place, "C" if cell == "E" else cell)
    book.close()
    return stream.getvalue()


def test_an_identity_on_file_refuses_the_later_household(sample, take):
    take(sample)
    taken = Member.objects.filter(household__number__endswith="8001").first()
    Household.objects.filter(pk=taken.household_id).update(number="5001161082059999")
    again = take(sample)
    late = again.previews.get(household_number__endswith="8001")
    assert late.outcome == RosterOutcome.REFUSED
    assert again.issues.filter(household_number=late.household_number, severity=Severity.ERROR).exists()


def test_another_town_may_not_take_it(sample):
    stranger = factories.user(role=roles.TOWN_OFFICER, area=factories.town("嘉平镇"))
    with pytest.raises(service.PermissionDenied):
        service.upload(name="a.xlsx", content=sample, area=factories.town("白沙镇"), by=stranger)
    assert not Household.objects.exists()
