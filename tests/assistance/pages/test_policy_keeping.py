"""Forms of policy documents: what is sent is kept, what is refused is told where it is wrong, nothing typed is lost."""

import datetime as dt

import pytest

from assistance.models import ClauseBasis, PolicyClause, PolicyDocument, PolicyKind
from assistance.services import policies
from jiangjin.accounts import roles
from jiangjin.evidence.models import EvidenceFile
from tests import factories
from tests.evidence import pictures

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("year_end")]


@pytest.fixture
def office(sign_in):
    """The district office, signed in."""
    return sign_in(factories.user(name="周明远", role=roles.DISTRICT_OFFICER))


@pytest.fixture
def opinion():
    made = factories.policy(code="opinion", title="实施意见", is_placeholder=True)
    factories.clause(made, 1, heading="每月走访", text="每户每月至少走访一次。")
    return made


def answers(form):
    """What a browser sends of a form that nobody touched (files apart, which stand in boxes of their own)."""
    values = {bound.html_name: bound.value() for bound in form if bound.name != "evidence"}
    return {name: value for name, value in values.items() if value is not None and value is not False}


def sent(client, url, **changes):
    """Open the page, send its form with changes; returns the answer."""
    return client.post(url, {**answers(client.get(url).context["form"]), **changes})


# --- documents --------------------------------------------------------------------------------------------
def test_the_first_document_is_offered_as_an_opinion_and_the_next_as_a_notice(client, office):
    form = client.get("/policies/new/").context["form"]
    assert (form["kind"].value(), form["order"].value()) == (PolicyKind.OPINION, 0)
    factories.policy(order=3)
    form = client.get("/policies/new/").context["form"]
    assert (form["kind"].value(), form["order"].value()) == (PolicyKind.NOTICE, 4)


def test_a_document_is_added_and_its_page_asks_for_clauses(client, office):
    answer = sent(client, "/policies/new/", code="opinion", title="实施意见", number="江委发〔2015〕1号")
    assert answer.status_code == 302
    assert answer["Location"] == "/policies/opinion/"
    made = PolicyDocument.objects.get()
    assert (made.kind, made.valid_from, made.is_placeholder) == (PolicyKind.OPINION, dt.date(2015, 12, 31), False)
    assert "No clause on file yet" in client.get("/policies/opinion/").content.decode()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"code": "opinion"}, "code"),
        ({"code": "export"}, "code"),
        ({"code": "实施"}, "code"),
        ({"title": ""}, "title"),
        ({"kind": "supporting"}, "parent"),
        ({"valid_from": "2015-02-30"}, "valid_from"),
        ({"valid_to": "2014-01-01"}, None),
    ],
)
def test_a_wrong_answer_is_told_at_its_field_and_nothing_typed_is_lost(client, office, opinion, changes, field):
    answer = sent(client, "/policies/new/", **{"code": "notice", "title": "通知", "summary": "写了很久", **changes})
    assert answer.status_code == 422
    assert (field or "__all__") in answer.context["form"].errors
    assert "写了很久" in answer.content.decode()
    assert PolicyDocument.objects.count() == 1


def test_the_opinions_offered_are_the_district_s_own(client, office, opinion):
    factories.policy(area=factories.other_county(), code="secret", title="邻县意见")
    html = client.get("/policies/new/").content.decode()
    assert "实施意见" in html
    assert "邻县意见" not in html
    html = client.get("/policies/opinion/edit/").content.decode()
    assert f'<option value="{opinion.pk}"' not in html


def test_an_answer_is_corrected(client, office, opinion):
    answer = sent(client, "/policies/opinion/edit/", number="江委发〔2015〕1号", reason="核对原件")
    assert answer.status_code == 302
    opinion.refresh_from_db()
    assert (opinion.number, opinion.is_placeholder, opinion.version) == ("江委发〔2015〕1号", True, 2)
    page = client.get("/policies/opinion/").content.decode()
    assert "核对原件" in page
    assert "周明远" in page


def test_nothing_changed_is_said(client, office, opinion):
    answer = sent(client, "/policies/opinion/edit/")
    assert answer.status_code == 302
    opinion.refresh_from_db()
    assert opinion.version == 1


def test_the_mark_of_a_summary_is_taken_away(client, office, opinion):
    data = answers(client.get("/policies/opinion/edit/").context["form"])
    data.pop("is_placeholder")
    assert client.post("/policies/opinion/edit/", data).status_code == 302
    opinion.refresh_from_db()
    assert opinion.is_placeholder is False


def test_who_comes_second_keeps_what_they_typed_and_sees_what_the_other_wrote(client, office, opinion):
    data = answers(client.get("/policies/opinion/edit/").context["form"])
    policies.change(
        document=opinion,
        changes={"number": "1号", "source": "公报"},
        by=factories.user(name="别人", role=roles.DISTRICT_OFFICER),
        version=1,
    )
    answer = client.post("/policies/opinion/edit/", {**data, "number": "2号", "summary": "我写的"})
    assert answer.status_code == 422
    html = answer.content.decode()
    assert "别人 changed “实施意见”" in html
    assert "On file now: 1号" in html
    again = answers(answer.context["form"])
    assert (again["number"], again["summary"], again["source"]) == ("2号", "我写的", "公报")
    assert client.post("/policies/opinion/edit/", again).status_code == 302
    opinion.refresh_from_db()
    assert (opinion.number, opinion.summary, opinion.source, opinion.version) == ("2号", "我写的", "公报", 3)


# --- clauses ----------------------------------------------------------------------------------------------
def test_a_clause_is_added_under_the_next_number(client, office, opinion):
    answer = sent(client, "/policies/opinion/clauses/new/", heading="考核", text="一票否决。")
    assert answer["Location"] == "/policies/opinion/#clause-2"
    made = PolicyClause.objects.get(number=2)
    assert (made.heading, made.valid_from) == ("考核", opinion.valid_from)


def test_a_number_that_is_used_is_refused(client, office, opinion):
    answer = sent(client, "/policies/opinion/clauses/new/", number="1", heading="考核", text="一票否决。")
    assert answer.status_code == 422
    assert "number" in answer.context["form"].errors


def test_a_new_wording_from_a_day_on(client, office, opinion):
    url = "/policies/opinion/clauses/1/reword/"
    answer = sent(client, url, text="每户每月至少走访两次。", valid_from="2016-01-01", reason="新规")
    assert answer["Location"] == "/policies/opinion/clauses/1/"
    page = client.get("/policies/opinion/clauses/1/").content.decode()
    assert "每户每月至少走访一次。" in page
    assert "<ins>两</ins>" in page
    assert "not yet in force" in page
    assert "每户每月至少走访一次。" in client.get("/policies/opinion/").content.decode()


def test_a_wording_too_early_is_refused_at_the_day(client, office, opinion):
    answer = sent(client, "/policies/opinion/clauses/1/reword/", text="x", valid_from="2014-01-01")
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["valid_from"]


def test_the_issued_text_is_entered_as_long_as_the_wording_is_a_summary(client, office, opinion):
    url = "/policies/opinion/clauses/1/correct/"
    assert sent(client, url, text="原文。", reason="录入印发原文").status_code == 302
    assert PolicyClause.objects.get().text == "原文。"
    opinion.refresh_from_db()
    opinion.is_placeholder = False
    opinion.save()
    answer = sent(client, url, text="又改。", reason="r")
    assert answer.status_code == 422
    assert "established" in answer.content.decode()
    assert "/correct/" not in client.get("/policies/opinion/clauses/1/").content.decode()


def test_a_clause_is_repealed(client, office, opinion):
    answer = sent(client, "/policies/opinion/clauses/1/end/", ends_on="2015-12-30", reason="另文规定")
    assert answer.status_code == 302
    page = client.get("/policies/opinion/clauses/1/").content.decode()
    assert "repealed" in page
    assert "/clauses/1/end/" not in page
    assert "not in force" in client.get("/policies/opinion/").content.decode()


# --- what rests on a clause -------------------------------------------------------------------------------
def test_a_norm_is_named_and_taken_away(client, office, opinion):
    url = "/policies/opinion/clauses/1/bases/new/"
    assert sent(client, url, norm="visit_standard").status_code == 302
    basis = ClauseBasis.objects.get()
    assert "visit_standard" not in dict(client.get(url).context["form"].fields["norm"].choices)
    page = client.get("/policies/opinion/clauses/1/").content.decode()
    assert f'data-dialog="remove-{basis.pk}"' in page
    opinion.refresh_from_db()
    away = f"/policies/opinion/clauses/1/bases/{basis.pk}/remove/"
    assert client.post(away, {"version": opinion.version, "reason": ""}).status_code == 302
    assert ClauseBasis.objects.exists()
    assert client.post(away, {"version": opinion.version - 1, "reason": "r"}).status_code == 302
    assert ClauseBasis.objects.exists()
    assert client.post(away, {"version": opinion.version, "reason": "依据有误"}).status_code == 302
    assert not ClauseBasis.objects.exists()


def test_a_norm_must_be_one_of_the_system(client, office, opinion):
    answer = sent(client, "/policies/opinion/clauses/1/bases/new/", norm="nothing")
    assert answer.status_code == 422


def test_a_basis_is_found_below_its_own_clause_only(client, office, opinion):
    other = factories.clause(opinion, 2)
    basis = ClauseBasis.objects.create(norm="tier", clause=other)
    answer = client.post(f"/policies/opinion/clauses/1/bases/{basis.pk}/remove/", {"version": 1, "reason": "r"})
    assert answer.status_code == 404
    assert ClauseBasis.objects.exists()


# --- who may ----------------------------------------------------------------------------------------------
PAGES = [
    "/policies/new/",
    "/policies/opinion/edit/",
    "/policies/opinion/clauses/new/",
    "/policies/opinion/clauses/1/reword/",
    "/policies/opinion/clauses/1/correct/",
    "/policies/opinion/clauses/1/end/",
    "/policies/opinion/clauses/1/bases/new/",
    "/policies/opinion/clauses/1/bases/1/remove/",
]


@pytest.mark.parametrize("role", [roles.TOWN_OFFICER, roles.DISTRICT_HEAD, roles.AUDITOR, roles.HELPER])
def test_others_read_and_keep_nothing(client, sign_in, opinion, role):
    sign_in(factories.user(role=role))
    for url in PAGES:
        assert client.get(url).status_code == 403, url
        assert client.post(url, {}).status_code == 403, url
    for url in ("/policies/", "/policies/opinion/", "/policies/opinion/clauses/1/"):
        html = client.get(url).content.decode()
        assert not [page for page in PAGES if page in html], url


def test_the_office_of_another_district_finds_nothing_to_keep(client, sign_in, opinion):
    sign_in(factories.user(role=roles.DISTRICT_OFFICER, area=factories.other_county()))
    for url in PAGES[1:]:
        assert client.post(url, {}).status_code == 404, url


def test_a_grant_in_a_town_does_not_keep_the_district_s_documents(client, sign_in, opinion):
    """Whoever holds the role over a part of the district only does not change what holds in the whole."""
    sign_in(factories.user(role=roles.DISTRICT_OFFICER, area=factories.town()))
    assert "/policies/opinion/edit/" not in client.get("/policies/opinion/").content.decode()
    assert sent(client, "/policies/opinion/edit/", number="1号").status_code == 403
    opinion.refresh_from_db()
    assert opinion.number == ""


# --- the issued text as a file ----------------------------------------------------------------------------
def test_the_issued_text_is_attached_and_everybody_of_the_district_opens_it(client, sign_in, office, opinion):
    answer = sent(client, "/policies/opinion/edit/", evidence=pictures.sent(pictures.PDF, "实施意见.pdf"))
    assert answer.status_code == 302
    (file,) = opinion.evidence.all()
    opinion.refresh_from_db()
    assert opinion.version == 2
    assert "实施意见.pdf" in client.get("/policies/opinion/").content.decode()
    sign_in(factories.user(role=roles.HELPER))
    assert "实施意见.pdf" in client.get("/policies/opinion/").content.decode()
    assert client.get(f"/evidence/{file.key}/").status_code == 200
    sign_in(factories.user(role=roles.DISTRICT_OFFICER, area=factories.other_county()))
    assert client.get(f"/evidence/{file.key}/").status_code == 404


def test_a_new_document_may_come_with_its_text(client, office):
    answer = sent(
        client, "/policies/new/", code="opinion", title="实施意见", evidence=pictures.sent(pictures.PDF, "a.pdf")
    )
    assert answer.status_code == 302
    assert PolicyDocument.objects.get().evidence.count() == 1


def test_a_file_is_taken_off_with_a_reason(client, office, opinion):
    opinion.evidence.set(pictures.stored(by=office, name="a.pdf", content=pictures.PDF))
    data = answers(client.get("/policies/opinion/edit/").context["form"])
    answer = client.post("/policies/opinion/edit/", data)
    assert answer.status_code == 422
    assert "reason" in answer.context["form"].errors
    assert client.post("/policies/opinion/edit/", {**data, "reason": "传错文件"}).status_code == 302
    assert not opinion.evidence.exists()
    assert "传错文件" in client.get("/policies/opinion/").content.decode()


def test_files_that_are_kept_change_nothing(client, office, opinion):
    (file,) = pictures.stored(by=office, name="a.pdf", content=pictures.PDF)
    opinion.evidence.set([file])
    data = answers(client.get("/policies/opinion/edit/").context["form"])
    assert client.post("/policies/opinion/edit/", {**data, "evidence_kept": str(file.key)}).status_code == 302
    opinion.refresh_from_db()
    assert (opinion.version, list(opinion.evidence.all())) == (1, [file])


def test_a_file_sent_into_a_conflict_is_not_sent_again(client, office, opinion):
    data = answers(client.get("/policies/opinion/edit/").context["form"])
    other = factories.user(name="别人", role=roles.DISTRICT_OFFICER)
    policies.change(document=opinion, changes={"number": "1号"}, by=other, version=1)
    answer = client.post(
        "/policies/opinion/edit/", {**data, "number": "2号", "evidence": pictures.sent(pictures.PDF, "a.pdf")}
    )
    assert answer.status_code == 422
    (file,) = EvidenceFile.objects.all()
    assert f'value="{file.key}" checked' in answer.content.decode()
    again = answers(answer.context["form"])
    assert client.post("/policies/opinion/edit/", {**again, "evidence_kept": str(file.key)}).status_code == 302
    assert list(opinion.evidence.all()) == [file]
    assert EvidenceFile.objects.count() == 1


def test_what_is_neither_photo_nor_pdf_is_refused_and_nothing_typed_is_lost(client, office, opinion):
    answer = sent(client, "/policies/opinion/edit/", number="2号", evidence=pictures.sent(b"MZ", "a.exe"))
    assert answer.status_code == 422
    assert "evidence" in answer.context["form"].errors
    assert 'value="2号"' in answer.content.decode()
