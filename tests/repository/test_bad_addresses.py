"""Addresses that nobody means: an answer in words, never a crash, on both databases."""

import pytest

from jiangjin.accounts import roles
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("year_end")]
HUGE = "9" * 26
ADDRESSES = [
    "/households/%00/",
    "/households/?q=%00",
    f"/households/?page={HUGE}",
    "/households/?size=0",
    f"/households/?helper={HUGE}",
    "/households/?area=%00",
    "/households/?area=999",
    "/households/?as_of=9999-99-99",
    "/households/?sort=--number",
    f"/households/?q={'a' * 5000}",
    "/households/evaluations/?as_of=0001-01-01",
    "/households/evaluations/simulate/?area=500116&line=1e400",
    "/households/evaluations/simulate/?line=-1",
    f"/households/evaluations/simulate/?line={HUGE}",
    f"/households/imports/{HUGE}/",
    "/households/5001161082050001/?x=%ff",
    f"/households/5001161082050001/reveal/member/{HUGE}/identity/",
    f"/jobs/{HUGE}/",
    "/villages/%00/",
    "/villages/?q=%00",
    f"/villages/?page={HUGE}",
    f"/villages/?q={'a' * 5000}",
    "/villages/?as_of=0001-01-01",
    "/villages/?as_of=9999-12-31",
    "/villages/?sort=--incidence",
    "/villages/?town=%ff&poor=x",
    "/villages/?q=(%27",
    "/villages/500116108205/surveys/?year=²&with=99999999999999999999",
    "/villages/500116108205/survey/?year=²",
    f"/villages/rectifications/{HUGE}/",
    f"/households/?group={HUGE}",
    "/households/?group=x&sum=x&roll_on=0000-00-00",
    "/households/?roll_on=0001-01-01&sum=persons",
    "/api/v1/villages/?q=%00",
    "/api/v1/villages/1/",
    "/api/v1/surveys/?year=0&poor_in=99999",
    f"/api/v1/surveys/{HUGE}/",
    "/policies/%00/",
    "/policies/?q=%00",
    f"/policies/?q={'a' * 5000}",
    "/policies/?on=9999-99-99",
    "/policies/?on=0001-01-01",
    "/policies/?on=9999-12-31",
    "/policies/done/?on=9999-12-31",
    "/policies/done/?on=0001-01-01",
    f"/policies/opinion/?year={HUGE}",
    f"/policies/opinion/done/?year={HUGE}",
    f"/policies/opinion/clauses/{HUGE}/",
    f"/policies/opinion/clauses/1/bases/{HUGE}/remove/",
    "/api/v1/policies/?in_force_on=0000-00-00",
    "/api/v1/households/?page=%00",
    "/api/v1/households/?page_size=-5",
    "/api/v1/households/%00/",
    f"/api/v1/households/{HUGE[:20]}/",
    f"/api/v1/members/{HUGE}/",
    "/api/v1/members/?ordering=identity_digest",
    "/api/v1/households/?ordering=village__path__x",
    "/api/v1/areas/?code=%00",
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_no_crash(client, address):
    client.raise_request_exception = False
    client.force_login(factories.user(role=roles.DISTRICT_OFFICER))
    factories.household(number="5001161082050001", members=1)
    factories.clause(factories.policy(code="opinion"), 1)
    assert client.get(address).status_code < 500


def test_a_damaged_address_is_refused_in_words(client):
    client.force_login(factories.user(role=roles.DISTRICT_OFFICER))
    page = client.get("/households/?area=%00")
    assert page.status_code == 400
    assert "网址或随附的表单有损坏" in page.content.decode()
    answer = client.get("/api/v1/households/?q=%00")
    assert (answer.status_code, list(answer.json())) == (400, ["errors"])
