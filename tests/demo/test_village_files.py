"""The demo's village files: they contradict neither the household files nor one another, and say that they are invented."""

import datetime as dt

from django.db.models import Count, F, Q

from households.models import Household, LivingConditions, Member
from households.rules.roll import on_roll
from jiangjin.accounts.scoping import Scope
from jiangjin.areas.models import Area
from jiangjin.audit.models import AuditEntry
from jiangjin.common.demo import DEMO_DAY
from tests.small_district import SmallDistrict
from villages.demo.village_files import table
from villages.models import PoorVillage, Rectification, Village, VillageProfile, VillageSurvey
from villages.services import numbers

FIRST = dt.date(2014, 12, 31)


class VillageFilesTest(SmallDistrict):
    def scope(self):
        return Scope(on=DEMO_DAY, paths=(Area.objects.get(code="500116").path,))

    def test_every_village_has_its_file(self):
        villages = Village.objects.count()
        assert VillageProfile.objects.count() == villages
        assert dict(VillageSurvey.objects.order_by().values_list("year").annotate(Count("pk"))) == {
            2014: villages,
            2015: villages,
        }
        assert not VillageProfile.objects.filter(is_demo=False).exists()
        assert not VillageSurvey.objects.filter(is_demo=False).exists()
        assert all("虚构" in note for note in VillageProfile.objects.values_list("note", flat=True))
        assert not VillageProfile.objects.exclude(latitude=None).exists()

    def test_nothing_is_later_than_the_demos_day_or_written_to_the_log(self):
        assert not VillageSurvey.objects.filter(reported_on__gt=DEMO_DAY).exists()
        assert not VillageSurvey.objects.exclude(reported_on__year=F("year")).exists()
        assert not Rectification.objects.filter(ends_on__gt=DEMO_DAY).exists()
        assert not AuditEntry.objects.filter(model__startswith="villages.").exists()

    def test_every_row_is_valid(self):
        for model in (VillageProfile, VillageSurvey, Rectification, PoorVillage):
            for row in model.objects.select_related("village"):
                row.full_clean()

    def test_poor_households_are_those_on_file(self):
        for survey in VillageSurvey.objects.select_related("village"):
            last = dt.date(survey.year, 12, 31)
            roll = Household.objects.filter(on_roll(last), village=survey.village)
            assert survey.reported_poor_households == roll.count(), survey
            people = Member.objects.present(last).filter(
                on_roll(last, "household__"), household__village=survey.village
            )
            assert survey.reported_poor_persons == people.count(), survey

    def test_a_village_is_no_better_than_its_poor_households(self):
        for survey in VillageSurvey.objects.filter(year=2015).select_related("village"):
            asked = LivingConditions.objects.filter(household__village=survey.village, year=2015)
            unsafe = asked.filter(water_safe=False).count()
            dangerous = asked.filter(house_grade__in=["3", "4"]).count()
            if survey.safe_water_households is not None:
                assert survey.safe_water_households <= survey.household_count - unsafe, survey
            if survey.dangerous_house_households is not None:
                assert survey.dangerous_house_households >= dangerous, survey
            assert survey.cooperative_poor_households == asked.filter(in_cooperative=True).count(), survey
            assert survey.household_count > Household.objects.filter(village=survey.village).count(), survey

    def test_incidence_was_high_and_ends_below_the_limit(self):
        poor = Village.objects.filter(poor_village__isnull=False)
        assert poor.count() == 15
        with_people = {
            village.pk for village in poor if Household.objects.filter(on_roll(FIRST), village=village).count() > 2
        }
        before = numbers.of(poor, on=FIRST, scope=self.scope())
        assert {before[key].incidence_state for key in with_people} == {"not_met"}
        after = numbers.of(Village.objects.all(), on=DEMO_DAY, scope=self.scope())
        assert {found.incidence_state for found in after.values()} == {"met"}

    def test_the_poor_villages_got_what_they_lacked(self):
        after = VillageSurvey.objects.of_poor_villages(2015).filter(year=2015)
        everything = Q(
            main_road_hardened=True,
            bus_service=True,
            clinic_standardised=True,
            service_centre_standardised=True,
            culture_room=True,
            groups_on_gravel_road=F("group_count"),
            settlements_with_footpath=F("settlement_count"),
            broadcast_households=F("household_count"),
            tv_households=F("household_count"),
            mobile_households=F("household_count"),
            broadband_households=F("household_count"),
        )
        assert after.count() == after.filter(everything).count() == 15
        assert after.filter(waste_treated_t__gte=F("waste_produced_t") * 85 / 100).count() == 15
        before = VillageSurvey.objects.of_poor_villages(2014).filter(year=2014)
        assert before.filter(main_road_hardened=True).count() < 12
        assert not before.filter(broadband_households=F("household_count"), household_count__gt=20).exists()
        assert VillageSurvey.objects.filter(year=2015, clinic_standardised=None).exists()

    def test_nothing_got_worse_without_a_reason(self):
        before = {survey.village_id: survey for survey in VillageSurvey.objects.filter(year=2014)}
        for survey in VillageSurvey.objects.filter(year=2015):
            earlier = before[survey.village_id]
            assert survey.settlement_count == earlier.settlement_count
            for name in ("main_road_hardened", "clinic_standardised", "service_centre_standardised", "culture_room"):
                if earlier.__dict__[name] and survey.__dict__[name] is not None:
                    assert survey.__dict__[name], (survey, name)

    def test_all_fifteen_were_rectified(self):
        closed = Rectification.objects.exclude(ends_on=None)
        assert closed.count() == Rectification.objects.count() == 15
        assert set(closed.values_list("village", flat=True)) == set(
            PoorVillage.objects.values_list("village", flat=True)
        )
        assert {row.starts_on.weekday() < 5 and row.ends_on.weekday() < 5 for row in closed} == {True}
        assert all(row.village.parent.name in row.responsible for row in closed.select_related("village__parent"))

    def test_the_sums_are_those_of_the_table(self):
        after = VillageSurvey.objects.of_poor_villages(2015).filter(year=2015)
        for name, total in table()["poor_villages"].items():
            assert sum(after.values_list(name, flat=True)) == total, name
