"""Search of policy documents: exactly the clauses that have all words, marked where they stand, whatever is typed."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistance.models import PolicyClause, PolicyDocument
from assistance.services.policy_search import AFTER, BEFORE, fold, marked, passage, search, words_of

# Few characters, so that words overlap, repeat and touch; wide, upper-case and awkward ones among them.
TEXTS = st.text(alphabet="危房补助aAＡbß12。 \n", max_size=40)
WORDS = st.lists(st.text(alphabet="危房补助aAＡbß1", min_size=1, max_size=3), min_size=1, max_size=3)


def found_at(text: str, words: list[str]) -> list[bool]:
    """For every character whether it belongs to an occurrence of a word, found out the long way round."""
    folded = fold(text)
    flags = [False] * len(text)
    for word in words:
        for at in range(len(folded)):
            if folded[at:].startswith(word):
                flags[at : at + len(word)] = [True] * len(word)
    return flags


@given(st.text())
def test_folding_keeps_the_length_and_folds_once(text):
    assert len(fold(text)) == len(text)
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("one", "other"), [("Ａ类", "a类"), ("（一）", "(一)"), ("Ｄ级", "d级"), ("１５０００元", "15000元"), ("İ", "İ")]
)
def test_width_and_case_do_not_matter(one, other):
    assert fold(one) == fold(other)


@given(TEXTS, WORDS)
def test_the_marks_are_exactly_where_the_words_stand(text, typed):
    words = words_of(" ".join(typed))
    pieces = marked(text, words)
    assert "".join(piece.text for piece in pieces) == text
    assert [piece.found for piece in pieces for _character in piece.text] == found_at(text, words)


@given(st.text(alphabet="危房补助a。", max_size=300), WORDS)
def test_a_passage_is_a_piece_of_the_text_around_the_first_find(text, typed):
    words = words_of(" ".join(typed))
    pieces = passage(text, words)
    told = "".join(piece.text for piece in pieces if piece.text != "…")
    flags = found_at(text, words)
    first = flags.index(True) if True in flags else None
    if first is None:
        assert text.startswith(told)
        assert not any(piece.found for piece in pieces)
        assert len(told) == min(len(text), AFTER)
        return
    length = next((at for at, flag in enumerate(flags[first:]) if not flag), len(text) - first)
    start, end = max(0, first - BEFORE), min(len(text), first + max(AFTER, length))
    assert told == text[start:end]
    assert [piece.found for piece in pieces if piece.text != "…" for _each in piece.text] == flags[start:end]
    assert [pieces[0].text == "…", pieces[-1].text == "…"] == [start > 0, end < len(text)]


def documents(told: dict[str, dict[str, str]]) -> tuple[list[PolicyDocument], dict[int, list[PolicyClause]]]:
    """Documents by title, each with its clauses by heading; nothing is stored."""
    made, clauses = [], {}
    for key, (title, texts) in enumerate(told.items(), start=1):
        made.append(PolicyDocument(pk=key, code=f"d{key}", title=title, summary="", valid_from=dt.date(2015, 1, 1)))
        clauses[key] = [
            PolicyClause(number=number, heading=heading, text=text)
            for number, (heading, text) in enumerate(texts.items(), start=1)
        ]
    return made, clauses


@given(st.lists(st.tuples(TEXTS, TEXTS, TEXTS), max_size=4), WORDS)
def test_what_is_found_has_all_words(rows, typed):
    """Against a plain reading of the rule: each word in the clause or its title, at least one in the clause."""
    made, clauses = [], {}
    for key, (title, heading, text) in enumerate(rows, start=1):
        made.append(PolicyDocument(pk=key, title=title, summary="", valid_from=dt.date(2015, 1, 1)))
        clauses[key] = [PolicyClause(number=1, heading=heading, text=text)]
    words = words_of(" ".join(typed))
    expected = []
    for key, (title, heading, text) in enumerate(rows, start=1):
        own = [fold(heading), fold(text)]
        in_clause = [any(word in part for part in own) for word in words]
        everywhere = [there or word in fold(title) for there, word in zip(in_clause, words, strict=True)]
        if (all(everywhere) and any(in_clause)) or all(word in fold(title) for word in words):
            expected.append((key, all(everywhere) and any(in_clause)))
    found = search(" ".join(typed), made, clauses)
    assert [(each.document.pk, bool(each.clauses)) for each in found] == expected


def test_words_may_stand_in_title_and_clause():
    made, clauses = documents(
        {"农村危房改造": {"C级": "每户补助。", "目标": "保障安全。"}, "产业": {"种植": "按面积补助。"}}
    )
    (found,) = search("危房　补助", made, clauses)
    assert found.document.title == "农村危房改造"
    assert [each.clause.heading for each in found.clauses] == ["C级"]
    assert [each.document.title for each in search("补助", made, clauses)] == ["农村危房改造", "产业"]


def test_a_document_is_found_by_its_title_alone_without_a_clause():
    made, clauses = documents({"农村危房改造": {"目标": "保障安全。"}})
    (found,) = search("危房改造", made, clauses)
    assert found.clauses == []
    assert [piece.text for piece in found.title if piece.found] == ["危房改造"]


def test_a_summary_is_searched_too():
    made, clauses = documents({"兜底": {}})
    made[0].summary = "推进两线合一，" * 20 + "实行社会保障兜底。"
    (found,) = search("社会保障", made, clauses)
    assert found.summary[0].text == "…"
    assert [piece.text for piece in found.summary if piece.found] == ["社会保障"]


@pytest.mark.parametrize("typed", ["", "  ", "\u3000"])
def test_nothing_typed_finds_nothing(typed):
    assert search(typed, *documents({"意见": {"目标": "脱贫"}})) == []


def test_the_texts_are_cut_beside_the_first_find():
    text = "前" * 100 + "补助" + "后" * 100
    pieces = passage(text, ["补助"])
    assert [piece.text for piece in pieces] == ["…", "前" * BEFORE, "补助", "后" * (AFTER - 2), "…"]
