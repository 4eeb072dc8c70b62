"""`{% evidence files %}`."""

import datetime as dt

import pytest
from django.template import Context, Template
from django.utils import translation
from django.utils.timezone import localdate

from assistance.models import FollowUp
from jiangjin.evidence import services
from jiangjin.evidence.models import shown_evidence
from tests.evidence.pictures import PDF, picture, stored

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("year_end")]


def drawn(files):
    with translation.override("en"):
        return Template("{% load evidence %}{% evidence files %}").render(Context({"files": files}))


def test_empty_shows_nothing():
    assert drawn([]).strip() == ""


def test_a_photo_with_what_it_shows_the_day_and_who(officer):
    file = stored(by=officer, content=picture(900, 600), caption="<新房>", taken_on=dt.date(2015, 12, 1))[0]
    html = drawn([file])
    assert f'href="/evidence/{file.key}/" data-evidence-photo' in html
    assert f'src="/evidence/{file.key}/preview/" alt="&lt;新房&gt;" width="900" height="600"' in html
    for text in ("&lt;新房&gt;", "photo.jpg", "Taken 2015-12-01", "经办"):
        assert text in html
    assert "<新房>" not in html
    other = stored(by=officer)[0]
    assert f"{localdate(other.uploaded_at)}" in drawn([other])


def test_a_document_is_a_download_with_its_size():
    html = drawn(stored(content=PDF, name="收条.pdf"))
    assert "data-evidence-photo" not in html
    assert "<img" not in html
    assert "收条.pdf" in html
    assert "PDF" in html


def test_a_list_asks_once_for_all_of_its_evidence(promise, officer, django_assert_num_queries):
    rows = [promise, FollowUp.objects.create(visit=promise.visit, text="送猪苗", due_on=promise.due_on)]
    for row in rows:
        services.attach(record=row, files=[*stored(by=officer), *stored(by=officer)], by=officer)
    with django_assert_num_queries(2):
        html = [drawn(row.evidence.all()) for row in FollowUp.objects.prefetch_related(shown_evidence())]
    assert [each.count("经办") for each in html] == [2, 2]
