"""The six-batch table and the lists behind it: every number opens exactly those whom it counts, for whoever looks."""

import datetime as dt
import io
import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from assistance.models import ExitChannel
from assistance.services import channel_proposals
from assistance.views.channels.table import Cell
from jiangjin.accounts import roles
from jiangjin.audit.models import AuditAction, AuditEntry
from jiangjin.jobs.models import JobRun
from tests import factories
from tests.assistance.channels.situations import (
    EXIT_DAY,
    channel,
    enrolled,
    event,
    exit_of,
    exited,
    measure,
    members,
    of_all,
)
from tests.households.pages.sending import told

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("year_end")]
URL = "/channels/"


@pytest.fixture
def some():
    """Exits of three villages in two towns, with every kind of overlap, some without a channel, one household of a helper."""
    made = {
        "industry": exited(members=3, tier="A"),
        "mixed": exited(members=3, tier="B"),
        "sick": exited(members=2, area=factories.village("河口村")),
        "none": exited(members=4),
        "elsewhere": exited(members=2, area=factories.village("紫荆村")),
        "elsewhere none": exited(members=1, area=factories.village("紫荆村")),
        "last year": exited(on=dt.date(2014, 12, 1)),
    }
    of_all(made["industry"], "industry")
    of_all(made["mixed"], "industry", "education")
    channel(made["mixed"], "medical")
    channel(made["sick"], "medical")
    of_all(made["elsewhere"], "safety_net")
    channel(made["elsewhere"], "medical", member=members(made["elsewhere"])[1])
    of_all(made["last year"], "industry")
    user = factories.user("helper", role=roles.HELPER)
    factories.assignment(made["mixed"].household, factories.helper(user=user))
    return made


def cells(context):
    """All numbers of the page with what they open."""
    found = []

    def walk(value):
        if isinstance(value, Cell):
            found.append(value)
        elif isinstance(value, dict):
            for each in value.values():
                walk(each)
        elif isinstance(value, list | tuple):
            for each in value:
                walk(each)

    for name in ("batches", "any", "without", "exited", "combinations"):
        walk(context[name])
    if context["areas"] is not None:
        walk(context["areas"].rows)
    return found


def looking(who, some):
    """The user of a name."""
    return {
        "district": lambda: factories.user(role=roles.DISTRICT_OFFICER),
        "leader": lambda: factories.user(role=roles.DISTRICT_HEAD),
        "town": lambda: factories.user(role=roles.TOWN_OFFICER, area=factories.town()),
        "village": lambda: factories.user(role=roles.VILLAGE_TEAM, area=factories.village()),
        "helper": lambda: some["mixed"].household.assignments.get().helper.user,
    }[who]()


@pytest.mark.parametrize("by", ["households", "persons"])
@pytest.mark.parametrize("who", ["district", "leader", "town", "village", "helper"])
def test_every_number_opens_exactly_those_it_counts(client, sign_in, some, who, by):
    sign_in(looking(who, some))
    context = client.get(f"{URL}?year=2015&by={by}&all=on").context
    numbers = [cell for cell in cells(context) if cell.value is not None]
    assert len(numbers) > 20
    assert any(cell.value for cell in numbers)
    for cell in numbers:
        page = client.get(cell.url).context["page"]
        assert page.paginator.count == cell.value, cell


def test_scope_is_the_users(client, sign_in, some):
    seen = {}
    for who in ("district", "town", "village", "helper"):
        sign_in(looking(who, some))
        seen[who] = client.get(URL).context["counts"]
    assert [counts.households for counts in seen.values()] == [6, 4, 3, 1]
    assert [counts.persons for counts in seen.values()] == [15, 12, 10, 3]


def test_the_table_says_what_is_derived_and_what_overlaps(client, district, some):
    text = client.get(URL).content.decode()
    for words in ("not reported", "derived", "counted more than once", "never added", "Without Medical aid"):
        assert words in text, words
    context = client.get(URL).context
    assert (context["overlap"]["persons"].total, context["overlap"]["persons"].distinct) == (14, 9)
    assert (context["overlap"]["households"].total, context["overlap"]["households"].distinct) == (4, 3)


def test_the_chart_has_a_gap_where_households_are_not_reported(client, district, some):
    chart = client.get(URL).context["chart"]
    households = dict(zip([str(category) for category in chart.categories], chart.series[1].values, strict=True))
    assert households["Medical aid"] is None
    assert households["Relocation"] == 0
    assert households["Industry development"] == 2
    data = json.loads(json.dumps(chart.data()))
    assert len(data["links"]) == len(data["categories"]) == 6


def test_a_town_of_which_nobody_said_anything_shows_no_zero(client, district):
    channel(exited(), "industry")
    exited(area=factories.village("紫荆村"))
    rows = {row["area"].name: row for row in client.get(URL).context["areas"].rows}
    assert [cell.value for _label, cell in rows["嘉平镇"]["cells"]] == [None] * 6
    assert [cell.value for _label, cell in rows["白沙镇"]["cells"]] == [1, 0, 0, 0, 0, 0]


@pytest.mark.parametrize(
    ("sort", "names"),
    [
        ("area", ["白沙镇", "嘉平镇"]),
        ("-area", ["嘉平镇", "白沙镇"]),
        ("exited", ["嘉平镇", "白沙镇"]),
        ("-industry", ["白沙镇", "嘉平镇"]),
        ("-safety_net", ["嘉平镇", "白沙镇"]),
        ("-without", ["白沙镇", "嘉平镇"]),
        ("nonsense", ["白沙镇", "嘉平镇"]),
    ],
)
def test_areas_are_sorted(client, district, some, sort, names):
    areas = client.get(f"{URL}?sort={sort}&by=persons").context["areas"]
    assert [row["area"].name for row in areas.rows] == names


def test_before_anybody_said_anything_the_page_says_what_to_do(client, district):
    assert "Nobody exited here" in client.get(URL).content.decode()
    exited()
    text = client.get(URL).content.decode()
    assert "No channel is on file for these exits" in text
    assert "/channels/households/" in text


def test_a_year_is_chosen_and_an_unknown_one_is_the_usual(client, district, some):
    assert client.get(f"{URL}?year=2014").context["counts"].households == 1
    for year in ("1999", "x", ""):
        assert client.get(f"{URL}?year={year}").context["year"] == 2015


def test_the_rare_combinations_are_a_click_away(client, district):
    batches = ["industry", "employment", "relocation", "education", "medical", "safety_net"]
    for number in range(1, 15):
        channel(exited(members=1), *[batch for place, batch in enumerate(batches) if number >> place & 1])
    page = client.get(URL).context
    assert (len(page["combinations"]), page["more_combinations"]) == (12, 2)
    everything = client.get(page["all_url"]).context
    assert (len(everything["combinations"]), everything["more_combinations"]) == (14, 0)


def test_the_number_of_queries_does_not_grow(client, district, some):
    def queries(url):
        with CaptureQueriesContext(connection) as captured:
            assert client.get(url).status_code == 200
        return len(captured)

    urls = [URL, "/channels/households/", "/channels/persons/", "/channels/propose/"]
    before = [queries(url) for url in urls]
    for village in ("复建村", "紫荆村", "河口村", "大垭村"):
        exit = exited(members=4, area=factories.village(village))
        of_all(exit, "industry", "employment")
        channel(exit, "medical", enrolment=enrolled(exit.household, measure()))
    assert [queries(url) for url in urls] == before


# --- lists -------------------------------------------------------------------------------------------------
def households(client, query=""):
    return [row.household for row in client.get(f"/channels/households/{query}").context["page"].object_list]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", {"industry", "mixed", "sick", "none", "elsewhere", "elsewhere none"}),
        ("?year=2014", {"last year"}),
        ("?batch=industry", {"industry", "mixed"}),
        ("?batch=industry&batch=medical", {"mixed"}),
        ("?batch=industry&batch=medical&exact=on", set()),
        ("?batch=industry&batch=medical&batch=education&exact=on", {"mixed"}),
        ("?batch=industry&exact=on", {"industry"}),
        ("?state=with", {"industry", "mixed", "sick", "elsewhere"}),
        ("?state=without", {"none", "elsewhere none"}),
        ("?state=differing", set()),
        ("?tier=B", {"mixed"}),
        ("?area=500116108", {"industry", "mixed", "sick", "none"}),
        ("?area=500116114&batch=medical", {"elsewhere"}),
        ("?q=nobody", set()),
        ("?batch=lottery", set()),
        ("?exact=on", set()),
        ("?batch=industry&state=without", set()),
        ("?state=rich", set()),
    ],
)
def test_filters_of_households(client, district, some, query, names):
    by_key = {exit.household: name for name, exit in some.items()}
    assert {by_key[household] for household in households(client, query)} == names


def test_households_for_which_measures_speak_for_more_are_found(client, district, some):
    enrolled(some["industry"].household, measure("employment"))
    enrolled(some["none"].household, measure("employment"))
    assert households(client, "?state=differing") == [some["industry"].household]


def persons(client, query=""):
    return list(client.get(f"/channels/persons/{query}").context["page"].object_list)


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 15),
        ("?batch=industry", 6),
        ("?batch=industry&exact=on", 3),
        ("?batch=industry&batch=education&exact=on", 2),
        ("?batch=medical", 3),
        ("?state=without", 6),
        ("?state=with&area=500116114", 2),
        ("?tier=A", 3),
        ("?year=2014", 2),
    ],
)
def test_filters_of_persons(client, district, some, query, count):
    assert len(persons(client, query)) == count


def test_persons_are_those_of_the_day_of_the_exit(client, district):
    exit = exited(members=1)
    factories.member(exit.household, relation="99", left_on=EXIT_DAY, left_by="01")
    factories.member(exit.household, relation="99", joined_on=EXIT_DAY + dt.timedelta(days=1))
    there = factories.member(exit.household, relation="99", left_on=EXIT_DAY + dt.timedelta(days=1), left_by="01")
    assert {row.pk for row in persons(client)} == {members(exit)[0].pk, there.pk}


def test_a_household_that_exited_twice_is_listed_with_the_exit_of_the_year(client, district):
    first = exited(members=1, on=dt.date(2014, 12, 1))
    channel(first, "relocation")
    event(first.household, "relapsed", dt.date(2015, 3, 1))
    second = exit_of(first.household, persons=1)
    channel(second, "industry")
    (row,) = persons(client)
    assert (row.exit_id, row.exited_on) == (second.pk, EXIT_DAY)
    page = client.get("/channels/persons/").context
    assert [each.batch for each in page["shown"][0][2]] == ["industry"]


def test_where_more_were_counted_than_are_on_file_the_list_says_so(client, district):
    exit = exited(members=2)
    channel(exit, "industry")
    assert client.get("/channels/persons/?state=without").context["beyond"] == 0
    exit_of(factories.household(members=1, status="exited"), persons=3)
    response = client.get("/channels/persons/?state=without")
    assert response.context["beyond"] == 2
    assert "2 persons more were counted" in response.content.decode()
    assert client.get("/channels/persons/?state=without&tier=A").context["beyond"] == 0


def sheet(response):
    """The rows of a workbook as lists of texts."""
    assert response["Content-Disposition"].startswith("attachment")
    book = CalamineWorkbook.from_filelike(io.BytesIO(response.content))
    return [[str(cell) for cell in row] for row in book.get_sheet_by_index(0).to_python()]


def test_the_workbooks_hold_what_the_lists_show(client, district, some):
    rest = enrolled(some["mixed"].household, measure("education", name="雨露计划"))
    ExitChannel.objects.filter(exit=some["mixed"], batch="education").update(enrolment=rest)
    rows = sheet(client.get("/channels/households/export/?batch=medical"))
    assert len(rows) == 1 + 3
    mixed = next(row for row in rows if row[0] == some["mixed"].household.number)
    assert "Industry development、Education、Medical aid" in mixed
    assert mixed[-6:] == ["3.0", "", "", "3.0", "1.0", ""]
    rows = sheet(client.get("/channels/persons/export/?batch=education"))
    assert len(rows) == 1 + 3
    assert {row[-1] for row in rows[1:]} == {"雨露计划"}
    entries = AuditEntry.objects.filter(action=AuditAction.EXPORTED).order_by("pk")
    assert [(entry.model, entry.after["rows"]) for entry in entries] == [
        ("households.statusevent", 3),
        ("households.member", 3),
    ]


def test_who_may_not_export_gets_no_workbook(client, sign_in, some):
    for role in (roles.VILLAGE_TEAM, roles.HELPER, roles.FINANCE, roles.API_CLIENT):
        sign_in(factories.user(role=role))
        for url in ("/channels/households/export/", "/channels/persons/export/"):
            assert client.get(url).status_code == 403


# --- setting and filling -----------------------------------------------------------------------------------
def chosen(exit, *, opened=None, **more):
    """What the form of an exit sends: the channels by the position of the member."""
    people = members(exit)
    sent = {f"member-{people[int(place[1:])].pk}": batches for place, batches in more.items() if place[0] == "m"}
    return {"opened": json.dumps(opened or {}), **sent, **({"reason": more["reason"]} if "reason" in more else {})}


def test_channels_are_set_on_a_page(client, town):
    exit = exited(members=2)
    first, second = members(exit)
    enrolled(exit.household, measure("industry"))
    page = client.get(f"/channels/exits/{exit.pk}/")
    assert "Done measures speak for: Industry development" in page.content.decode()
    response = client.post(f"/channels/exits/{exit.pk}/", chosen(exit, m0=["industry", "medical"], m1=["industry"]))
    assert response.status_code == 302
    assert response["Location"].endswith("?tab=channels")
    assert "Industry development、Medical aid" in told(response)
    assert set(ExitChannel.objects.values_list("member", "batch")) == {
        (first.pk, "industry"),
        (first.pk, "medical"),
        (second.pk, "industry"),
    }


def test_a_correction_asks_for_its_reason(client, town):
    exit = exited(members=1)
    key = members(exit)[0].pk
    channel(exit, "industry")
    url, opened = f"/channels/exits/{exit.pk}/", {key: ["industry"]}
    response = client.post(url, chosen(exit, opened=opened, m0=["medical"]))
    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["reason"]
    response = client.post(url, chosen(exit, opened=opened, m0=["medical"], reason="登记有误"))
    assert response.status_code == 302
    assert list(ExitChannel.objects.values_list("batch", flat=True)) == ["medical"]


def test_who_comes_second_sees_what_stands_and_keeps_what_was_chosen(client, town):
    exit = exited(members=1)
    key = members(exit)[0].pk
    channel(exit, "relocation")
    url = f"/channels/exits/{exit.pk}/"
    response = client.post(url, chosen(exit, m0=["industry"]))
    assert response.status_code == 422
    text = response.content.decode()
    assert "Somebody else changed the channels" in text
    assert "Relocation" in str(response.context["form"].non_field_errors())
    form = response.context["form"]
    assert form[f"member-{key}"].value() == ["industry"]
    again = {"opened": form["opened"].value(), f"member-{key}": ["industry"], "reason": "核对后更正"}
    assert client.post(url, again).status_code == 302
    assert list(ExitChannel.objects.values_list("batch", flat=True)) == ["industry"]


@pytest.mark.parametrize("opened", ["", "[]", "nonsense", '{"x": 1}', '{"1": 5}', "null"])
def test_a_damaged_page_overwrites_nothing(client, town, opened):
    exit = exited(members=1)
    channel(exit, "industry")
    sent = {**chosen(exit, m0=["medical"], reason="x"), "opened": opened}
    assert client.post(f"/channels/exits/{exit.pk}/", sent).status_code == 422
    assert list(ExitChannel.objects.values_list("batch", flat=True)) == ["industry"]


def test_an_exit_that_does_not_stand_offers_no_form(client, town):
    exit = exited()
    event(exit.household, "removed", dt.date(2015, 12, 1))
    page = client.get(f"/channels/exits/{exit.pk}/")
    assert "This exit does not stand" in page.content.decode()
    response = client.post(f"/channels/exits/{exit.pk}/", chosen(exit, m0=["industry"]))
    assert response.status_code == 422
    assert not ExitChannel.objects.exists()


def test_whose_exits_are_set(client, sign_in, some):
    sign_in(factories.user(role=roles.TOWN_OFFICER, area=factories.town()))
    assert client.get(f"/channels/exits/{some['elsewhere'].pk}/").status_code == 404
    sign_in(factories.user(role=roles.VILLAGE_TEAM, area=factories.village()))
    assert client.get(f"/channels/exits/{some['mixed'].pk}/").status_code == 403
    other = event(some["mixed"].household, "exit_prepared", dt.date(2015, 11, 1))
    sign_in(factories.user(role=roles.DISTRICT_OFFICER))
    assert client.get(f"/channels/exits/{other.pk}/").status_code == 404


def test_filling_is_shown_first_and_done_by_a_job(client, town):
    exit = exited(members=2)
    enrolled(exit.household, measure("industry"))
    enrolled(exited(area=factories.village("紫荆村")).household, measure("industry"))
    page = client.get("/channels/propose/")
    assert (page.context["proposal"].filled, page.context["proposal"].channels) == (1, 2)
    assert not ExitChannel.objects.exists()
    response = client.post("/channels/propose/?area=500116108&year=2015")
    assert response.status_code == 302
    job = JobRun.objects.get(kind=channel_proposals.KIND)
    assert (job.area, job.params, job.created_by) == (factories.town(), {"year": 2015}, town)


def test_who_may_not_set_channels_sees_no_proposal(client, sign_in, some):
    for role, area in ((roles.VILLAGE_TEAM, factories.village()), (roles.AUDITOR, None), (roles.HELPER, None)):
        sign_in(factories.user(role=role, area=area))
        assert client.get("/channels/propose/").status_code == 403
        assert client.post("/channels/propose/").status_code == 403


# --- the household's tab -----------------------------------------------------------------------------------
def test_the_tab_shows_each_person_with_what_it_rests_on(client, town, some):
    rest = enrolled(some["mixed"].household, measure("education", name="雨露计划"))
    ExitChannel.objects.filter(exit=some["mixed"], batch="education").update(enrolment=rest)
    text = client.get(f"/channels/household/{some['mixed'].household.number}/").content.decode()
    assert "雨露计划" in text
    assert "declared without a measure" in text
    assert "Correct the channels" in text
    assert "Set the channels" in client.get(f"/channels/household/{some['none'].household.number}/").content.decode()
    on_roll = factories.household(members=1)
    assert "has not exited" in client.get(f"/channels/household/{on_roll.number}/").content.decode()


def test_who_only_reads_the_tab_is_offered_no_change(client, sign_in, some):
    sign_in(factories.user(role=roles.INSPECTOR))
    assert (
        "Correct the channels"
        not in client.get(f"/channels/household/{some['mixed'].household.number}/").content.decode()
    )
