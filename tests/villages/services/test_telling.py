"""What a village's file tells: what happened, who changed what, two years beside each other."""

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import translation

from jiangjin.accounts import roles
from tests import factories
from tests.households.rules.test_roll import happened, registered
from tests.villages import village_files
from tests.villages.village_files import december
from villages.models import Village, VillageSurvey
from villages.services import comparing, history, poor_list, profiles, surveys, timeline

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("year_end")]


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


@pytest.fixture
def district():
    return factories.user(name="周明远", role=roles.DISTRICT_OFFICER)


class TestTimeline:
    def events(self, user):
        found = timeline.events(village=factories.village(), user=user, today=december(31))
        return [(str(event.at), str(event.title)) for event in found]

    def test_everything_that_happened_newest_first(self, district):
        village_files.poor(struck_off=december(28))
        village_files.survey(year=2014)
        village_files.survey()
        village_files.rectification(ends_on=dt.date(2015, 11, 2))
        registered("2014-06-01")
        happened(registered("2014-06-20"), "exited", "2015-11-30")
        assert self.events(district) == [
            ("2015-12-28", "Struck off the list of poor villages"),
            ("2015-12-10", "Survey of 2015 reported"),
            ("2015-11-30", "Exited poverty: 1 household"),
            ("2015-11-02", "Rectification of the village organisation closed"),
            ("2015-03-16", "Rectification of the village organisation begins"),
            ("2014-12-10", "Survey of 2014 reported"),
            ("2014-10-20", "Put on the list of poor villages"),
            ("2014-06-20", "Registered: 2 households"),
        ]

    def test_a_household_counts_once_a_month(self, district):
        household = registered("2015-01-10")
        for kind, on in (
            ("exited", "2015-04-01"),
            ("relapsed", "2015-04-10"),
            ("exited", "2015-04-20"),
            ("relapsed", "2015-05-02"),
        ):
            happened(household, kind, on)
        assert self.events(district) == [
            ("2015-05-02", "Returned to poverty: 1 household"),
            ("2015-04-20", "Exited poverty: 1 household"),
            ("2015-04-10", "Returned to poverty: 1 household"),
            ("2015-01-10", "Registered: 1 household"),
        ]

    def test_of_others_households_nothing_is_told(self):
        registered()
        stranger = factories.user(role=roles.TOWN_OFFICER, area=factories.town("嘉平镇"))
        assert self.events(stranger) == []


class TestHistory:
    def test_each_change_reads_in_words(self, district):
        village = factories.village()
        team = factories.user(name="张驻村", role=roles.VILLAGE_TEAM, area=village)
        profiles.edit(village=village, values={"terrain": "hills", "phone": "13800001234"}, by=team)
        for answers in ({"collective_income_fen": 0}, {"collective_income_fen": 350_000, "culture_room": True}):
            surveys.record(
                village=village,
                year=2015,
                answers=answers,
                by=team,
                today=december(31),
                reported_on=december(10),
                reason="核实",
            )
        entries = history.entries(village)
        assert [(shown.what, shown.entry.actor_name) for shown in entries] == [
            ("Village survey", "张驻村"),
            ("Village survey", "张驻村"),
            ("Village profile", "张驻村"),
        ]
        told = {change.label: (change.before, change.after) for change in entries[0].changes}
        assert told == {
            "Collective income of the village": ("0.00 yuan", "3,500.00 yuan"),
            "Library or culture room": ("nothing", "yes"),
        }
        told = {change.label: change.after for change in entries[2].changes}
        assert told["Terrain"] == "Hills"
        assert told["Phone (masked)"] == "138****1234"
        who, at = history.last_change(village)
        assert who == "张驻村"
        assert at

    def test_other_villages_and_households_are_not_told(self, district):
        row = village_files.poor(factories.village("紫荆村"))
        poor_list.strike_off(
            poor_village=row, delisted_on=december(28), reason="x", by=district, version=1, today=december(31)
        )
        assert history.entries(factories.village()) == []
        assert len(history.entries(factories.village("紫荆村"))) == 1
        assert history.last_change(factories.village()) == ("Somebody else", "")


class TestComparing:
    def rows(self, *surveys_):
        groups = comparing.compare([VillageSurvey(**told) if told is not None else None for told in surveys_])
        return {row.label: row for group in groups for row in group.rows}

    def test_shares_and_changes(self):
        rows = self.rows(
            {"household_count": 400, "safe_water_households": 100, "main_road_hardened": False},
            {"household_count": 410, "safe_water_households": 410, "main_road_hardened": True},
        )
        water = rows["Households with safe water"]
        assert [(answer.value, answer.share) for answer in water.answers] == [
            (100, Decimal("0.2500")),
            (410, Decimal(1)),
        ]
        assert (water.change, water.tone) == (310, "met")
        assert (rows["Households in the village"].change, rows["Households in the village"].tone) == (10, "plain")
        assert (rows["Main road hardened"].change, rows["Main road hardened"].tone) == (1, "met")

    @pytest.mark.parametrize(
        ("name", "label", "before", "after", "tone"),
        [
            ("dangerous_house_households", "Households in dangerous houses", 30, 2, "met"),
            ("dangerous_house_households", "Households in dangerous houses", 2, 30, "blocked"),
            ("tv_households", "Households reached by television", 30, 2, "blocked"),
            ("clinic_standardised", "Clinic standardised", True, False, "blocked"),
            ("tv_households", "Households reached by television", 2, 2, "plain"),
        ],
    )
    def test_what_is_better_and_what_is_worse(self, name, label, before, after, tone):
        assert self.rows({name: before}, {name: after})[label].tone == tone

    def test_a_missing_answer_is_no_change(self):
        rows = self.rows({"population": 10}, {"culture_room": True})
        assert (rows["Population"].change, rows["Library or culture room"].change) == (None, None)
        assert rows["Library or culture room"].answers[0].value is None
        rows = self.rows(None, {"population": 10})
        assert [answer.value for answer in rows["Population"].answers] == [None, 10]

    def test_money_is_told_in_yuan(self):
        row = self.rows({"collective_income_fen": 0}, {"collective_income_fen": 350_050})[
            "Collective income of the village (yuan)"
        ]
        assert (row.answers[1].value, row.change) == (Decimal("3500.50"), Decimal("3500.50"))

    def test_every_question_has_its_row(self):
        assert len(self.rows({}, {})) == sum(len(part.fields) for part in comparing.PARTS)
        assert Village.objects.count() > 200
