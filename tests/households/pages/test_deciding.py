"""Tiers and helpers: what the office decides."""

import datetime as dt

import pytest

from households.models import Helper, HelperAssignment, TierDecision
from households.services import households, tiers
from tests import factories
from tests.households.pages.sending import errors, filled_in, send, told

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("officer", "year_end")]
TODAY = dt.date(2015, 12, 31)


def address(household, page=""):
    return f"/households/{household.number}/{page}"


def test_a_tier_is_decided(client, family, officer):
    response = send(client, address(family, "tier/"), tier="A", reason="12月20日民主评议")
    assert response["Location"] == address(family, "?tab=history")
    decision = TierDecision.objects.get()
    assert (decision.tier, decision.decided_on, decision.decided_by) == ("A", TODAY, officer)
    family.refresh_from_db()
    assert family.tier == "A"


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"tier": ""}, "tier"),
        ({"tier": "D"}, "tier"),
        ({"reason": " "}, "reason"),
        ({"decided_on": "2016-01-01"}, "decided_on"),
        ({"decided_on": "2014-06-01"}, "decided_on"),
    ],
)
def test_a_wrong_decision_is_refused_at_its_field(client, family, typed, field):
    family.tier_decisions.create(tier="C", decided_on=dt.date(2015, 1, 1), reason="x")
    refused = send(client, address(family, "tier/"), **{"tier": "A", "reason": "评议", **typed})
    assert list(errors(refused)) == [field]
    assert TierDecision.objects.count() == 1


def test_a_tier_decided_meanwhile_is_shown(client, family):
    url = address(family, "tier/")
    mine = filled_in(client.get(url).context["form"], tier="A", reason="评议")
    tiers.decide(household=family, tier="C", decided_on=TODAY, by=factories.user(name="小王"), reason="x")
    refused = client.post(url, mine)
    assert "Tier C" in errors(refused)["tier"][0]
    assert "小王" in errors(refused)["__all__"][0]
    assert client.post(url, filled_in(refused.context["form"])).status_code == 302
    family.refresh_from_db()
    assert family.tier == "A"


def test_a_known_helper_is_assigned(client, family):
    helper = factories.helper("袁建")
    response = send(client, address(family, "assign/"), helper=str(helper.pk), starts_on="2015-12-01")
    assert response["Location"] == address(family, "?tab=helpers")
    row = HelperAssignment.objects.get()
    assert (row.helper, row.starts_on, row.ends_on) == (helper, dt.date(2015, 12, 1), None)


def test_a_new_helper_is_entered_with_unit_and_phone(client, family):
    unit = factories.unit("区水务局")
    send(client, address(family, "assign/"), name="徐兴", unit=str(unit.pk), phone="139 0000 1111")
    helper = Helper.objects.get()
    assert (helper.name, helper.unit, helper.town, helper.phone) == ("徐兴", unit, factories.town(), "13900001111")
    assert family.assignments.get().helper == helper


def test_one_helper_takes_over_from_another(client, family):
    former = factories.assignment(family, factories.helper("袁建"))
    following = factories.helper("徐兴")
    response = send(
        client,
        address(family, "assign/"),
        helper=str(following.pk),
        instead_of=str(former.pk),
        starts_on="2015-12-10",
        reason="工作调动",
    )
    assert "takes over" in told(response)
    former.refresh_from_db()
    assert (former.ends_on, former.end_reason) == (dt.date(2015, 12, 9), "工作调动")
    assert family.assignments.get(ends_on=None).helper == following


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({}, "helper"),
        ({"helper": "other town"}, "helper"),
        ({"helper": "present"}, "helper"),
        ({"helper": "free", "name": "徐兴"}, "name"),
        ({"helper": "free", "starts_on": "2013-01-01"}, "starts_on"),
        ({"helper": "free", "starts_on": "2017-01-01"}, "starts_on"),
        ({"helper": "free", "instead_of": "open"}, "reason"),
        ({"helper": "free", "instead_of": "open", "reason": "x", "starts_on": "2014-01-01"}, "starts_on"),
        ({"name": "徐兴", "phone": "abc"}, "phone"),
    ],
)
def test_a_wrong_assignment_is_refused_at_its_field(client, family, typed, field):
    present = factories.helper("袁建")
    known = {
        "open": factories.assignment(family, present).pk,
        "present": present.pk,
        "free": factories.helper("刘洋").pk,
        "other town": factories.helper("周强", area=factories.town("嘉平镇")).pk,
    }
    typed = {name: str(known.get(value, value)) for name, value in typed.items()}
    refused = send(client, address(family, "assign/"), **typed)
    assert list(errors(refused)) == [field]
    assert HelperAssignment.objects.count() == 1
    assert Helper.objects.count() == 3


def test_an_assignment_ends(client, family):
    row = factories.assignment(family, factories.helper("袁建"))
    page = client.get(address(family, "helpers/")).content.decode()
    url = address(family, f"assignments/{row.pk}/end/")
    assert url in page
    assert "nobody answers" in client.get(url).content.decode()
    send(client, url, ends_on="2015-12-15", reason="退休")
    row.refresh_from_db()
    assert (row.ends_on, row.end_reason) == (dt.date(2015, 12, 15), "退休")


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"reason": ""}, "reason"),
        ({"ends_on": "2013-12-31"}, "ends_on"),
        ({"ends_on": "2017-01-01"}, "ends_on"),
        ({"ends_on": "x"}, "ends_on"),
    ],
)
def test_a_wrong_end_is_refused_at_its_field(client, family, typed, field):
    row = factories.assignment(family, factories.helper("袁建"))
    refused = send(client, address(family, f"assignments/{row.pk}/end/"), **{"reason": "退休", **typed})
    assert list(errors(refused)) == [field]
    row.refresh_from_db()
    assert row.ends_on is None


def test_the_last_day_of_next_year_can_be_planned(client, family):
    helper = factories.helper("徐兴")
    send(client, address(family, "assign/"), helper=str(helper.pk), starts_on="2016-12-31")
    assert HelperAssignment.objects.get().starts_on == dt.date(2016, 12, 31)


def test_an_assignment_of_another_household_is_not_found(client, family):
    row = factories.assignment(factories.household(), factories.helper("袁建"))
    assert client.get(address(family, f"assignments/{row.pk}/end/")).status_code == 404


def test_a_helper_entered_in_vain_is_not_left_behind(client, family):
    url = address(family, "assign/")
    mine = filled_in(client.get(url).context["form"], name="徐兴")
    households.correct(household=family, changes={"note": "x"}, by=None)
    refused = client.post(url, mine)
    assert errors(refused)["__all__"]
    assert refused.context["form"]["name"].value() == "徐兴"
    assert not Helper.objects.exists()
