"""The list of enrolments, its filters and workbook; many rows at once: looked at, confirmed, told one by one."""

import io

import pytest
from python_calamine import CalamineWorkbook

from assistance.models import BulkEnrolment, BulkState, Enrolment
from jiangjin.accounts import roles
from jiangjin.audit.models import AuditAction, AuditEntry
from tests import factories
from tests.assistance.measures.situations import district, enrolment, for_persons, measure, team, town

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("year_end")]


@pytest.fixture
def rows():
    """Enrolments that differ in what the filters ask for, one of them elsewhere."""
    here = factories.household(number="5001161082050001", members=1, tier="A")
    here.members.update(name="王小明", name_pinyin="wangxiaoming", name_initials="wxm")
    exited = factories.household(number="5001161082050002", members=1, tier="C", status="exited")
    elsewhere = factories.household(area=factories.village("紫荆村"), members=1)
    planting = measure(code="planting", batch="industry")
    aid = for_persons(code="aid", batch="education")
    repair = measure(code="repair", batch="")
    return {
        "planned": enrolment(here, measure=planting, planned_by=team(), amount_fen=100),
        "done": enrolment(exited, measure=planting, state="done", amount_fen=200),
        "back": enrolment(here, measure=repair, returned_on="2015-04-01", planned_by=town()),
        "person": enrolment(here.members.get(), measure=aid, state="under_way"),
        "before": enrolment(here, measure=planting, state="done", year=2014),
        "stopped": enrolment(exited, measure=repair, state="stopped"),
        "elsewhere": enrolment(elsewhere, measure=planting, state="approved"),
    }


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", {"planned", "done", "back", "person", "before", "stopped"}),
        ("?batch=industry", {"planned", "done", "before"}),
        ("?batch=none", {"back", "stopped"}),
        ("?measure=aid", {"person"}),
        ("?year=2014", {"before"}),
        ("?state=done", {"done", "before"}),
        ("?state=standing&year=2015", {"planned", "done", "back", "person"}),
        ("?state=open", {"planned", "back", "person"}),
        ("?state=to_approve", {"planned"}),
        ("?state=sent_back", {"back"}),
        ("?state=to_report", {"person"}),
        ("?tier=C", {"done", "stopped"}),
        ("?status=exited", {"done", "stopped"}),
        ("?status=registered", {"planned", "back", "person", "before"}),
        ("?amount=missing&state=done", {"before"}),
        ("?amount=known", {"planned", "done"}),
        ("?for_me=on", {"planned"}),
        ("?proposer=none&state=done", {"done", "before"}),
        ("?q=wxm", {"planned", "back", "person", "before"}),
        ("?q=5001161082050002", {"done", "stopped"}),
        ("?household=5001161082050002", {"done", "stopped"}),
        ("?area=500116114", {"planned", "done", "back", "person", "before", "stopped"}),
        ("?state=nonsense", set()),
        ("?year=1999", set()),
        ("?measure=unknown", set()),
        ("?proposer=x", set()),
    ],
)
def test_filters(client, office, rows, query, names):
    by_key = {row.pk: name for name, row in rows.items()}
    page = client.get(f"/measures/enrolments/{query}").context["page"]
    assert {by_key[row.pk] for row in page.object_list} == names


def test_mine(client, sign_in, rows):
    sign_in(rows["planned"].planned_by)
    page = client.get("/measures/enrolments/?mine=on").context["page"]
    assert [row.pk for row in page.object_list] == [rows["planned"].pk]


@pytest.mark.parametrize("sort", ["planned", "-done", "measure", "village", "-amount", "state", "year", "nonsense"])
def test_orders(client, office, rows, sort):
    page = client.get(f"/measures/enrolments/?sort={sort}").context["page"]
    assert page.paginator.count == 6


def test_the_workbook_holds_what_is_shown(client, office, rows):
    answer = client.get("/measures/enrolments/export/?state=standing&batch=industry")
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert len(sheet) == 4
    assert sheet[0][0] == "Household number"
    assert {row[0] for row in sheet[1:]} == {"5001161082050001", "5001161082050002"}
    entry = AuditEntry.objects.get(action=AuditAction.EXPORTED)
    assert entry.after["rows"] == 3
    assert not any("500399" in str(cell) for row in sheet for cell in row)


def test_who_may_not_export_does_not(client, village_team, rows):
    assert client.get("/measures/enrolments/export/").status_code == 403


# --- many rows at once ------------------------------------------------------------------------------------------------


def test_ticked_rows_are_looked_at_confirmed_and_told(client, office, rows):
    data = {"act": "approve", "ticked": [rows["planned"].pk, rows["done"].pk, rows["elsewhere"].pk]}
    answer = client.post("/measures/enrolments/bulk/", data)
    bulk = BulkEnrolment.objects.get()
    assert answer["Location"] == f"/measures/bulk/{bulk.pk}/"
    page = client.get(answer["Location"])
    assert page.context["counts"] == {"ready": 1, "already": 0, "refused": 1, "done": 0, "rows": 2}
    assert "Approve: 1 enrolment." in page.content.decode()
    assert Enrolment.objects.get(pk=rows["planned"].pk).state == "planned", "nothing is written before"
    client.post(f"/measures/bulk/{bulk.pk}/commit/")
    assert Enrolment.objects.get(pk=rows["planned"].pk).state == "approved"
    assert Enrolment.objects.get(pk=rows["elsewhere"].pk).version == 1
    text = client.get(f"/measures/bulk/{bulk.pk}/?outcome=refused").content.decode()
    assert "This is “Done”; that cannot be done with it now." in text


def test_all_that_pass_the_filters(client, office, rows):
    client.post("/measures/enrolments/bulk/?state=open", {"act": "stop", "everything": "1", "note": "整村调整"})
    bulk = BulkEnrolment.objects.get()
    assert bulk.counts["rows"] == 3
    client.post(f"/measures/bulk/{bulk.pk}/commit/")
    assert Enrolment.objects.filter(state="stopped", stop_reason="整村调整").count() == 3


@pytest.mark.parametrize(
    ("query", "data"),
    [
        ("", {"act": "approve"}),
        ("", {"act": "stop", "everything": "1"}),
        ("", {"act": "drop", "everything": "1"}),
        ("", {"act": "approve", "ticked": ["x", "9" * 30]}),
        ("", {"act": "approve", "everything": "1", "on": "2016-02-01"}),
        ("?state=nonsense", {"act": "approve", "everything": "1"}),
    ],
)
def test_what_cannot_be_begun_is_told_on_the_list(client, office, rows, query, data):
    answer = client.post(f"/measures/enrolments/bulk/{query}", data)
    assert answer["Location"].startswith("/measures/enrolments/")
    assert client.get(answer["Location"]).content.decode().count("alert") >= 1
    assert not BulkEnrolment.objects.exists()


def test_a_team_is_not_offered_what_it_may_not_do(client, village_team, rows):
    acts = [act for act, _label in client.get("/measures/enrolments/").context["acts"]]
    assert acts == ["begin", "finish", "stop"]
    client.post("/measures/enrolments/bulk/", {"act": "approve", "everything": "1"})
    assert not BulkEnrolment.objects.exists()


def test_who_only_looks_has_no_ticks(client, sign_in, rows):
    sign_in(factories.user(role=roles.AUDITOR))
    page = client.get("/measures/enrolments/")
    assert page.context["acts"] == []
    assert 'name="ticked"' not in page.content.decode()


# --- who lacks it -----------------------------------------------------------------------------------------------------


@pytest.fixture
def insurance():
    for _number in range(3):
        factories.household(members=2)
    factories.household(area=factories.village("紫荆村"), members=1)
    return measure(code="insurance", eligibility="poor_household", amount_fen=3_000)


def test_from_who_lacks_it_straight_into_proposals(client, office, insurance):
    page = client.get("/measures/gaps/insurance/")
    assert page.context["page"].paginator.count == 3
    ticked = [row.pk for row in page.context["page"].object_list][:2]
    answer = client.post("/measures/gaps/insurance/enrol/", {"ticked": ticked})
    bulk = BulkEnrolment.objects.get()
    assert answer["Location"] == f"/measures/bulk/{bulk.pk}/"
    client.post(f"/measures/bulk/{bulk.pk}/commit/")
    assert set(Enrolment.objects.values_list("household", "amount_fen")) == {(key, 3_000) for key in ticked}
    assert client.get("/measures/gaps/insurance/").context["page"].paginator.count == 1
    assert client.get("/measures/gaps/insurance/?state=has").context["page"].paginator.count == 2


def test_all_who_lack_it(client, district_office, insurance):
    client.post("/measures/gaps/insurance/enrol/?area=500116108", {"everything": "1"})
    assert BulkEnrolment.objects.get().counts["ready"] == 3


def test_persons_who_lack_it(client, office):
    household = factories.household(members=2)
    for_persons(code="premium", eligibility="poor_person")
    page = client.get("/measures/gaps/premium/?sort=name")
    assert {row.name for row in page.context["page"].object_list} == {"陈建国"}
    client.post("/measures/gaps/premium/enrol/", {"everything": "1"})
    bulk = BulkEnrolment.objects.get()
    assert set(bulk.rows.values_list("member", flat=True)) == set(household.members.values_list("pk", flat=True))


def test_a_measure_without_a_rule_has_no_such_list(client, office):
    measure(code="case-by-case")
    assert client.get("/measures/gaps/case-by-case/").status_code == 404
    assert client.get("/measures/gaps/unknown/").status_code == 404


def test_its_workbook_says_why(client, office, insurance):
    answer = client.get("/measures/gaps/insurance/export/")
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert len(sheet) == 4
    assert sheet[1][-1] == "A poor household on the roll, or followed after its exit."


# --- lists ------------------------------------------------------------------------------------------------------------


def new_list(client, **data):
    defaults = {"measure": "planting", "year": 2015, "area": factories.town().pk, "on": "2015-12-31", "text": ""}
    return client.post("/measures/bulk/new/", {**defaults, **data})


def test_pasted_checked_and_written(client, office):
    measure(code="planting")
    household = factories.household()
    answer = new_list(client, text=f"{household.number}\n9999")
    bulk = BulkEnrolment.objects.get()
    assert answer["Location"] == f"/measures/bulk/{bulk.pk}/"
    assert bulk.counts["ready"] == bulk.counts["refused"] == 1
    told = client.post(f"/measures/bulk/{bulk.pk}/commit/", follow=True).content.decode()
    assert "Propose: 1 of 2 rows done." in told
    refused = client.get(f"/measures/bulk/{bulk.pk}/refused/")
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(refused.content)).get_sheet_by_index(0).to_python()
    assert sheet[1][0] == "9999"
    assert client.get("/measures/bulk/").context["page"].paginator.count == 1


def test_uploaded(client, office):
    measure(code="planting")
    household = factories.household()
    file = io.BytesIO(f"户编号,金额\n{household.number},300\n".encode("gb18030"))
    file.name = "名单.csv"
    new_list(client, file=file)
    bulk = BulkEnrolment.objects.get()
    assert (bulk.source, bulk.rows.get().amount_fen) == ("名单.csv", 30_000)


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({}, "text"),
        ({"text": "没有编号"}, "text"),
        ({"text": "0001", "measure": "unknown"}, "measure"),
        ({"text": "0001", "year": "1999"}, "year"),
        ({"text": "0001", "on": "2016-01-02"}, "on"),
        ({"text": "0001", "amount_fen": "-3"}, "amount_fen"),
    ],
)
def test_what_is_wrong_with_a_list_stands_at_its_field(client, office, data, field):
    measure(code="planting")
    answer = new_list(client, **data)
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert not BulkEnrolment.objects.exists()


def test_another_area_is_not_offered(client, office):
    measure(code="planting")
    answer = new_list(client, text="0001", area=factories.town("嘉平镇").pk)
    assert "area" in answer.context["form"].errors


def test_an_empty_list_to_fill_in(client, office):
    measure(code="planting", quantity_unit="亩")
    answer = client.get("/measures/bulk/template/planting/")
    assert (
        CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()[0][0] == "户编号"
    )


def test_somebody_elses_list_may_be_seen_and_not_confirmed(client, office, sign_in):
    measure(code="planting")
    new_list(client, text=factories.household().number + "\n9999")
    bulk = BulkEnrolment.objects.get()
    sign_in(district())
    page = client.get(f"/measures/bulk/{bulk.pk}/")
    assert (page.context["may_commit"], page.context["may_discard"]) == (False, False)
    for act in ("commit", "discard"):
        assert client.post(f"/measures/bulk/{bulk.pk}/{act}/").status_code == 403
    assert client.get(f"/measures/bulk/{bulk.pk}/refused/").status_code == 403
    sign_in(town("嘉平镇"))
    assert client.get(f"/measures/bulk/{bulk.pk}/").status_code == 404
    bulk.refresh_from_db()
    assert bulk.state == BulkState.CHECKED


def test_thrown_away_on_the_page(client, office):
    measure(code="planting")
    new_list(client, text=factories.household().number)
    bulk = BulkEnrolment.objects.get()
    told = client.post(f"/measures/bulk/{bulk.pk}/discard/", follow=True).content.decode()
    assert "has been thrown away" in told
    assert client.get(f"/measures/bulk/{bulk.pk}/refused/").status_code == 404
