"""The whole district, once: what comes out is what the article reports of 2015."""

import datetime as dt
import io
import json

import pytest
from django.core.management import call_command
from django.db.models import Count, Sum

from households.demo.tables import table
from households.models import (
    Evaluation,
    Helper,
    HelperAssignment,
    Household,
    IncomeStatement,
    LivingConditions,
    Member,
    StatusEvent,
    Tier,
    Verdict,
)
from households.models.household import REGISTERED
from jiangjin.accounts.models import User
from jiangjin.accounts.scoping import Scope
from jiangjin.areas.models import Area
from jiangjin.common.demo import DEMO_DAY
from villages.models import PoorVillage, Village
from villages.services import numbers

pytestmark = [pytest.mark.demo, pytest.mark.django_db, pytest.mark.usefixtures("own_var", "year_end")]


def test_the_district_comes_out_as_reported():
    targets = table("targets")
    out = io.StringIO()
    call_command("load_demo", stdout=out)
    counts = json.loads(out.getvalue().splitlines()[-1])
    exits_are_exact(targets, counts)
    helpers_have_households(targets)
    villages_left_the_list()
    village_files_say_the_same(counts)
    others_stay_on_the_roll(counts)
    report_says_the_same(targets)


def exits_are_exact(targets, counts):
    exits = StatusEvent.objects.exits_in(2015)
    totals = exits.aggregate(households=Count("household", distinct=True), persons=Sum("persons"))
    assert totals == {"households": targets["exited"]["households"], "persons": targets["exited"]["persons"]}
    assert counts["exited_households"] == totals["households"]
    assert counts["exited_persons"] == totals["persons"]
    members = Member.objects.present(DEMO_DAY).filter(household__in=exits.values("household"))
    assert members.count() == totals["persons"]
    incomes = IncomeStatement.objects.filter(year=2015, household__in=exits.values("household"))
    assert not incomes.filter(disposable_income_fen=None).exists()
    disposable = incomes.aggregate(fen=Sum("disposable_income_fen"))["fen"]
    assert disposable == targets["exited"]["disposable_yuan_per_person"] * 100 * totals["persons"]
    safety_net = Household.objects.filter(status="exited", attribute__in=["02", "03"])
    assert safety_net.count() == targets["safety_net"]["households"]
    assert (
        exits.filter(household__in=safety_net).aggregate(persons=Sum("persons"))["persons"]
        == (targets["safety_net"]["persons"])
    )
    in_cooperative = LivingConditions.objects.filter(year=2015, in_cooperative=True)
    assert in_cooperative.count() == targets["cooperative_households"]


def helpers_have_households(targets):
    active = HelperAssignment.objects.active(DEMO_DAY)
    loads = dict(active.order_by().values_list("helper").annotate(households=Count("household", distinct=True)))
    assert targets["helpers_at_least"] <= len(loads) < 1.02 * targets["helpers_at_least"]
    assert max(loads.values()) <= 5
    assert not Helper.objects.filter(assignments=None).exists()
    assert User.objects.filter(helper__assignments__in=active).distinct().count() == 3


def villages_left_the_list():
    listed = PoorVillage.objects.delisted_in(2015)
    assert listed.count() == 15
    assert listed.filter(evidence="placeholder").count() == 7
    for each in listed:
        own = Household.objects.filter(village=each.village)
        exited = own.filter(status="exited").count()
        assert exited > 50
        assert own.filter(status__in=REGISTERED).count() < exited / 10


def village_files_say_the_same(counts):
    assert counts["village_profiles"] == Village.objects.count() == 271
    assert counts["village_surveys"] == 2 * 271
    assert counts["rectifications"] == 15
    scope = Scope(on=DEMO_DAY, paths=(Area.objects.get(code="500116").path,))
    poor = Village.objects.filter(poor_village__isnull=False)
    before = numbers.of(poor, on=dt.date(2014, 12, 31), scope=scope)
    after = numbers.of(poor, on=DEMO_DAY, scope=scope)
    assert min(found.incidence for found in before.values()) > 0.13
    assert max(found.incidence for found in after.values()) < 0.03
    assert {found.incidence_state for found in after.values()} == {"met"}


def others_stay_on_the_roll(counts):
    staying = Household.objects.registered()
    assert 500 < staying.count() < 1000
    current = Evaluation.objects.current(DEMO_DAY)
    assert current.count() == counts["evaluation_households"]
    exited = current.filter(household__status="exited").values_list("verdict", flat=True)
    assert set(exited) == {Verdict.MET}
    others = dict(current.exclude(household__status="exited").order_by().values_list("verdict").annotate(Count("pk")))
    assert 400 < others[Verdict.NOT_MET] < 600
    assert 100 < others[Verdict.NOT_VERIFIED] < 300
    assert 0 < others[Verdict.MET] < 100
    tiers = dict(Household.objects.order_by().values_list("tier").annotate(Count("pk")))
    assert set(tiers) == set(Tier.values)
    assert min(tiers.values()) > 100


def report_says_the_same(targets):
    out = io.StringIO()
    call_command("annual_report", "2015", stdout=out)
    report = json.loads(out.getvalue())
    assert report["exited_households"]["value"] == targets["exited"]["households"]
    assert report["exited_persons"]["value"] == targets["exited"]["persons"]
    assert report["exited_income_per_capita"]["value"] == targets["exited"]["disposable_yuan_per_person"]
    assert report["poor_villages_exited"]["value"] == 15
    assert (report["service_centre_rate"]["value"], report["clinic_rate"]["value"]) == (100, 100)
    assert report["waste_treatment"]["value"] >= 85
    assert report["helpers"]["value"] >= targets["helpers_at_least"]
    assert report["coop_households"]["value"] == targets["cooperative_households"]
