"""Acts about a village on its page: the list of poor villages, rectifications, the phone of its head."""

import datetime as dt

import pytest

from jiangjin.accounts import roles
from jiangjin.audit.models import AuditEntry
from tests import factories
from tests.households.pages.sending import errors, filled_in, send, told
from tests.villages import village_files
from tests.villages.village_files import december
from villages.models import PoorVillage, Rectification

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("year_end")]
FUJIAN = "/villages/500116108205/"
EXIT = f"{FUJIAN}exit/"


class TestList:
    def test_put_on_it(self, client, district):
        assert f"{FUJIAN}enlist/" in client.get(EXIT).content.decode()
        response = send(
            client, f"{FUJIAN}enlist/", listed_on="2014-10-20", evidence="certain", source="渝扶组发〔2014〕1号"
        )
        assert response["Location"] == f"{FUJIAN}?tab=exit"
        assert "复建村 stands on the list" in told(response)
        assert PoorVillage.objects.get().listed_by == district
        assert client.get(f"{FUJIAN}enlist/").status_code == 404

    def test_that_the_demo_invented_it_is_no_evidence_to_choose(self, client, district):
        choices = dict(client.get(f"{FUJIAN}enlist/").context["form"].fields["evidence"].choices)
        assert "placeholder" not in choices
        assert "evidence" in errors(
            send(client, f"{FUJIAN}enlist/", listed_on="2014-10-20", evidence="placeholder", source="x")
        )
        village_files.poor(evidence="placeholder")
        choices = dict(client.get(f"{FUJIAN}listing/").context["form"].fields["evidence"].choices)
        assert "placeholder" in choices

    def test_struck_off(self, client, district):
        village_files.poor()
        village_files.survey(agricultural_population=100)
        factories.household(members=4)
        page = client.get(f"{FUJIAN}strike-off/").content.decode()
        assert "4 persons on the roll of 100 (2015): 4.00 %; to be below 3.0 %." in page
        assert "note-blocked" in page
        assert "data-confirm" in page
        response = send(client, f"{FUJIAN}strike-off/", delisted_on="2015-12-28", reason="达标")
        assert "was struck off the list on 2015-12-28" in told(response)
        assert PoorVillage.objects.get().delisted_by == district
        assert client.get(f"{FUJIAN}strike-off/").status_code == 404
        assert "struck off" in client.get(FUJIAN).content.decode()

    @pytest.mark.parametrize(
        ("typed", "field"),
        [
            ({"delisted_on": "2014-10-19", "reason": "x"}, "delisted_on"),
            ({"delisted_on": "2016-01-01", "reason": "x"}, "delisted_on"),
            ({"delisted_on": "2015-12-28", "reason": ""}, "reason"),
        ],
    )
    def test_not_struck_off(self, client, district, typed, field):
        village_files.poor()
        assert field in errors(send(client, f"{FUJIAN}strike-off/", **typed))
        assert PoorVillage.objects.get().delisted_on is None

    def test_what_nobody_told_is_not_verified(self, client, district):
        village_files.poor()
        page = client.get(f"{FUJIAN}strike-off/").content.decode()
        assert "whether the village is below the limit is not verified" in page
        assert "note-due" in page

    def test_taken_back(self, client, district):
        village_files.poor(struck_off=december(28))
        assert "reason" in errors(send(client, f"{FUJIAN}take-back/", reason=""))
        send(client, f"{FUJIAN}take-back/", reason="公示有异议")
        assert PoorVillage.objects.get().delisted_on is None
        assert client.get(f"{FUJIAN}take-back/").status_code == 404

    def test_somebody_else_was_faster(self, client, district, sign_in):
        village_files.poor()
        typed = filled_in(client.get(f"{FUJIAN}listing/").context["form"], source="另一文件", reason="更正")
        sign_in(factories.user(name="另一人", role=roles.DISTRICT_OFFICER))
        send(client, f"{FUJIAN}listing/", evidence="confirmed", reason="印证")
        client.force_login(district)
        response = client.post(f"{FUJIAN}listing/", typed)
        assert "另一人 changed the file of 复建村" in errors(response)["__all__"][0]
        assert client.post(f"{FUJIAN}listing/", filled_in(response.context["form"])).status_code == 302
        row = PoorVillage.objects.get()
        assert (row.evidence, row.source) == ("confirmed", "另一文件")

    @pytest.mark.parametrize("act", ["enlist", "strike-off", "take-back", "listing"])
    def test_only_the_district_office(self, client, town, act):
        village_files.poor()
        assert client.get(f"{FUJIAN}{act}/").status_code == 403
        page = client.get(EXIT).content.decode()
        assert f"{FUJIAN}{act}/" not in page
        assert "struck off by the district poverty office" in page


class TestRectification:
    def test_begun_corrected_and_closed(self, client, town):
        response = send(
            client,
            f"{FUJIAN}rectify/",
            starts_on="2015-03-16",
            problem="班子缺员",
            measures="派驻第一书记",
            responsible="王强",
        )
        assert "has begun" in told(response)
        row = Rectification.objects.get()
        assert "under rectification" in client.get(FUJIAN).content.decode()
        url = f"/villages/rectifications/{row.pk}/"
        assert url in client.get(EXIT).content.decode()
        assert "result" not in client.get(url).context["form"].fields
        send(client, url, problem="班子缺员1名", reason="补充")
        send(client, f"{url}close/", ends_on="2015-11-20", result="验收合格")
        row.refresh_from_db()
        assert (row.problem, row.ends_on, row.result, row.closed_by) == (
            "班子缺员1名",
            dt.date(2015, 11, 20),
            "验收合格",
            town,
        )
        assert client.get(f"{url}close/").status_code == 404
        send(client, url, result="转化升级", reason="措辞")
        row.refresh_from_db()
        assert row.result == "转化升级"

    def test_a_second_one_is_refused_in_words(self, client, town):
        village_files.rectification()
        response = send(client, f"{FUJIAN}rectify/", starts_on="2015-12-01", problem="x", measures="x", responsible="x")
        assert "open already" in errors(response)["__all__"][0]

    def test_in_another_town_nothing_is_seen(self, client, sign_in):
        row = village_files.rectification()
        sign_in(factories.user(role=roles.TOWN_OFFICER, area=factories.town("嘉平镇")))
        for page in (f"{FUJIAN}rectify/", f"/villages/rectifications/{row.pk}/", EXIT):
            assert client.get(page).status_code == 404

    def test_the_team_reads_only(self, client, team):
        row = village_files.rectification()
        assert client.get(f"/villages/rectifications/{row.pk}/").status_code == 403
        page = client.get(EXIT).content.decode()
        assert "班子软弱" in page
        assert "/rectifications/" not in page


class TestPhone:
    url = f"{FUJIAN}phone/"

    def test_shown_with_a_reason_and_logged(self, client, team):
        row = village_files.profile(phone="13800001234")
        overview = client.get(f"{FUJIAN}overview/").content.decode()
        assert "138****1234" in overview
        assert f'hx-get="{self.url}"' in overview
        asked = client.get(self.url, headers={"HX-Request": "true"})
        assert "13800001234" not in asked.content.decode()
        refused = client.post(self.url, {"reason": " "}, headers={"HX-Request": "true"})
        assert refused.status_code == 422
        response = client.post(self.url, {"reason": "通知开会"}, headers={"HX-Request": "true"})
        assert "13800001234" in response.content.decode()
        assert response["Cache-Control"] == "no-store"
        entry = AuditEntry.objects.get(action="revealed")
        assert (entry.model, entry.object_id, entry.actor_id) == ("villages.villageprofile", row.pk, team.pk)
        hidden = client.get(f"{self.url}?hide=1", headers={"HX-Request": "true"}).content.decode()
        assert "138****1234" in hidden
        assert "13800001234" not in hidden

    def test_without_script_it_is_a_page(self, client, team):
        village_files.profile(phone="13800001234")
        page = client.get(self.url).content.decode()
        assert "<html" in page
        assert "复建村" in page

    def test_not_to_everybody(self, client, sign_in):
        village_files.profile(phone="13800001234")
        sign_in(factories.user(role=roles.INSPECTOR))
        assert client.get(self.url).status_code == 403
        assert self.url not in client.get(f"{FUJIAN}overview/").content.decode()
        sign_in(factories.user(role=roles.TOWN_OFFICER, area=factories.town("嘉平镇")))
        assert client.get(self.url).status_code == 404

    def test_nothing_to_show(self, client, team):
        assert client.get(self.url).status_code == 404
