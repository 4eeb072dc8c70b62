"""Profile and survey: written on pages, refused in words, never overwritten in silence."""

import datetime as dt
from decimal import Decimal

import pytest

from jiangjin.accounts import roles
from jiangjin.audit.models import AuditEntry
from tests import factories
from tests.households.pages.sending import errors, filled_in, send, told
from tests.villages import village_files
from villages.models import VillageProfile, VillageSurvey

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("year_end")]
FUJIAN = "/villages/500116108205/"
PROFILE, SURVEY = f"{FUJIAN}profile/", f"{FUJIAN}survey/"


class TestProfile:
    def test_a_first_one(self, client, team):
        response = send(
            client,
            PROFILE,
            terrain="hills",
            head_name="陈祥松",
            phone="138 0000 1234",
            farmland_mu="1166.9",
            latitude="29.065",
            longitude="106.13",
        )
        assert response["Location"] == FUJIAN
        assert "The profile of 复建村 is on file." in told(response)
        row = VillageProfile.objects.get()
        assert (row.terrain, row.phone, row.farmland_mu) == ("hills", "13800001234", Decimal("1166.9"))
        assert (row.version, row.recorded_by) == (1, team)

    def test_the_phone_on_file_is_kept_changed_or_removed(self, client, team):
        village_files.profile(phone="13800001234", head_name="陈祥松")
        page = client.get(PROFILE).content.decode()
        assert "138****1234" in page
        assert "13800001234" not in page
        send(client, PROFILE, head_name="陈祥")
        assert VillageProfile.objects.get().phone == "13800001234"
        send(client, PROFILE, phone="13900005678")
        assert VillageProfile.objects.get().phone_masked == "139****5678"
        send(client, PROFILE, drop_phone="on")
        assert VillageProfile.objects.get().phone == ""
        assert not any("13900005678" in str(row) for row in AuditEntry.objects.values_list("before", "after"))

    @pytest.mark.parametrize(
        ("typed", "field"),
        [
            ({"latitude": "29.1"}, "longitude"),
            ({"latitude": "91", "longitude": "1"}, "latitude"),
            ({"phone": "一二三"}, "phone"),
            ({"farmland_mu": "-1"}, "farmland_mu"),
            ({"head_name": "123"}, "head_name"),
            ({"group_count": "many"}, "group_count"),
        ],
    )
    def test_what_is_wrong_is_told_at_its_field(self, client, team, typed, field):
        assert field in errors(send(client, PROFILE, **typed))
        assert not VillageProfile.objects.exists()

    def test_the_same_again_is_said_so(self, client, team):
        village_files.profile(terrain="hills")
        response = send(client, PROFILE)
        assert "Nothing was changed" in told(response)
        assert VillageProfile.objects.get().version == 1

    def test_somebody_else_was_faster(self, client, team, sign_in):
        village_files.profile(terrain="hills", development="花椒", head_name="陈祥松")
        form = client.get(PROFILE).context["form"]
        typed = filled_in(form, terrain="plain", development="柑橘")
        sign_in(factories.user(name="经办", role=roles.TOWN_OFFICER, area=factories.town()))
        send(client, PROFILE, development="水稻", head_name="李建")
        client.force_login(team)
        response = client.post(PROFILE, typed)
        wrong = errors(response)
        assert "经办 changed the file of 复建村" in wrong["__all__"][0]
        assert "On file now: 水稻" in wrong["development"][0]
        again = response.context["form"]
        assert (again["terrain"].value(), again["head_name"].value()) == ("plain", "李建")
        response = client.post(PROFILE, filled_in(again))
        assert response.status_code == 302
        row = VillageProfile.objects.get()
        assert (row.terrain, row.development, row.head_name, row.version) == ("plain", "柑橘", "李建", 3)


class TestSurvey:
    def test_what_stands_empty_is_not_verified(self, client, team):
        response = send(
            client,
            SURVEY,
            population="1,500",
            agricultural_population="1400",
            main_road_hardened="true",
            clinic_standardised="false",
            collective_income_fen="3,500.50",
            unhardened_km="1.5",
            source="统计",
        )
        assert errors(response) == {"population": ["Enter a whole number."]}
        response = client.post(SURVEY, filled_in(response.context["form"], population="1500"))
        assert response["Location"] == f"{FUJIAN}?tab=survey"
        row = VillageSurvey.objects.get()
        assert (row.year, row.population, row.main_road_hardened, row.clinic_standardised) == (2015, 1500, True, False)
        assert (row.collective_income_fen, row.unhardened_km) == (350_050, Decimal("1.5"))
        assert (row.culture_room, row.household_count, row.reported_on) == (None, None, dt.date(2015, 12, 31))

    def test_last_years_answers_stand_beside_the_questions(self, client, team):
        village_files.survey(year=2014, population=1490, main_road_hardened=False, collective_income_fen=100_000)
        page = client.get(SURVEY)
        for text in ("2014: 1490", "2014: no", "2014: 1,000.00 yuan"):
            assert text in page.content.decode()
        assert page.context["form"]["population"].value() is None

    def test_complete_parts_stand_folded(self, client, team):
        village_files.survey(broadcast_households=1, tv_households=1, mobile_households=1, broadband_households=1)
        parts = {str(part.label): part for part in client.get(SURVEY).context["form"].parts()}
        assert (parts["Industry"].answered, parts["Industry"].is_open) == (0, True)
        folded = parts["Broadcast, television and network"]
        assert (folded.answered, folded.is_open) == (4, False)
        response = send(client, SURVEY, tv_households="x")
        parts = {str(part.label): part for part in response.context["form"].parts()}
        assert parts["Broadcast, television and network"].is_open

    def test_a_part_is_not_greater_than_its_whole(self, client, team):
        village_files.survey(household_count=100)
        wrong = errors(send(client, SURVEY, tv_households="101"))
        assert wrong == {"tv_households": ["This cannot be more than “Households in the village” (100)."]}
        wrong = errors(send(client, SURVEY, groups_on_gravel_road="9", group_count="8"))
        assert list(wrong) == ["groups_on_gravel_road"]

    def test_another_year_and_its_correction(self, client, team):
        url = f"{SURVEY}?year=2014"
        send(client, url, population="1490", reported_on="2014-12-20")
        send(client, url, population="1480", culture_room="true", reason="核实")
        row = VillageSurvey.objects.get()
        assert (row.year, row.population, row.culture_room, row.version) == (2014, 1480, True, 2)
        assert AuditEntry.objects.get(action="changed").reason == "核实"

    @pytest.mark.parametrize(
        ("typed", "field"),
        [
            ({"population": "1", "reported_on": "2016-01-01"}, "reported_on"),
            ({"population": "1", "reported_on": "2014-12-31"}, "reported_on"),
            ({"population": "-1"}, "population"),
            ({"population": "99999999999"}, "population"),
            ({"farm_inns": "99999999"}, "farm_inns"),
            ({"collective_income_fen": "1.005"}, "collective_income_fen"),
            ({"unhardened_km": "12345.6"}, "unhardened_km"),
        ],
    )
    def test_what_is_wrong_is_told_at_its_field(self, client, team, typed, field):
        assert field in errors(send(client, SURVEY, **typed))
        assert not VillageSurvey.objects.exists()

    def test_a_source_alone_is_no_change(self, client, team):
        village_files.survey(population=10, source="统计")
        assert "__all__" in errors(send(client, SURVEY, source="核查"))
        assert "Nothing was changed" in told(send(client, SURVEY))

    def test_somebody_else_was_faster(self, client, team, sign_in):
        village_files.survey(population=1000, women_population=400)
        typed = filled_in(client.get(SURVEY).context["form"], population="1100")
        sign_in(factories.user(name="经办", role=roles.TOWN_OFFICER, area=factories.town()))
        send(client, SURVEY, population="1200", women_population="500")
        client.force_login(team)
        response = client.post(SURVEY, typed)
        assert "1200" in errors(response)["population"][0]
        form = response.context["form"]
        assert (form["population"].value(), form["women_population"].value()) == ("1100", "500")
        assert client.post(SURVEY, filled_in(form)).status_code == 302
        assert VillageSurvey.objects.get().population == 1100


@pytest.mark.parametrize("page", ["profile/", "survey/"])
class TestWhoWrites:
    def test_the_town_may(self, client, town, page):
        assert client.get(FUJIAN + page).status_code == 200

    def test_the_district_reads_only(self, client, district, page):
        assert client.get(FUJIAN + page).status_code == 403
        assert FUJIAN + page not in client.get(FUJIAN).content.decode()

    def test_another_village_does_not_see_it(self, client, sign_in, page):
        sign_in(factories.user(role=roles.VILLAGE_TEAM, area=factories.village("高屋村")))
        assert client.get(FUJIAN + page).status_code == 404
        assert client.post(FUJIAN + page, {}).status_code == 404
