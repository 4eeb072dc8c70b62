"""One enrolment on the pages: proposed, approved by another, reported, corrected; what cannot be done says why."""

import datetime as dt
from decimal import Decimal

import pytest

from assistance.models import Enrolment, MeasureDetail
from assistance.services import enrolments
from tests import factories
from tests.assistance.measures.situations import TODAY, draft, enrolment, for_persons, measure, team, town

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("year_end")]


@pytest.fixture
def household():
    made = factories.household(number="5001161082050001", members=2)
    made.members.filter(relation="01").update(name="陈建国")
    return made


def sent(client, url, **data):
    return client.post(url, data)


def act_url(row, act):
    return f"/measures/enrolments/{row.pk}/{act.replace('_', '-')}/"


# --- proposing --------------------------------------------------------------------------------------------------------


def test_proposed_on_a_page(client, village_team, household):
    help_ = measure(amount_fen=3_000)
    url = f"/measures/enrolments/new/?household={household.number}&measure={help_.code}"
    page = client.get(url)
    assert page.context["form"].initial["amount_fen"] == 3_000
    answer = sent(client, url, measure=help_.code, year=2015, on="2015-12-01", amount_fen="35.50", note="春耕")
    row = Enrolment.objects.get()
    assert answer["Location"] == f"/measures/enrolments/{row.pk}/"
    assert (row.amount_fen, row.planned_by, row.planned_on) == (3_550, village_team, dt.date(2015, 12, 1))
    assert "陈建国's household" in client.get(answer["Location"]).content.decode()


def test_one_tap_names_the_person(client, village_team, household):
    person = household.members.last()
    aid = for_persons()
    page = client.get(f"/measures/enrolments/new/?household={household.number}&measure={aid.code}&member={person.pk}")
    assert page.context["form"].initial["member"] == person.pk


def test_a_wrong_form_keeps_what_was_typed(client, village_team, household):
    url = f"/measures/enrolments/new/?household={household.number}"
    answer = sent(client, url, measure=for_persons().code, year=2015, on="2015-12-01", amount_fen="abc", note="保留")
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"amount_fen", "member"}
    assert "保留" in answer.content.decode()
    assert not Enrolment.objects.exists()


def test_what_the_service_refuses_stands_at_its_field(client, village_team, household):
    help_ = measure()
    enrolment(household, measure=help_)
    url = f"/measures/enrolments/new/?household={household.number}"
    answer = sent(client, url, measure=help_.code, year=2015, on="2015-12-01")
    assert answer.status_code == 422
    assert "Enrolled already for 2015: Planned." in answer.context["form"].errors["measure"]


@pytest.mark.parametrize("query", ["", "?household=123", "?household=5001161142050001"])
def test_nobody_proposes_for_a_household_out_of_sight(client, village_team, household, query):
    factories.household(area=factories.village("紫荆村"), number="5001161142050001")
    assert client.get(f"/measures/enrolments/new/{query}").status_code == 404


# --- acting -----------------------------------------------------------------------------------------------------------


def test_the_whole_way_on_pages(client, office, household):
    proposer = team()
    row = enrolments.propose(draft=draft(household), by=proposer, today=TODAY, on=dt.date(2015, 3, 2))
    page = client.get(f"/measures/enrolments/{row.pk}/")
    assert [act.code for act in page.context["acts"]] == ["approve", "send_back", "stop", "correct"]
    assert sent(client, act_url(row, "approve"), version=1, on="2015-03-04", note="").status_code == 302
    assert sent(client, act_url(row, "begin"), version=2, on="2015-03-05", note="").status_code == 302
    data = {"version": 3, "on": "2015-11-01", "amount_fen": "1,200", "quantity": "2.5", "note": "验收合格"}
    assert sent(client, act_url(row, "finish"), **data).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.amount_fen, row.quantity) == ("done", 120_000, Decimal("2.50"))
    text = client.get(f"/measures/enrolments/{row.pk}/").content.decode()
    for words in ("验收合格", "1,200.00", "2015-11-01", "驻村队"):
        assert words in text


def test_own_proposals_say_why_they_cannot_be_approved(client, office, household):
    row = enrolments.propose(draft=draft(household), by=office, today=TODAY)
    text = client.get(f"/measures/enrolments/{row.pk}/").content.decode()
    assert "Whoever proposed it does not approve it." in text
    assert act_url(row, "approve") not in text
    blocked = client.get(act_url(row, "approve")).content.decode()
    assert "This cannot be done now" in blocked
    assert sent(client, act_url(row, "approve"), version=1, on="2015-12-31").status_code == 422
    assert Enrolment.objects.get().state == "planned"


def test_sent_back_and_corrected(client, office, household, sign_in):
    proposer = team()
    row = enrolments.propose(draft=draft(household, amount_fen=900), by=proposer, today=TODAY)
    assert sent(client, act_url(row, "send_back"), version=1, reason="").status_code == 422
    sent(client, act_url(row, "send_back"), version=1, reason="金额不符")
    sign_in(proposer)
    assert "金额不符" in client.get(f"/measures/enrolments/{row.pk}/").content.decode()
    form = client.get(act_url(row, "correct")).context["form"]
    data = {"version": 2, "opened": form.initial["opened"], "amount_fen": "8", "quantity": "", "unit": "", "note": ""}
    assert sent(client, act_url(row, "correct"), **data, reason="改为八元").status_code == 302
    row.refresh_from_db()
    assert (row.amount_fen, row.returned_on, row.version) == (800, None, 3)


def test_who_comes_second_sees_both_values(client, office, household):
    row = enrolment(household, state="done", amount_fen=100)
    form = client.get(act_url(row, "correct")).context["form"]
    enrolments.correct(enrolment=row, changes={"amount_fen": 200, "note": "甲"}, by=None, today=TODAY, reason="x")
    data = {"version": 1, "opened": form.initial["opened"], "amount_fen": "3", "quantity": "", "unit": "", "note": ""}
    answer = sent(client, act_url(row, "correct"), **data, reason="更正")
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "2.00 yuan" in text
    assert 'value="3"' in text
    assert Enrolment.objects.get().amount_fen == 200


def test_nothing_changed_is_told(client, office, household):
    row = enrolment(household, state="done", amount_fen=100)
    form = client.get(act_url(row, "correct")).context["form"]
    data = {"version": 1, "opened": form.initial["opened"], "amount_fen": "1", "quantity": "", "unit": "", "note": ""}
    answer = client.post(act_url(row, "correct"), {**data, "reason": "x"}, follow=True)
    assert "Nothing was changed" in answer.content.decode()


def test_a_missing_detail_is_told(client, office, household):
    row = enrolment(household, state="approved", measure=measure(detail=MeasureDetail.RELOCATION))
    text = client.get(f"/measures/enrolments/{row.pk}/").content.decode()
    assert "Still missing: Where and when the household moved." in text
    assert sent(client, act_url(row, "finish"), version=1, on="2015-12-31").status_code == 422


def test_who_may_only_look_finds_no_button(client, sign_in, household):
    from jiangjin.accounts import roles

    sign_in(factories.user(role=roles.INSPECTOR))
    row = enrolment(household)
    page = client.get(f"/measures/enrolments/{row.pk}/")
    assert page.context["acts"] == []
    for act in ("approve", "send_back", "begin", "finish", "stop", "correct"):
        assert client.get(act_url(row, act)).status_code == 403


def test_another_town_finds_nothing(client, sign_in, household):
    sign_in(town("嘉平镇"))
    row = enrolment(household)
    for url in (f"/measures/enrolments/{row.pk}/", act_url(row, "approve"), act_url(row, "stop")):
        assert client.get(url).status_code == 404


# --- where it shows ---------------------------------------------------------------------------------------------------


def test_the_household_file_shows_what_it_has_and_what_it_lacks(client, village_team, household):
    lacking = measure(name="意外险", eligibility="poor_household", mandatory_tiers="A")
    for person in household.members.all():
        factories.member_year(person, labour="")
    unknown = measure(name="养殖", eligibility="household_labour")
    type(household).objects.filter(pk=household.pk).update(tier="A")
    row = enrolment(household, state="done", measure=measure(name="种植"))
    text = client.get(f"/measures/household/{household.number}/").content.decode()
    for words in ("种植", "意外险", "mandatory for this tier", "养殖", "1 measure cannot be told"):
        assert words in text
    propose = f"/measures/enrolments/new/?household={household.number}&amp;measure={lacking.code}"
    assert propose in text
    assert f"measure={unknown.code}" not in text
    assert f"/measures/enrolments/{row.pk}/" in text


def test_the_timeline_tells_of_all_members_in_one_line(client, village_team, household):
    aid = for_persons(name="助学金")
    for person in household.members.all():
        row = enrolment(person, measure=aid, state="approved")
        enrolments.finish(enrolment=row, by=None, today=TODAY, note="已发放")
    text = client.get(f"/households/{household.number}/").content.decode()
    assert text.count("助学金 · finished") == 1
    assert "陈建国, 陈建国" in text


def test_a_village_tells_of_its_measures(client, office, household):
    help_ = measure(name="种植", eligibility="poor_household")
    enrolment(household, measure=help_, state="done")
    factories.household(members=1)
    text = client.get("/measures/village/500116108205/").content.decode()
    assert "种植" in text
    assert f"/measures/gaps/{help_.code}/?area=500116108205" in text
    assert client.get("/measures/village/500116114205/").status_code == 404


def test_inbox_and_first_page_open_what_they_count(client, office, household):
    from jiangjin.common.registries import inbox

    proposer = team()
    for _number in range(2):
        enrolments.propose(draft=draft(household), by=proposer, today=TODAY)
    own = enrolments.propose(draft=draft(household), by=office, today=TODAY)
    back = enrolments.propose(draft=draft(household), by=office, today=TODAY)
    enrolments.send_back(enrolment=back, by=None, today=TODAY, reason="x")
    enrolment(household, state="approved", planned_by=office)
    counts = {"measures_to_approve": 2, "measures_sent_back": 1, "measures_to_report": 1}
    for code, count in counts.items():
        entry = inbox[code]
        assert entry.count(office) == count, code
        assert client.get(f"/measures/enrolments/?{entry.query}").context["page"].paginator.count == count
    text = client.get("/").content.decode()
    assert "Measures to approve" in text
    assert own.state == "planned"
