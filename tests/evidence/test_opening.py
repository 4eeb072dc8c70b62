"""Handing out: 404 beyond one's records, nothing in a file can act, the browser asks each time, documents leave a trace."""

import uuid

import pytest

from jiangjin.accounts import roles
from jiangjin.audit.models import AuditEntry
from jiangjin.evidence import services
from tests import factories
from tests.evidence.pictures import PDF, picture, stored

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("year_end")]


@pytest.fixture
def held(promise, officer):
    """A photo and a document that the follow-up holds."""
    photo = stored(by=officer, content=picture(900, 600), name="新房.jpg")[0]
    document = stored(by=officer, content=PDF, name="收条.pdf")[0]
    services.attach(record=promise, files=[photo, document], by=officer)
    return photo, document


def opened(client, file, what="", **kwargs):
    return client.get(f"/evidence/{file.key}/{what}", **kwargs)


def revealed():
    return AuditEntry.objects.filter(action="revealed")


def test_a_photo_is_shown_in_the_window(client, officer, held):
    client.force_login(officer)
    response = opened(client, held[0])
    assert (response.status_code, response["Content-Type"]) == (200, "image/jpeg")
    assert response.content == held[0].file.open().read()
    assert response["Content-Disposition"] == "inline; filename*=utf-8''%E6%96%B0%E6%88%BF.jpg"
    assert not revealed().exists()


def test_a_document_is_a_download_and_leaves_a_trace(client, officer, held):
    client.force_login(officer)
    response = opened(client, held[1])
    assert (response["Content-Type"], response.content) == ("application/pdf", PDF)
    assert response["Content-Disposition"] == "attachment; filename*=utf-8''%E6%94%B6%E6%9D%A1.pdf"
    entry = revealed().get()
    assert (entry.model, entry.object_id, entry.actor_id) == ("evidence.evidencefile", held[1].pk, officer.pk)
    client.head(f"/evidence/{held[1].key}/")
    assert revealed().count() == 1


def test_a_preview_is_small_and_leaves_none(client, officer, held):
    client.force_login(officer)
    response = opened(client, held[0], "preview/")
    assert (response.status_code, response["Content-Type"]) == (200, "image/jpeg")
    assert len(response.content) < held[0].size
    assert opened(client, held[1], "preview/").status_code == 404
    assert not revealed().exists()


@pytest.mark.parametrize("what", ["", "preview/"])
def test_nothing_in_a_file_can_act(client, officer, held, what):
    client.force_login(officer)
    response = opened(client, held[0], what)
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Frame-Options"] == "DENY"
    assert response["Cache-Control"] == "private, no-cache"


def test_the_browser_keeps_it_and_asks_each_time(client, officer, held, stranger):
    client.force_login(officer)
    tag = opened(client, held[0])["ETag"]
    again = opened(client, held[0], headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    assert (again["ETag"], again["Cache-Control"]) == (tag, "private, no-cache")
    assert opened(client, held[0], "preview/")["ETag"] != tag
    assert opened(client, held[0], headers={"If-None-Match": '"other"'}).status_code == 200
    client.force_login(stranger)
    assert opened(client, held[0], headers={"If-None-Match": tag}).status_code == 404


def test_a_document_that_the_browser_has_is_logged_as_well(client, officer, held):
    client.force_login(officer)
    tag = opened(client, held[1])["ETag"]
    assert opened(client, held[1], headers={"If-None-Match": tag}).status_code == 304
    assert revealed().count() == 2


def test_beyond_ones_records_there_is_nothing(client, held, stranger):
    everyone = [stranger, factories.user("root", is_superuser=True, is_staff=True), factories.user()]
    for user in everyone:
        client.force_login(user)
        for file in held:
            for what in ("", "preview/"):
                assert opened(client, file, what).status_code == 404, (user, what)
    assert not revealed().exists()


def test_unknown_and_damaged_keys(client, officer):
    client.force_login(officer)
    assert client.get(f"/evidence/{uuid.uuid4()}/").status_code == 404
    assert client.get("/evidence/1/").status_code == 404


def test_who_uploaded_sees_what_nobody_holds_yet(client, officer):
    file = stored(by=officer)[0]
    client.force_login(officer)
    assert opened(client, file).status_code == 200
    client.force_login(factories.user(role=roles.DISTRICT_OFFICER))
    assert opened(client, file).status_code == 404


def test_a_helper_opens_what_belongs_to_their_household(client, promise, held):
    user = factories.user("helper", role=roles.HELPER)
    client.force_login(user)
    assert opened(client, held[0]).status_code == 404
    factories.assignment(promise.visit.household, factories.helper("徐兴", user=user))
    assert opened(client, held[0]).status_code == 200


def test_nothing_is_changed_through_these_addresses(client, officer, held):
    client.force_login(officer)
    for act in (client.post, client.put, client.delete, client.patch):
        assert act(f"/evidence/{held[0].key}/").status_code == 405


def test_signed_out_nobody_gets_anything(client, held):
    assert opened(client, held[0])["Location"].startswith("/login/")
