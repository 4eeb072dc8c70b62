"""The shipped set of policy documents in the demo: one and nine, each called a summary, in every county."""

from fractions import Fraction

import pytest

from assistance.demo.tables import table
from assistance.models import ClauseBasis, PolicyClause, PolicyDocument
from jiangjin.areas.models import Area
from jiangjin.common.demo import DEMO_DAY, DemoRefused
from jiangjin.common.norms import norms
from supervision.services import loading_demo
from tests import factories
from tests.small_district import SmallDistrict

TINY = Fraction(1, 200)


class TestSmallDistrict(SmallDistrict):
    def test_the_one_and_the_nine_are_in_force_and_called_summaries(self):
        documents = PolicyDocument.objects.all()
        assert documents.in_force(DEMO_DAY).count() == documents.count() == 10
        assert documents.filter(is_placeholder=True, number="", issued_by="", issued_on=None).count() == 10
        opinion = documents.get(kind="opinion")
        assert list(opinion.supporting_documents.order_by("order").values_list("code", flat=True)) == [
            each["code"] for each in table("policies")["documents"][1:]
        ]
        assert self.loaded.counts["policy_documents"] == 10
        assert self.loaded.counts["policy_clauses"] == PolicyClause.objects.in_force(DEMO_DAY).count() == 49

    def test_every_norm_rests_on_a_clause(self):
        assert set(ClauseBasis.objects.values_list("norm", flat=True)) == {norm.code for norm in norms}
        assert self.loaded.counts["clause_bases"] == ClauseBasis.objects.count()


@pytest.mark.django_db
@pytest.mark.usefixtures("own_var", "year_end")
def test_an_invented_county_has_its_own_and_says_where_the_words_are_from():
    loading_demo.load(scale=1, seed=1, share=TINY)
    loading_demo.load(scale=2, seed=1, share=TINY)
    county = Area.objects.get(code="990001")
    own = PolicyDocument.objects.filter(area=county)
    assert own.count() == 10
    assert not own.exclude(source__contains="虚构").exists()
    assert not own.exclude(parent=None).exclude(parent__area=county).exists()
    assert ClauseBasis.objects.filter(clause__document__area=county).count() == ClauseBasis.objects.count() / 2


@pytest.mark.django_db
@pytest.mark.usefixtures("own_var", "year_end")
def test_an_office_s_own_documents_refuse_the_demo():
    factories.policy()
    with pytest.raises(DemoRefused):
        loading_demo.load(scale=1, seed=1, share=TINY)
    assert PolicyDocument.objects.count() == 1
