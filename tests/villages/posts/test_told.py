"""Trained people and publicity: recorded, corrected, taken back; phones shown."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied

from households.services import personal
from jiangjin.accounts import roles
from jiangjin.areas.models import Area, AreaLevel
from jiangjin.audit.models import AuditEntry
from jiangjin.evidence.models import EvidenceDetachment, EvidenceFile
from tests import factories
from tests.evidence import pictures
from tests.villages.posts import situations
from tests.villages.posts.refusals import refused
from tests.villages.posts.situations import TODAY, day
from villages.models import PublicityEvent, PublicityKind, TrainedPerson
from villages.services import publicity, trained_people

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("year_end")]
MEETING, EXIT_LIST = PublicityKind.MEETING, PublicityKind.EXIT_LIST


def train(by=None, **kwargs):
    values = {
        "village": factories.village(),
        "kind": "medic",
        "name": "敖小琴",
        "subject": "急救",
        "finished_on": day(6, 30),
    }
    return trained_people.record(by=by, today=TODAY, **{**values, **kwargs})


def tell(by=None, **kwargs):
    values = {
        "village": factories.village(),
        "kind": MEETING,
        "topic": "政策宣讲",
        "starts_on": day(5, 8),
        "held_by": "工作队",
    }
    return publicity.record(by=by, today=TODAY, **{**values, **kwargs})


@pytest.fixture
def group():
    """A group of 复建村."""
    return Area.objects.create(parent=factories.village(), level=AreaLevel.GROUP, name="3组")


def test_somebody_who_was_trained(officer):
    person = train(by=officer, started_on=day(6, 20), certificate=" 合格证12号 ")
    assert (person.certificate, person.recorded_by, person.recorded_on) == ("合格证12号", officer, TODAY)
    assert AuditEntry.objects.get(model="villages.trainedperson").actor_id == officer.pk
    with refused(""):
        train()
    assert train(kind="entrepreneur").pk
    assert train(village=factories.village("紫荆村")).pk


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"finished_on": TODAY + dt.timedelta(days=1)}, "finished_on"),
        ({"started_on": day(7, 1)}, ""),
        ({"name": " "}, "name"),
        ({"subject": ""}, "subject"),
        ({"kind": "king"}, "kind"),
        ({"village": None}, "village"),
    ],
)
def test_a_training_that_cannot_be(values, field):
    if "village" in values:
        values = {"village": factories.town()}
    with refused(field):
        train(**values)
    assert not TrainedPerson.objects.exists()


def test_a_trained_person_is_corrected_and_withdrawn():
    person = train()
    act = {"by": None, "today": TODAY}
    row = trained_people.correct(person=person, changes={"name": "敖晓琴"}, version=1, reason="笔误", **act)
    assert (row.name, row.name_initials, row.version) == ("敖晓琴", "axq", 2)
    with refused("finished_on", "future"):
        changes = {"finished_on": dt.date(2016, 1, 1)}
        trained_people.correct(person=row, changes=changes, version=2, reason="r", **act)
    with refused("", "conflict"):
        trained_people.withdraw(person=person, by=None, version=1, reason="r")
    with refused("reason", "reason"):
        trained_people.withdraw(person=row, by=None, version=2, reason=" ")
    gone = trained_people.withdraw(person=row, by=None, version=2, reason="重复")
    assert (gone.withdrawn_reason, gone.version) == ("重复", 3)
    with refused("", "withdrawn"):
        trained_people.withdraw(person=row, by=None, version=3, reason="r")
    with refused("", "withdrawn"):
        trained_people.correct(person=row, changes={"subject": "x"}, version=3, reason="r", **act)
    assert not TrainedPerson.objects.standing().exists()
    assert train(name="敖晓琴").pk


def test_a_meeting_is_on_its_day_and_says_how_many_came(group):
    event = tell(attendance=46, ends_on=day(9, 9), group=group)
    assert (event.ends_on, event.attendance, event.group) == (day(5, 8), 46, group)
    for attendance in (None, 0):
        with refused("attendance", "attendance"):
            tell(attendance=attendance)


def test_something_is_posted_until_it_is_taken_down():
    event = tell(kind=EXIT_LIST, attendance=12, starts_on=day(12, 7))
    assert (event.ends_on, event.attendance) == (None, None)
    assert list(PublicityEvent.objects.on_show(TODAY)) == [event]
    changes = {"ends_on": day(12, 14)}
    down = publicity.correct(event=event, changes=changes, by=None, today=TODAY, version=1, reason="期满")
    assert down.ends_on == day(12, 14)
    assert list(PublicityEvent.objects.on_show(day(12, 14))) == [event]
    assert not PublicityEvent.objects.on_show(day(12, 15)).exists()
    with refused("ends_on", "ends_on"):
        tell(kind=EXIT_LIST, ends_on=day(5, 7))


def test_what_cannot_have_been_told(group):
    with refused("starts_on", "future"):
        tell(attendance=5, starts_on=TODAY + dt.timedelta(days=1))
    elsewhere = factories.village("紫荆村")
    for wrong in (factories.village(), Area.objects.create(parent=elsewhere, level=AreaLevel.GROUP, name="1组")):
        with refused("group", "group"):
            tell(attendance=5, group=wrong)
    with refused("held_by", "blank"):
        tell(attendance=5, held_by="")
    assert not PublicityEvent.objects.exists()


def test_a_meeting_becomes_a_posting_when_that_was_wrong():
    event = tell(attendance=46)
    change = {"event": event, "by": None, "today": TODAY, "reason": "类型填错"}
    row = publicity.correct(changes={"kind": PublicityKind.POLICY}, version=1, **change)
    assert (row.kind, row.attendance, row.ends_on) == (PublicityKind.POLICY, None, day(5, 8))
    back = publicity.correct(changes={"kind": MEETING, "attendance": 30}, version=2, **change)
    assert (back.attendance, back.ends_on, back.version) == (30, day(5, 8), 3)
    with refused("attendance", "attendance"):
        publicity.correct(changes={"attendance": None}, version=3, **change)
    publicity.withdraw(event=event, by=None, version=3, reason="重复登记")
    with refused("", "withdrawn"):
        publicity.correct(changes={"topic": "x"}, version=4, **change)
    assert not PublicityEvent.objects.standing().exists()


@pytest.mark.parametrize(
    ("role", "area", "may"),
    [
        (roles.VILLAGE_TEAM, "复建村", True),
        (roles.TOWN_OFFICER, "白沙镇", True),
        (roles.TOWN_OFFICER, "嘉平镇", False),
        (roles.HELPER, "江津区", False),
        (roles.AUDITOR, "江津区", False),
    ],
)
def test_who_records(role, area, may):
    place = {"江津区": factories.county, "复建村": factories.village}.get(area, lambda: factories.town(area))()
    user, person, event = factories.user(role=role, area=place), situations.trained(), situations.meeting()
    acts = [
        lambda: train(by=user, name="新人"),
        lambda: tell(by=user, attendance=5),
        lambda: trained_people.withdraw(person=person, by=user, version=1, reason="r"),
        lambda: publicity.withdraw(event=event, by=user, version=1, reason="r"),
    ]
    for act in acts:
        if may:
            act()
        else:
            with pytest.raises(PermissionDenied):
                act()
    assert TrainedPerson.objects.count() == (2 if may else 1)


def test_a_phone_is_shown_for_a_reason_and_written_down(officer):
    post = situations.post(phone="13812345678")
    with refused("reason"):
        personal.reveal(obj=post, field="phone", by=officer, reason="…")
    assert personal.reveal(obj=post, field="phone", by=officer, reason="联系入户") == "13812345678"
    entry = AuditEntry.objects.get(action="revealed")
    assert (entry.actor_id, entry.object_id, entry.reason) == (officer.pk, post.pk, "联系入户")
    assert entry.after == {"field": "phone"}
    outsider = factories.user(role=roles.TOWN_OFFICER, area=factories.town("嘉平镇"))
    for user in (outsider, factories.user(role=roles.DISTRICT_HEAD), factories.user(role=roles.FINANCE)):
        with pytest.raises(PermissionDenied):
            personal.reveal(obj=post, field="phone", by=user, reason="看看")


class TestPhotos:
    def files(self, by, count=1):
        return [file for _number in range(count) for file in pictures.stored(by=by)]

    def test_they_prove_a_record_and_are_taken_off_with_a_reason(self, officer):
        first, second, third = self.files(officer, 3)
        event = tell(by=officer, attendance=5, evidence=[first, second])
        assert list(event.evidence.order_by("pk")) == [first, second]
        change = {"event": event, "by": officer, "today": TODAY, "version": 1, "reason": "补充照片"}
        publicity.correct(changes={}, **change)
        assert event.evidence.count() == 2
        publicity.correct(changes={}, evidence=[second, third], **change)
        assert list(event.evidence.order_by("pk")) == [second, third]
        assert EvidenceDetachment.objects.get().reason == "补充照片"

    def test_nobody_takes_anothers(self, officer):
        (file,) = self.files(factories.user())
        with refused("evidence", "gone"):
            train(by=officer, evidence=[file])
        assert not TrainedPerson.objects.exists()
        person = train(by=officer, evidence=self.files(officer))
        (own,) = person.evidence.all()
        other = train(by=officer, name="别人")
        with refused("evidence", "gone"):
            trained_people.correct(
                person=other, changes={}, by=officer, today=TODAY, version=1, reason="r", evidence=[own]
            )

    def test_whoever_sees_the_record_sees_them(self, officer):
        event = tell(by=officer, attendance=5, evidence=self.files(officer))
        file = event.evidence.get()
        for role, area, sees in (
            (roles.TOWN_OFFICER, factories.town(), True),
            (roles.INSPECTOR, factories.county(), True),
            (roles.TOWN_OFFICER, factories.town("嘉平镇"), False),
            (roles.HELPER, factories.county(), False),
        ):
            user = factories.user(role=role, area=area)
            assert EvidenceFile.objects.visible_to(user).filter(pk=file.pk).exists() == sees, (role, area)
