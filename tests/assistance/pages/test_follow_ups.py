"""Promises: the list, closing them in their place, opening them again."""

import datetime as dt

import pytest

from assistance.models import FollowUp
from assistance.services import follow_ups
from jiangjin.accounts import roles
from jiangjin.evidence.models import EvidenceFile
from tests import factories
from tests.assistance.situations import december, visit
from tests.evidence.pictures import PDF, sent, stored
from tests.households.pages.sending import told

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("year_end")]
DUE = december(20)
HTMX = {"HX-Request": "true"}


@pytest.fixture
def promised(family):
    """Makes a promise of a helper to the family."""

    def make(who, text="送柑橘苗", due_on=DUE, **kwargs):
        made = visit(family, who, december(1))
        return FollowUp.objects.create(visit=made, text=text, due_on=due_on, **kwargs)

    return make


def listed(client, query=""):
    response = client.get(f"/visits/follow-ups/{query}")
    return [row.text for row in response.context["page"].object_list]


def test_open_ones_are_listed_the_longest_due_first(client, officer, promised):
    who = factories.helper()
    promised(who, "later", dt.date(2016, 1, 20))
    promised(who, "late", december(10))
    promised(who, "done", december(5), done_on=december(6), outcome="x")
    assert listed(client) == ["late", "later"]
    assert listed(client, "?state=late") == ["late"]
    assert listed(client, "?state=done") == ["done"]
    assert sorted(listed(client, "?state=all")) == ["done", "late", "later"]
    assert listed(client, "?sort=-due") == ["later", "late"]
    assert listed(client, "?q=陈建国&state=all&sort=due") == ["done", "late", "later"]
    assert listed(client, "?q=nobody") == []
    assert listed(client, "?state=gone") == []


def test_promises_of_withdrawn_visits_are_not_listed(client, officer, promised):
    row = promised(factories.helper())
    row.visit.withdrawn_at, row.visit.withdrawn_reason = dt.datetime(2015, 12, 2, tzinfo=dt.UTC), "x"
    row.visit.save()
    assert listed(client, "?state=all") == []


def test_those_that_i_promised(client, helper, family, promised):
    factories.assignment(family, helper)
    colleague = factories.helper("徐兴")
    promised(helper, "mine")
    promised(colleague, "theirs")
    assert sorted(listed(client)) == ["mine", "theirs"]
    assert listed(client, "?mine=on") == ["mine"]
    response = client.get(f"/visits/follow-ups/?helper={colleague.pk}")
    assert [row.text for row in response.context["page"].object_list] == ["theirs"]
    assert "徐兴" in [str(chip.text) for chip in response.context["chips"]]


def test_one_is_closed_in_its_place(client, helper, family, promised):
    factories.assignment(family, helper)
    row = promised(helper)
    url = f"/visits/follow-ups/{row.pk}/close/"
    assert url in client.get("/visits/follow-ups/").content.decode()
    response = client.post(url, {"version": 1, "outcome": "苗已送到"}, headers=HTMX)
    assert response.status_code == 200
    body = response.content.decode()
    assert f'id="follow-up-{row.pk}"' in body
    assert "<html" not in body
    assert "苗已送到" in body
    row.refresh_from_db()
    assert (row.done_on, row.outcome, row.done_by) == (december(31), "苗已送到", helper.user)


def test_without_script_the_visit_comes_back(client, helper, family, promised):
    factories.assignment(family, helper)
    row = promised(helper)
    response = client.post(f"/visits/follow-ups/{row.pk}/close/", {"version": 1, "outcome": "苗已送到"})
    assert response["Location"] == f"/visits/{row.visit_id}/"
    assert "送柑橘苗" in told(response)
    refused = client.post(f"/visits/follow-ups/{row.pk}/reopen/", {"version": 2, "reason": ""})
    assert refused["Location"] == f"/visits/{row.visit_id}/"
    row.refresh_from_db()
    assert row.done_on == december(31)
    client.post(f"/visits/follow-ups/{row.pk}/reopen/", {"version": 2, "reason": "苗已枯死"})
    row.refresh_from_db()
    assert (row.done_on, row.version) == (None, 3)


def test_closed_with_photos_that_are_shown_wherever_it_is(client, helper, family, promised):
    factories.assignment(family, helper)
    row = promised(helper)
    url = f"/visits/follow-ups/{row.pk}/close/"
    files = [sent(name="新苗.jpg"), sent(PDF, "收条.pdf")]
    response = client.post(url, {"version": 1, "outcome": "苗已送到", "evidence": files}, headers=HTMX)
    assert response.status_code == 200
    photo, document = row.evidence.order_by("pk")
    shown_on = [f"/visits/{row.visit_id}/", "/visits/follow-ups/?state=done"]
    for body in [response.content.decode(), *(client.get(page).content.decode() for page in shown_on)]:
        assert f"/evidence/{photo.key}/preview/" in body
        assert f"/evidence/{document.key}/" in body
        assert "收条.pdf" in body
    assert client.get(f"/evidence/{photo.key}/").status_code == 200


def test_photos_are_there_when_something_else_is_wrong(client, helper, family, promised):
    factories.assignment(family, helper)
    row = promised(helper)
    url = f"/visits/follow-ups/{row.pk}/close/"
    files = [sent(), sent(b"MZ", "setup.exe")]
    response = client.post(url, {"version": 1, "outcome": "", "evidence": files}, headers=HTMX)
    assert response.status_code == 422
    file = EvidenceFile.objects.get()
    body = response.content.decode()
    assert f'name="evidence_kept" value="{file.key}" checked' in body
    assert "setup.exe" in body
    assert (
        client.post(url, {"version": 1, "outcome": "x", "evidence_kept": str(file.key)}, headers=HTMX).status_code
        == 200
    )
    assert row.evidence.get() == file


def test_without_script_the_visit_comes_back_with_what_was_typed_and_sent(client, helper, family, promised):
    factories.assignment(family, helper)
    row = promised(helper)
    other = row.visit.follow_ups.create(text="送猪苗", due_on=DUE)
    foreign = stored(by=factories.user("other"))[0]
    sending = {"version": 1, "outcome": "苗已送到", "evidence": sent(), "evidence_kept": str(foreign.key)}
    response = client.post(f"/visits/follow-ups/{row.pk}/close/", sending)
    body = response.content.decode()
    assert response.status_code == 422
    assert "苗已送到</textarea>" in body
    assert f'value="{EvidenceFile.objects.get(uploaded_by=helper.user).key}" checked' in body
    assert str(foreign.key) not in body
    assert "One of the files is no longer there" in body
    assert body.count(f'id="follow-up-{other.pk}"') == body.count(f'id="follow-up-{row.pk}"') == 1


@pytest.mark.parametrize(("typed", "wrong"), [({"outcome": " "}, "required"), ({"version": ""}, "version")])
def test_what_is_wrong_is_told_in_its_place(client, helper, family, promised, typed, wrong):
    factories.assignment(family, helper)
    row = promised(helper)
    response = client.post(f"/visits/follow-ups/{row.pk}/close/", {"version": 1, "outcome": "x", **typed}, headers=HTMX)
    assert response.status_code == 422
    assert wrong in str(response.context["errors"])
    row.refresh_from_db()
    assert row.done_on is None


def test_one_that_somebody_else_closed_meanwhile(client, helper, family, promised):
    factories.assignment(family, helper)
    row = promised(helper)
    follow_ups.close(follow_up=row, outcome="别人已办", by=helper.user, today=december(30), version=1)
    response = client.post(f"/visits/follow-ups/{row.pk}/close/", {"version": 1, "outcome": "x"}, headers=HTMX)
    assert response.status_code == 422
    assert "Somebody else changed this" in str(response.context["errors"])
    assert "别人已办" in response.content.decode()


def test_who_only_reads_sees_no_button(client, sign_in, promised):
    row = promised(factories.helper())
    sign_in(factories.user(role=roles.INSPECTOR))
    assert "送柑橘苗" in client.get("/visits/follow-ups/").content.decode()
    url = f"/visits/follow-ups/{row.pk}/close/"
    assert url not in client.get("/visits/follow-ups/").content.decode()
    assert client.post(url, {"version": 1, "outcome": "x"}).status_code == 403


def test_another_town_finds_nothing(client, sign_in, promised):
    row = promised(factories.helper())
    sign_in(factories.user(role=roles.TOWN_OFFICER, area=factories.town("嘉平镇")))
    assert listed(client, "?state=all") == []
    for act in ("close", "reopen"):
        assert client.post(f"/visits/follow-ups/{row.pk}/{act}/", {"version": 1}).status_code == 404
