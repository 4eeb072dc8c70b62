"""Writing a visit down, and correcting it, as a browser does."""

import datetime as dt

import pytest

from assistance.models import FollowUp, Visit, VisitRevision, VisitState
from assistance.services import visits
from households.models import Household, HouseholdStatus
from jiangjin.accounts import roles
from tests import factories
from tests.assistance.situations import check, checked, december, draft, visit
from tests.households.pages.sending import errors, filled_in, send, told

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("year_end")]
SEEN = "屋顶已修好。"


def address(household):
    return f"/visits/new/?household={household.number}"


def opened(client, household, **typed):
    """What the page sends when these fields were typed into; boxes that are not ticked are not sent."""
    form = client.get(address(household)).context["form"]
    return {name: value for name, value in filled_in(form, **typed).items() if name != "met" or value}


def write(client, household, **typed):
    return client.post(address(household), opened(client, household, **typed))


def test_day_method_and_what_was_seen_are_enough(client, helper, family):
    factories.assignment(family, helper)
    sent = {name: value for name, value in opened(client, family).items() if name in {"client_id", "visited_on"}}
    response = client.post(address(family), {**sent, "method": "home", "condition": SEEN, "confirmation": "none"})
    assert response["Location"] == "/visits/mine/"
    stored = Visit.objects.get()
    assert (stored.household, stored.helper, stored.visited_on) == (family, helper, december(31))
    assert (stored.method, stored.condition, stored.confirmation) == ("home", SEEN, "none")
    assert (stored.recorded_by, stored.money_fen, stored.follow_ups.count()) == (helper.user, 0, 0)


def test_the_page_opens_with_today_at_home_and_the_members_to_tick(client, helper, family):
    factories.assignment(family, helper)
    page = client.get(address(family))
    form = page.context["form"]
    assert (form["visited_on"].value(), form["method"].value()) == (december(31), "home")
    assert "helper" not in form.fields
    body = page.content.decode()
    assert "陈建国" in body
    assert 'type="checkbox" name="met"' in body
    assert 'data-keep="1"' in body
    assert "data-guard" in body
    assert not form.open_parts


def test_all_that_was_written_is_stored(client, helper, family):
    factories.assignment(family, helper)
    sent = opened(
        client,
        family,
        visited_on="2015-12-20",
        method="field",
        people_met="村主任",
        condition=SEEN,
        income_trend="better",
        health_trend="worse",
        policy_explained="新农合报销",
        money_fen="500",
        goods="大米",
        goods_value_fen="1,200.50",
        difficulty_kind="water",
        difficulty="水源干涸",
        follow_up="联系水务局",
        follow_up_due_on="2016-01-15",
        confirmation="signed",
    )
    response = client.post(address(family), {**sent, "met": ["陈建国", "李秀英"]})
    assert response.status_code == 302
    stored = Visit.objects.get()
    assert stored.people_met == "陈建国、李秀英、村主任"
    assert (stored.method, stored.income_trend, stored.health_trend) == ("field", "better", "worse")
    assert (stored.housing_trend, stored.policy_explained, stored.confirmation) == ("", "新农合报销", "signed")
    assert (stored.money_fen, stored.goods, stored.goods_value_fen) == (50_000, "大米", 120_050)
    assert (stored.difficulty_kind, stored.difficulty) == ("water", "水源干涸")
    promise = FollowUp.objects.get()
    assert (promise.visit, promise.text, promise.due_on) == (stored, "联系水务局", dt.date(2016, 1, 15))
    assert "联系水务局" in told(response)
    assert "2016-01-15" in told(response)


def test_the_message_names_the_household_and_who_is_left(client, helper, family):
    factories.assignment(family, helper)
    other = factories.household(members=1)
    factories.assignment(other, helper)
    check(as_of=december(30))
    response = write(client, family, condition=SEEN)
    assert "陈建国's household" in told(response)
    assert "1 household is still to be visited" in told(response)
    assert checked(family).state == VisitState.MET
    response = write(client, other, condition=SEEN)
    assert "Everybody due this month has been visited." in told(response)


def test_twice_sent_is_once_stored(client, helper, family):
    factories.assignment(family, helper)
    sent = opened(client, family, condition=SEEN)
    first, second = client.post(address(family), sent), client.post(address(family), sent)
    assert (first.status_code, second.status_code) == (302, 302)
    assert Visit.objects.count() == 1


def test_another_visit_under_the_same_number_is_told_and_kept(client, helper, family):
    factories.assignment(family, helper)
    sent = opened(client, family, condition=SEEN)
    client.post(address(family), sent)
    again = client.post(address(family), {**sent, "condition": "另一次走访"})
    assert errors(again)["__all__"]
    assert f"/visits/{Visit.objects.get().pk}/" in again.content.decode()
    assert again.context["form"]["condition"].value() == "另一次走访"
    retry = {name: value for name, value in filled_in(again.context["form"]).items() if name != "met"}
    assert retry["client_id"] != sent["client_id"]
    assert client.post(address(family), retry).status_code == 302
    assert set(Visit.objects.values_list("condition", flat=True)) == {SEEN, "另一次走访"}


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"condition": " "}, "condition"),
        ({"visited_on": ""}, "visited_on"),
        ({"visited_on": "2016-01-01"}, "visited_on"),
        ({"visited_on": "2013-12-31"}, "visited_on"),
        ({"visited_on": "x"}, "visited_on"),
        ({"method": "drone"}, "method"),
        ({"money_fen": "-1"}, "money_fen"),
        ({"money_fen": "viel"}, "money_fen"),
        ({"goods_value_fen": "1.234"}, "goods_value_fen"),
        ({"difficulty_kind": "water"}, "difficulty"),
        ({"difficulty": "水源干涸"}, "difficulty_kind"),
        ({"follow_up": "联系水务局"}, "follow_up_due_on"),
        ({"follow_up_due_on": "2016-01-15"}, "follow_up"),
        ({"follow_up": "x", "follow_up_due_on": "2015-12-30"}, "follow_up_due_on"),
        ({"people_met": "名" * 121}, "people_met"),
        ({"income_trend": "rich"}, "income_trend"),
        ({"confirmation": "stamped"}, "confirmation"),
        ({"client_id": "x"}, "client_id"),
    ],
)
def test_what_is_wrong_is_told_at_its_field_and_nothing_is_lost(client, helper, family, typed, field):
    factories.assignment(family, helper)
    refused = write(client, family, **{"condition": SEEN, **typed})
    assert list(errors(refused)) == [field]
    assert not Visit.objects.exists()
    for name, value in typed.items():
        assert refused.context["form"][name].value() == value


def test_the_part_with_the_error_stands_open(client, helper, family):
    factories.assignment(family, helper)
    refused = write(client, family, condition=SEEN, difficulty_kind="water")
    assert refused.context["form"].open_parts == {"difficulty"}


def test_more_names_than_fit(client, helper, family):
    factories.assignment(family, helper)
    sent = opened(client, family, condition=SEEN, people_met="名" * 115)
    refused = client.post(address(family), {**sent, "met": ["陈建国", "李秀英"]})
    assert list(errors(refused)) == ["people_met"]


def test_a_name_that_is_no_member_is_not_ticked(client, helper, family):
    factories.assignment(family, helper)
    refused = client.post(address(family), {**opened(client, family, condition=SEEN), "met": ["王五"]})
    assert list(errors(refused)) == ["met"]


def test_the_office_says_whose_visit_it_was(client, officer, family):
    former, present = factories.helper("徐兴"), factories.helper("刘洋")
    factories.assignment(family, former, ends_on=dt.date(2015, 6, 30))
    factories.assignment(family, present, starts_on=dt.date(2015, 7, 1))
    page = client.get(address(family))
    assert page.context["form"]["helper"].value() == present.pk
    response = write(client, family, condition=SEEN, visited_on="2015-06-10", helper=str(former.pk))
    assert response.status_code == 302
    stored = Visit.objects.get()
    assert (stored.helper, stored.recorded_by, stored.is_backdated) == (former, officer, True)
    refused = write(client, family, condition=SEEN, visited_on="2015-06-10")
    assert list(errors(refused)) == ["helper"]
    stranger = factories.helper("周强")
    assert list(errors(write(client, family, condition=SEEN, helper=str(stranger.pk)))) == ["helper"]


def test_without_any_helper_the_page_says_what_to_do(client, officer, family):
    page = client.get(address(family)).content.decode()
    assert "Nobody answers for this household" in page
    assert 'id="visit-' not in page


def test_without_a_household_one_is_chosen_first(client, helper):
    response = client.get("/visits/new/")
    assert response["Location"] == "/visits/mine/"
    assert client.post("/visits/new/", {}).status_code == 404


def test_what_was_promised_before_stands_on_the_page(client, helper, family):
    factories.assignment(family, helper)
    made = visit(family, helper, december(1))
    FollowUp.objects.create(visit=made, text="送柑橘苗", due_on=december(10))
    page = client.get(address(family)).content.decode()
    assert "送柑橘苗" in page
    assert "late" in page


@pytest.mark.parametrize(
    "role", [roles.DISTRICT_OFFICER, roles.INSPECTOR, roles.AUDITOR, roles.DISTRICT_HEAD, roles.FINANCE]
)
def test_who_writes_no_visits_is_refused(client, sign_in, family, role):
    sign_in(factories.user(role=role))
    made = visit(family, factories.helper(), december(1))
    factories.assignment(family, made.helper)
    for url in (address(family), f"/visits/{made.pk}/correct/", f"/visits/absences/new/?household={family.number}"):
        assert client.get(url).status_code == 403
        assert client.post(url, {}).status_code == 403
    assert client.post(f"/visits/{made.pk}/withdraw/", {"version": 1, "reason": "x"}).status_code == 403


def test_a_helper_writes_about_their_own_households_only(client, helper, family):
    factories.assignment(family, factories.helper("徐兴"))
    assert client.get(address(family)).status_code == 404
    assert client.post(address(family), {"condition": SEEN}).status_code == 404
    own = factories.assignment(family, helper, ends_on=dt.date(2015, 12, 30))
    assert client.get(address(family)).status_code == 404
    own.ends_on = None
    own.save()
    assert client.get(address(family)).status_code == 200


def test_a_household_that_is_gone_takes_no_visit(client, officer, family):
    factories.assignment(family, factories.helper())
    Household.objects.filter(pk=family.pk).update(status=HouseholdStatus.REMOVED, status_on=december(10))
    assert list(errors(write(client, family, condition=SEEN))) == ["visited_on"]


# --- correcting -------------------------------------------------------------------------------------------
def correction(made):
    return f"/visits/{made.pk}/correct/"


@pytest.fixture
def made(helper, family):
    """A visit that the helper wrote down."""
    factories.assignment(family, helper)
    return visits.record(
        draft=draft(family, helper, condition=SEEN, money_fen=10_000, people_met="陈建国"),
        by=helper.user,
        today=december(10),
    )


def test_a_correction_keeps_what_was_said_before(client, helper, made):
    response = send(client, correction(made), condition="屋顶漏雨", money_fen="", reason="写错了户")
    assert response["Location"] == f"/visits/{made.pk}/"
    made.refresh_from_db()
    assert (made.condition, made.money_fen, made.version) == ("屋顶漏雨", 0, 2)
    revision = VisitRevision.objects.get()
    assert revision.values == {"condition": SEEN, "money_fen": 10_000}
    page = client.get(f"/visits/{made.pk}/").content.decode()
    assert SEEN in page
    assert "100.00 yuan" in page
    assert "写错了户" in page


def test_nothing_changed_writes_nothing(client, helper, made):
    response = send(client, correction(made), reason="x")
    assert "Nothing was changed" in told(response)
    assert not VisitRevision.objects.exists()


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"reason": ""}, "reason"),
        ({"visited_on": "2016-01-01"}, "visited_on"),
        ({"visited_on": "2015-12-11"}, "visited_on"),
        ({"condition": ""}, "condition"),
        ({"difficulty_kind": "roads"}, "difficulty"),
    ],
)
def test_a_wrong_correction_is_refused_at_its_field(client, helper, made, typed, field):
    refused = send(client, correction(made), **{"condition": "x", "reason": "r", **typed})
    assert list(errors(refused)) == [field]
    assert not VisitRevision.objects.exists()


def test_a_correction_made_meanwhile_is_shown_beside_ones_own(client, helper, made):
    mine = filled_in(client.get(correction(made)).context["form"], condition="屋顶漏雨", reason="r")
    other = factories.user(name="小王", role=roles.TOWN_OFFICER, area=factories.town())
    changes = {"condition": "屋顶已翻修", "goods": "大米"}
    visits.correct(visit=made, changes=changes, by=other, version=1, reason="r", today=december(31))
    refused = client.post(correction(made), mine)
    found = errors(refused)
    assert "小王" in found["__all__"][0]
    assert "屋顶已翻修" in found["condition"][0]
    form = refused.context["form"]
    assert (form["condition"].value(), form["goods"].value()) == ("屋顶漏雨", "大米")
    assert client.post(correction(made), filled_in(form)).status_code == 302
    made.refresh_from_db()
    assert (made.condition, made.goods, made.version) == ("屋顶漏雨", "大米", 3)


def test_a_helper_corrects_their_own_visits_only(client, helper, family):
    factories.assignment(family, helper)
    colleague = factories.helper("徐兴")
    factories.assignment(family, colleague)
    theirs = visit(family, colleague, december(5))
    assert client.get(f"/visits/{theirs.pk}/").status_code == 200
    assert client.get(correction(theirs)).status_code == 403
    assert correction(theirs) not in client.get(f"/visits/{theirs.pk}/").content.decode()
    assert client.post(f"/visits/{theirs.pk}/withdraw/", {"version": 1, "reason": "x"}).status_code == 403
    elsewhere = visit(factories.household(), colleague, december(5))
    assert client.get(correction(elsewhere)).status_code == 404


def test_the_office_corrects_whose_visit_it_was(client, officer, family):
    first, second = factories.helper("徐兴"), factories.helper("刘洋")
    factories.assignment(family, first)
    factories.assignment(family, second)
    made = visit(family, first, december(5), condition=SEEN)
    send(client, correction(made), helper=str(second.pk), reason="登记错人")
    made.refresh_from_db()
    assert made.helper == second
    assert "徐兴" in client.get(f"/visits/{made.pk}/").content.decode()


# --- withdrawing ------------------------------------------------------------------------------------------
def test_a_visit_is_withdrawn_with_a_reason(client, helper, made):
    check(as_of=december(30))
    assert checked(made.household).state == VisitState.MET
    refused = client.post(f"/visits/{made.pk}/withdraw/", {"version": 1, "reason": " "})
    assert refused["Location"] == f"/visits/{made.pk}/"
    made.refresh_from_db()
    assert made.withdrawn_at is None
    response = client.post(f"/visits/{made.pk}/withdraw/", {"version": 1, "reason": "登记错户"})
    assert response["Location"] == f"/households/{made.household.number}/?tab=visits"
    made.refresh_from_db()
    assert (made.withdrawn_reason, made.withdrawn_by) == ("登记错户", helper.user)
    assert checked(made.household).state == VisitState.PENDING
    page = client.get(f"/visits/{made.pk}/").content.decode()
    assert "登记错户" in page
    assert correction(made) not in page
    assert client.get(correction(made)).status_code == 404


def test_a_visit_changed_meanwhile_is_not_withdrawn(client, helper, made):
    visits.correct(visit=made, changes={"goods": "大米"}, by=helper.user, version=1, reason="r", today=december(31))
    response = client.post(f"/visits/{made.pk}/withdraw/", {"version": 1, "reason": "x"})
    assert "Somebody else changed" in told(response)
    made.refresh_from_db()
    assert made.withdrawn_at is None
