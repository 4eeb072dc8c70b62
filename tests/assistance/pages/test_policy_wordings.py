"""Two wordings compared: nothing is lost, whatever changed."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from assistance.views.policies.wordings import CAME, GONE, SAME, compared

TEXTS = st.text(alphabet="每户补助一二三。", max_size=60)


@given(TEXTS, TEXTS)
def test_both_wordings_can_be_read_from_the_comparison(before, after):
    parts = compared(before, after)
    assert "".join(part.text for part in parts if part.kind != CAME) == before
    assert "".join(part.text for part in parts if part.kind != GONE) == after
    assert all(part.text for part in parts)
    assert all(one.kind != other.kind for one, other in pairwise(parts))


def test_a_changed_amount_is_what_is_marked():
    parts = compared("C级危房每户补助15000元。", "C级危房每户补助18000元，先建后补。")
    assert [(part.kind, part.text) for part in parts if part.kind != SAME] == [
        (GONE, "5"),
        (CAME, "8"),
        (CAME, "，先建后补"),
    ]


def test_what_both_have_by_chance_does_not_tear_the_text():
    parts = compared("每户补助一百元。", "每人补贴一千元。")
    assert [(part.kind, part.text) for part in parts] == [
        (SAME, "每"),
        (GONE, "户补助一百"),
        (CAME, "人补贴一千"),
        (SAME, "元。"),
    ]


def test_equal_wordings_have_one_part():
    assert [part.kind for part in compared("每月走访。", "每月走访。")] == [SAME]
