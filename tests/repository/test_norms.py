"""Every norm that the system applies names the clause it rests on, in the shipped set of documents."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import translation

from assistance.demo.tables import table
from assistance.models import PolicyClause, PolicyDocument
from households.rules import EXIT_RULES
from jiangjin.accounts.roles import permissions
from jiangjin.common.norms import norms
from tests import factories

SHIPPED = table("policies")["documents"]
CLAUSES = [(each["code"], number, clause) for each in SHIPPED for number, clause in enumerate(each["clauses"], start=1)]
NAMED = {norm for _code, _number, clause in CLAUSES for norm in clause["norms"]}
# What other parts of the system refer to, by clause number.
AGREED = {
    "opinion": 6,
    "pairing": 4,
    "resident-teams": 4,
    "relocation": 4,
    "house-repair": 4,
    "industry": 7,
    "employment": 4,
    "education": 6,
    "medical": 6,
    "safety-net": 4,
}


def test_every_exit_rule_is_a_norm():
    assert {rule.norm for rule in EXIT_RULES} <= {norm.code for norm in norms}


@pytest.mark.parametrize("norm", list(norms), ids=lambda norm: norm.code)
def test_a_norm_names_a_clause_of_the_shipped_set(norm):
    assert norm.code in NAMED, f"put {norm.code} to its clause in assistance/demo/policies.json"


def test_the_shipped_set_names_no_norm_that_nobody_applies():
    assert sorted(NAMED - {norm.code for norm in norms}) == []


@pytest.mark.django_db
@pytest.mark.parametrize("norm", list(norms), ids=lambda norm: norm.code)
@pytest.mark.parametrize("day", [dt.date(2013, 1, 1), dt.date(2015, 12, 31), dt.date(2030, 6, 1)])
def test_a_norm_says_its_value_on_every_day_in_both_languages(norm, day):
    told = {}
    for language in ("en", "zh-hans"):
        with translation.override(language):
            told[language] = norm.describe(day, factories.county())
    assert told["en"].strip()
    assert told["zh-hans"].strip()
    assert told["en"] != told["zh-hans"]


@pytest.mark.parametrize("norm", [norm for norm in norms if norm.url_name], ids=lambda norm: norm.code)
def test_what_a_norm_decides_has_a_page(norm):
    assert reverse(norm.url_name)
    assert norm.permission in permissions


def test_the_shipped_set_is_the_one_and_the_nine_as_agreed():
    assert {each["code"]: len(each["clauses"]) for each in SHIPPED} == AGREED
    assert [each["kind"] for each in SHIPPED] == ["opinion", *["supporting"] * 9]


@pytest.mark.parametrize(
    ("code", "number", "clause"), CLAUSES, ids=lambda value: value if isinstance(value, str) else ""
)
def test_a_shipped_clause_fits_its_columns_and_is_a_sentence(code, number, clause):
    fields = {name: PolicyClause._meta.get_field(name).max_length for name in ("heading", "text")}
    assert 0 < len(clause["heading"]) <= fields["heading"]
    assert 10 < len(clause["text"]) <= fields["text"]
    assert clause["text"].endswith("。")
    assert len(clause["norms"]) == len(set(clause["norms"]))


@pytest.mark.parametrize("document", SHIPPED, ids=lambda document: document["code"])
def test_a_shipped_document_fits_its_columns(document):
    for name in ("title", "summary", "code"):
        assert 0 < len(document[name]) <= PolicyDocument._meta.get_field(name).max_length
