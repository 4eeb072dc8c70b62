"""The forms: filled in, refused in words with nothing lost, somebody else was faster, out of scope."""

import datetime as dt

import pytest

from jiangjin.accounts import roles
from jiangjin.areas.models import Area, AreaLevel
from jiangjin.evidence.models import EvidenceFile
from tests import factories
from tests.evidence import pictures
from tests.households.pages.sending import errors, filled_in, send, told
from tests.villages.posts import situations
from tests.villages.posts.situations import TODAY, day
from villages.models import (
    DistrictLeader,
    LeaderLink,
    PostKind,
    PublicityEvent,
    ResidentTeam,
    SupportGroup,
    SupportGroupMember,
    TrainedPerson,
    VillagePost,
)
from villages.services import posts, publicity

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("year_end")]
VILLAGE = "?village=500116108205"


def key(record) -> str:
    return str(record.pk)


class TestChoosingTheVillage:
    def test_it_is_asked_for_first(self, client, town):
        page = client.get("/villages/posts/new/?kind=first_secretary")
        assert "Which village is it about?" in page.content.decode()
        chosen = client.get("/villages/posts/new/", {"choose": factories.village().pk, "kind": "first_secretary"})
        assert chosen["Location"] == "/villages/posts/new/?kind=first_secretary&village=500116108205"
        assert client.get(chosen["Location"]).context["form"]["kind"].value() == "first_secretary"

    def test_only_villages_of_ones_own_are_offered(self, client, town):
        wrong = client.get("/villages/posts/new/", {"choose": factories.village("紫荆村").pk})
        assert wrong.status_code == 422
        assert client.get("/villages/posts/new/?village=500116114205").status_code == 404
        assert client.post("/villages/posts/new/?village=500116114205", {}).status_code == 404
        assert client.post("/villages/posts/new/", {}).status_code == 404

    def test_whoever_has_one_village_is_not_asked(self, client, team_user):
        assert client.get("/villages/trained/new/")["Location"] == f"/villages/trained/new/{VILLAGE}"


class TestPosts:
    def test_somebody_is_appointed(self, client, town):
        unit = factories.unit("区教委")
        typed = {"kind": "first_secretary", "name": "冉启明", "unit": key(unit), "phone": "138 1234 5678"}
        response = send(client, f"/villages/posts/new/{VILLAGE}", **typed, title="科长")
        assert response.status_code == 302
        assert told(response) == "冉启明 is First secretary in 复建村 from 2015-12-31."
        post = VillagePost.objects.get()
        assert (post.phone, post.unit, post.title, post.starts_on) == ("13812345678", unit, "科长", TODAY)

    def test_the_user_of_the_village_may_be_named(self, client, district):
        assert "user" not in client.get(f"/villages/posts/new/{VILLAGE}").context["form"].fields
        user = factories.user(name="张驻村", role=roles.VILLAGE_TEAM, area=factories.village())
        send(client, f"/villages/posts/new/{VILLAGE}", kind="graduate_official", name="张驻村", user=key(user))
        assert VillagePost.objects.get().user == user

    def test_what_the_service_refuses_stands_at_its_field_and_nothing_is_lost(self, client, town):
        situations.post()
        response = send(client, f"/villages/posts/new/{VILLAGE}", kind="first_secretary", name="新来的", title="主任")
        assert "End that first, or replace the person." in errors(response)["starts_on"][0]
        assert 'value="新来的"' in response.content.decode()
        response = send(client, f"/villages/posts/new/{VILLAGE}", kind="team_member", name="新来的")
        assert "form the team first" in errors(response)["starts_on"][0]
        assert set(errors(send(client, f"/villages/posts/new/{VILLAGE}"))) == {"kind", "name"}
        assert VillagePost.objects.count() == 1

    def test_somebody_takes_over(self, client, town):
        post = situations.post()
        typed = {"name": "蒲正兴", "starts_on": "2015-07-01", "reason": "工作调动"}
        response = send(client, f"/villages/posts/{post.pk}/replace/", **typed)
        made = VillagePost.objects.get(ends_on=None)
        assert response["Location"] == f"/villages/posts/{made.pk}/"
        assert told(response) == "蒲正兴 takes over from 冉启明 as First secretary on 2015-07-01."
        page = client.get(response["Location"]).content.decode()
        assert "冉启明" in page
        wrong = send(client, f"/villages/posts/{made.pk}/replace/", name="又一个", starts_on="2015-06-30", reason="r")
        assert "the new one begins later" in errors(wrong)["starts_on"][0]

    def test_one_ends(self, client, town):
        post = situations.post()
        url = f"/villages/posts/{post.pk}/end/"
        assert set(errors(send(client, url))) == {"reason"}
        response = send(client, url, reason="退休", ends_on="2015-11-30")
        assert told(response) == "冉启明 is First secretary in 复建村 until 2015-11-30."
        assert client.get(url).status_code == 404
        assert "former" in client.get(f"/villages/posts/{post.pk}/").content.decode()

    def test_a_correction_keeps_the_phone_unless_it_is_told(self, client, town):
        post = situations.post(phone="13812345678")
        url = f"/villages/posts/{post.pk}/correct/"
        assert "13812345678" not in client.get(url).content.decode()
        send(client, url, name="冉启名", reason="笔误")
        post.refresh_from_db()
        assert (post.name, post.phone) == ("冉启名", "13812345678")
        send(client, url, phone="13900001111", reason="换号")
        post.refresh_from_db()
        assert post.phone_masked == "139****1111"
        send(client, url, drop_phone="on", reason="本人要求")
        post.refresh_from_db()
        assert (post.phone, post.phone_masked, post.phone_digest) == ("", "", "")
        history = client.get(f"/villages/posts/{post.pk}/").content.decode()
        for text in ("笔误", "换号", "139****1111", "冉启明", "冉启名"):
            assert text in history, text
        assert "13900001111" not in history

    def test_the_same_again_is_no_change(self, client, town):
        post = situations.post()
        response = send(client, f"/villages/posts/{post.pk}/correct/", reason="r")
        assert "Nothing was changed" in told(response)

    def test_somebody_else_was_faster(self, client, town):
        post = situations.post(title="科员")
        url = f"/villages/posts/{post.pk}/correct/"
        form = client.get(url).context["form"]
        posts.correct(post=post, changes={"title": "副科长"}, by=town, version=1, reason="任命")
        refused = client.post(url, filled_in(form, name="冉启名", reason="笔误"))
        assert "经办 changed this at" in str(errors(refused)["__all__"])
        assert "Taken over from the file" in str(errors(refused)["__all__"])
        again = filled_in(refused.context["form"])
        assert (again["name"], again["title"], again["version"]) == ("冉启名", "副科长", "2")
        assert client.post(url, again).status_code == 302
        post.refresh_from_db()
        assert (post.name, post.title, post.version) == ("冉启名", "副科长", 3)

    def test_a_team_is_formed_and_dissolved(self, client, town):
        response = send(client, f"/villages/teams/new/{VILLAGE}", starts_on="2015-01-12")
        team = ResidentTeam.objects.get()
        assert told(response) == "复建村 has a resident team from 2015-01-12."
        assert "already" in errors(send(client, f"/villages/teams/new/{VILLAGE}"))["starts_on"][0]
        send(client, f"/villages/posts/new/{VILLAGE}", kind="team_leader", name="冉启明")
        url = f"/villages/teams/{team.pk}/dissolve/"
        assert "冉启明" in client.get(url).content.decode()
        assert "until 2015-12-31" in told(send(client, url, reason="期满"))
        assert VillagePost.objects.get().ends_on == TODAY
        assert client.get(url).status_code == 404


class TestLeaders:
    def test_one_is_put_on_file_and_linked(self, client, district):
        typed = {"name": "严思远", "office": "government", "title": "副区长", "starts_on": "2014-01-06"}
        assert "Link them to a town" in told(send(client, "/villages/leaders/new/", **typed))
        leader = DistrictLeader.objects.get()
        assert leader.county == factories.county()
        household = factories.household(members=1)
        url = f"/villages/leaders/links/new/?leader={leader.pk}"
        for field, value, to in (
            ("town", key(factories.town()), "白沙镇"),
            ("village", key(factories.village()), "复建村"),
            ("household", household.number, household.number),
        ):
            response = send(client, url, **{field: value})
            assert told(response) == f"严思远 is linked to {to} from 2015-12-31."
            assert response["Location"] == f"/villages/leaders/{leader.pk}/"
        page = client.get(f"/villages/leaders/{leader.pk}/").content.decode()
        for text in ("白沙镇", "复建村", "陈建国"):
            assert text in page
        assert "already" in str(errors(send(client, url, town=key(factories.town())))["town"])
        assert "already" in str(errors(send(client, url, village=key(factories.village())))["village"])
        assert "already" in str(errors(send(client, url, household=household.number))["household"])

    def test_one_thing_at_a_time_is_linked(self, client, district):
        leader = situations.leader()
        url = f"/villages/leaders/links/new/?leader={leader.pk}"
        assert "Choose one" in errors(send(client, url))["town"][0]
        both = send(client, url, town=key(factories.town()), village=key(factories.village()))
        assert "Choose one" in errors(both)["village"][0]
        assert "no household of this number" in errors(send(client, url, household="123"))["household"][0]
        assert client.get("/villages/leaders/links/new/?leader=x&village=999").status_code == 404
        preset = client.get(f"/villages/leaders/links/new/{VILLAGE}&leader=99999999999")
        assert preset.context["form"]["village"].value() == factories.village().pk

    def test_a_link_ends(self, client, district):
        made = situations.link(situations.leader(), factories.village())
        response = send(client, f"/villages/leaders/links/{made.pk}/end/", reason="调整")
        assert told(response) == "严思远 is linked to 复建村 until 2015-12-31."
        assert client.get(f"/villages/leaders/links/{made.pk}/end/").status_code == 404

    def test_links_are_handed_over_and_the_leader_leaves(self, client, district):
        former, successor = situations.leader(), situations.leader("段立诚", title="区长")
        situations.link(former, factories.village())
        situations.link(former, factories.town())
        url = f"/villages/leaders/{former.pk}/hand-over/"
        assert "白沙镇" in client.get(url).content.decode()
        response = send(client, url, to=key(successor), reason="工作调动")
        assert told(response) == "段立诚 takes over 2 links of 严思远 on 2015-12-31."
        assert LeaderLink.objects.active(TODAY).filter(leader=successor).count() == 2
        response = send(client, f"/villages/leaders/{former.pk}/leave/", reason="退休")
        assert told(response) == "严思远 is in office until 2015-12-31."

    def test_a_correction(self, client, district):
        leader = situations.leader()
        url = f"/villages/leaders/{leader.pk}/correct/"
        send(client, url, title="常务副区长", reason="任命")
        leader.refresh_from_db()
        assert leader.title == "常务副区长"
        assert "任命" in client.get(f"/villages/leaders/{leader.pk}/").content.decode()
        assert "Nothing was changed" in told(send(client, url, reason="r"))

    def test_a_town_reads_and_does_nothing(self, client, town):
        leader = situations.leader()
        made = situations.link(leader, factories.village())
        page = client.get(f"/villages/leaders/{leader.pk}/").content.decode()
        assert "/correct/" not in page
        for url in (f"/villages/leaders/{leader.pk}/correct/", f"/villages/leaders/links/{made.pk}/end/"):
            assert client.get(url).status_code == 403
        assert client.get("/villages/leaders/new/").status_code == 403

    def test_links_elsewhere_are_not_told(self, client, town):
        leader = situations.leader()
        situations.link(leader, factories.village())
        situations.link(leader, factories.village("紫荆村"))
        page = client.get(f"/villages/leaders/{leader.pk}/").content.decode()
        assert "复建村" in page
        assert "紫荆村" not in page


class TestSupportGroups:
    def test_a_group_is_formed_changed_and_dissolved(self, client, district):
        lead, member, third = (factories.unit(name) for name in ("区农委", "区教委", "区残联"))
        url = f"/villages/support-groups/new/{VILLAGE}"
        typed = {"name": "区农委扶贫集团", "lead": key(lead), "starts_on": "2015-01-12"}
        page = client.get(url)
        body = {**filled_in(page.context["form"], **typed), "members": [key(member)]}
        response = client.post(url, body)
        assert told(response) == "区农委扶贫集团 helps 复建村 from 2015-01-12."
        group = SupportGroup.objects.get()
        base = f"/villages/support-groups/{group.pk}"
        assert "belongs to 区农委扶贫集团 from" in told(send(client, f"{base}/join/", unit=key(third)))
        assert "already" in errors(send(client, f"{base}/join/", unit=key(third)))["unit"][0]
        assert "区教委 leads" in told(send(client, f"{base}/lead/", unit=key(member), reason="调整"))
        assert "corrected" in told(send(client, f"{base}/correct/", basis="江扶组〔2015〕1号", reason="补录"))
        row = SupportGroupMember.objects.get(unit=third, ends_on=None)
        assert "until" in told(send(client, f"/villages/support-groups/members/{row.pk}/leave/", reason="调整"))
        shown = client.get(f"{base}/").content.decode()
        for text in ("江扶组〔2015〕1号", "补录", "lead unit", "区残联"):
            assert text in shown
        assert "until 2015-12-31" in told(send(client, f"{base}/dissolve/", reason="期满"))
        assert client.get(f"{base}/dissolve/").status_code == 404
        assert "dissolved" not in client.get(f"{base}/").content.decode()

    def test_the_lead_cannot_simply_leave(self, client, district):
        row = situations.group().members.get()
        url = f"/villages/support-groups/members/{row.pk}/leave/"
        assert client.get(url).status_code == 404
        body = {"ends_on": "2015-12-31", "reason": "r", "version": "1", "opened": "{}"}
        assert "let another one lead first" in errors(client.post(url, body))["__all__"][0]

    def test_the_units_of_another_district_are_not_offered(self, client, district):
        county = Area.objects.create(level=AreaLevel.COUNTY, name="邻县", code="990099")
        unit = factories.unit().__class__.objects.create(county=county, name="邻县农委")
        body = {"name": "x", "lead": key(unit), "members": [key(unit)], "starts_on": "2015-01-12"}
        response = client.post(f"/villages/support-groups/new/{VILLAGE}", body)
        assert set(errors(response)) == {"lead", "members"}


class TestWhatIsTold:
    def test_somebody_who_was_trained(self, client, team_user):
        typed = {"kind": "medic", "name": "敖小琴", "subject": "急救", "finished_on": "2015-06-30"}
        response = send(client, f"/villages/trained/new/{VILLAGE}", **typed)
        assert told(response) == "敖小琴 of 复建村 is on file as Village medic."
        assert errors(send(client, f"/villages/trained/new/{VILLAGE}", **typed))["__all__"]
        future = send(client, f"/villages/trained/new/{VILLAGE}", **{**typed, "finished_on": "2016-01-01"})
        assert set(errors(future)) == {"finished_on"}
        person = TrainedPerson.objects.get()
        url = f"/villages/trained/{person.pk}"
        assert "corrected" in told(send(client, f"{url}/correct/", subject="常见病诊治", reason="补录"))
        assert "withdrawn" in told(send(client, f"{url}/withdraw/", reason="重复登记"))
        page = client.get(f"{url}/").content.decode()
        for text in ("重复登记", "补录", "常见病诊治", "驻村"):
            assert text in page
        for act in ("correct", "withdraw"):
            assert client.get(f"{url}/{act}/").status_code == 404

    def test_a_meeting_and_a_posting(self, client, team_user):
        group = Area.objects.create(parent=factories.village(), level=AreaLevel.GROUP, name="3组")
        typed = {"kind": "meeting", "topic": "政策宣讲", "held_by": "工作队", "starts_on": "2015-05-08"}
        url = f"/villages/publicity/new/{VILLAGE}"
        assert "Say how many were present." in errors(send(client, url, **typed))["attendance"]
        response = send(client, url, **typed, attendance="46", group=key(group))
        assert told(response) == "The meeting of 2015-05-08 in 复建村 is on file: 政策宣讲."
        posted = send(client, url, kind="exit_list", topic="名单", held_by="村委会", starts_on="2015-12-28")
        assert told(posted) == "What was posted in 复建村 on 2015-12-28 is on file: 名单."
        event = PublicityEvent.objects.get(topic="名单")
        base = f"/villages/publicity/{event.pk}"
        send(client, f"{base}/correct/", ends_on="2016-01-06", reason="公示7天")
        event.refresh_from_db()
        assert event.ends_on == dt.date(2016, 1, 6)
        assert "Withdrawn: 名单." in told(send(client, f"{base}/withdraw/", reason="重复"))
        page = client.get(f"{base}/").content.decode()
        assert "公示7天" in page
        assert "重复" in page

    def test_photos_are_kept_through_errors_and_shown(self, client, team_user):
        url = f"/villages/publicity/new/{VILLAGE}"
        page = client.get(url)
        assert 'enctype="multipart/form-data"' in page.content.decode()
        body = filled_in(page.context["form"], kind="exit_list", topic="名单", starts_on="2015-12-28")
        wrong = client.post(url, {**body, "evidence": pictures.sent(name="公示栏.jpg")})
        assert set(errors(wrong)) == {"held_by"}
        (key,) = [str(file.key) for file in EvidenceFile.objects.all()]
        assert client.post(url, {**body, "held_by": "村委会", "evidence_kept": [key]}).status_code == 302
        event = PublicityEvent.objects.get()
        assert [str(file.key) for file in event.evidence.all()] == [key]
        for shown in (f"/villages/publicity/{event.pk}/", "/villages/publicity/village/500116108205/"):
            assert f"/evidence/{key}/" in client.get(shown).content.decode(), shown

    def test_a_photo_alone_is_a_change(self, client, team_user):
        person = situations.trained()
        url = f"/villages/trained/{person.pk}/correct/"
        body = filled_in(client.get(url).context["form"], reason="补照片")
        assert "corrected" in told(client.post(url, {**body, "evidence": pictures.sent()}))
        (file,) = person.evidence.all()
        assert "Nothing was changed" in told(client.post(url, {**body, "evidence_kept": [str(file.key)]}))
        assert "corrected" in told(client.post(url, body))
        assert not person.evidence.exists()

    def test_a_photo_survives_a_conflict_and_is_stored_once(self, client, team_user):
        event = situations.board()
        url = f"/villages/publicity/{event.pk}/correct/"
        body = filled_in(client.get(url).context["form"], topic="改过的", reason="笔误")
        publicity.correct(event=event, changes={"place": "村小学"}, by=team_user, today=TODAY, version=1, reason="补录")
        refused = client.post(url, {**body, "evidence": pictures.sent()})
        assert "changed this at" in str(errors(refused)["__all__"])
        form = refused.context["form"]
        again = filled_in(form)
        (file,) = EvidenceFile.objects.all()
        assert str(file.key) in refused.content.decode()
        assert client.post(url, {**again, "evidence_kept": [str(file.key)]}).status_code == 302
        event.refresh_from_db()
        assert (event.topic, event.place, event.evidence.get()) == ("改过的", "村小学", file)

    def test_a_number_that_is_none(self, client, team_user):
        url = f"/villages/publicity/new/{VILLAGE}"
        response = send(client, url, kind="meeting", topic="x", held_by="y", attendance="-3")
        assert set(errors(response)) == {"attendance"}

    @pytest.mark.parametrize(("make", "name"), [(situations.trained, "trained"), (situations.meeting, "publicity")])
    def test_other_villages_are_not_there(self, client, team_user, make, name):
        row = make(village=factories.village("紫荆村"))
        for act in ("", "correct/", "withdraw/"):
            assert client.get(f"/villages/{name}/{row.pk}/{act}").status_code == 404
        assert client.post(f"/villages/{name}/{row.pk}/withdraw/", {"reason": "r", "version": 1}).status_code == 404

    @pytest.mark.parametrize(("make", "name"), [(situations.trained, "trained"), (situations.meeting, "publicity")])
    def test_who_only_reads(self, client, sign_in, make, name):
        row = make()
        sign_in(factories.user(role=roles.INSPECTOR))
        assert "/correct/" not in client.get(f"/villages/{name}/{row.pk}/").content.decode()
        assert client.get(f"/villages/{name}/{row.pk}/correct/").status_code == 403
        assert client.get(f"/villages/{name}/new/{VILLAGE}").status_code == 403


def test_a_day_that_was_meant_otherwise_is_asked_about(client, town):
    post = situations.post(PostKind.GRADUATE_OFFICIAL, starts_on=day(3, 1))
    response = send(client, f"/villages/posts/{post.pk}/end/", ends_on="0015-12-01", reason="r")
    assert set(errors(response)) == {"ends_on"}
    response = send(client, f"/villages/posts/{post.pk}/end/", ends_on="2015-02-01", reason="r")
    assert errors(response)["ends_on"] == ["The last day lies before the first."]
