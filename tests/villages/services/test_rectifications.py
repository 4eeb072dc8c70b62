"""Rectifications of weak village organisations."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from jiangjin.accounts import roles
from jiangjin.audit.models import AuditEntry
from tests import factories
from tests.villages.services.test_poor_list import field_codes
from tests.villages.village_files import december, rectification
from villages.models import Rectification
from villages.services import rectifications

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("year_end")]
TODAY, MARCH = december(31), dt.date(2015, 3, 16)


@pytest.fixture
def town():
    return factories.user(name="经办", role=roles.TOWN_OFFICER, area=factories.town())


def begin(by, **kwargs):
    told = {"problem": "班子软弱", "measures": "派驻第一书记", "responsible": "王强", "starts_on": MARCH, **kwargs}
    return rectifications.begin(village=factories.village(), by=by, today=TODAY, **told)


def close(row, by, **kwargs):
    kwargs.setdefault("ends_on", december(1))
    kwargs.setdefault("result", "验收合格")
    return rectifications.close(
        rectification=row, by=by, version=kwargs.pop("version", row.version), today=TODAY, **kwargs
    )


def correct(row, by, changes, **kwargs):
    kwargs.setdefault("reason", "更正")
    return rectifications.correct(
        rectification=row, changes=changes, by=by, version=kwargs.pop("version", row.version), today=TODAY, **kwargs
    )


def test_begun_and_closed(town):
    row = begin(town)
    assert (row.ends_on, row.recorded_by, row.version) == (None, town, 1)
    row = close(row, town)
    row.refresh_from_db()
    assert (row.ends_on, row.result, row.closed_by, row.version) == (december(1), "验收合格", town, 2)
    assert row.closed_at is not None
    assert [entry.action for entry in AuditEntry.objects.order_by("pk")] == ["created", "changed"]
    assert {entry.area_path for entry in AuditEntry.objects.all()} == {factories.village().path}


@pytest.mark.parametrize("name", ["problem", "measures", "responsible"])
def test_what_is_wrong_what_is_done_and_who_answers_are_needed(town, name):
    with pytest.raises(ValidationError) as refusal:
        begin(town, **{name: "  "})
    assert name in field_codes(refusal)


def test_one_at_a_time(town):
    row = begin(town)
    with pytest.raises(ValidationError) as refusal:
        begin(town, starts_on=december(2))
    assert field_codes(refusal) == "open"
    close(row, town, ends_on=december(1))
    with pytest.raises(ValidationError) as refusal:
        begin(town, starts_on=december(1))
    assert field_codes(refusal) == {"starts_on": "overlap"}
    assert begin(town, starts_on=december(2)).pk
    assert Rectification.objects.running(december(1)).count() == 1
    assert Rectification.objects.running(december(2)).count() == 1


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"ends_on": MARCH - dt.timedelta(days=1)}, {"ends_on": "order"}),
        ({"ends_on": dt.date(2016, 1, 1)}, {"ends_on": "future"}),
        ({"result": ""}, {"result": "reason"}),
        ({"version": 9}, "conflict"),
    ],
)
def test_a_closing_that_is_refused(town, values, expected):
    row = begin(town)
    with pytest.raises(ValidationError) as refusal:
        close(row, town, **values)
    assert field_codes(refusal) == expected
    assert Rectification.objects.open().get() == row


def test_not_closed_twice(town):
    row = close(begin(town), town)
    with pytest.raises(ValidationError) as refusal:
        close(row, town)
    assert field_codes(refusal) == "closed"


def test_corrected_with_a_reason(town):
    row = begin(town)
    row = correct(row, town, {"problem": "班子缺员", "starts_on": dt.date(2015, 3, 1)}, reason="日期有误")
    assert (row.problem, row.starts_on, row.version) == ("班子缺员", dt.date(2015, 3, 1), 2)
    assert AuditEntry.objects.get(action="changed").reason == "日期有误"
    with pytest.raises(ValueError, match="no result"):
        correct(row, town, {"result": "x"})
    row = close(row, town)
    row = correct(row, town, {"result": "整改到位", "ends_on": december(5)})
    assert (row.result, row.ends_on) == ("整改到位", december(5))
    with pytest.raises(ValidationError) as refusal:
        correct(row, town, {"ends_on": dt.date(2015, 2, 1)})
    assert field_codes(refusal) == {"ends_on": "order"}


def test_a_correction_keeps_apart_from_the_others(town):
    rectification(starts_on=dt.date(2015, 1, 1), ends_on=dt.date(2015, 2, 1))
    row = begin(town)
    with pytest.raises(ValidationError) as refusal:
        correct(row, town, {"starts_on": dt.date(2015, 1, 15)})
    assert field_codes(refusal) == {"starts_on": "overlap"}


def test_who_may(town):
    assert begin(factories.user(role=roles.DISTRICT_OFFICER)).pk
    row = Rectification.objects.get()
    for user in (
        factories.user(role=roles.VILLAGE_TEAM, area=factories.village()),
        factories.user(role=roles.TOWN_OFFICER, area=factories.town("嘉平镇")),
        factories.user(role=roles.INSPECTOR),
    ):
        with pytest.raises(PermissionDenied):
            begin(user, starts_on=december(30))
        with pytest.raises(PermissionDenied):
            close(row, user)
        with pytest.raises(PermissionDenied):
            correct(row, user, {"problem": "x"})
