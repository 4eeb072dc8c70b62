"""The pages of one difficulty: who sees which buttons, what each act asks, what is refused and how, that nothing typed is lost."""

import datetime as dt
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assistance.models import Difficulty
from assistance.models import DifficultyState as S
from assistance.services import visits
from assistance.services.difficulties import working
from households.services.timeline import events
from tests import factories
from tests.assistance.difficulties.test_flow import assign, begin, confirm, solve
from tests.assistance.situations import december, difficulty, draft, visit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("year_end")]
TODAY = december(31)


def url(row, act=""):
    return f"/difficulties/{row.pk}/{act}/" if act else f"/difficulties/{row.pk}/"


def buttons(client, row):
    return [button.act for button in client.get(url(row)).context["buttons"]]


def post(client, row, act, **data):
    data.setdefault("version", row.version)
    return client.post(url(row, act), data)


@pytest.fixture
def row(household, helper_user):
    """An open difficulty of the helper's household."""
    return difficulty(household, raised_by=helper_user)


class TestDetail:
    def test_it_says_everything(self, client, sign_in, household, helper, row, team, town_officer, water_bureau):
        household.members.filter(relation="01").update(name="陈大爷")
        row = solve(assign(row, town_officer, note="请尽快"), water_bureau, money_fen=12_345, goods="水管")
        confirm(row, team)
        sign_in(town_officer)
        page = client.get(url(row)).content.decode()
        for text in (
            "水井干了",
            "区水务局",
            "管网已接通",
            "123.45",
            "水管",
            "陈建国",
            "汪水生",
            "张驻村",
            "陈大爷's household",
        ):
            assert text in page, text
        for text in ("请尽快", "Unit in charge: 区水务局", "To be solved by: 2016-01-15", "How: Signed"):
            assert text in page, text

    @pytest.mark.parametrize(
        ("who", "acts"),
        [
            ("helper_user", ["begin", "solve", "correct", "withdraw"]),
            ("team", ["begin", "solve", "correct"]),
            ("town_officer", ["assign", "begin", "solve", "close", "correct", "withdraw"]),
            ("district_officer", ["assign", "begin", "solve", "close", "correct", "withdraw"]),
        ],
    )
    def test_the_next_acts_are_buttons(self, client, sign_in, row, request, who, acts):
        sign_in(request.getfixturevalue(who))
        assert buttons(client, row) == acts

    def test_a_refused_act_says_why(self, client, sign_in, row, helper_user):
        row = solve(row, helper_user)
        sign_in(helper_user)
        page = client.get(url(row))
        assert [button.act for button in page.context["buttons"]] == ["deny", "correct"]
        assert "You wrote down the solution." in page.content.decode()

    def test_a_department_sees_no_file_behind_it(self, client, sign_in, household, row, town_officer, water_bureau):
        row = assign(row, town_officer)
        sign_in(water_bureau)
        page = client.get(url(row)).content.decode()
        assert household.number in page
        assert f"/households/{household.number}/" not in page
        assert client.get(f"/households/{household.number}/").status_code == 403
        sign_in(town_officer)
        assert f"/households/{household.number}/" in client.get(url(row)).content.decode()

    def test_a_withdrawn_visit_is_told(self, client, sign_in, household, helper, helper_user, town_officer):
        raised = {"difficulty_kind": "water", "difficulty": "缺水"}
        made = visits.record(draft=draft(household, helper, **raised), by=helper_user, today=TODAY)
        begin(Difficulty.objects.get(), town_officer)
        visits.withdraw(visit=made, by=helper_user, version=1, reason="没有去过", today=TODAY)
        sign_in(town_officer)
        page = client.get(url(Difficulty.objects.get())).content.decode()
        assert "has been withdrawn" in page
        assert "没有去过" in page

    def test_few_queries(self, client, sign_in, row, town_officer, water_bureau):
        row = solve(assign(row, town_officer), water_bureau)
        sign_in(town_officer)
        client.get(url(row))
        with CaptureQueriesContext(connection) as queries:
            client.get(url(row))
        assert len(queries) < 40


class TestActs:
    @pytest.mark.parametrize(
        ("act", "state"),
        [
            ("assign", S.OPEN),
            ("begin", S.OPEN),
            ("report", S.UNDER_WAY),
            ("solve", S.OPEN),
            ("transfer", S.UNDER_WAY),
            ("close", S.OPEN),
            ("confirm", S.SOLVED),
            ("deny", S.SOLVED),
            ("reopen", S.CONFIRMED),
            ("correct", S.OPEN),
            ("withdraw", S.OPEN),
        ],
    )
    def test_each_has_a_page_of_its_own_that_wants_what_it_needs(
        self, client, sign_in, household, town_officer, act, state
    ):
        sign_in(town_officer)
        row = difficulty(household, state=state)
        page = client.get(url(row, act))
        assert page.status_code == 200
        assert "水井干了" in page.content.decode()
        answer = client.post(url(row, act), {"version": 1})
        if act == "begin":
            assert answer.status_code == 302
        else:
            assert answer.status_code == 422
            assert answer.context["form"].errors
            assert Difficulty.objects.get().version == 1

    def test_from_the_door_to_the_signature(self, client, sign_in, household, row, town_officer, water_bureau, team):
        unit = factories.unit("区水务局")
        sign_in(town_officer)
        said = {"unit": unit.pk, "due_on": "2016-01-10", "responsible": water_bureau.pk, "note": "请尽快"}
        answer = post(client, row, "assign", **said)
        assert (answer.status_code, answer["Location"]) == (302, url(row))
        row.refresh_from_db()
        assert (row.state, row.owner_unit, row.due_on) == (S.ASSIGNED, unit, dt.date(2016, 1, 10))
        assert row.responsible == water_bureau
        sign_in(water_bureau)
        post(client, row, "begin")
        row.refresh_from_db()
        post(client, row, "report", note="水管已到")
        row.refresh_from_db()
        post(client, row, "solve", solution="通水了", solved_on="2015-12-30", money_fen="1,200.50", goods="水管")
        row.refresh_from_db()
        assert (row.state, row.solution, row.money_fen, row.goods) == (S.SOLVED, "通水了", 120_050, "水管")
        sign_in(team)
        said = {"confirmation": "signed", "confirmed_with": "陈建国", "confirmed_on": "2015-12-31"}
        post(client, row, "confirm", **said)
        row.refresh_from_db()
        assert (row.state, row.confirmed_with, row.confirmed_by) == (S.CONFIRMED, "陈建国", team)
        post(client, row, "reopen", reason="又停水")
        row.refresh_from_db()
        assert (row.state, row.reopened_count) == (S.UNDER_WAY, 1)

    def test_deny_close_and_withdraw(self, client, sign_in, household, town_officer, row):
        sign_in(town_officer)
        post(client, difficulty(household, state=S.SOLVED), "deny", reason="水还是浑的")
        post(client, difficulty(household), "close", reason="没有水源")
        post(client, row, "withdraw", reason="重复")
        assert list(Difficulty.objects.order_by("pk").values_list("state", flat=True)) == [
            S.WITHDRAWN,
            S.OPEN,
            S.UNSOLVABLE,
        ]

    def test_correct(self, client, sign_in, town_officer, row):
        sign_in(town_officer)
        said = {"kind": "roads", "what": "路烂", "source": "office", "raised_on": "2015-12-01", "reason": "听错了"}
        post(client, row, "correct", **said)
        row.refresh_from_db()
        assert (row.kind, row.what, row.source, row.raised_on) == ("roads", "路烂", "office", december(1))

    def test_a_unit_passes_on_and_sees_it_no_more(self, client, sign_in, row, town_officer, water_bureau):
        row = assign(row, town_officer)
        other = factories.unit("区交通局")
        sign_in(water_bureau)
        form = client.get(url(row, "transfer")).context["form"]
        assert "due_on" not in form.fields
        answer = post(client, row, "transfer", unit=other.pk, note="不属本单位职责")
        assert answer["Location"] == "/difficulties/"
        row.refresh_from_db()
        assert (row.owner_unit, row.due_on) == (other, dt.date(2016, 1, 15))
        assert client.get(url(row)).status_code == 404

    def test_a_refusal_stands_at_its_field_and_keeps_what_was_typed(self, client, sign_in, row, town_officer):
        sign_in(town_officer)
        answer = post(client, row, "solve", solution="通水了", solved_on="2015-11-01")
        assert answer.status_code == 422
        assert "It was raised on 2015-11-10" in str(answer.context["form"].errors["solved_on"])
        assert "通水了" in answer.content.decode()
        answer = post(client, row, "assign", unit="", due_on="2015-12-01")
        assert set(answer.context["form"].errors) == {"unit"}
        answer = post(client, row, "assign", unit=factories.unit().pk, due_on="2015-12-01")
        assert set(answer.context["form"].errors) == {"due_on"}

    def test_somebody_was_faster_it_is_told_and_can_be_sent_again(self, client, sign_in, row, town_officer, team):
        begin(Difficulty.objects.get(pk=row.pk), town_officer)
        sign_in(town_officer)
        answer = post(client, row, "solve", solution="通水了", solved_on="2015-12-30")
        page = answer.content.decode()
        assert answer.status_code == 422
        assert "Somebody else changed this difficulty after you opened it." in page
        assert "通水了" in page
        assert [event.title for event in answer.context["meanwhile"]] == ["Taken in hand"]
        assert answer.context["form"]["version"].value() == "2"
        answer = post(client, row, "solve", version=2, solution="通水了", solved_on="2015-12-30")
        assert answer.status_code == 302
        assert Difficulty.objects.get(pk=row.pk).state == S.SOLVED

    def test_what_is_too_late_leads_back_with_the_reason(self, client, sign_in, household, town_officer):
        sign_in(town_officer)
        row = difficulty(household, state=S.CONFIRMED)
        answer = client.get(url(row, "solve"), follow=True)
        assert answer.redirect_chain == [(url(row), 302)]
        assert "This difficulty is “Confirmed and closed” by now" in answer.content.decode()

    def test_not_his_to_do_is_refused_out_of_scope_is_not_there(self, client, sign_in, row, helper_user, team):
        for user, act, status in ((helper_user, "assign", 403), (team, "close", 403), (team, "withdraw", 403)):
            sign_in(user)
            assert client.get(url(row, act)).status_code == status
            assert post(client, row, act, reason="x").status_code == status
        elsewhere = difficulty(village=factories.village("紫荆村"))
        for act in ("", "solve", "assign"):
            assert client.get(url(elsewhere, act)).status_code == 404
            assert client.post(url(elsewhere, act or "begin"), {"version": 1}).status_code == 404

    def test_whoever_solved_it_confirms_by_a_signed_visit_only(
        self, client, sign_in, household, helper, helper_user, row
    ):
        row = solve(row, helper_user)
        sign_in(helper_user)
        assert client.get(url(row, "confirm")).status_code == 302
        signed = visit(household, helper, december(29), confirmation="signed")
        form = client.get(url(row, "confirm")).context["form"]
        assert set(form.fields) == {"version", "visit", "confirmed_with"}
        assert post(client, row, "confirm", confirmed_with="陈建国").status_code == 422
        post(client, row, "confirm", confirmed_with="陈建国", visit=signed.pk)
        row.refresh_from_db()
        assert (row.state, row.confirmation_visit, row.confirmed_on) == (S.CONFIRMED, signed, december(29))

    def test_others_may_name_a_visit_or_say_how(self, client, sign_in, household, helper, helper_user, row, team):
        row = solve(row, helper_user)
        sign_in(team)
        form = client.get(url(row, "confirm")).context["form"]
        assert "visit" not in form.fields
        assert form.fields["confirmation"].required
        assert form["confirmed_with"].value() == "陈建国"
        visit(household, helper, december(29), confirmation="signed")
        assert not client.get(url(row, "confirm")).context["form"].fields["confirmation"].required
        answer = post(client, row, "confirm", confirmed_with="陈建国")
        assert "Say how the household confirmed it." in answer.content.decode()


class TestRaising:
    def send(self, client, place, **said):
        said.setdefault("client_id", uuid.uuid4())
        said = {"kind": "water", "what": "水井干了", "source": "phone", "raised_on": "2015-12-30", **said}
        return client.post(f"/difficulties/new/?{place}", said)

    def test_of_a_household(self, client, sign_in, household, helper_user):
        sign_in(helper_user)
        page = client.get(f"/difficulties/new/?household={household.number}")
        assert page.context["form"]["source"].value() == "visit"
        assert "group" not in page.context["form"].fields
        answer = self.send(client, f"household={household.number}")
        row = Difficulty.objects.get()
        assert answer["Location"] == url(row)
        assert (row.household, row.raised_by, row.source) == (household, helper_user, "phone")
        assert "To be solved by 2016-01-19." in client.get(url(row)).content.decode()

    def test_of_a_village_and_group(self, client, sign_in, town_officer):
        sign_in(town_officer)
        village = factories.village()
        group = village.children.create(level="group", name="一社", code="")
        form = client.get(f"/difficulties/new/?village={village.code}").context["form"]
        assert form["source"].value() == "office"
        self.send(client, f"village={village.code}", group=group.pk)
        row = Difficulty.objects.get()
        assert (row.household, row.village, row.group) == (None, village, group)

    def test_what_is_open_already_is_shown(self, client, sign_in, household, helper_user, row):
        sign_in(helper_user)
        page = client.get(f"/difficulties/new/?household={household.number}").content.decode()
        assert "Already on file and still to be solved" in page
        assert url(row) in page

    def test_a_double_tap_is_one_and_another_is_asked_about(self, client, sign_in, household, helper_user):
        sign_in(helper_user)
        place, client_id = f"household={household.number}", uuid.uuid4()
        first = self.send(client, place, client_id=client_id)
        assert self.send(client, place, client_id=client_id)["Location"] == first["Location"]
        answer = self.send(client, place, client_id=client_id, what="别的")
        assert answer.status_code == 422
        assert "This page has already stored" in answer.content.decode()
        again = answer.context["form"]["client_id"].value()
        assert again != str(client_id)
        assert self.send(client, place, client_id=again, what="别的").status_code == 302
        assert Difficulty.objects.count() == 2

    def test_what_is_wrong_stands_at_its_field(self, client, sign_in, household, helper_user):
        sign_in(helper_user)
        answer = self.send(client, f"household={household.number}", what=" ", kind="", raised_on="2016-01-02")
        assert set(answer.context["form"].errors) == {"what", "kind", "raised_on"}
        answer = self.send(client, f"household={household.number}", raised_on="2013-01-02")
        assert set(answer.context["form"].errors) == {"kind", "raised_on"}

    def test_a_place_of_others_is_not_there(self, client, sign_in, helper_user, team):
        elsewhere = factories.household(area=factories.village("紫荆村"))
        for user in (helper_user, team):
            sign_in(user)
            for place in (f"household={elsewhere.number}", f"village={elsewhere.village.code}", "village=nonsense"):
                assert client.get(f"/difficulties/new/?{place}").status_code == 404
                assert self.send(client, place).status_code == 404
        sign_in(helper_user)
        assert client.get(f"/difficulties/new/?village={factories.village().code}").status_code == 404

    def test_whose_it_is_is_asked_first(self, client, sign_in, household, helper_user, town_officer):
        sign_in(helper_user)
        page = client.get("/difficulties/new/")
        assert (page.context["found"], page.context["village_form"]) == ([household], None)
        sign_in(town_officer)
        page = client.get("/difficulties/new/")
        assert page.context["found"] == []
        assert len(page.context["village_form"].fields["village"].queryset) > 5
        assert client.get(f"/difficulties/new/?q={household.number}").context["found"] == [household]
        assert "No household is found" in client.get("/difficulties/new/?q=nobody").content.decode()

    def test_a_department_does_not_write_down(self, client, sign_in, water_bureau):
        sign_in(water_bureau)
        assert client.get("/difficulties/new/").status_code == 403


class TestMany:
    def pick(self, client, rows):
        return client.get("/difficulties/assign/", {"pick": [row.pk for row in rows]})

    def send(self, client, rows, **said):
        said = {"unit": factories.unit().pk, "due_on": "2016-01-20", "note": "", "version": 1, **said}
        return client.post("/difficulties/assign/", {"chosen": [f"{row.pk}-{row.version}" for row in rows], **said})

    def test_ticked_in_the_list_given_to_a_unit(self, client, sign_in, household, town_officer):
        rows = [difficulty(household), difficulty()]
        sign_in(town_officer)
        page = client.get("/difficulties/?state=open").content.decode()
        assert page.count('name="pick"') == 2
        page = self.pick(client, rows)
        assert {each.row for each in page.context["shown"]} == set(rows)
        answer = self.send(client, rows)
        assert answer["Location"] == "/difficulties/"
        assert set(Difficulty.objects.values_list("state", "owner_unit__name")) == {(S.ASSIGNED, "区农委")}
        assert "2 difficulties were given to 区农委." in client.get("/difficulties/").content.decode()

    def test_each_says_what_became_of_it(self, client, sign_in, household, town_officer, team):
        rows = [difficulty(household), difficulty(household), difficulty()]
        begin(Difficulty.objects.get(pk=rows[1].pk), town_officer)
        sign_in(town_officer)
        page = self.send(client, rows)
        assert page.status_code == 200
        told = {each.row.pk: why for each, why in page.context["outcomes"]}
        assert (told[rows[0].pk], told[rows[2].pk]) == ("", "")
        assert "by now" in told[rows[1].pk]
        assert "2 difficulties were given" in page.content.decode()

    def test_what_is_wrong_is_said_and_nothing_is_given(self, client, sign_in, household, town_officer):
        row = difficulty(household)
        sign_in(town_officer)
        answer = self.send(client, [row], unit="")
        assert answer.status_code == 422
        assert "水井干了" in answer.content.decode()
        answer = self.send(client, [row], due_on="2015-12-01")
        assert "has passed" in {each.row.pk: why for each, why in answer.context["outcomes"]}[row.pk]
        assert Difficulty.objects.get().state == S.OPEN

    @pytest.mark.parametrize("query", ["", "?pick=", "?pick=abc", "?pick=999999", "?pick=²"])
    def test_nothing_ticked(self, client, sign_in, town_officer, query):
        sign_in(town_officer)
        answer = client.get(f"/difficulties/assign/{query}", follow=True)
        assert "Tick the difficulties" in answer.content.decode()
        assert client.post("/difficulties/assign/", {"chosen": ["x", "1-", "-1"]}).status_code == 302

    def test_those_of_others_are_not_taken(self, client, sign_in, town_officer, team):
        elsewhere = difficulty(village=factories.village("紫荆村"))
        sign_in(town_officer)
        assert self.send(client, [elsewhere]).status_code == 302
        sign_in(team)
        assert self.pick(client, [elsewhere]).status_code == 403
        assert Difficulty.objects.get().state == S.OPEN

    def test_a_list_without_open_ones_offers_nothing(self, client, sign_in, town_officer, team, row):
        sign_in(team)
        assert 'name="pick"' not in client.get("/difficulties/").content.decode()
        sign_in(town_officer)
        assert 'name="pick"' not in client.get("/difficulties/?state=solved").content.decode()
        assert working.MOST_AT_ONCE == 100


class TestTabs:
    def test_the_household_has_its_tab(self, client, sign_in, household, helper_user, row):
        difficulty(household, state=S.CONFIRMED, what="旧的")
        sign_in(helper_user)
        page = client.get(f"/difficulties/household/{household.number}/")
        assert [each.row for each in page.context["unsolved"]] == [row]
        assert "旧的" in page.content.decode()
        assert "Write a difficulty down" in page.content.decode()
        assert "tab=difficulties" in client.get(f"/households/{household.number}/").content.decode()

    def test_an_inspector_reads_it_and_writes_nothing(self, client, sign_in, household):
        from jiangjin.accounts import roles

        sign_in(factories.user(role=roles.INSPECTOR))
        page = client.get(f"/difficulties/household/{household.number}/").content.decode()
        assert "No difficulty on file" in page
        assert "Write a difficulty down" not in page

    def test_many_are_cut_off_with_a_link_to_all(self, client, sign_in, household, team):
        for _number in range(21):
            difficulty(household)
        sign_in(team)
        page = client.get(f"/difficulties/household/{household.number}/")
        assert len(page.context["unsolved"]) == 20
        assert f"q={household.number}&amp;state=all" in page.content.decode()

    def test_the_village_has_what_it_has_in_common_and_its_counts(self, client, sign_in, team, row):
        common = difficulty(kind="roads")
        difficulty(state=S.SOLVED)
        difficulty(village=factories.village("紫荆村"))
        sign_in(team)
        village = factories.village()
        page = client.get(f"/difficulties/village/{village.code}/")
        assert [each.row for each in page.context["unsolved"]] == [common]
        assert (page.context["tally"].unsolved, page.context["tally"].solved) == (2, 1)
        assert client.get(f"/difficulties/village/{factories.village('紫荆村').code}/").status_code == 404

    def test_the_timeline_tells_what_the_household_notices(self, household, helper_user, row, town_officer, team):
        confirm(solve(assign(row, town_officer), town_officer), team)
        titles = [str(event.title) for event in events(household=household, user=helper_user)]
        told = [title for title in titles if "困难" in title or "Difficulty" in title]
        assert len(told) == 3
