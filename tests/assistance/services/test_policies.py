"""Keeping policy documents: what is refused, what a new wording leaves behind, what the change log tells."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import translation

from assistance.models import ClauseBasis, PolicyClause, PolicyDocument, PolicyKind
from assistance.services import policies
from assistance.services.policy_reading import clauses_of, history, rests_on
from jiangjin.accounts import roles
from jiangjin.audit.models import AuditEntry
from tests import factories

pytestmark = pytest.mark.django_db
FIRST = dt.date(2015, 1, 1)
JULY = dt.date(2015, 7, 1)


@pytest.fixture
def officer():
    with translation.override("en"):
        yield factories.user(name="周明远", role=roles.DISTRICT_OFFICER)


@pytest.fixture
def opinion():
    return factories.policy(code="opinion")


@pytest.fixture
def clause(opinion):
    return factories.clause(opinion, 1, heading="每月走访", text="每户每月至少走访一次。")


def values(**kwargs):
    return {"kind": PolicyKind.OPINION, "title": "实施意见", "valid_from": FIRST, **kwargs}


def refused(act, **kwargs):
    """The errors of a refusal, by field."""
    with pytest.raises(ValidationError) as refusal:
        act(**kwargs)
    return {name or "": [error.code for error in errors] for name, errors in by_field(refusal.value).items()}


def by_field(error):
    return error.error_dict if hasattr(error, "error_dict") else {"": error.error_list}


# --- documents --------------------------------------------------------------------------------------------
def test_a_document_is_added_and_told(officer):
    made = policies.add(area=factories.county(), code="opinion", values=values(number="江委发1号"), by=officer)
    stored = PolicyDocument.objects.get()
    assert (stored, stored.number, stored.version) == (made, "江委发1号", 1)
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.actor_name, entry.area_path) == ("created", "周明远", factories.county().path)
    assert entry.after["title"] == "实施意见"


def test_a_short_name_stands_once_in_a_district_and_again_in_another(officer, opinion):
    assert refused(policies.add, area=factories.county(), code="opinion", values=values(), by=officer) == {
        "code": ["code"]
    }
    policies.add(area=factories.other_county(), code="opinion", values=values(), by=None)
    assert PolicyDocument.objects.count() == 2


def test_what_supports_names_an_opinion_of_its_own_district(officer, opinion):
    def add(**kwargs):
        return refused(policies.add, area=factories.county(), code="new-one", values=values(**kwargs), by=officer)

    elsewhere = factories.policy(area=factories.other_county(), code="opinion")
    notice = factories.policy(code="notice", kind=PolicyKind.NOTICE)
    assert add(kind=PolicyKind.SUPPORTING) == {"parent": ["parent"]}
    assert add(kind=PolicyKind.SUPPORTING, parent=elsewhere) == {"parent": ["parent"]}
    assert add(kind=PolicyKind.SUPPORTING, parent=notice) == {"parent": ["parent"]}
    assert add(kind=PolicyKind.OPINION, parent=opinion) == {"parent": ["parent"]}
    policies.add(
        area=factories.county(),
        code="pairing",
        values=values(kind=PolicyKind.SUPPORTING, parent=opinion),
        by=officer,
    )
    assert list(opinion.supporting_documents.values_list("code", flat=True)) == ["pairing"]


@pytest.mark.parametrize("wrong", [{"title": ""}, {"kind": "law"}, {"valid_from": None}, {"title": "长" * 201}])
def test_what_a_field_may_hold_is_asked(officer, wrong):
    (field,) = wrong
    errors = refused(policies.add, area=factories.county(), code="x", values=values(**wrong), by=officer)
    assert set(errors) == {field}
    assert not PolicyDocument.objects.exists()


def test_it_cannot_end_before_it_begins(officer):
    wrong = values(valid_to=FIRST - dt.timedelta(days=1))
    errors = refused(policies.add, area=factories.county(), code="x", values=wrong, by=officer)
    assert set(errors) == {"__all__"}


@pytest.mark.parametrize("role", [roles.TOWN_OFFICER, roles.DISTRICT_HEAD, roles.AUDITOR, roles.HELPER])
def test_only_the_district_office_keeps_documents(opinion, clause, role):
    other = factories.user(role=role)
    acts = [
        (policies.add, {"area": factories.county(), "code": "x", "values": values()}),
        (policies.change, {"document": opinion, "changes": {"title": "x"}, "version": 1}),
        (
            policies.add_clause,
            {"document": opinion, "number": 2, "heading": "x", "text": "x", "valid_from": FIRST, "version": 1},
        ),
        (policies.reword_clause, {"clause": clause, "heading": "x", "text": "x", "valid_from": JULY, "version": 1}),
        (policies.correct_clause, {"clause": clause, "heading": "x", "text": "x", "reason": "x", "version": 1}),
        (policies.end_clause, {"clause": clause, "ends_on": JULY, "reason": "x", "version": 1}),
        (policies.add_basis, {"clause": clause, "norm": "tier", "note": "", "version": 1}),
    ]
    for act, kwargs in acts:
        with pytest.raises(PermissionDenied):
            act(by=other, **kwargs)
    assert not AuditEntry.objects.exists()


def test_the_office_of_another_district_keeps_its_own(opinion):
    stranger = factories.user(role=roles.DISTRICT_OFFICER, area=factories.other_county())
    with pytest.raises(PermissionDenied):
        policies.change(document=opinion, changes={"title": "x"}, by=stranger, version=1)


def test_a_correction_raises_the_version_and_tells_what_changed(officer, opinion):
    changed = policies.change(
        document=opinion, changes={"number": "1号", "title": opinion.title}, by=officer, version=1, reason=" 核对原件 "
    )
    assert (changed.version, changed.number) == (2, "1号")
    entry = AuditEntry.objects.get()
    assert (entry.before, entry.after, entry.reason) == ({"number": ""}, {"number": "1号"}, "核对原件")


def test_nothing_changed_is_nothing_written(officer, opinion):
    assert policies.change(document=opinion, changes={"title": opinion.title}, by=officer, version=1).version == 1
    assert not AuditEntry.objects.exists()


def test_who_comes_second_is_told(officer, opinion, clause):
    policies.change(document=opinion, changes={"number": "1号"}, by=officer, version=1)
    late = {"by": officer, "version": 1}
    assert refused(policies.change, document=opinion, changes={"number": "2号"}, **late) == {"": ["conflict"]}
    assert refused(policies.reword_clause, clause=clause, heading="x", text="x", valid_from=JULY, **late) == {
        "": ["conflict"]
    }
    assert refused(policies.add_basis, clause=clause, norm="tier", note="", **late) == {"": ["conflict"]}


def test_a_document_does_not_shrink_below_its_clauses(officer, opinion, clause):
    policies.reword_clause(clause=clause, heading="x", text="x", valid_from=JULY, by=officer, version=1)
    late = {"document": opinion, "by": officer, "version": 2}
    assert refused(policies.change, changes={"valid_from": dt.date(2015, 1, 2)}, **late) == {"valid_from": ["clauses"]}
    assert refused(policies.change, changes={"valid_to": dt.date(2015, 6, 30)}, **late) == {"valid_to": ["clauses"]}
    policies.change(changes={"valid_to": JULY}, **late)


def test_an_opinion_that_others_support_stays_one(officer, opinion):
    factories.policy(code="pairing", kind=PolicyKind.SUPPORTING, parent=opinion)
    errors = refused(policies.change, document=opinion, changes={"kind": PolicyKind.NOTICE}, by=officer, version=1)
    assert errors == {"kind": ["supported"]}


# --- clauses ----------------------------------------------------------------------------------------------
def add_clause(document, **kwargs):
    given = {"number": 2, "heading": "目标", "text": "越线。", "valid_from": FIRST, "version": document.version}
    return policies.add_clause(document=document, **{**given, **kwargs})


def test_a_clause_is_added(officer, opinion):
    made = add_clause(opinion, by=officer)
    opinion.refresh_from_db()
    assert (made.number, made.valid_to, opinion.version) == (2, None, 2)
    assert AuditEntry.objects.get().after["text"] == "越线。"


@pytest.mark.parametrize(
    ("given", "errors"),
    [
        ({"number": 1}, {"number": ["number"]}),
        ({"heading": ""}, {"heading": ["blank"]}),
        ({"text": ""}, {"text": ["blank"]}),
        ({"valid_from": dt.date(2014, 12, 31)}, {"valid_from": ["outside"]}),
        ({"valid_from": dt.date(2016, 1, 1)}, {"valid_from": ["outside"]}),
    ],
)
def test_a_clause_is_refused(officer, opinion, clause, given, errors):
    opinion.valid_to = dt.date(2015, 12, 31)
    opinion.save()
    assert refused(add_clause, document=opinion, by=officer, **given) == errors
    assert PolicyClause.objects.count() == 1


def test_a_new_wording_ends_the_one_before_and_leaves_it_readable(officer, opinion, clause):
    fresh = policies.reword_clause(
        clause=clause,
        heading="走访",
        text="每户每月至少走访两次。",
        valid_from=JULY,
        by=officer,
        version=1,
        reason="新规",
    )
    clause.refresh_from_db()
    assert (clause.text, clause.valid_to) == ("每户每月至少走访一次。", dt.date(2015, 6, 30))
    assert (fresh.valid_from, fresh.valid_to) == (JULY, None)
    (read,) = clauses_of(opinion)
    assert [wording.text for wording in read.wordings] == [fresh.text, clause.text]
    assert read.on(dt.date(2015, 6, 30)) == clause
    assert read.on(JULY) == fresh
    assert read.on(dt.date(2014, 12, 31)) is None
    assert {entry.reason for entry in AuditEntry.objects.all()} == {"新规"}


@pytest.mark.parametrize("day", [FIRST, dt.date(2014, 1, 1)])
def test_a_wording_begins_after_the_present_one(officer, clause, day):
    errors = refused(
        policies.reword_clause, clause=clause, heading="x", text="x", valid_from=day, by=officer, version=1
    )
    assert errors == {"valid_from": ["early"]}


def test_the_same_words_are_no_new_wording(officer, clause):
    same = {"heading": clause.heading, "text": clause.text, "valid_from": JULY}
    assert refused(policies.reword_clause, clause=clause, by=officer, version=1, **same) == {"text": ["same"]}


def test_an_old_wording_cannot_be_reworded_past_the_latest(officer, clause):
    """Whichever wording is handed in, the latest one is superseded."""
    policies.reword_clause(clause=clause, heading="a", text="a", valid_from=JULY, by=officer, version=1)
    policies.reword_clause(clause=clause, heading="b", text="b", valid_from=dt.date(2015, 9, 1), by=officer, version=2)
    rows = PolicyClause.objects.order_by("valid_from").values_list("text", "valid_from", "valid_to")
    assert list(rows) == [
        ("每户每月至少走访一次。", FIRST, dt.date(2015, 6, 30)),
        ("a", JULY, dt.date(2015, 8, 31)),
        ("b", dt.date(2015, 9, 1), None),
    ]


def test_a_summary_is_replaced_by_the_issued_words_and_the_log_keeps_it(officer, opinion, clause):
    opinion.is_placeholder = True
    opinion.save()
    policies.correct_clause(
        clause=clause, heading="每月走访", text="原文。", by=officer, version=1, reason="录入印发原文"
    )
    assert PolicyClause.objects.get().text == "原文。"
    entry = AuditEntry.objects.get()
    assert (entry.before, entry.after) == ({"text": "每户每月至少走访一次。"}, {"text": "原文。"})


def test_an_established_wording_is_never_overwritten(officer, clause):
    given = {"clause": clause, "heading": "x", "text": "x", "by": officer, "version": 1}
    assert refused(policies.correct_clause, reason="r", **given) == {"": ["established"]}
    assert refused(policies.correct_clause, reason=" ", **given) == {"reason": ["reason"]}
    clause.refresh_from_db()
    assert clause.text == "每户每月至少走访一次。"


def test_a_clause_is_repealed_once(officer, opinion, clause):
    given = {"clause": clause, "by": officer}
    assert refused(policies.end_clause, ends_on=JULY, version=1, reason="", **given) == {"reason": ["reason"]}
    early = dt.date(2014, 12, 31)
    assert refused(policies.end_clause, ends_on=early, version=1, reason="r", **given) == {"ends_on": ["early"]}
    policies.end_clause(ends_on=JULY, version=1, reason="废止", **given)
    (read,) = clauses_of(opinion)
    assert read.on(JULY) == clause
    assert read.on(dt.date(2015, 7, 2)) is None
    assert refused(policies.end_clause, ends_on=JULY, version=2, reason="r", **given) == {"ends_on": ["ended"]}


def test_a_repealed_clause_comes_back_without_changing_when_it_ended(officer, clause):
    policies.end_clause(clause=clause, ends_on=JULY, version=1, reason="r", by=officer)
    policies.reword_clause(clause=clause, heading="x", text="x", valid_from=dt.date(2015, 9, 1), by=officer, version=2)
    clause.refresh_from_db()
    assert clause.valid_to == JULY


# --- what rests on a clause -------------------------------------------------------------------------------
def test_a_norm_rests_on_a_clause_whatever_its_wording(officer, opinion, clause):
    policies.add_basis(clause=clause, norm="tier", note="见附件", by=officer, version=1)
    fresh = policies.reword_clause(clause=clause, heading="x", text="x", valid_from=JULY, by=officer, version=2)
    later = rests_on(opinion, on=dt.date(2015, 12, 31), user=officer)
    assert [norm.basis.norm for norm in later[1].norms] == ["tier"]
    again = {"clause": fresh, "norm": "tier", "note": "", "by": officer, "version": 3}
    assert refused(policies.add_basis, **again) == {"norm": ["norm"]}
    assert refused(policies.add_basis, **{**again, "norm": "nothing"}) == {"norm": ["norm"]}


def test_a_basis_is_taken_away_and_the_log_keeps_that_it_was(officer, opinion, clause):
    kept = policies.add_basis(clause=clause, norm="tier", note="", by=officer, version=1)
    gone = policies.add_basis(clause=clause, norm="helper", note="", by=officer, version=2)
    assert refused(policies.remove_basis, basis=gone, by=officer, version=3, reason="") == {"reason": ["reason"]}
    policies.remove_basis(basis=gone, by=officer, version=3, reason="依据有误")
    assert list(ClauseBasis.objects.all()) == [kept]
    entry = history(opinion).first()
    assert (entry.before, entry.after) == ({"norms": ["helper", "tier"]}, {"norms": ["tier"]})
    assert entry.reason == "依据有误"
