"""Ties of households to businesses: when, by what, at most one of a kind at a time; corrected and ended with a reason."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from assistance.models import BusinessLink
from assistance.services import business_links
from jiangjin.accounts import roles
from jiangjin.audit.models import AuditEntry
from tests import factories
from tests.assistance.businesses.situations import SINCE, TODAY, business, tied

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("year_end")]


@pytest.fixture
def officer():
    return factories.user(name="经办", role=roles.TOWN_OFFICER, area=factories.town())


def tie(by, *, household=None, to=None, **values):
    values = {"tie": "share", "starts_on": SINCE, **values}
    return business_links.tie(
        business=to or business(),
        household=household or factories.household(members=2),
        values=values,
        by=by,
        today=TODAY,
    )


def wrong(act, *args, **kwargs):
    with pytest.raises(ValidationError) as error:
        act(*args, **kwargs)
    return list(error.value.error_dict) if hasattr(error.value, "error_dict") else error.value.code


def test_a_household_is_tied(officer):
    household, cooperative = factories.household(members=2), business()
    link = tie(officer, household=household, to=cooperative, share_fen=500_000, contract="入股协议1号")
    assert BusinessLink.objects.active(SINCE).get() == link
    assert not BusinessLink.objects.active(SINCE - dt.timedelta(days=1)).exists()
    entry = AuditEntry.objects.get(model="assistance.businesslink")
    assert (entry.after["share_fen"], entry.household_id, entry.actor_name) == (500_000, household.pk, "经办")


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"starts_on": TODAY + dt.timedelta(days=1)}, "starts_on"),
        ({"starts_on": dt.date(2012, 5, 3)}, "starts_on"),
        ({"starts_on": dt.date(2013, 12, 31)}, "starts_on"),
        ({"tie": "gift"}, "tie"),
        ({"land_mu": "1.5"}, "land_mu"),
        ({"tie": "land", "share_fen": 100}, "share_fen"),
        ({"contract": "x" * 61}, "contract"),
    ],
    ids=["future", "before the founding", "before the registration", "no such way", "land", "share", "long"],
)
def test_what_is_wrong_is_told_at_its_field(officer, values, field):
    assert wrong(tie, officer, **values) == [field]
    assert not BusinessLink.objects.exists()


def test_nobody_joins_what_is_closed_or_after_leaving_the_roll(officer):
    closed = business(closed_on=SINCE, close_reason="x")
    assert wrong(tie, officer, to=closed) == ["starts_on"]
    assert tie(officer, to=closed, starts_on=SINCE - dt.timedelta(days=1))
    gone = factories.household(status="removed", status_on=SINCE)
    assert wrong(tie, officer, household=gone) == ["starts_on"]
    exited = factories.household(status="exited", status_on=dt.date(2014, 12, 1))
    assert tie(officer, household=exited)


def test_who_works_there_belongs_to_the_household(officer):
    household = factories.household(members=2)
    stranger = factories.household(members=1).members.get()
    assert wrong(tie, officer, household=household, tie="wage", member=stranger) == ["member"]
    own = household.members.first()
    assert tie(officer, household=household, tie="wage", member=own).member == own


def test_at_most_one_tie_of_a_kind_at_a_time(officer):
    household, cooperative = factories.household(members=1), business()
    ended = tied(household, cooperative, ends_on=dt.date(2015, 6, 1))
    asked = {"household": household, "to": cooperative}
    assert wrong(tie, officer, **asked, starts_on=dt.date(2015, 5, 31)) == ["tie"]
    assert wrong(tie, officer, **asked, starts_on=dt.date(2015, 2, 1)) == ["tie"]
    later = tie(officer, **asked, starts_on=dt.date(2015, 6, 1))
    assert wrong(tie, officer, **asked, starts_on=dt.date(2015, 8, 1)) == ["tie"]
    assert tie(officer, **asked, tie="land", land_mu="1.5")
    assert tie(officer, household=household)
    assert {ended, later} < set(BusinessLink.objects.all())


def test_a_tie_is_corrected_and_not_into_another(officer):
    household, cooperative = factories.household(members=1), business()
    first = tied(household, cooperative, ends_on=dt.date(2015, 6, 1))
    second = tied(household, cooperative, starts_on=dt.date(2015, 7, 1))

    def correct(version=1, reason="核对", **changes):
        return business_links.correct(
            link=second, changes=changes, by=officer, version=version, reason=reason, today=TODAY
        )

    assert wrong(correct, starts_on=dt.date(2015, 5, 1)) == ["tie"]
    assert wrong(correct, reason="", contract="x") == ["reason"]
    assert wrong(correct, version=2, contract="x") == "conflict"
    correct(starts_on=dt.date(2015, 6, 1), share_fen=100_000)
    second.refresh_from_db()
    assert (second.starts_on, second.share_fen, second.version) == (dt.date(2015, 6, 1), 100_000, 2)
    entry = AuditEntry.objects.get(model="assistance.businesslink")
    assert (entry.object_id, entry.before["share_fen"], entry.reason) == (second.pk, None, "核对")
    assert first.version == 1


def test_a_tie_ends_with_a_reason(officer):
    link = tied()

    def end(on=TODAY, version=1, reason="退股"):
        return business_links.end(link=link, ends_on=on, by=officer, version=version, reason=reason, today=TODAY)

    assert wrong(end, reason="") == ["reason"]
    assert wrong(end, on=TODAY + dt.timedelta(days=1)) == ["ends_on"]
    assert wrong(end, on=SINCE - dt.timedelta(days=1)) == ["ends_on"]
    assert wrong(end, version=3) == "conflict"
    assert end().ends_on == TODAY
    assert wrong(end, version=2) == "ended"
    assert not BusinessLink.objects.active(TODAY).exists()


def test_held_in_a_year():
    cases = {
        (dt.date(2014, 3, 1), None): (True, True),
        (dt.date(2014, 3, 1), dt.date(2015, 1, 1)): (True, False),
        (dt.date(2014, 3, 1), dt.date(2015, 1, 2)): (True, True),
        (dt.date(2015, 12, 31), None): (False, True),
        (dt.date(2016, 1, 1), None): (False, False),
    }
    for (starts_on, ends_on), held in cases.items():
        link = tied(starts_on=starts_on, ends_on=ends_on)
        mine = BusinessLink.objects.filter(pk=link.pk)
        assert (mine.held_in(2014).exists(), mine.held_in(2015).exists()) == held


def test_the_household_decides_who_keeps_its_ties(officer):
    """A household may take part in a business of another town; its own town keeps the tie."""
    elsewhere = business(area=factories.village("紫荆村"))
    link = tie(officer, to=elsewhere)
    other = factories.user(role=roles.TOWN_OFFICER, area=factories.town("嘉平镇"))
    for act in (
        lambda: tie(other),
        lambda: business_links.end(link=link, ends_on=TODAY, by=other, version=1, reason="x", today=TODAY),
        lambda: business_links.correct(
            link=link, changes={"contract": "x"}, by=other, version=1, reason="x", today=TODAY
        ),
    ):
        with pytest.raises(PermissionDenied):
            act()
