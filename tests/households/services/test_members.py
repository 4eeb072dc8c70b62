"""People joining, being corrected, leaving; the head changing."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from households.identity import parse_identity
from households.models import Member, Relation
from households.services import members
from households.services.drafts import MemberDraft
from jiangjin.audit.models import AuditEntry
from tests import factories

pytestmark = pytest.mark.django_db
DAY = dt.date(2015, 6, 1)


def newcomer(**kwargs):
    born = kwargs.pop("born", dt.date(1990, 3, 3))
    values = {
        "name": "李秀英",
        "relation": Relation.DAUGHTER_IN_LAW,
        "sex": "2",
        "identity": parse_identity(factories.identity_number(born, 77, "2"), on=DAY),
        "joined_on": DAY,
        "joined_by": "05",
    }
    return MemberDraft(**{**values, **kwargs})


def test_somebody_joins_with_what_is_known_of_the_year():
    household = factories.household(members=1)
    added = members.add(household=household, draft=newcomer(facts={"health": "01"}), by=None, year=2015)
    assert (added.name_initials, added.joined_on, added.joined_by) == ("lxy", DAY, "05")
    assert added.years.get().health == "01"
    household.refresh_from_db()
    assert household.version == 2


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"joined_by": "08"}, "joined_by"),
        ({"joined_on": None}, "joined_on"),
        ({"relation": Relation.HEAD}, "relation"),
        ({"joined_on": dt.date(1980, 1, 1)}, "joined_on"),
        ({"name": ""}, "name"),
    ],
)
def test_who_cannot_join(change, field):
    household = factories.household(members=1)
    with pytest.raises(ValidationError) as refusal:
        members.add(household=household, draft=newcomer(**change), by=None)
    assert field in refusal.value.message_dict
    assert household.members.count() == 1


def test_nobody_is_a_member_twice():
    first, second = factories.household(members=1), factories.household(members=1)
    members.add(household=first, draft=newcomer(), by=None)
    with pytest.raises(ValidationError, match=first.number):
        members.add(household=second, draft=newcomer(), by=None)
    members.leave(member=first.members.get(name="李秀英"), left_by="08", left_on=dt.date(2015, 7, 1), by=None)
    members.add(household=second, draft=newcomer(joined_on=dt.date(2015, 7, 1)), by=None)


def test_a_correction_brings_along_what_follows_from_it():
    household = factories.household(members=1)
    person = household.members.get()
    identity = parse_identity("500399750519793", on=DAY)
    members.correct(member=person, changes={"name": "王小明", "identity": identity}, by=None, reason="核对户口簿")
    person.refresh_from_db()
    assert (person.name_pinyin, person.born_on) == ("wangxiaoming", dt.date(1975, 5, 19))
    assert (len(person.identity), person.identity_as_given) == (18, "500399750519793")
    assert person.identity_masked.startswith("500399")
    assert person.identity_masked.count("*") == 10
    entry = AuditEntry.objects.get(model="households.member")
    assert (entry.before["name"], entry.after["name"], entry.reason) == ("陈建国", "王小明", "核对户口簿")
    assert "500399750519793" not in str(entry.after)
    assert "identity" not in entry.after


def test_nobody_becomes_head_by_a_correction():
    household = factories.household(members=2)
    head, other = household.members.get(relation="01"), household.members.get(relation="99")
    for person, relation in ((other, "01"), (head, "02")):
        with pytest.raises(ValidationError):
            members.correct(member=person, changes={"relation": relation}, by=None)


def test_a_correction_cannot_take_somebody_elses_number():
    household = factories.household(members=2)
    head, other = household.members.order_by("relation")
    taken = parse_identity(other.identity, on=DAY)
    with pytest.raises(ValidationError):
        members.correct(member=head, changes={"identity": taken}, by=None)


def test_who_leaves_has_a_day_and_a_reason():
    household = factories.household(members=2)
    other = household.members.get(relation="99")
    with pytest.raises(ValidationError):
        members.leave(member=other, left_by="06", left_on=DAY, by=None)
    with pytest.raises(ValidationError):
        members.leave(member=other, left_by="01", left_on=dt.date(2000, 1, 1), by=None)
    members.leave(member=other, left_by="01", left_on=DAY, by=None)
    assert list(Member.objects.present(DAY).filter(household=household)) == [household.members.get(relation="01")]
    with pytest.raises(ValidationError):
        members.leave(member=other, left_by="01", left_on=DAY, by=None)


def test_a_head_who_leaves_is_followed_by_another():
    household = factories.household(members=1)
    wife = factories.member(household, relation="02", name="妻", sex="2")
    son = factories.member(household, relation="03", name="子")
    mother = factories.member(household, relation="12", name="母", sex="2")
    head = household.members.get(relation="01")
    with pytest.raises(ValidationError) as refusal:
        members.leave(member=head, left_by="01", left_on=DAY, by=None)
    assert "new_head" in refusal.value.message_dict
    members.leave(member=head, left_by="01", left_on=DAY, by=None, new_head=wife, relations={mother.pk: "16"})
    relations = {member.name: member.relation for member in household.members.filter(left_on=None)}
    assert relations == {"妻": "01", "子": "03", "母": "16"}
    assert household.members.get(pk=head.pk).relation == "01"
    household.refresh_from_db()
    assert household.version == 2
    assert son.pk in household.members.values_list("pk", flat=True)


def test_the_head_changes():
    household = factories.household(members=1)
    former = household.members.get()
    wife = factories.member(household, relation="02", sex="2")
    father = factories.member(household, relation="11")
    members.change_head(household=household, new_head=wife, by=None)
    relations = dict(household.members.values_list("pk", "relation"))
    assert relations == {former.pk: "02", wife.pk: "01", father.pk: "99"}
    with pytest.raises(ValidationError):
        members.change_head(household=household, new_head=wife, by=None)
    with pytest.raises(ValidationError):
        members.change_head(household=household, new_head=factories.household(members=1).members.get(), by=None)


def test_nobody_else_may_be_made_head_along_with_the_new_one():
    household = factories.household(members=2)
    head, other = household.members.order_by("relation")
    with pytest.raises(ValidationError):
        members.change_head(household=household, new_head=other, by=None, relations={head.pk: "01"})
    assert household.members.get(relation="01") == head
