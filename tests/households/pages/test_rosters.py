"""Import pages: the empty roster, upload, what was found, confirm or throw away, refused rows back."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from households.imports.template import template_columns, title_of
from households.models import Household, RosterImport, RosterImportState
from jiangjin.accounts import roles
from jiangjin.audit.models import AuditAction, AuditEntry
from jiangjin.jobs import services as jobs
from jiangjin.jobs.models import JobRun, JobState
from tests import factories
from tests.households.pages.sending import told
from tests.households.pages.workbooks import family as rows_of
from tests.households.pages.workbooks import filled, sheet_rows

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("year_end")]
LIST = "/households/imports/"
GOOD, ALSO_GOOD, BAD = "5001161080020001", "5001161080020002", "5001161080020003"


@pytest.fixture
def roster_file():
    """Two households that can be taken, and one of a village that does not exist."""
    rows = rows_of(GOOD, 1) + rows_of(ALSO_GOOD, 11, tier="B") + rows_of(BAD, 21, village="没有这个村")
    return filled(rows)


def post_file(client, content, name="白沙镇花名册.xlsx", area=None):
    file = SimpleUploadedFile(name, content)
    return client.post(LIST, {"file": file, "area": str((area or factories.town()).pk)})


@pytest.fixture
def upload(client, officer, roster_file, django_capture_on_commit_callbacks):
    """Upload through the page, checked at once."""

    def do(content=None, name="白沙镇花名册.xlsx"):
        with django_capture_on_commit_callbacks(execute=True):
            response = post_file(client, content or roster_file, name)
        assert response.status_code == 302, response.content.decode()
        return RosterImport.objects.get(pk=response["Location"].rstrip("/").rsplit("/", 1)[1])

    return do


@pytest.fixture
def checked(upload):
    """A roster that waits for confirmation."""
    roster = upload()
    assert roster.state == RosterImportState.CHECKED
    return roster


def page_of(client, roster, query=""):
    response = client.get(f"{LIST}{roster.pk}/{query}")
    assert response.status_code == 200
    return response


def act(client, roster, name, capture):
    with capture(execute=True):
        return client.post(f"{LIST}{roster.pk}/{name}/")


def test_the_empty_roster_has_every_column_that_is_read(client, officer):
    response = client.get(f"{LIST}template/")
    assert response["Content-Disposition"].startswith("attachment")
    rows = sheet_rows(response.content)
    assert rows[0][0] == "白沙镇贫困户花名册（2015年）"
    assert rows[1] == [title_of(column) for column in template_columns()]
    assert {"户编号", "姓名", "与户主关系", "证件号码", "工资性收入（元）"} <= set(rows[1])
    guide = sheet_rows(response.content, 1)
    assert any("A类" in str(cell) or "A" in str(cell) for row in guide for cell in row)


def test_upload_check_confirm(client, checked, officer, django_capture_on_commit_callbacks):
    page = page_of(client, checked)
    text = page.content.decode()
    assert "Nothing is written yet" in text
    assert [row.household_number for row in page.context["page"]] == [GOOD, ALSO_GOOD, BAD]
    assert not Household.objects.exists()
    response = act(client, checked, "commit", django_capture_on_commit_callbacks)
    assert "2 accepted households" in told(response)
    assert set(Household.objects.values_list("number", flat=True)) == {GOOD, ALSO_GOOD}
    household = Household.objects.get(number=ALSO_GOOD)
    assert (household.tier, household.members.count(), household.incomes.get().wages_fen) == ("B", 2, 2_000_000)
    checked.refresh_from_db()
    assert checked.state == RosterImportState.COMMITTED
    after = page_of(client, checked).content.decode()
    assert f'href="/households/{GOOD}/"' in after
    assert f'href="/households/{BAD}/"' not in after
    assert f"?area={checked.area.code}" in after
    assert "commit-roster" not in after


def test_figures_open_what_they_count(client, checked):
    page = page_of(client, checked)
    assert page.context["counts"]["households_in_file"] == 3
    for query, count in [
        ("?outcome=accepted", 2),
        ("?outcome=refused", 1),
        ("?outcome=new", 2),
        ("?outcome=changed", 0),
    ]:
        assert f"{LIST}{checked.pk}/{query}" in page.content.decode()
        assert page_of(client, checked, query).context["page"].paginator.count == count
    warnings = page_of(client, checked, "?show=warnings").context["page"].paginator.count
    assert warnings == page.context["counts"]["warnings"] > 0


def test_findings_say_where_and_what(client, checked):
    page = page_of(client, checked, "?show=errors")
    (issue,) = page.context["page"]
    assert (issue.household_number, issue.row, issue.params["value"]) == (BAD, 7, "没有这个村")
    text = page.content.decode()
    assert issue.column_title in text
    assert "There is no village “没有这个村”" in text
    assert page_of(client, checked, f"?show=warnings&q={GOOD}").context["page"].paginator.count > 0
    one_kind = page_of(client, checked, "?show=warnings&code=house_grade_blank").context["page"]
    assert {issue.code for issue in one_kind} == {"house_grade_blank"}
    assert page_of(client, checked, "?show=warnings&code=nonsense").context["page"].paginator.count == 0


def test_what_differs_is_shown_household_by_household(client, upload):
    known = factories.household(number=GOOD, members=0, tier="C")
    head, wife = rows_of(GOOD, 1, main_cause="因病", phone="13812345678")
    factories.member(known, relation="01", name=head["name"], identity=head["identity"])
    roster = upload(filled([head, wife]))
    page = page_of(client, roster)
    (row,) = page.context["page"]
    assert row.outcome == "changed"
    text = page.content.decode()
    assert "Main cause of poverty".lower() in text.lower()
    assert "Illness" in text
    assert "138****5678" in text
    assert "13812345678" not in text
    assert f'href="/households/{GOOD}/"' in text


def test_refused_rows_come_back_as_a_workbook_and_the_log_says_to_whom(client, checked, officer):
    response = client.get(f"{LIST}{checked.pk}/refused/")
    assert response["Cache-Control"] == "no-store"
    assert "filename" in response["Content-Disposition"]
    numbers = {str(cell) for row in sheet_rows(response.content) for cell in row}
    assert BAD in numbers
    assert GOOD not in numbers
    assert any("没有这个村" in cell and "7" in cell for cell in numbers)
    entry = AuditEntry.objects.get(action=AuditAction.EXPORTED)
    assert (entry.actor_id, entry.object_id) == (officer.pk, checked.pk)


def test_nothing_refused_nothing_to_download(client, upload):
    roster = upload(filled(rows_of(GOOD, 1)))
    assert client.get(f"{LIST}{roster.pk}/refused/").status_code == 404
    assert "Refused rows" not in page_of(client, roster).content.decode()


def test_a_roster_is_thrown_away(client, checked, django_capture_on_commit_callbacks):
    response = act(client, checked, "discard", django_capture_on_commit_callbacks)
    assert "thrown away" in told(response)
    checked.refresh_from_db()
    assert (checked.state, bool(checked.file)) == (RosterImportState.DISCARDED, False)
    page = page_of(client, checked).content.decode()
    assert "commit-roster" not in page
    refused = act(client, checked, "commit", django_capture_on_commit_callbacks)
    assert "not waiting" in told(refused)
    assert not Household.objects.exists()


def test_the_same_file_again_says_so_until_it_is_decided(client, checked, upload, django_capture_on_commit_callbacks):
    assert page_of(client, checked).context["twin"] is None
    again = upload(name="白沙镇花名册(1).xlsx")
    page = page_of(client, again)
    assert page.context["twin"] == checked
    assert f"{LIST}{checked.pk}/" in page.content.decode()
    assert "Confirm one of the two" in page.content.decode()
    assert page_of(client, checked).context["twin"] == again
    act(client, checked, "commit", django_capture_on_commit_callbacks)
    page = page_of(client, again).content.decode()
    assert "Confirm one of the two" not in page
    assert "changes nothing" in page
    assert page_of(client, checked).context["twin"] is None
    act(client, again, "discard", django_capture_on_commit_callbacks)
    assert page_of(client, upload()).context["twin"] == checked


def test_another_file_or_another_area_is_no_twin(client, checked, upload):
    assert page_of(client, upload(content=filled(rows_of(GOOD, 1)))).context["twin"] is None
    RosterImport.objects.filter(pk=checked.pk).update(area=factories.town("嘉平镇"))
    assert page_of(client, upload()).context["twin"] is None


def test_confirming_twice_writes_once(client, checked, django_capture_on_commit_callbacks):
    act(client, checked, "commit", django_capture_on_commit_callbacks)
    again = act(client, checked, "commit", django_capture_on_commit_callbacks)
    assert "not waiting" in told(again)
    assert Household.objects.count() == 2


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"", "empty"), (b"number,name\n1,2\n", "no Excel workbook"), (b"PK\x03\x04", None)],
)
def test_a_file_that_is_no_roster(client, officer, content, message, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        response = post_file(client, content)
    if message is None:
        # It looks like a workbook; the check finds that it is none.
        page = client.get(response["Location"])
        assert "could not be read" in page.content.decode()
        assert page.context["roster"].state == RosterImportState.FAILED
        return
    assert response.status_code == 422
    assert message in response.context["upload_form"].errors["file"][0]
    assert not RosterImport.objects.exists()


def test_no_file_and_a_foreign_area(client, officer, roster_file):
    response = client.post(LIST, {"area": str(factories.town().pk)})
    assert "required" in response.context["upload_form"].errors["file"][0]
    response = post_file(client, roster_file, area=factories.town("嘉平镇"))
    assert list(response.context["upload_form"].errors) == ["area"]
    assert not RosterImport.objects.exists()


def test_areas_to_upload_for_are_the_users_own(client, officer):
    areas = set(client.get(LIST).context["upload_form"].fields["area"].queryset)
    assert factories.town() in areas
    assert factories.village() in areas
    assert factories.town("嘉平镇") not in areas
    assert factories.county() not in areas


def test_while_it_is_checked_the_page_shows_the_progress(client, officer, roster_file):
    roster = RosterImport.objects.get(pk=int(post_file(client, roster_file)["Location"].split("/")[-2]))
    page = page_of(client, roster).content.decode()
    assert f'hx-get="/jobs/{roster.check_job_id}/progress/"' in page
    # Beside the bar, not around it: the bar would inherit where answers go.
    assert re.search(r'hx-trigger="job-finished from:body"[^>]*></div>', page)
    assert "commit-roster" not in page
    # The bar's last answer tells the page to load what came out.
    JobRun.objects.filter(pk=roster.check_job_id).update(state=JobState.DONE)
    assert client.get(f"/jobs/{roster.check_job_id}/progress/")["HX-Trigger"] == "job-finished"


def test_a_check_that_failed_can_be_started_again(client, officer, roster_file):
    roster = RosterImport.objects.get(pk=int(post_file(client, roster_file)["Location"].split("/")[-2]))
    JobRun.objects.filter(pk=roster.check_job_id).update(state=JobState.FAILED, error="OSError: disk full")
    page = page_of(client, roster).content.decode()
    assert "disk full" in page
    assert f'action="/jobs/{roster.check_job_id}/retry/"' in page
    again = jobs.retry(run=roster.check_job, by=officer)
    jobs.execute(again.pk, reraise=True)
    roster.refresh_from_db()
    assert roster.state == RosterImportState.CHECKED


def test_removed_files_are_told(client, checked):
    RosterImport.objects.filter(pk=checked.pk).update(file="", refused_file="", files_removed_at=timezone.now())
    page = page_of(client, checked).content.decode()
    assert "were removed on" in page
    assert "Refused rows (Excel)" not in page


def test_the_list_filters_by_state_and_name(client, checked, officer):
    other = RosterImport.objects.create(
        area=factories.town(), original_name="旧表.xls", state=RosterImportState.DISCARDED, created_by=officer
    )

    def shown(query):
        return [roster.pk for roster in client.get(f"{LIST}{query}").context["page"]]

    assert shown("") == [other.pk, checked.pk]
    assert shown("?state=checked") == [checked.pk]
    assert shown("?q=旧表") == [other.pk]
    assert shown("?sort=name") == sorted(shown(""), key=lambda pk: RosterImport.objects.get(pk=pk).original_name)
    assert shown("?state=failed") == []


def test_an_empty_list_says_what_to_do(client, officer):
    assert "No roster uploaded yet" in client.get(LIST).content.decode()


def test_another_town_sees_nothing(client, checked, django_capture_on_commit_callbacks):
    client.force_login(factories.user(role=roles.TOWN_OFFICER, area=factories.town("嘉平镇")))
    assert list(client.get(LIST).context["page"]) == []
    for page in ("", "refused/"):
        assert client.get(f"{LIST}{checked.pk}/{page}").status_code == 404
    for name in ("commit", "discard"):
        assert act(client, checked, name, django_capture_on_commit_callbacks).status_code == 404
    checked.refresh_from_db()
    assert checked.state == RosterImportState.CHECKED


@pytest.mark.parametrize("role", [roles.VILLAGE_TEAM, roles.AUDITOR, roles.DISTRICT_HEAD, roles.HELPER])
def test_others_do_not_import(client, checked, role):
    client.force_login(factories.user(role=role, area=factories.town()))
    for url in (LIST, f"{LIST}template/", f"{LIST}{checked.pk}/", f"{LIST}{checked.pk}/refused/"):
        assert client.get(url).status_code == 403, url
    for name in ("commit", "discard"):
        assert client.post(f"{LIST}{checked.pk}/{name}/").status_code == 403


MOST_QUERIES = 20


def test_queries_do_not_grow_with_the_roster(client, upload, django_assert_max_num_queries):
    few = upload(filled(rows_of(GOOD, 1)))
    many = upload(filled([row for n in range(40) for row in rows_of(f"50011610800300{n:02d}", 100 + 2 * n)]))
    for query in ("", "?show=warnings"):
        with django_assert_max_num_queries(MOST_QUERIES) as first:
            page_of(client, few, query)
        with django_assert_max_num_queries(MOST_QUERIES) as second:
            page_of(client, many, query)
        assert len(second) <= len(first)
    with django_assert_max_num_queries(MOST_QUERIES):
        client.get(LIST)
