"""Figures of the annual report about exit channels: distinct within a channel, within scope, not reported where nobody said."""

import pytest

from assistance.models import Batch
from jiangjin.accounts import roles
from jiangjin.common.figures import figures
from supervision.services.annual_report import lines
from tests import factories
from tests.assistance.channels.situations import channel, exited, members, of_all

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("year_end")]
CODES = [f"batch_{batch}_{counted}" for batch in Batch.values for counted in ("households", "persons")]


def computed(user=None, year=2015):
    scope = (user or factories.user(role=roles.DISTRICT_OFFICER)).scope()
    return {code: figures[code].compute(year, scope) for code in CODES}


def test_every_line_of_the_report_about_batches_has_its_figure():
    assert [line.key for line in lines() if line.key.startswith("batch_")] == CODES
    assert set(CODES) <= {figure.code for figure in figures}


def test_nothing_said_is_not_reported():
    exited()
    assert set(computed().values()) == {None}


def test_persons_and_households_are_distinct_within_a_channel():
    exit = exited(members=2)
    of_all(exit, "industry")
    channel(exit, "medical")
    found = computed()
    assert (found["batch_industry_households"], found["batch_industry_persons"]) == (1, 2)
    assert (found["batch_medical_households"], found["batch_medical_persons"]) == (None, 1)
    # Somebody has said by which channels; of these there was none, which is zero.
    assert (found["batch_relocation_households"], found["batch_relocation_persons"]) == (0, 0)


def test_only_what_lies_within_scope_is_counted():
    channel(exited(), "industry")
    channel(exited(area=factories.village("紫荆村")), "industry", "education")
    town = factories.user(role=roles.TOWN_OFFICER, area=factories.town())
    assert computed()["batch_industry_persons"] == 2
    assert computed(town)["batch_industry_persons"] == 1
    assert computed(town)["batch_education_persons"] == 0
    assert set(computed(factories.user()).values()) == {None}


def test_another_year_is_another_figure():
    channel(exited(), "industry")
    assert set(computed(year=2014).values()) == {None}


def test_the_rows_behind_a_figure_add_up_to_it(client):
    """`query` of each figure, asked over REST: as many rows as persons, as many households among them."""
    exit = exited(members=3)
    channel(exit, "industry", "medical", member=members(exit)[0])
    channel(exit, "industry", member=members(exit)[1])
    of_all(exited(members=2), "industry")
    user = factories.user(role=roles.DISTRICT_OFFICER)
    client.force_login(user)
    found = computed(user)
    for batch in Batch.values:
        query = figures[f"batch_{batch}_persons"].query.format(year=2015)
        rows = client.get(f"/api/v1/{query}").json()["results"]
        assert len(rows) == found[f"batch_{batch}_persons"]
        households = found[f"batch_{batch}_households"]
        assert households is None or len({row["household"] for row in rows}) == households
