"""Opening a file, correcting it, closing it."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from households.models import Household, HouseholdStatus
from households.services import households
from jiangjin.areas.models import Area, AreaLevel
from jiangjin.audit.models import AuditEntry
from tests import factories
from tests.households.pages.sending import errors, filled_in, send, told

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("officer", "year_end")]
PHONE = "13812345678"


def address(household, page=""):
    return f"/households/{household.number}/{page}"


def opening(**typed):
    """What a browser sends for a household of two."""
    village = factories.village()
    return {
        "village": str(village.pk),
        "number": f"{village.code:0<12}0001",
        "group": "",
        "registered_on": "2015-11-20",
        "attribute": "",
        "standard": "01",
        "tier": "B",
        "main_cause": "01",
        "other_cause": "",
        "phone": "138 1234 5678",
        "reason": "2015年11月20日村民代表大会评议",
        "people-TOTAL_FORMS": "3",
        "people-INITIAL_FORMS": "0",
        "people-MIN_NUM_FORMS": "1",
        "people-MAX_NUM_FORMS": "20",
        "people-0-name": "陈建国",
        "people-0-identity": factories.identity_number(dt.date(1970, 1, 1), 1),
        "people-0-relation": "01",
        "people-1-name": "李秀英",
        "people-1-identity": factories.identity_number(dt.date(1972, 1, 1), 2, "2").lower(),
        "people-1-relation": "02",
        "people-2-name": "",
        "people-2-identity": "",
        "people-2-relation": "",
        **typed,
    }


def test_a_file_is_opened_with_its_people(client, officer):
    response = client.post("/households/new/", opening(group="四社"))
    household = Household.objects.get()
    assert response["Location"] == address(household)
    assert (household.tier, household.status, household.group.name) == ("B", HouseholdStatus.ON_ROLL, "4社")
    assert (household.phone, household.phone_masked) == (PHONE, "138****5678")
    assert list(household.members.order_by("relation").values_list("name", "sex")) == [("陈建国", "1"), ("李秀英", "2")]
    event = household.status_events.get()
    assert (event.recorded_by, event.occurred_on, event.persons) == (officer, dt.date(2015, 11, 20), 2)


@pytest.mark.parametrize(
    ("typed", "field", "message"),
    [
        ({"number": "12"}, "number", "8 to 20 digits"),
        ({"village": ""}, "village", "required"),
        ({"registered_on": "2016-01-01"}, "registered_on", "future"),
        ({"reason": ""}, "reason", "required"),
        ({"other_cause": "01"}, "other_cause", "differ"),
        ({"phone": "call me"}, "phone", "digits"),
    ],
)
def test_what_is_wrong_with_the_household_stands_at_its_field(client, typed, field, message):
    refused = client.post("/households/new/", opening(**typed))
    assert list(errors(refused)) == [field]
    assert message in errors(refused)[field][0]
    assert "陈建国" in refused.content.decode()
    assert not Household.objects.exists()


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"people-1-identity": "500399197201010020"}, "by the others it must be"),
        ({"people-1-relation": "01"}, "must have one head"),
        ({"people-0-relation": "99"}, "must have one head"),
        ({"people-2-name": "陈小龙"}, "required"),
        ({"people-1-identity": factories.identity_number(dt.date(1970, 1, 1), 1)}, "same person twice"),
    ],
)
def test_what_is_wrong_with_the_people_is_told(client, typed, message):
    refused = client.post("/households/new/", opening(**typed))
    assert refused.status_code == 422
    assert message in refused.content.decode()
    assert not Household.objects.exists()


def test_a_refused_household_leaves_no_group_behind(client, family):
    client.post("/households/new/", opening(number=family.number, group="9组"))
    assert not Area.objects.filter(level=AreaLevel.GROUP, name="9组").exists()


def test_a_number_that_is_taken_is_told_at_the_number(client, family):
    refused = client.post("/households/new/", opening(number=family.number))
    assert family.number in errors(refused)["number"][0]


def test_a_village_of_another_town_cannot_be_chosen(client):
    refused = client.post("/households/new/", opening(village=str(factories.village("紫荆村").pk)))
    assert list(errors(refused)) == ["village"]


def test_the_next_number_and_the_groups_of_the_chosen_village(client):
    village = factories.village()
    prefix = f"{village.code:0<12}"
    factories.household(number=f"{prefix}0041")
    Area.objects.create(parent=village, level=AreaLevel.GROUP, name="3组")
    page = client.get("/households/new/place/", {"village": village.pk, "number": "", "suggested": ""})
    assert f'value="{prefix}0042"' in page.content.decode()
    assert "3组" in page.content.decode()
    kept = client.get("/households/new/place/", {"village": village.pk, "number": "5001160000009999", "suggested": ""})
    assert 'value="5001160000009999"' in kept.content.decode()
    assert client.get("/households/new/place/", {"village": factories.village("紫荆村").pk}).status_code == 404


def test_one_more_person_is_the_next_row(client):
    page = client.get("/households/new/person/", {"people-TOTAL_FORMS": "2"}).content.decode()
    assert 'name="people-2-name"' in page
    assert 'name="people-TOTAL_FORMS" value="3"' in page


def test_the_file_is_corrected(client, family):
    response = send(
        client, address(family, "edit/"), main_cause="03", military_family="true", note="靠近村小学", reason="走访核实"
    )
    assert (response.status_code, response["Location"]) == (302, address(family, "?tab=family"))
    family.refresh_from_db()
    assert (family.main_cause, family.military_family, family.note) == ("03", True, "靠近村小学")
    entry = AuditEntry.objects.get(household_id=family.pk)
    assert entry.reason == "走访核实"
    assert set(entry.after) == {"main_cause", "military_family", "note"}


def test_personal_numbers_are_written_kept_and_removed_without_being_shown(client, family):
    url = address(family, "edit/")
    send(client, url, phone=PHONE, bank_account="6228 4800 1234 5678")
    family.refresh_from_db()
    assert (family.phone, family.bank_account) == (PHONE, "6228480012345678")
    page = client.get(url).content.decode()
    assert PHONE not in page
    assert "138****5678" in page
    send(client, url, note="x")
    family.refresh_from_db()
    assert family.phone == PHONE
    send(client, url, drop_phone="on")
    family.refresh_from_db()
    assert (family.phone, family.phone_masked, family.bank_account) == ("", "", "6228480012345678")


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"main_cause": "01", "other_cause": "01"}, "other_cause"),
        ({"second_other_cause": "02", "other_cause": "02"}, "second_other_cause"),
        ({"number": "50A"}, "number"),
        ({"phone": "12"}, "phone"),
    ],
)
def test_a_wrong_correction_is_refused_at_its_field(client, family, typed, field):
    refused = send(client, address(family, "edit/"), **typed)
    assert list(errors(refused)) == [field]
    family.refresh_from_db()
    assert family.version == 1


def test_a_correction_meets_another_one(client, family):
    url = address(family, "edit/")
    mine = filled_in(client.get(url).context["form"], note="我写的")
    households.correct(household=family, changes={"note": "别人写的", "bank_name": "农商行"}, by=None)
    refused = client.post(url, mine)
    assert "别人写的" in errors(refused)["note"][0]
    again = refused.context["form"]
    assert (again["note"].value(), again["bank_name"].value()) == ("我写的", "农商行")
    assert client.post(url, filled_in(again)).status_code == 302
    family.refresh_from_db()
    assert (family.note, family.bank_name) == ("我写的", "农商行")


def test_another_village_takes_the_group_along_by_name(client, family):
    there = factories.town().children.exclude(pk=family.village_id).first()
    send(client, address(family, "edit/"), village=str(there.pk), group="2组")
    family.refresh_from_db()
    assert (family.village, family.group.name, family.group.parent) == (there, "2组", there)


def test_the_whole_household_moves_away(client, family):
    url = address(family, "end/")
    assert "Close the file" in client.get(address(family)).content.decode()
    response = send(
        client, url, kind="moved_out", occurred_on="2015-12-01", reason="整户迁往重庆市区", evidence="户籍证明"
    )
    assert response["Location"] == address(family, "?tab=history")
    family.refresh_from_db()
    assert (family.status, family.status_on) == (HouseholdStatus.MOVED_OUT, dt.date(2015, 12, 1))
    assert "Moved out" in told(response)
    closed = client.get(url).content.decode()
    assert "closed already" in closed
    assert 'name="kind"' not in closed
    assert address(family, "end/") not in client.get(address(family)).content.decode()


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"reason": ""}, "reason"),
        ({"kind": ""}, "kind"),
        ({"kind": "removed"}, "kind"),
        ({"occurred_on": "2013-01-01"}, "__all__"),
        ({"occurred_on": "2016-01-01"}, "occurred_on"),
    ],
)
def test_closing_is_refused(client, family, typed, field):
    refused = send(client, address(family, "end/"), **{"kind": "dissolved", "reason": "x", **typed})
    assert list(errors(refused)) == [field]
    family.refresh_from_db()
    assert family.status == HouseholdStatus.ON_ROLL


def test_wide_digits_are_those_of_the_keyboard(client, family):
    """Otherwise ５００… would be another number beside 500…, and nobody could tell them apart."""
    other = factories.household(number="5001160080010077")
    wide = str.maketrans("0123456789", "０１２３４５６７８９")
    refused = send(client, address(family, "edit/"), number=other.number.translate(wide))
    assert list(errors(refused)) == ["number"]
    send(client, address(family, "edit/"), number="5001160080010078".translate(wide), phone=PHONE.translate(wide))
    family.refresh_from_db()
    assert (family.number, family.phone) == ("5001160080010078", PHONE)
    family.number = "５００１１６００８００１００７９"
    with pytest.raises(ValidationError):
        family.full_clean()
