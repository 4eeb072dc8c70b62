"""The contents of a district's policy documents, search, one document, one clause: what is shown, to whom, at what cost."""

import datetime as dt
import io
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from assistance.models import ClauseBasis, Measure, MeasureTarget, PolicyClause, PolicyKind, SubsidyRate
from households.services import evaluations
from jiangjin.accounts import roles
from jiangjin.accounts.models import Grant
from jiangjin.audit.models import AuditAction, AuditEntry
from jiangjin.common.norms import norms
from tests import factories
from tests.assistance.situations import check, december, held, visit
from villages.models import PoorVillage

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("year_end")]
FIRST = dt.date(2015, 1, 1)


@pytest.fixture
def office(sign_in):
    """The district office, signed in."""
    return sign_in(factories.user(name="周明远", role=roles.DISTRICT_OFFICER))


@pytest.fixture
def opinion():
    """The opinion with one clause, and two documents that support it, stored in the wrong order."""
    head = factories.policy(code="opinion", title="实施意见", is_placeholder=True)
    factories.clause(head, 1, heading="脱贫退出", text="越过扶贫标准线方可退出。")
    houses = factories.policy(code="house-repair", kind=PolicyKind.SUPPORTING, parent=head, title="危房改造", order=2)
    factories.clause(houses, 2, heading="C级补助", text="每户补助15000元。")
    factories.clause(houses, 3, heading="D级补助", text="每户补助35000元。")
    pairing = factories.policy(code="pairing", kind=PolicyKind.SUPPORTING, parent=head, title="帮扶工作", order=1)
    factories.clause(pairing, 2, heading="每月走访", text="每户每月至少走访一次。")
    return head


def rest(code, number, *norm_codes):
    """Norms that rest on a clause of a document."""
    clause = PolicyClause.objects.filter(document__code=code, number=number).latest("valid_from")
    for norm in norm_codes:
        ClauseBasis.objects.create(norm=norm, clause=clause)


def text(response):
    """What a page says, without its tags."""
    assert response.status_code == 200, response.status_code
    body = re.sub(r"<script.*?</script>|<[^>]+>", " ", response.content.decode(), flags=re.S)
    return re.sub(r"\s+", " ", body)


# --- contents ---------------------------------------------------------------------------------------------
def test_the_one_and_what_supports_it_in_order(client, office, opinion):
    factories.policy(code="notice", kind=PolicyKind.NOTICE, title="关于填报的通知", order=9)
    (part, others) = client.get("/policies/").context["parts"]
    assert part.head.document == opinion
    assert [(line.place, line.document.code) for line in part.lines] == [(1, "pairing"), (2, "house-repair")]
    assert [clause.number for clause in part.lines[1].clauses] == [2, 3]
    assert (others.head, [line.document.code for line in others.lines]) == (None, ["notice"])


@pytest.mark.parametrize(
    ("query", "in_force", "not_in_force"),
    [
        ("", "opinion pairing house-repair", ""),
        ("?on=2014-12-31", "", ""),
        ("?on=2015-06-30", "opinion pairing house-repair old", ""),
        ("?ended=on", "opinion pairing house-repair", "old"),
        ("?on=2014-12-31&ended=on", "", "opinion pairing house-repair old"),
        ("?on=nonsense", "", ""),
    ],
)
def test_what_holds_on_a_day(client, office, opinion, query, in_force, not_in_force):
    factories.policy(code="old", kind=PolicyKind.NOTICE, valid_to=dt.date(2015, 6, 30))
    parts = client.get(f"/policies/{query}").context["parts"]
    lines = [line for part in parts for line in [part.head, *part.lines] if line]
    assert [line.document.code for line in lines if line.is_in_force] == in_force.split()
    assert [line.document.code for line in lines if not line.is_in_force] == not_in_force.split()


def test_wordings_are_those_of_the_day(client, office, opinion):
    pairing = opinion.supporting_documents.get(code="pairing")
    clause = pairing.clauses.get()
    clause.valid_to = dt.date(2015, 6, 30)
    clause.save()
    factories.clause(pairing, 2, heading="两月走访", valid_from=dt.date(2015, 7, 1))
    assert "每月走访" in text(client.get("/policies/?on=2015-06-30"))
    now = text(client.get("/policies/"))
    assert "两月走访" in now
    assert "每月走访" not in now


def test_nothing_on_file_says_what_to_do(client, sign_in):
    sign_in(factories.user(role=roles.DISTRICT_OFFICER))
    page = client.get("/policies/")
    assert "No policy document on file yet" in text(page)
    assert 'href="/policies/new/"' in page.content.decode()
    sign_in(factories.user(role=roles.TOWN_OFFICER, area=factories.town()))
    page = client.get("/policies/")
    assert "The district office adds" in text(page)
    assert "/policies/new/" not in page.content.decode()


def test_everybody_of_the_district_reads_the_same_and_nobody_another_district_s(client, sign_in, opinion):
    factories.policy(area=factories.other_county(), code="secret", title="邻县意见")
    for role, area in (
        (roles.HELPER, factories.county()),
        (roles.VILLAGE_TEAM, factories.village()),
        (roles.TOWN_OFFICER, factories.town("嘉平镇")),
        (roles.FINANCE, factories.county()),
    ):
        sign_in(factories.user(role=role, area=area))
        page = client.get("/policies/")
        assert "实施意见" in text(page)
        assert "邻县意见" not in text(page)
        assert client.get("/policies/opinion/").status_code == 200
        for url in (
            "/policies/secret/",
            "/policies/secret/print/",
            "/policies/secret/done/",
            "/policies/secret/clauses/1/",
        ):
            assert client.get(url).status_code == 404


def test_who_works_in_two_districts_goes_between_them(client, sign_in, opinion):
    other = factories.other_county()
    factories.policy(area=other, code="opinion", title="邻县意见")
    user = sign_in(factories.user(role=roles.DISTRICT_OFFICER))
    Grant.objects.create(user=user, role=roles.DISTRICT_OFFICER.code, area=other, valid_from=factories.START)
    assert client.get("/policies/opinion/").context["document"] == opinion
    page = client.get(f"/policies/?area={other.code}")
    assert page.context["district"] == other
    assert f'href="/policies/opinion/?area={other.code}"' in page.content.decode()
    assert client.get(f"/policies/opinion/?area={other.code}").context["document"].title == "邻县意见"


def test_without_a_role_there_is_nothing(client, sign_in, opinion):
    sign_in(factories.user())
    assert client.get("/policies/").status_code == 403
    sign_in(factories.user(role=roles.ACCOUNT_ADMIN, is_staff=True))
    assert client.get("/policies/opinion/").status_code == 403


# --- search -----------------------------------------------------------------------------------------------
def test_words_are_marked_and_lead_to_their_clause(client, office, opinion):
    page = client.get("/policies/?q=补助 １５０００")
    html = page.content.decode()
    assert "每户<mark>补助15000</mark>元。" in html
    assert 'href="/policies/house-repair/#clause-2"' in html
    assert [each.document.code for each in page.context["found"]] == ["house-repair"]
    assert [chip.param for chip in page.context["chips"]] == ["q"]


def test_what_is_typed_is_never_markup(client, office, opinion):
    factories.clause(opinion, 2, heading="<b>x", text="a<script>alert(1)</script>")
    html = client.get("/policies/?q=<script>").content.decode()
    assert "<mark>&lt;script&gt;</mark>alert(1)" in html
    assert "<script>alert" not in html


def test_nothing_found_says_so(client, office, opinion):
    assert "No clause has all these words" in text(client.get("/policies/?q=汽车补贴"))


def test_a_superseded_wording_is_found_on_its_day(client, office, opinion):
    clause = opinion.clauses.get()
    clause.valid_to = dt.date(2015, 6, 30)
    clause.save()
    factories.clause(opinion, 1, text="新的写法。", valid_from=dt.date(2015, 7, 1))
    assert client.get("/policies/?q=扶贫标准线").context["found"] == []
    assert len(client.get("/policies/?q=扶贫标准线&on=2015-06-30").context["found"]) == 1


# --- a document -------------------------------------------------------------------------------------------
def test_a_document_shows_what_rests_on_its_clauses(client, office, opinion):
    rest("opinion", 1, "exit", "exit_rule.income_above_line", "poverty_line")
    clause = opinion.supporting_documents.get(code="house-repair").clauses.get(number=2)
    measure = Measure.objects.create(
        code="house-repair",
        name="危房改造",
        batch="relocation",
        target=MeasureTarget.HOUSEHOLD,
        clause=clause,
        valid_from=FIRST,
    )
    SubsidyRate.objects.create(measure=measure, grade="C", amount_fen=1_500_000, clause=clause, valid_from=FIRST)
    page = client.get("/policies/opinion/")
    said = text(page)
    assert "2,855 yuan" in said
    assert 'id="clause-1"' in page.content.decode()
    assert [str(norm.label) for norm in page.context["clauses"][0].rests.norms] == [
        "Poverty line",
        "Exit of a household",
        "Income above the line",
    ]
    said = text(client.get("/policies/house-repair/"))
    assert "grade C: 15,000.00 yuan" in said
    assert "危房改造" in said


def test_the_catalogue_rests_on_the_own_document_of_each_district(client, sign_in, opinion):
    """Measures are one list for all districts: they name one district's clause and mean that of each."""
    clause = opinion.supporting_documents.get(code="house-repair").clauses.get(number=2)
    Measure.objects.create(
        code="house-repair",
        name="房屋修缮",
        batch="relocation",
        target=MeasureTarget.HOUSEHOLD,
        clause=clause,
        valid_from=FIRST,
    )
    other = factories.other_county()
    factories.clause(factories.policy(area=other, code="house-repair", title="邻县危改"), 2)
    sign_in(factories.user(role=roles.DISTRICT_OFFICER, area=other))
    (shown,) = client.get("/policies/house-repair/").context["clauses"]
    assert [measure.name for measure in shown.rests.measures] == ["房屋修缮"]


def test_a_summary_is_called_one(client, office, opinion):
    assert "still to be established" in text(client.get("/policies/opinion/"))
    assert "still to be established" in text(client.get("/policies/opinion/print/"))
    assert "still to be established" not in text(client.get("/policies/pairing/"))


def test_an_unknown_document_or_clause_is_not_there(client, office, opinion):
    for url in (
        "/policies/nothing/",
        "/policies/opinion/clauses/7/",
        "/policies/opinion/clauses/99999999999999999999/",
    ):
        assert client.get(url).status_code == 404, url


def test_norms_open_only_what_the_user_may_see(client, sign_in, opinion):
    rest("pairing", 2, "visit_standard")
    sign_in(factories.user(role=roles.HELPER))
    assert "/visits/checks/" not in client.get("/policies/pairing/").content.decode()
    sign_in(factories.user(role=roles.TOWN_OFFICER, area=factories.town()))
    assert '<a href="/visits/checks/">' in client.get("/policies/pairing/").content.decode()


def test_the_print_view_has_the_wording_of_today_and_no_frame_around_it(client, office, opinion):
    clause = opinion.clauses.get()
    clause.valid_to = dt.date(2015, 6, 30)
    clause.save()
    factories.clause(opinion, 1, heading="新条", text="新的写法。", valid_from=dt.date(2015, 7, 1))
    said = text(client.get("/policies/opinion/print/"))
    assert "新的写法。" in said
    assert "扶贫标准线" not in said


def test_wordings_stay_readable_and_are_compared(client, office, opinion):
    clause = opinion.clauses.get()
    clause.valid_to = dt.date(2015, 6, 30)
    clause.save()
    factories.clause(
        opinion, 1, heading="脱贫退出", text="稳定越过扶贫标准线方可退出。", valid_from=dt.date(2015, 7, 1)
    )
    page = client.get("/policies/opinion/clauses/1/")
    html = page.content.decode()
    assert "<ins>稳定</ins>" in html
    assert "越过扶贫标准线方可退出。" in html
    assert [each.is_in_force for each in page.context["wordings"]] == [True, False]
    assert "2 wordings; this one since 2015-07-01" in text(client.get("/policies/opinion/"))


# --- what was done ----------------------------------------------------------------------------------------
@pytest.fixture
def year_of_work(opinion):
    """An exit, a tier, a helper and two visits in 复建村; a visit in 紫荆村; last year's that do not count."""
    rest("opinion", 1, "exit")
    rest("pairing", 2, "visit_standard", "tier", "helper")
    family, who = held(area=factories.village("复建村"))
    family.assignments.update(starts_on=dt.date(2015, 2, 1))
    family.status_events.create(kind="exited", occurred_on=december(18), persons=3, reason="r")
    family.tier_decisions.create(tier="A", decided_on=december(1), reason="r")
    family.tier_decisions.create(tier="B", decided_on=december(2), reason="r")
    visit(family, who, december(3))
    visit(family, who, december(4))
    visit(family, who, dt.date(2014, 12, 4))
    visit(family, who, december(5), withdrawn_at=dt.datetime(2015, 12, 6, tzinfo=dt.UTC), withdrawn_reason="x")
    other, stranger = held(area=factories.village("紫荆村"))
    visit(other, stranger, december(3))
    check()
    return family


def deeds_of(client, url):
    """(label, value, address) of every number that a page of deeds shows."""
    html = client.get(url).content.decode()
    found = re.findall(
        r'<a class="deed" href="([^"]+)"><span class="deed-label">([^<]+)</span> <span class="num">([\d,]+)<', html
    )
    return [(label, int(value.replace(",", "")), address.replace("&amp;", "&")) for address, label, value in found]


@pytest.mark.parametrize(
    ("role", "place", "visits"),
    [
        (roles.DISTRICT_OFFICER, "county", 3),
        (roles.TOWN_OFFICER, "白沙镇", 2),
        (roles.VILLAGE_TEAM, "复建村", 2),
        (roles.AUDITOR, "county", 3),
    ],
)
def test_every_number_opens_the_list_that_adds_up_to_it(client, sign_in, year_of_work, role, place, visits):
    area = {"county": factories.county, "白沙镇": factories.town, "复建村": factories.village}[place]()
    sign_in(factories.user(role=role, area=area))
    numbers = [*deeds_of(client, "/policies/pairing/done/"), *deeds_of(client, "/policies/opinion/done/")]
    assert {label: value for label, value, _url in numbers} == {
        "Households whose tier was decided": 1,
        "Households that a helper took on": 1,
        "Visits made": visits,
        "Households due a visit in 2015-12": 2 if visits == 3 else 1,
        "Households visited in 2015-12": 2 if visits == 3 else 1,
        "Households that exited": 1,
    }
    for label, value, url in numbers:
        assert client.get(url).context["page"].paginator.count == value, (label, url)


def test_the_numbers_follow_the_chosen_area(client, sign_in, year_of_work):
    sign_in(factories.user(role=roles.DISTRICT_OFFICER))
    numbers = deeds_of(client, "/policies/pairing/done/?area=500116114")
    assert {label: value for label, value, _url in numbers}["Visits made"] == 1
    for label, value, url in numbers:
        assert "area=500116114" in url
        assert client.get(url).context["page"].paginator.count == value, label


def test_a_helper_s_numbers_are_those_of_their_households(client, sign_in, year_of_work):
    user = sign_in(factories.user(role=roles.HELPER))
    assert deeds_of(client, "/policies/pairing/done/") == []
    factories.assignment(year_of_work, factories.helper("徐兴", user=user))
    numbers = deeds_of(client, "/policies/pairing/done/")
    assert {label: value for label, value, _url in numbers} == {
        "Households whose tier was decided": 1,
        "Households that a helper took on": 1,
        "Visits made": 2,
    }
    for label, value, url in numbers:
        assert client.get(url).context["page"].paginator.count == value, label


def test_villages_are_counted_as_their_list_shows_them(client, office, opinion):
    rest("opinion", 1, "poor_village")
    listed = {"evidence": "certain", "listed_on": dt.date(2014, 10, 1)}
    off = {"delisted_on": december(21), "delisted_reason": "r"}
    for name, more in (("复建村", off), ("紫荆村", {**off, "delisted_on": dt.date(2016, 3, 1)}), ("河口村", {})):
        PoorVillage.objects.create(village=factories.village(name), **listed, **more)
    numbers = deeds_of(client, "/policies/opinion/done/")
    assert {label: value for label, value, _url in numbers} == {
        "Villages struck off so far": 1,
        "Villages still on the list": 2,
    }
    for label, value, url in numbers:
        assert client.get(url).context["page"].paginator.count == value, label


def test_another_year_is_another_count(client, office, year_of_work, opinion):
    opinion.supporting_documents.update(valid_from=dt.date(2014, 1, 1))
    page = client.get("/policies/pairing/?year=2014")
    assert page.context["years"] == [2015, 2014]
    assert "/policies/pairing/done/?year=2014" in page.content.decode()
    numbers = deeds_of(client, "/policies/pairing/done/?year=2014")
    assert [(label, value) for label, value, _url in numbers] == [
        ("Households that a helper took on", 1),
        ("Visits made", 1),
    ]
    assert deeds_of(client, "/policies/pairing/done/?year=1999") == deeds_of(client, "/policies/pairing/done/")


def test_the_contents_get_the_first_numbers_of_each_document(client, office, year_of_work):
    html = client.get("/policies/").content.decode()
    assert 'hx-get="/policies/done/?"' in html
    ids = re.findall(r'id="(deeds-\d+)"', html)
    done = client.get("/policies/done/")
    shown = done.content.decode()
    assert set(re.findall(r'id="(deeds-\d+)"', shown)) <= set(ids)
    assert {line.document.code: [str(deed.short) for deed in line.deeds] for line in done.context["lines"]} == {
        "opinion": ["Exited"],
        "pairing": ["Tiers decided", "Taken on by helpers", "Visits"],
    }
    for line in done.context["lines"]:
        for deed in line.deeds:
            assert client.get(deed.url).context["page"].paginator.count == deed.value


# --- cost -------------------------------------------------------------------------------------------------
def queries(client, url):
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def test_the_number_of_queries_does_not_grow(client, office, opinion, year_of_work):
    rest("house-repair", 2, "exit_rule.safe_housing")
    houses = opinion.supporting_documents.get(code="house-repair")
    measured = {"name": "x", "batch": "medical", "target": MeasureTarget.PERSON, "valid_from": FIRST}
    Measure.objects.create(code="m3", clause=houses.clauses.get(number=2), **measured)
    urls = [
        "/policies/",
        "/policies/?q=补助",
        "/policies/done/",
        "/policies/house-repair/",
        "/policies/house-repair/done/",
    ]
    before = [queries(client, url) for url in urls]
    for number in range(4, 10):
        clause = factories.clause(houses, number, text="补助。")
        ClauseBasis.objects.create(norm="exit_rule.safe_housing", clause=clause)
        Measure.objects.create(code=f"m{number}", clause=clause, **measured)
        factories.clause(factories.policy(code=f"d{number}", kind=PolicyKind.NOTICE), 1, text="补助。")
    assert [queries(client, url) for url in urls] == before


def test_links_to_clauses_cost_one_query_however_many_rules(client, office, opinion):
    family = factories.over_the_line()
    check_of = f"/households/{family.number}/verdict/"
    evaluations.evaluate(as_of=december(31), area=factories.county())
    rest("opinion", 1, "exit_rule.income_above_line")
    before = queries(client, check_of)
    rest(
        "opinion", 1, *(norm.code for norm in norms if norm.code.startswith("exit_rule.") and "income" not in norm.code)
    )
    assert queries(client, check_of) == before
    html = client.get(check_of).content.decode()
    assert html.count('<span class="basis">') == 6
    assert 'href="/policies/opinion/#clause-1"' in html


# --- where rules are shown --------------------------------------------------------------------------------
def test_pages_of_rules_name_the_clause(client, office, opinion, year_of_work):
    rest("opinion", 1, "exit_rule.safe_water", "village_standard")
    evaluations.evaluate(as_of=december(31), area=factories.county())
    assert "“实施意见”, clause 1" in text(client.get("/households/evaluations/"))
    assert "“实施意见”, clause 1" in text(client.get(f"/villages/{factories.village().code}/exit/"))
    assert "“帮扶工作”, clause 2" in text(client.get("/visits/checks/"))


def test_a_clause_that_ended_is_no_basis_any_more(client, office, opinion, year_of_work):
    pairing = opinion.supporting_documents.get(code="pairing")
    pairing.clauses.update(valid_to=dt.date(2015, 6, 30))
    assert "clause 2" not in text(client.get("/visits/checks/"))
    factories.clause(pairing, 2, valid_from=dt.date(2015, 9, 1))
    assert "“帮扶工作”, clause 2" in text(client.get("/visits/checks/"))
    pairing.valid_to = dt.date(2015, 12, 30)
    pairing.save()
    assert "clause 2" not in text(client.get("/visits/checks/"))


def test_the_clause_is_that_of_the_household_s_district(client, sign_in, opinion):
    other = factories.other_county()
    theirs = factories.policy(area=other, code="opinion", title="邻县意见")
    ClauseBasis.objects.create(norm="exit_rule.safe_water", clause=factories.clause(theirs, 4))
    rest("opinion", 1, "exit_rule.safe_water")
    user = sign_in(factories.user(role=roles.DISTRICT_OFFICER))
    Grant.objects.create(user=user, role=roles.DISTRICT_OFFICER.code, area=other, valid_from=factories.START)
    family = factories.over_the_line()
    evaluations.evaluate(as_of=december(31), area=factories.county())
    html = client.get(f"/households/{family.number}/verdict/").content.decode()
    assert "实施意见" in html
    assert "邻县意见" not in html


# --- export -----------------------------------------------------------------------------------------------
def sheet(response):
    assert response.status_code == 200
    book = CalamineWorkbook.from_filelike(io.BytesIO(response.content))
    return [[str(cell) for cell in row] for row in book.get_sheet_by_index(0).to_python()]


def test_the_workbook_holds_what_the_list_shows(client, office, opinion):
    factories.policy(area=factories.other_county(), code="secret", title="邻县意见")
    rows = sheet(client.get("/policies/export/"))
    assert [row[0] for row in rows[1:]] == ["实施意见", "帮扶工作", "危房改造"]
    assert rows[3][8] == "2 C级补助\n3 D级补助"
    assert [row[0] for row in sheet(client.get("/policies/export/?q=补助"))[1:]] == ["危房改造"]
    entry = AuditEntry.objects.filter(action=AuditAction.EXPORTED).first()
    assert (entry.model, entry.after) == ("assistance.policydocument", {"rows": 1, "filters": {"q": "补助"}})


def test_who_may_not_export_gets_no_workbook(client, sign_in, opinion):
    for role in (roles.HELPER, roles.FINANCE, roles.API_CLIENT):
        sign_in(factories.user(role=role))
        assert client.get("/policies/export/").status_code == 403
        assert "/policies/export/" not in client.get("/policies/").content.decode()
