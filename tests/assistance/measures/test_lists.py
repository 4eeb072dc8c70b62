"""Lists for a measure: what is understood of pasted text and files, what comes of each row, harmless when sent twice."""

import datetime as dt
import io
from contextlib import suppress
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook
from xlsxwriter import Workbook

from assistance.imports.enrolment_lists import read_file, read_text
from assistance.imports.enrolment_workbooks import refused_workbook, template_workbook
from assistance.models import BulkEnrolment, BulkState, Enrolment
from assistance.services import enrolling_many, enrolling_work
from assistance.services.enrolling_many import GivenRow, Particulars
from assistance.services.enrolling_rows import read_quantity
from assistance.services.enrolment_refusals import ALREADY, REFUSALS, sentence
from households.imports.unreadable import UnreadableFile
from households.models import Household
from jiangjin.audit.models import AuditEntry
from jiangjin.common.personal import IDENTITY
from jiangjin.jobs.models import JobRun, JobState
from tests import factories
from tests.assistance.measures.situations import TODAY, district, enrolment, for_persons, measure, team, town

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("year_end")]
LIMIT = 5_000_000


@pytest.fixture
def office():
    return town()


@pytest.fixture
def families():
    """Three households of two in 复建村."""
    made = [factories.household(number=f"50011610820{number:05d}", members=2) for number in (1, 2, 3)]
    for household in made:
        first, second = household.members.order_by("pk")
        type(first).objects.filter(pk=first.pk).update(name="陈建国")
        type(second).objects.filter(pk=second.pk).update(name="李秀英")
    return made


def take(text_or_list, *, by, which=None, year=2015, **values):
    """Take a list and have it checked."""
    given_list = read_text(text_or_list) if isinstance(text_or_list, str) else text_or_list
    return enrolling_many.gather_rows(
        measure=which or measure(),
        year=year,
        area=factories.town(),
        rows=given_list.rows,
        source="名单.xlsx",
        values=Particulars(titles=given_list.titles, **values),
        by=by,
        today=TODAY,
    )


def outcomes(bulk):
    return list(bulk.rows.order_by("position").values_list("outcome", "code"))


def workbook(*sheets):
    """A workbook of (name, rows)."""
    stream = io.BytesIO()
    book = Workbook(stream, {"in_memory": True, "strings_to_formulas": False})
    for name, rows in sheets:
        page = book.add_worksheet(name)
        for number, row in enumerate(rows):
            page.write_row(number, 0, row)
    book.close()
    return stream.getvalue()


def cells(content):
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()


# --- reading ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "given"),
    [
        ("5001161082000001", [{"number": "5001161082000001"}]),
        ("0001\n\n 0002 \n", [{"number": "0001"}, {"number": "0002"}]),
        ("5001161082000001 陈建国", [{"number": "5001161082000001", "name": "陈建国"}]),
        ("0001，陈建国，12", [{"number": "0001", "name": "陈建国", "identity": "12"}]),
        ("0001\t\t12", [{"number": "0001", "identity": "12"}]),
        (
            "序号\t户编号\t金额（元）\n1\t0001\t300\n2\t0002\t",
            [{"number": "0001", "amount": "300"}, {"number": "0002"}],
        ),
        (
            "贫困户名单\n户编号\t享受人\t备注\n0001\t陈建国\t花椒苗",
            [{"number": "0001", "name": "陈建国", "note": "花椒苗"}],
        ),
    ],
)
def test_what_is_understood_of_a_text(text, given):
    assert [dict(row.given) for row in read_text(text).rows] == given


@pytest.mark.parametrize("text", ["", "  \n\t\n", "没有编号的一行", "户编号\t姓名"])
def test_a_text_without_a_number_is_refused(text):
    with pytest.raises(UnreadableFile):
        read_text(text)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_csv_files_of_every_make(encoding, separator):
    text = f"户编号{separator}姓名\r\n0001{separator}陈建国\r\n"
    read = read_file(name="名单.csv", content=text.encode(encoding), max_bytes=LIMIT)
    assert [dict(row.given) for row in read.rows] == [{"number": "0001", "name": "陈建国"}]
    assert read.rows[0].line == 2


def test_a_workbook_with_titles_anywhere():
    content = workbook(
        (
            "白沙",
            [
                ["2015年种植业补助名单"],
                ["", "序号", "户编号", "面积", "金额"],
                ["", 1, "0001", 2.5, 750],
                ["", 2, "0002", "", ""],
            ],
        ),
        ("说明", [["请按村填写"]]),
    )
    read = read_file(name="名单.xlsx", content=content, max_bytes=LIMIT)
    assert [(row.sheet, row.line, dict(row.given)) for row in read.rows] == [
        ("白沙", 3, {"number": "0001", "quantity": 2.5, "amount": 750.0}),
        ("白沙", 4, {"number": "0002"}),
    ]
    assert read.titles["白沙"]["columns"] == {"number": "C", "quantity": "D", "amount": "E"}


@pytest.mark.parametrize(
    "content", [b"", b"\x00\x01\x02", b"PK\x03\x04broken", b"\xff\xfe\xfa" * 40, "没有编号".encode()]
)
def test_what_is_no_list_is_refused_in_words(content):
    with pytest.raises(UnreadableFile) as error:
        read_file(name="坏.bin", content=content, max_bytes=LIMIT)
    assert error.value.messages[0]


def test_a_file_that_is_too_large_is_not_read():
    with pytest.raises(UnreadableFile):
        read_file(name="大.csv", content=b"0001\n" * 10, max_bytes=20)


@given(st.binary(max_size=400))
def test_no_file_breaks_the_reader(content):
    try:
        read = read_file(name="x", content=content, max_bytes=LIMIT)
    except UnreadableFile:
        return
    assert read.rows


@given(st.text(max_size=300))
def test_no_text_breaks_the_reader(text):
    try:
        read = read_text(text)
    except UnreadableFile:
        return
    assert all(row.given for row in read.rows)


def test_a_whole_certificate_number_is_not_kept(families, office):
    person = families[0].members.order_by("pk").last()
    whole = person.identity
    bulk = take(f"户编号\t证件号码\n{families[0].number}\t{whole}", by=office, which=for_persons())
    row = bulk.rows.get()
    assert row.member == person
    assert whole not in f"{row.given} {row.cells}"
    assert row.cells[1] == person.identity_masked


# --- understanding ----------------------------------------------------------------------------------------------------


def test_households_by_number_and_by_its_last_digits(families, office):
    other = factories.household(area=factories.village("河口村"), number="5001161082110001")
    factories.household(area=factories.village("紫荆村"), number="5001161142050009")
    text = f"{families[0].number}\n00002\n0001\n9999\n5001161142050009\n12\n{other.number}"
    bulk = take(text, by=office)
    assert outcomes(bulk) == [
        ("ready", ""),
        ("ready", ""),
        ("refused", "several_households"),
        ("refused", "unknown_number"),
        ("refused", "unknown_number"),
        ("refused", "unknown_number"),
        ("ready", ""),
    ]


def test_persons_by_name_and_the_end_of_the_number(families, office):
    household = families[0]
    head, wife = household.members.order_by("pk")
    type(wife).objects.filter(pk=wife.pk).update(name="陈建国")
    end = head.identity_masked[-IDENTITY.tail :]
    assert end != wife.identity_masked[-IDENTITY.tail :]
    number = household.number
    text = "户编号\t姓名\t证件号码后几位\n" + "\n".join(
        [
            f"{number}\t陈建国\t",
            f"{number}\t陈建国\t{end}",
            f"{number}\t\t{wife.identity_masked}",
            f"{number}\t王五\t",
            f"{number}\t\tQQ",
            f"{number}\t\t",
        ]
    )
    bulk = take(text, by=office, which=for_persons())
    assert [row.code or row.member_id for row in bulk.rows.order_by("position")] == [
        "several_persons",
        head.pk,
        wife.pk,
        "unknown_person",
        "unknown_identity",
        "which_person",
    ]


def test_the_only_one_who_qualifies_needs_no_name(families, office):
    household = families[0]
    child = factories.member(household, relation="03", born_on=dt.date(2005, 1, 1), name="陈小龙")
    factories.member_year(child, schooling="03")
    for person in household.members.exclude(pk=child.pk):
        factories.member_year(person, schooling="01")
    aid = for_persons(eligibility="compulsory_student")
    bulk = take(household.number, by=office, which=aid)
    assert bulk.rows.get().member == child
    single = factories.household(members=1)
    assert take(single.number, by=office, which=for_persons()).rows.get().member == single.members.get()


def test_amounts_quantities_and_notes(families, office):
    one, two, three = families
    text = f"户编号\t金额\t数量\t备注\n{one.number}\t1.2万\t3亩\t花椒\n{two.number}\t\t\t\n{three.number}\t三百\t\t"
    bulk = take(text, by=office, which=measure(quantity_unit="亩"), amount_fen=5_000, quantity=Decimal(2), note="统一")
    rows = list(bulk.rows.order_by("position").values_list("amount_fen", "quantity", "note", "code"))
    assert rows[:2] == [(1_200_000, Decimal(3), "花椒", ""), (5_000, Decimal(2), "统一", "")]
    assert rows[2][3] == "unreadable_amount"


@pytest.mark.parametrize(
    ("text", "quantity"), [("3", "3.00"), ("2.555", "2.56"), ("1,200头", "1200.00"), ("０.５亩", "0.50")]
)
def test_quantities(text, quantity):
    assert str(read_quantity(text)) == quantity


@given(st.text(max_size=20))
def test_no_quantity_breaks_anything(text):
    with suppress(ValidationError):
        assert 0 <= read_quantity(text) < 10**8


def test_the_same_twice_in_a_list_is_meant_once(families, office):
    number = families[0].number
    assert outcomes(take(f"{number}\n{number}", by=office)) == [("ready", ""), ("already", "twice_in_list")]
    several = take(f"{number}\n{number}", by=office, which=measure(recurrence="repeated"))
    assert outcomes(several) == [("ready", ""), ("ready", "")]


def test_what_the_service_would_refuse_is_refused_before(families, office):
    one, two, _three = families
    help_ = measure()
    enrolment(one, measure=help_, state="done")
    Household.objects.filter(pk=two.pk).update(status="removed", status_on=dt.date(2015, 6, 1))
    bulk = take("\n".join(each.number for each in families), by=office, which=help_)
    assert outcomes(bulk) == [("already", "already"), ("refused", "gone"), ("ready", "")]
    assert bulk.counts == {"ready": 1, "already": 1, "refused": 1, "done": 0, "rows": 3}
    assert bulk.state == BulkState.CHECKED
    assert Enrolment.objects.count() == 1


def test_every_refusal_can_be_said():
    for _code, (field, words) in REFUSALS.items():
        assert isinstance(field, str)
        assert str(words)
    assert "2015" in sentence("already", {"year": "2015", "state": "done"})
    assert set(REFUSALS) >= ALREADY


# --- writing ----------------------------------------------------------------------------------------------------------


def test_good_rows_are_written_and_the_others_say_why(families, office):
    help_ = measure(amount_fen=3_000)
    text = "\n".join([*(each.number for each in families), "9999"])
    bulk = take(text, by=office, which=help_, note="春耕")
    enrolling_many.commit(bulk=bulk, by=office, today=TODAY)
    assert (bulk.state, bulk.counts["done"], bulk.counts["refused"]) == (BulkState.COMMITTED, 3, 1)
    rows = Enrolment.objects.all()
    assert {row.household_id for row in rows} == {each.pk for each in families}
    assert {(row.amount_fen, row.note, row.planned_by) for row in rows} == {(3_000, "春耕", office)}
    assert set(bulk.rows.filter(result="done").values_list("enrolment", flat=True)) == {row.pk for row in rows}
    job = bulk.job
    assert AuditEntry.objects.filter(model="assistance.enrolment", job_id=job.pk).count() == 3


def test_the_same_list_again_does_nothing(families, office):
    help_ = measure()
    text = "\n".join(each.number for each in families)
    enrolling_many.commit(bulk=take(text, by=office, which=help_), by=office, today=TODAY)
    again = take(text, by=office, which=help_)
    assert {outcome for outcome, _code in outcomes(again)} == {"already"}
    enrolling_many.commit(bulk=again, by=office, today=TODAY)
    assert Enrolment.objects.count() == 3


def test_what_changed_since_the_check_is_told(families, office):
    help_ = measure()
    bulk = take("\n".join(each.number for each in families), by=office, which=help_)
    enrolment(families[1], measure=help_)
    enrolling_many.commit(bulk=bulk, by=office, today=TODAY)
    assert list(bulk.rows.order_by("position").values_list("outcome", "result", "code")) == [
        ("ready", "done", ""),
        ("ready", "already", "already"),
        ("ready", "done", ""),
    ]
    assert (bulk.counts["done"], bulk.counts["already"]) == (2, 1)


def test_only_once_and_only_by_whom_it_belongs_to(families, office):
    bulk = take(families[0].number, by=office)
    with pytest.raises(PermissionDenied):
        enrolling_many.commit(bulk=bulk, by=district(), today=TODAY)
    enrolling_many.commit(bulk=bulk, by=office, today=TODAY)
    for work in (
        lambda: enrolling_many.commit(bulk=bulk, by=office, today=TODAY),
        lambda: enrolling_many.discard(bulk=bulk, by=office),
    ):
        with pytest.raises(ValidationError):
            work()


def test_thrown_away(families, office):
    bulk = take(families[0].number, by=office)
    enrolling_many.discard(bulk=bulk, by=office)
    assert bulk.state == BulkState.DISCARDED
    with pytest.raises(ValidationError):
        enrolling_many.commit(bulk=bulk, by=office, today=TODAY)
    assert not Enrolment.objects.exists()


def test_nobody_takes_a_list_for_another_area(families):
    for stranger in (town("嘉平镇"), team(), factories.user()):
        with pytest.raises(PermissionDenied):
            take(families[0].number, by=stranger)
    assert not BulkEnrolment.objects.exists()


def test_empty_and_endless_lists(office, monkeypatch):
    monkeypatch.setattr(enrolling_many, "MOST_ROWS", 2)
    for rows in ([], [GivenRow(given={"number": "1"})] * 3):
        with pytest.raises(ValidationError):
            enrolling_many.gather_rows(
                measure=measure(),
                year=2015,
                area=factories.town(),
                rows=rows,
                source="x",
                values=Particulars(),
                by=office,
                today=TODAY,
            )


def test_a_long_list_is_left_to_a_worker(families, office, monkeypatch):
    monkeypatch.setattr(enrolling_many, "AT_THE_DOOR", 1)
    bulk = take("\n".join(each.number for each in families), by=office)
    assert (bulk.state, bulk.job.state) == (BulkState.CHECKING, JobState.QUEUED)
    assert JobRun.objects.get().kind == enrolling_work.CHECK


def test_the_same_statements_a_chunk(office, monkeypatch):
    help_ = measure()

    def statements(count):
        numbers = [factories.household().number for _number in range(count)]
        with CaptureQueriesContext(connection) as captured:
            enrolling_many.commit(bulk=take("\n".join(numbers), by=office, which=help_), by=office, today=TODAY)
        return len(captured)

    statements(1)
    # SQLite takes fewer values a statement: some more of them may be needed for more rows.
    assert statements(60) - statements(3) < 5


# --- acts on many -----------------------------------------------------------------------------------------------------


def gather(act, rows, by, **values):
    return enrolling_many.gather_acts(
        act=act, enrolments=rows, area=factories.town(), values=Particulars(**values), by=by, today=TODAY
    )


def test_many_are_approved_with_an_outcome_each(families, office):
    proposer = team()
    rows = [enrolment(each, planned_by=proposer) for each in families[:2]]
    own, done = enrolment(families[2], planned_by=office), enrolment(families[2], state="done")
    bulk = gather("approve", Enrolment.objects.order_by("pk"), office)
    assert outcomes(bulk) == [("ready", ""), ("ready", ""), ("refused", "own"), ("refused", "state")]
    enrolling_many.commit(bulk=bulk, by=office, today=TODAY)
    assert bulk.counts["done"] == 2
    assert set(Enrolment.objects.filter(state="approved")) == set(rows)
    assert {own.pk, done.pk} == set(bulk.rows.filter(result="").values_list("enrolment", flat=True))


def test_a_reason_and_a_day_hold_for_all(families, office):
    rows = [enrolment(each, state="approved") for each in families]
    bulk = gather("stop", Enrolment.objects.all(), office, on=dt.date(2015, 11, 2), note="整村调整")
    enrolling_many.commit(bulk=bulk, by=office, today=TODAY)
    assert set(Enrolment.objects.values_list("state", "stopped_on", "stop_reason")) == {
        ("stopped", dt.date(2015, 11, 2), "整村调整")
    }
    assert len(rows) == 3


def test_not_every_act_is_done_with_many(families, office):
    enrolment(families[0])
    with pytest.raises(ValueError, match="correct"):
        gather("correct", Enrolment.objects.all(), office)
    with pytest.raises(PermissionDenied):
        gather("approve", Enrolment.objects.all(), team())


# --- workbooks --------------------------------------------------------------------------------------------------------


def test_the_empty_list_is_read_back(families, office):
    help_ = for_persons(quantity_unit="月")
    rows = cells(template_workbook(help_))
    assert rows[0] == ["户编号", "姓名", "证件号码后几位", "金额（元）", "数量（月）", "备注"]
    assert cells(template_workbook(measure()))[0] == ["户编号", "金额（元）", "备注"]
    filled = workbook(("名单", [rows[0], [families[0].number, "陈建国", "", 500, 10, ""]]))
    bulk = take(read_file(name="x.xlsx", content=filled, max_bytes=LIMIT), by=office, which=help_)
    assert list(bulk.rows.values_list("outcome", "amount_fen", "quantity")) == [("ready", 50_000, Decimal(10))]


def test_refused_rows_come_back_and_can_be_sent_again(families, office):
    sheet = [
        ["名单"],
        ["序号", "户编号", "姓名", "金额"],
        [1, families[0].number, "陈建国", 300],
        [2, families[1].number, "陈键国", 300],
        [3, "9999", "x", "=1+1"],
    ]
    help_ = for_persons()
    bulk = take(read_file(name="x.xlsx", content=workbook(("白沙", sheet)), max_bytes=LIMIT), by=office, which=help_)
    content = refused_workbook(bulk)
    rows = cells(content)
    assert rows[0] == ["序号", "户编号", "姓名", "金额", "退回原因"]
    assert [row[:4] for row in rows[1:]] == [[2.0, families[1].number, "陈键国", 300.0], [3.0, "9999", "x", "=1+1"]]
    assert all(row[4] for row in rows[1:])
    again = take(read_file(name="x.xlsx", content=content, max_bytes=LIMIT), by=office, which=help_)
    assert [code for _outcome, code in outcomes(again)] == ["unknown_person", "unknown_number"]


def test_nothing_refused_nothing_to_return(families, office):
    assert refused_workbook(take(families[0].number, by=office)) is None


def test_ticked_rows_that_were_refused_come_back_with_their_number(families, office):
    enrolment(families[0], state="done")
    bulk = gather("approve", Enrolment.objects.all(), office)
    assert cells(refused_workbook(bulk))[1][0] == families[0].number
