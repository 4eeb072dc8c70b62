"""Who answers for the demo's villages, and what these were told: nothing missing at the year's end, hand-overs on the way."""

import datetime as dt
import itertools
import re

from django.db.models import Count, F, Q

from households.models import Household
from jiangjin.areas.models import AreaLevel
from jiangjin.common.demo import DEMO_DAY
from tests import factories
from tests.small_district import SmallDistrict
from villages.demo.village_tables import table
from villages.models import (
    DistrictLeader,
    LeaderLink,
    PoorVillage,
    PostKind,
    PublicityEvent,
    PublicityKind,
    ResidentTeam,
    SupportGroup,
    SupportGroupMember,
    TrainedPerson,
    TrainingKind,
    VillagePost,
)
from villages.models.village_post import TEAM_KINDS
from villages.rules.post_check import with_trained
from villages.services.post_checks import checks_of

LONG_NUMBER = re.compile(r"\d{7,}")
DATED = (DistrictLeader, LeaderLink, VillagePost, ResidentTeam, SupportGroup, SupportGroupMember)


def poor() -> list[int]:
    return list(PoorVillage.objects.values_list("village", flat=True))


class VillagePostsTest(SmallDistrict):
    def test_every_poor_village_has_all_that_is_asked_for(self):
        checks = checks_of(PoorVillage.objects.all(), on=DEMO_DAY)
        assert len(checks) == PoorVillage.objects.count()
        assert {check.poor.village.name: [str(one.norm.label) for one in check.unmet] for check in checks} == {
            check.poor.village.name: [] for check in checks
        }

    def test_it_was_not_so_when_the_year_began(self):
        first = checks_of(PoorVillage.objects.all(), on=dt.date(2015, 1, 2))
        spring = checks_of(PoorVillage.objects.all(), on=dt.date(2015, 2, 15))
        assert all(check.missing > 3 for check in first)
        assert 0 < sum(check.missing for check in spring) < sum(check.missing for check in first)

    def test_leaders_are_as_many_as_the_list_of_titles(self):
        titles = table("village_leaders")["leaders"]
        linked = DistrictLeader.objects.linked(DEMO_DAY)
        assert linked.count() == len(titles) == DistrictLeader.objects.active(DEMO_DAY).count()
        assert sorted(linked.values_list("title", flat=True)) == sorted(title for _office, title in titles)

    def test_each_is_linked_to_a_town_a_village_and_mostly_a_household(self):
        links = LeaderLink.objects.active(DEMO_DAY)
        towns = links.filter(area__level=AreaLevel.TOWN)
        assert set(towns.values_list("area", flat=True)) == set(
            factories.county().children.values_list("pk", flat=True)
        )
        leaders = DistrictLeader.objects.active(DEMO_DAY).count()
        assert towns.count() == leaders
        assert links.filter(area__level=AreaLevel.VILLAGE).values("leader").distinct().count() == leaders
        households = links.exclude(household=None)
        assert households.count() > leaders / 3
        assert households.values("household").distinct().count() == households.count()

    def test_somebody_took_over_from_somebody(self):
        former = DistrictLeader.objects.exclude(ends_on=None)
        assert former.count() == len(table("village_leaders")["handed_over"])
        for leader in former:
            successor = DistrictLeader.objects.get(title=leader.title, ends_on=None)
            assert successor.starts_on == leader.ends_on + dt.timedelta(days=1)
            assert set(leader.links.values_list("area", "household")) == set(
                successor.links.values_list("area", "household")
            )
        replaced = VillagePost.objects.exclude(ends_on=None)
        words = table("village_posts")
        assert replaced.count() == words["replaced_secretaries"] + words["replaced_members"]
        assert SupportGroupMember.objects.exclude(ends_on=None).count() == words["changed_groups"]

    def test_nothing_overlaps_where_there_is_one_at_a_time(self):
        for village in poor():
            posts = VillagePost.objects.filter(village=village, kind=PostKind.FIRST_SECRETARY).order_by("starts_on")
            rows = list(posts.values_list("starts_on", "ends_on"))
            for (_start, end), (start, _end) in itertools.pairwise(rows):
                assert end is not None
                assert end < start

    def test_known_pairs_are_the_sources_and_the_others_say_that_they_are_invented(self):
        words = table("village_posts")
        for name, lead in words["known_leads"].items():
            group = SupportGroup.objects.get(village__name=name)
            assert group.members.get(is_lead=True).unit.name == lead
            assert group.basis == words["known_basis"]
        others = SupportGroup.objects.exclude(village__name__in=words["known_leads"])
        assert set(others.values_list("basis", flat=True)) == {words["invented_basis"]}
        leads = SupportGroupMember.objects.filter(is_lead=True)
        assert leads.values("unit").distinct().count() == leads.count() == PoorVillage.objects.count()

    def test_users_of_the_demo_lead_their_villages_teams(self):
        for username, village in (("fujian", "复建村"), ("zijing", "紫荆村")):
            post = VillagePost.objects.get(user__username=username)
            assert (post.village.name, post.kind) == (village, PostKind.TEAM_LEADER)
            assert (post.name, post.unit) == (post.user.name, post.user.unit)

    def test_leader_and_members_begin_with_their_team_or_later(self):
        in_teams = VillagePost.objects.filter(kind__in=TEAM_KINDS)
        assert in_teams.exists()
        assert not in_teams.filter(Q(starts_on__lt=F("team__starts_on")) | ~Q(village=F("team__village"))).exists()

    def test_people_were_trained_as_many_as_are_asked_for(self):
        for row in with_trained(PoorVillage.objects.all(), on=DEMO_DAY):
            for kind, how in table("village_posts")["trained"].items():
                assert how["least"] <= getattr(row, f"trained_{kind}") <= how["most"]
        assert {kind for kind, _label in TrainingKind.choices} == set(table("village_posts")["trained"])
        assert TrainedPerson.objects.exclude(withdrawn_at=None).count() == table("village_posts")["withdrawn"]

    def test_every_village_was_told_on_two_boards_and_more_in_december(self):
        told = PublicityEvent.objects.standing()
        boards = told.filter(kind=PublicityKind.ALLOWANCE_LIST).values("village").annotate(count=Count("pk"))
        villages = Household.objects.values("village").distinct().count()
        assert [row["count"] for row in boards] == [2] * villages
        exits = Household.objects.filter(status="exited", status_on__year=2015)
        posted = told.filter(kind=PublicityKind.EXIT_LIST, group=None)
        assert set(posted.values_list("village", flat=True)) == set(exits.values_list("village", flat=True))
        assert not posted.exclude(starts_on__month=12).exists()
        by_month = [told.filter(starts_on__month=month).count() for month in range(1, 13)]
        assert by_month[11] == max(by_month)
        assert told.filter(kind=PublicityKind.EXIT_LIST).exclude(group=None).exists()
        assert not told.exclude(group=None).exclude(group__parent=F("village")).exists()

    def test_nothing_is_later_than_the_demo(self):
        for model in DATED:
            assert not model.objects.filter(Q(starts_on__gt=DEMO_DAY) | Q(ends_on__gt=DEMO_DAY)).exists(), model
        events = PublicityEvent.objects.all()
        late = Q(starts_on__gt=DEMO_DAY) | Q(ends_on__gt=DEMO_DAY) | Q(recorded_on__gt=DEMO_DAY)
        assert not events.filter(late | Q(recorded_on__lt=F("starts_on"))).exists()
        trained = TrainedPerson.objects.all()
        assert not trained.filter(Q(recorded_on__lt=F("finished_on")) | Q(recorded_on__gt=DEMO_DAY)).exists()

    def test_texts_hold_no_long_number_and_no_blank(self):
        texts = [text for row in PublicityEvent.objects.values_list("topic", "place", "held_by") for text in row]
        texts += [text for row in TrainedPerson.objects.values_list("subject", "place", "certificate") for text in row]
        texts += [text for row in VillagePost.objects.values_list("name", "title", "end_reason") for text in row]
        assert len(texts) > 1000
        assert not [text for text in texts if LONG_NUMBER.search(text) or set("{}") & set(text)]

    def test_phones_are_of_no_network(self):
        masked = set(VillagePost.objects.values_list("phone_masked", flat=True))
        assert all(text.startswith("100") for text in masked)
        assert {post.phone[:3] for post in VillagePost.objects.all()[:5]} == {"100"}

    def test_counts_are_those_of_the_rows(self):
        counts = self.loaded.counts
        assert counts["leaders"] == DistrictLeader.objects.count()
        assert counts["leader_links"] == LeaderLink.objects.count()
        assert counts["support_groups"] == SupportGroup.objects.count()
        assert counts["support_group_members"] == SupportGroupMember.objects.count()
        assert counts["resident_teams"] == ResidentTeam.objects.count()
        assert counts["village_posts"] == VillagePost.objects.count()
        assert counts["trained_people"] == TrainedPerson.objects.count()
        assert counts["publicity_events"] == PublicityEvent.objects.count()
        photos = PublicityEvent.objects.exclude(evidence=None)
        assert counts["publicity_photos"] == photos.count() == PoorVillage.objects.count()
