"""Who moved, when, where to; sites and their days."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from assistance.models import EnrolmentState, Relocation
from assistance.services import enrolments, relocations
from jiangjin.accounts import roles
from jiangjin.audit.models import AuditEntry
from tests import factories
from tests.assistance.measures.situations import enrolment as plain_enrolment
from tests.assistance.works.situations import TODAY, family, relocation, site
from tests.refusals import codes_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("year_end")]
MOVED = dt.date(2015, 6, 15)


def record(row, **fields):
    members = fields.pop("members", list(row.household.members.all()))
    values = {"site": None, "mode": "03", "moved_on": MOVED, **fields}
    return relocations.record(enrolment=row, values=values, members=members, by=None, today=TODAY)


def refused(row, **fields):
    with pytest.raises(ValidationError) as refusal:
        record(row, **fields)
    assert not Relocation.objects.filter(enrolment=row).exists()
    return codes_of(refusal.value)


def test_a_household_moves_to_a_site():
    row = relocation()
    moved = record(row, site=site())
    assert set(moved.members.all()) == set(row.household.members.all())
    row.refresh_from_db()
    assert row.version == 2
    finished = enrolments.finish(enrolment=row, by=None, today=TODAY)
    assert finished.state == EnrolmentState.DONE


def test_nothing_is_finished_before_somebody_moved():
    row = relocation()
    record(row, moved_on=None, members=[])
    with pytest.raises(ValidationError) as refusal:
        enrolments.finish(enrolment=row, by=None, today=TODAY)
    assert codes_of(refusal.value) == {"detail_missing"}


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"moved_on": TODAY + dt.timedelta(days=1)}, "future"),
        ({"moved_on": dt.date(2015, 3, 1)}, "before_approved"),
        ({"members": []}, "members"),
        ({"moved_on": None}, "moved_on"),
    ],
)
def test_what_cannot_be_is_refused(fields, code):
    assert refused(relocation(), **fields) == {code}


def test_a_site_that_was_not_ready_is_refused():
    assert refused(relocation(), site=site(opened_on=dt.date(2015, 7, 1))) == {"not_ready"}
    assert refused(relocation(), site=site(name="龙井湾集中安置点", opened_on=None)) == {"not_ready"}


def test_somebody_who_had_left_did_not_move():
    household = family()
    gone = household.members.last()
    gone.left_on, gone.left_by = dt.date(2015, 4, 1), "01"
    gone.save()
    assert refused(relocation(household)) == {"not_present"}
    stranger = family().members.first()
    assert refused(relocation(family()), members=[stranger]) == {"not_present"}


def test_other_measures_and_stopped_ones_are_refused():
    assert refused(plain_enrolment(family())) == {"detail"}
    assert refused(relocation(state=EnrolmentState.STOPPED)) == {"state"}


def test_a_correction_is_kept_in_the_change_log():
    row = relocation()
    record(row)
    one = row.household.members.first()
    again = relocations.record(
        enrolment=row,
        values={"moved_on": MOVED + dt.timedelta(days=2)},
        members=[one],
        by=None,
        today=TODAY,
        version=2,
    )
    assert list(again.members.all()) == [one]
    changes = [entry for entry in AuditEntry.objects.filter(model="assistance.relocation") if entry.before]
    days = [(entry.before["moved_on"], entry.after["moved_on"]) for entry in changes if "moved_on" in entry.before]
    assert days == [("2015-06-15", "2015-06-17")]
    with pytest.raises(ValidationError) as refusal:
        relocations.record(enrolment=row, values={"moved_on": MOVED}, members=[one], by=None, today=TODAY, version=2)
    assert codes_of(refusal.value) == {"conflict"}


def test_nobody_writes_for_another_town():
    officer = factories.user(role=roles.TOWN_OFFICER, area=factories.town("嘉平镇"))
    row = relocation()
    with pytest.raises(PermissionDenied):
        relocations.record(enrolment=row, values={"moved_on": None}, members=[], by=officer, today=TODAY)
    with pytest.raises(PermissionDenied):
        relocations.enter_site(
            village=factories.village("复建村"), values={"name": "向阳坡安置点"}, by=officer, today=TODAY
        )


def test_a_site_cannot_open_after_somebody_moved_in():
    place = site()
    record(relocation(), site=place)
    with pytest.raises(ValidationError) as refusal:
        relocations.correct_site(
            site=place,
            changes={"opened_on": dt.date(2015, 7, 1)},
            by=None,
            version=1,
            reason="日期有误",
            today=TODAY,
        )
    assert codes_of(refusal.value) == {"opened_on"}
    changed = relocations.correct_site(
        site=place, changes={"households_planned": 24}, by=None, version=1, reason="规划调整", today=TODAY
    )
    assert (changed.households_planned, changed.version) == (24, 2)


def test_two_sites_of_a_village_have_different_names():
    site()
    with pytest.raises(ValidationError):
        relocations.enter_site(
            village=factories.village("紫荆村"), values={"name": "桂花湾集中安置点"}, by=None, today=TODAY
        )
