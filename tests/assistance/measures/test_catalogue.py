"""The catalogue, kept by the district office: what may be changed, by whom, and what enrolments fix."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from assistance.models import Measure
from assistance.services import catalogue
from jiangjin.audit.models import AuditEntry
from tests import factories
from tests.assistance.measures.situations import clause, district, enrolment, measure, town

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("year_end")]


def values(**kwargs):
    plain = {
        "code": "tea",
        "name": "茶叶种植",
        "batch": "industry",
        "target": "household",
        "recurrence": "yearly",
        "detail": "",
        "clause": clause(),
        "description": "",
        "quantity_unit": "",
        "amount_fen": None,
        "eligibility": "",
        "mandatory_tiers": "",
        "valid_from": dt.date(2015, 1, 1),
        "valid_to": None,
        "order": 5,
    }
    return {**plain, **kwargs}


def test_added_and_changed_with_what_was_there_before():
    office = district()
    row = catalogue.add(values=values(), by=office)
    changed = {"name": "茶叶、花椒种植", "amount_fen": 30_000}
    again = catalogue.change(measure=row, values=changed, by=office, version=1, reason="扩大范围")
    assert (again.name, again.version) == ("茶叶、花椒种植", 2)
    first, second = AuditEntry.objects.filter(model="assistance.measure").order_by("pk")
    assert (first.action, second.before, second.reason) == (
        "created",
        {"name": "茶叶种植", "amount_fen": None},
        "扩大范围",
    )


def test_the_district_office_alone_keeps_it():
    for stranger in (town(), factories.user(is_superuser=True)):
        with pytest.raises(PermissionDenied):
            catalogue.add(values=values(), by=stranger)
        with pytest.raises(PermissionDenied):
            catalogue.change(measure=measure(), values={"name": "x"}, by=stranger, version=1, reason="x")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"code": "no code"}, "code"),
        ({"name": ""}, "name"),
        ({"batch": "seventh"}, "batch"),
        ({"target": ""}, "target"),
        ({"eligibility": "nothing_like_it"}, "eligibility"),
        ({"eligibility": "over_fifteen"}, "eligibility"),
        ({"mandatory_tiers": "AX", "eligibility": "poor_household"}, "mandatory_tiers"),
        ({"mandatory_tiers": "A"}, "mandatory_tiers"),
        ({"valid_to": dt.date(2014, 1, 1)}, "__all__"),
        ({"amount_fen": -1}, "__all__"),
    ],
)
def test_what_is_refused(wrong, field):
    with pytest.raises(ValidationError) as error:
        catalogue.add(values=values(**wrong), by=None)
    assert field in error.value.error_dict
    assert not Measure.objects.exists()


def test_a_code_is_taken_once():
    catalogue.add(values=values(), by=None)
    with pytest.raises(ValidationError) as error:
        catalogue.add(values=values(name="另一项"), by=None)
    assert "code" in error.value.error_dict


def test_outside_the_six_batches():
    row = catalogue.add(values=values(batch=""), by=None)
    assert row.batch_label


def test_enrolments_fix_whom_it_enrols():
    row = measure()
    enrolment(factories.household(), measure=row)
    with pytest.raises(ValidationError) as error:
        catalogue.change(measure=row, values={"target": "person", "recurrence": "once"}, by=None, version=1, reason="x")
    assert set(error.value.error_dict) == {"target", "recurrence"}
    assert catalogue.change(measure=row, values={"name": "改名"}, by=None, version=1, reason="x").version == 2


def test_who_comes_second_is_told():
    row = measure()
    catalogue.change(measure=row, values={"name": "甲"}, by=None, version=1, reason="x")
    with pytest.raises(ValidationError) as error:
        catalogue.change(measure=row, values={"name": "乙"}, by=None, version=1, reason="x")
    assert error.value.code == "conflict"


def test_on_pages(client):
    office = district()
    client.force_login(office)
    sent = values(
        clause=clause().pk, amount_fen="300", valid_from="2015-01-01", valid_to="", mandatory_tiers=["A", "B"]
    )
    sent |= {"eligibility": "poor_household"}
    answer = client.post("/measures/new/", sent)
    assert answer["Location"] == "/measures/catalogue/tea/"
    row = Measure.objects.get()
    assert (row.amount_fen, row.mandatory_tiers) == (30_000, "AB")
    assert "茶叶种植" in client.get("/measures/catalogue/tea/").content.decode()
    form = client.get("/measures/catalogue/tea/edit/").context["form"]
    assert form.initial["mandatory_tiers"] == ["A", "B"]
    sent |= {"name": "茶叶", "version": 1, "reason": "改名"}
    sent.pop("code")
    assert client.post("/measures/catalogue/tea/edit/", sent).status_code == 302
    assert client.post("/measures/catalogue/tea/edit/", sent).status_code == 422, "another version meanwhile"
    client.force_login(town())
    assert client.get("/measures/new/").status_code == 403
    assert client.get("/measures/catalogue/tea/edit/").status_code == 403
