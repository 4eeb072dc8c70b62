"""Gains of a year: reported once, corrected with a reason, many at once with an outcome each; the mean a person."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from assistance.models import BusinessGain
from assistance.services import business_gains, gains
from assistance.services.business_gains import CHANGED, NEW, SAME, GainEntry
from jiangjin.accounts import roles
from jiangjin.audit.models import AuditEntry
from jiangjin.common.figures import figures
from tests import factories
from tests.assistance.businesses.situations import TODAY, business, gained, tied

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("year_end")]


@pytest.fixture
def officer():
    return factories.user(name="经办", role=roles.TOWN_OFFICER, area=factories.town())


def report(link, yuan, by, *, year=2015, **kwargs):
    return business_gains.report(link=link, year=year, gain_fen=yuan * 100, by=by, today=TODAY, **kwargs)


def many(entries, by, **kwargs):
    return business_gains.report_many(entries=entries, by=by, today=TODAY, **kwargs)


def entry(link, yuan, **kwargs):
    return GainEntry(link=link.pk, year=kwargs.pop("year", 2015), gain_fen=yuan * 100, **kwargs)


def wrong(act, *args, **kwargs):
    with pytest.raises(ValidationError) as error:
        act(*args, **kwargs)
    return list(error.value.error_dict) if hasattr(error.value, "error_dict") else error.value.code


def test_a_gain_is_reported(officer):
    link = tied()
    row = report(link, 3200, officer, basis="按股分红")
    assert (row.gain_fen, row.basis, row.reported_on, row.recorded_by) == (320_000, "按股分红", TODAY, officer)
    log = AuditEntry.objects.get(model="assistance.businessgain")
    assert (log.action, log.after["gain_fen"], log.household_id) == ("created", 320_000, link.household_id)


def test_another_amount_needs_a_reason_the_same_does_nothing(officer):
    link = tied()
    report(link, 3200, officer)
    assert wrong(report, link, 3300, officer) == ["reason"]
    assert report(link, 3200, officer).version == 1
    row = report(link, 3300, officer, reason="补发分红")
    assert (row.gain_fen, row.version) == (330_000, 2)
    log = AuditEntry.objects.filter(model="assistance.businessgain").latest("pk")
    assert (log.before["gain_fen"], log.after["gain_fen"], log.reason) == (320_000, 330_000, "补发分红")


@pytest.mark.parametrize(
    ("link", "said", "field"),
    [
        ({}, {"yuan": -1}, "gain_fen"),
        ({}, {"year": 2016}, "year"),
        ({}, {"year": 2014}, "year"),
        ({"starts_on": dt.date(2014, 2, 1), "ends_on": dt.date(2015, 1, 1)}, {}, "year"),
        ({}, {"basis": "x" * 201}, "basis"),
    ],
    ids=["less than nothing", "not begun", "before the tie", "after the tie", "long"],
)
def test_what_is_wrong_is_told_at_its_field(officer, link, said, field):
    made = tied(**link)
    assert wrong(report, made, said.pop("yuan", 10), officer, **said) == [field]
    assert not BusinessGain.objects.exists()


def test_zero_is_a_gain_that_was_reported(officer):
    assert report(tied(), 0, officer).gain_fen == 0


def test_many_at_once_each_with_its_outcome(officer):
    new, same, other, elsewhere = tied(), tied(), tied(), tied(factories.household(area=factories.village("紫荆村")))
    gained(same, 100)
    gained(other, 100)
    entries = [
        entry(new, 3000, basis="分红"),
        entry(same, 100),
        entry(other, 200),
        entry(elsewhere, 5),
        entry(new, 3000),
        entry(new, 1, year=2017),
        GainEntry(link=999_999, year=2015, gain_fen=1),
    ]
    outcomes = many(entries, officer)
    assert [outcome.state for outcome in outcomes] == [NEW, SAME, "", "", "", "", ""]
    assert [outcome.is_taken for outcome in outcomes] == [True, True, False, False, False, False, False]
    assert (outcomes[2].before_fen, outcomes[4].error.code) == (10_000, "twice")
    assert isinstance(outcomes[3].error, PermissionDenied)
    assert isinstance(outcomes[6].error, PermissionDenied)
    assert [outcome.entry for outcome in outcomes] == entries
    assert dict(BusinessGain.objects.values_list("link", "gain_fen")) == {
        new.pk: 300_000,
        same.pk: 10_000,
        other.pk: 10_000,
    }
    (outcome,) = many([entries[2]], officer, reason="核实")
    assert (outcome.state, outcome.before_fen) == (CHANGED, 10_000)
    assert BusinessGain.objects.get(link=other).gain_fen == 20_000


def test_a_dry_run_says_the_same_and_writes_nothing(officer):
    link = tied()
    (outcome,) = many([entry(link, 3000)], officer, dry_run=True)
    assert outcome.state == NEW
    assert not BusinessGain.objects.exists()
    assert not AuditEntry.objects.exists()
    assert many([entry(link, 3000)], officer)[0].state == NEW


def test_one_or_many_take_the_same_number_of_statements(officer, django_assert_max_num_queries):
    links = [tied() for _number in range(20)]
    with django_assert_max_num_queries(12):
        many([entry(link, 100) for link in links], officer)
    assert BusinessGain.objects.count() == 20


# --- the mean ----------------------------------------------------------------------------------------------
def test_a_household_of_several_ties_counts_once():
    household = factories.household(members=4)
    gained(tied(household), 5000)
    gained(tied(household, tie="land"), 3000)
    gained(tied(factories.household(members=1)), 2000)
    tied(factories.household(members=7))
    found = gains.of_year(BusinessGain.objects.all(), 2015)
    assert (found.gain_fen, found.households, found.persons) == (1_000_000, 2, 5)
    assert found.mean_yuan == Decimal("2000.00")


def test_nobody_reported_is_not_nothing():
    tied()
    assert gains.of_year(BusinessGain.objects.all(), 2015).mean_yuan is None


def test_members_are_those_of_the_last_day_of_the_year():
    household = factories.household(members=2)
    factories.member(household, relation="99", left_on=TODAY, left_by="02")
    factories.member(household, relation="99", joined_on=TODAY)
    gained(tied(household), 3000)
    assert gains.of_year(BusinessGain.objects.all(), 2015).persons == 3


def test_a_household_of_which_nobody_is_left_is_left_out_with_its_gain():
    gone = factories.household(members=1)
    gone.members.update(left_on=dt.date(2015, 8, 1), left_by="01")
    gained(tied(gone), 9000)
    gained(tied(factories.household(members=3)), 3000)
    found = gains.of_year(BusinessGain.objects.all(), 2015)
    assert (found.mean_yuan, found.households) == (Decimal("1000.00"), 1)


def test_the_mean_is_rounded_at_the_end_only():
    gained(tied(factories.household(members=3)), 100)
    gained(tied(factories.household(members=3)), 101)
    assert gains.of_year(BusinessGain.objects.all(), 2015).mean_yuan == Decimal("33.50")
    gained(tied(factories.household(members=1)), 33)
    assert gains.of_year(BusinessGain.objects.all(), 2015).mean_yuan == Decimal("33.43")


# --- figures -----------------------------------------------------------------------------------------------
def computed(code, user=None, year=2015):
    return figures[code].compute(year, (user or factories.user(role=roles.DISTRICT_OFFICER)).scope())


def test_businesses_are_counted_that_exist_at_the_years_end():
    assert computed("cooperatives") is None
    business()
    business(closed_on=dt.date(2015, 12, 31), close_reason="x")
    business(closed_on=dt.date(2016, 1, 1), close_reason="x")
    business(founded_on=dt.date(2016, 1, 1))
    business(kind="farm_inn")
    assert computed("cooperatives") == 2
    assert (computed("farm_inns"), computed("lead_firms"), computed("mutual_aid_associations")) == (1, 0, 0)
    assert computed("cooperatives", year=2011) == 0
    assert computed("cooperatives", factories.user(role=roles.TOWN_OFFICER, area=factories.town("嘉平镇"))) is None


def test_the_gain_of_cooperatives_leaves_other_businesses_out():
    assert computed("income_gain_coop") is None
    gained(tied(factories.household(members=2)), 6200)
    gained(tied(factories.household(members=2), business(kind="lead_firm")), 50_000)
    gained(tied(factories.household(members=1, area=factories.village("紫荆村"))), 100)
    assert computed("income_gain_coop") == Decimal("2100.00")
    town = factories.user(role=roles.TOWN_OFFICER, area=factories.town())
    assert computed("income_gain_coop", town) == Decimal("3100.00")


def test_the_rows_behind_the_figures_add_up_to_them(client):
    business(kind="lead_firm")
    business(kind="lead_firm", closed_on=dt.date(2015, 6, 1), close_reason="x")
    gained(tied(factories.household(members=2)), 6200)
    gained(tied(factories.household(members=2), business(kind="farm_inn")), 1)
    user = factories.user(role=roles.DISTRICT_OFFICER)
    client.force_login(user)
    for code in ("lead_firms", "cooperatives", "farm_inns", "mutual_aid_associations"):
        rows = client.get("/api/v1/" + figures[code].query.format(year=2015)).json()
        assert rows["count"] == computed(code, user), code
    rows = client.get("/api/v1/" + figures["income_gain_coop"].query.format(year=2015)).json()["results"]
    assert sum(Decimal(row["gain_yuan"]) for row in rows) / 2 == computed("income_gain_coop", user)
