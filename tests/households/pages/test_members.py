"""Pages about people: adding, correcting, a year's facts, leaving, another head."""

import datetime as dt

import pytest

from households.models import Member
from households.services import households, members
from jiangjin.audit.models import AuditEntry
from tests import factories
from tests.households.pages.sending import errors, filled_in, send, told

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("officer", "year_end")]
BORN = dt.date(2015, 3, 1)


def address(household, page):
    return f"/households/{household.number}/{page}"


def person(household, name):
    return household.members.get(name=name)


def page_of(household, name, part=""):
    return address(household, f"members/{person(household, name).pk}/{part}")


def test_a_newborn_is_added_with_facts_of_the_year(client, family):
    response = send(
        client,
        address(family, "members/add/"),
        name="陈小虎",
        identity=factories.identity_number(BORN, 7),
        relation="03",
        joined_by="06",
        joined_on="2015-03-01",
        medical_insured="true",
    )
    assert (response.status_code, response["Location"]) == (302, address(family, "?tab=family"))
    child = person(family, "陈小虎")
    assert (child.born_on, child.sex, child.joined_by) == (BORN, "1", "06")
    facts = child.years.get()
    assert (facts.year, facts.medical_insured, facts.health) == (2015, True, "")
    assert "陈小虎" in told(response)


@pytest.mark.parametrize(
    ("typed", "field", "message"),
    [
        ({"identity": "50039920150301001"}, "identity", "17 characters"),
        ({"identity": "500399201503010011"}, "identity", "by the others it must be"),
        ({"name": ""}, "name", "required"),
        ({"name": "=1+1"}, "name", "is not a name"),
        ({"name": "\u200b"}, "name", "required"),
        ({"joined_by": ""}, "joined_by", "required"),
        ({"joined_on": "2016-01-01"}, "joined_on", "future"),
        ({"joined_on": "2015-02-28"}, "joined_on", "born on"),
        ({"work_months": "13"}, "work_months", "12"),
    ],
)
def test_what_is_wrong_with_a_new_member_stands_at_its_field(client, family, typed, field, message):
    valid = {
        "name": "陈小虎",
        "identity": factories.identity_number(BORN, 7),
        "relation": "03",
        "joined_by": "06",
        "joined_on": "2015-03-01",
    }
    refused = send(client, address(family, "members/add/"), **{**valid, **typed})
    assert list(errors(refused)) == [field]
    assert message in errors(refused)[field][0]
    assert family.members.count() == 3
    # Nothing that was typed is lost.
    assert refused.context["form"]["name"].value() == typed.get("name", "陈小虎")


def test_somebody_who_is_a_member_elsewhere_is_named_at_the_identity_number(client, family):
    other = factories.household(members=1)
    refused = send(
        client,
        address(family, "members/add/"),
        name="陈小虎",
        identity=other.members.get().identity,
        relation="99",
        joined_by="07",
    )
    assert other.number in errors(refused)["identity"][0]


def test_only_what_was_changed_is_written(client, family):
    before = person(family, "李秀英")
    response = send(client, page_of(family, "李秀英"), ethnicity="06", reason="户口簿")
    assert response.status_code == 302
    entry = AuditEntry.objects.get(household_id=family.pk)
    assert entry.after == {"ethnicity": "06"}
    assert entry.reason == "户口簿"
    assert person(family, "李秀英").identity == before.identity


def test_a_new_identity_number_brings_the_birthday(client, family):
    number = factories.identity_number(dt.date(1981, 2, 3), 9, "2")
    send(client, page_of(family, "李秀英"), identity=number)
    assert person(family, "李秀英").born_on == dt.date(1981, 2, 3)
    page = client.get(page_of(family, "李秀英")).content.decode()
    assert number not in page
    assert f"{number[:6]}**********{number[-2:]}" in page


def test_sending_it_untouched_writes_nothing(client, family):
    response = send(client, page_of(family, "李秀英"))
    assert "Nothing was changed" in told(response)
    assert not AuditEntry.objects.filter(household_id=family.pk).exists()


def test_the_heads_relation_is_not_asked(client, family):
    assert "relation" not in client.get(page_of(family, "陈建国")).context["form"].fields


def test_when_somebody_else_was_faster_both_answers_are_shown(client, family):
    url = page_of(family, "李秀英")
    form = client.get(url).context["form"]
    mine = filled_in(form, name="李秀芳", ethnicity="06")
    # Meanwhile: the same field, and another one.
    members.correct(
        member=person(family, "李秀英"), changes={"name": "李秀莲", "sex": "1"}, by=factories.user(name="小王")
    )
    refused = client.post(url, mine)
    found = errors(refused)
    assert "小王" in found["__all__"][0]
    assert "Sex" in found["__all__"][1]
    assert "李秀莲" in found["name"][0]
    again = refused.context["form"]
    assert again["name"].value() == "李秀芳"
    assert again["sex"].value() == "1"
    assert again["ethnicity"].value() == "06"
    # Sent once more, what I typed is written, and theirs stays where I said nothing.
    saved = client.post(url, filled_in(again))
    assert saved.status_code == 302
    row = family.members.get(relation="02")
    assert (row.name, row.sex, row.ethnicity) == ("李秀芳", "1", "06")


def test_a_years_facts(client, family):
    response = send(client, page_of(family, "陈小龙", "facts/?year=2014"), health="03", medical_insured="false")
    assert response.status_code == 302
    row = person(family, "陈小龙").years.get()
    assert (row.year, row.health, row.medical_insured, row.pension_insured) == (2014, "03", False, None)


def test_a_year_before_joining_is_not_offered(client, family):
    page = client.get(page_of(family, "陈小龙", "facts/?year=2009"))
    assert page.context["year"] == 2015


def test_leaving(client, family):
    response = send(client, page_of(family, "陈小龙", "leave/"), left_by="08", left_on="2015-06-01")
    assert response.status_code == 302
    row = person(family, "陈小龙")
    assert (row.left_on, row.left_by) == (dt.date(2015, 6, 1), "08")


def test_a_day_of_leaving_before_joining_is_refused(client, family):
    refused = send(client, page_of(family, "陈小龙", "leave/"), left_by="08", left_on="2013-06-01")
    assert "before the day of joining" in errors(refused)["left_on"][0]


def test_a_head_who_leaves_needs_a_successor(client, family):
    url = page_of(family, "陈建国", "leave/")
    refused = send(client, url, left_by="01")
    assert list(errors(refused)) == ["new_head"]
    wife = person(family, "李秀英")
    response = send(client, url, left_by="01", new_head=str(wife.pk))
    assert response.status_code == 302
    assert person(family, "李秀英").relation == "01"
    assert person(family, "陈小龙").relation == "03"


def test_another_head_with_everybodys_relation(client, family):
    son, father = person(family, "陈小龙"), person(family, "陈建国")
    response = send(client, address(family, "head/"), new_head=str(son.pk), **{f"relation_{father.pk}": "11"})
    assert response.status_code == 302
    relations = dict(Member.objects.values_list("name", "relation"))
    assert relations == {"陈小龙": "01", "陈建国": "11", "李秀英": "99"}


def test_another_version_of_the_file_keeps_what_was_typed_about_leaving(client, family):
    url = page_of(family, "陈小龙", "leave/")
    mine = filled_in(client.get(url).context["form"], left_by="08", reason="外出务工定居")
    households.correct(household=family, changes={"note": "x"}, by=None)
    refused = client.post(url, mine)
    assert refused.context["form"]["reason"].value() == "外出务工定居"
    assert errors(refused)["__all__"]
    assert client.post(url, filled_in(refused.context["form"])).status_code == 302


@pytest.mark.parametrize("typed", ["陈 国强", "陈\u200b国强", "陈\u202e国强", "陈\n国强", "\u3000陈国强 "])
def test_nothing_invisible_stands_in_a_name(client, family, typed):
    send(client, page_of(family, "陈建国"), name=typed)
    assert person(family, "陈国强").name_pinyin == "chenguoqiang"
