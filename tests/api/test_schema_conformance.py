"""The API against its own schema: whatever a client sends, no crash, and every answer is one that the schema describes."""

import datetime as dt
from collections.abc import Iterator

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from werkzeug.test import Client

from assistance.models import ClauseBasis, FollowUp
from assistance.services import house_repairs, relocations
from households.services import evaluations
from jiangjin.accounts import roles, services
from jiangjin.jobs.models import JobRun
from tests import factories
from tests.assistance import situations
from tests.assistance.businesses import situations as businesses
from tests.assistance.channels import situations as channels
from tests.assistance.works import situations as works
from tests.villages import village_files
from tests.villages.posts import situations as villages
from villages.models import PoorVillage, PoorVillageEvidence

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("year_end")]
YEAR_END = dt.date(2015, 12, 31)
EXAMPLES = 8
CONFIG = {
    # Whether an area or a day exists is not for a schema to say, so a request that it allows may be refused; and a parameter
    # that is there but empty counts as not asked. What is refused besides is in test_household_resources.
    "checks": {"positive_data_acceptance": {"enabled": False}, "negative_data_rejection": {"enabled": False}},
    "generation": {"with-security-parameters": False},
}


def described() -> schemathesis.BaseSchema:
    """The generated schema, to be asked in this process."""
    generated = SchemaGenerator().get_schema(request=None, public=True)
    schema = schemathesis.openapi.from_dict(generated, config=schemathesis.Config.from_dict(CONFIG))
    schema.app = get_wsgi_application()
    return schema


OPERATIONS = [result.ok() for result in described().get_all_operations()]


@pytest.fixture(autouse=True)
def one_transaction() -> Iterator[None]:
    """A server closes its connections between requests; here they are the test's."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def records() -> None:
    """One record of every resource."""
    household = factories.over_the_line()
    household.tier_decisions.create(tier="A", decided_on=YEAR_END, reason="r")
    household.status_events.create(kind="registered", occurred_on=factories.START, persons=2, reason="r")
    helper = factories.helper()
    factories.assignment(household, helper)
    made = situations.visit(household, helper, situations.december(10))
    FollowUp.objects.create(visit=made, text="送柑橘苗", due_on=situations.december(20))
    situations.away(household, situations.december(1))
    situations.difficulty(household, state="solved")
    situations.check()
    evaluations.evaluate(as_of=YEAR_END, area=factories.county())
    JobRun.objects.create(kind="evaluate_exits", area=factories.county(), params={"as_of": "2015-12-31"})
    ClauseBasis.objects.create(norm="tier", clause=factories.clause(factories.policy(), 1))
    village_files.complete(household.village)
    PoorVillage.objects.get_or_create(
        village=factories.village(),
        defaults={"evidence": PoorVillageEvidence.CERTAIN, "listed_on": factories.START},
    )
    villages.complete()
    villages.link(villages.leader("穆远", title="区政协副主席"), household)
    villages.trained()
    villages.meeting()
    channels.of_all(channels.exit_of(household, persons=household.members.count()), "industry", "medical")
    businesses.gained(businesses.tied(household, businesses.business()), 3200)
    works.course().enrolments.add(works.training(household))
    move, repair = works.relocation(household), works.repair(household)
    people = list(household.members.all())
    moved = {"site": works.site(), "moved_on": dt.date(2015, 6, 15)}
    relocations.record(enrolment=move, values=moved, members=people, by=None, today=YEAR_END)
    house_repairs.record(enrolment=repair, values={"grade": "3", "method": "repair"}, by=None, today=YEAR_END)


@pytest.fixture
def token() -> str:
    """A token that may all that the district officer may."""
    officer = factories.user(role=roles.DISTRICT_OFFICER)
    today = dt.date.today()
    _token, plain = services.make_token(
        user=officer,
        name="schema",
        area=factories.county(),
        permissions=[permission.code for permission in services.token_permissions(officer)],
        expires_on=today + dt.timedelta(days=1),
        today=today,
    )
    return plain


def ask(operation, headers: dict[str, str], *, mode: GenerationMode, **fixed) -> None:
    """Send made-up requests of one operation and compare the answers with the schema."""

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode, **fixed))
    def compare(case):
        case.call_and_validate(headers=headers)

    compare()


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["valid", "wrong"])
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.label)
def test_requests_of_all_kinds(operation, mode, records, token):
    ask(operation, {"Authorization": f"Bearer {token}"}, mode=mode)


@pytest.mark.parametrize(
    "operation", [each for each in OPERATIONS if each.path_parameters], ids=lambda operation: operation.label
)
def test_records_that_are_there(operation, records, token):
    headers = {"Authorization": f"Bearer {token}"}
    [name] = [parameter.name for parameter in operation.path_parameters]
    answer = Client(get_wsgi_application()).get(operation.path.partition("{")[0], headers=headers)
    listed = answer.get_json()["results"]
    assert listed, "the test has no record of this resource"
    ask(operation, headers, mode=GenerationMode.POSITIVE, path_parameters={name: listed[0][name]})
