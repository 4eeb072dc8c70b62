"""Tags, filters and values of the shared components."""

import datetime as dt

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template
from django.test import RequestFactory

from jiangjin.common.components import Chart, Chip, Progress, Series, chips, seconds_left
from jiangjin.common.templatetags import jiangjin as tags


def render(source, address="/households/", **values):
    request = RequestFactory().get(address)
    return Template("{% load jiangjin %}" + source).render(Context({"request": request, **values}))


def test_money_is_shown_in_yuan_or_ten_thousand_yuan():
    assert tags.yuan(123456) == "1,234.56"
    assert tags.yuan(-5) == "-0.05"
    assert tags.yuan(None) == ""
    assert tags.whole_yuan(285550) == "2,856"
    assert tags.wan(28_000_000_000) == "28,000.00"
    assert tags.wan(1_234_500, 0) == "1"
    assert tags.percent(0.93449) == "93.4 %"


def test_missing_amount_says_why():
    assert "not surveyed" in render('{% money fen missing="not surveyed" %}', fen=None)
    assert "0.00" in render("{% money fen %}", fen=0)


@pytest.mark.parametrize("tone", tags.TONES)
def test_status_is_always_a_word(tone):
    assert "overdue" in render("{% badge 'overdue' tone %}", tone=tone)


def test_unknown_tone_is_a_mistake():
    with pytest.raises(KeyError):
        render("{% badge 'overdue' 'green' %}")


def test_condition_mark_says_its_state_in_words():
    assert "#question-mark" in render("{% condition_mark 'not_verified' %}")
    assert "not verified" in render(
        "{% load i18n %}{% language 'en' %}{% condition_mark 'not_verified' %}{% endlanguage %}"
    )


def test_heading_sorts_up_then_down_and_goes_back_to_the_first_page():
    source = "{% sort_header 'Members' 'members' current='name' numeric=True %}"
    assert 'href="?q=a&amp;sort=members"' in render(source, "/households/?q=a&page=3")
    html = render(source, "/households/?sort=members")
    assert 'href="?sort=-members"' in html
    assert 'aria-sort="ascending"' in html
    assert 'aria-sort="descending"' in render(source, "/households/?sort=-members")


def test_default_order_is_marked():
    assert 'aria-sort="ascending"' in render("{% sort_header 'Name' 'name' current='name' %}")


def test_pages_keep_the_filters():
    page = Paginator(list(range(742)), 25).page(3)
    html = render("{% pagination page %}", "/households/?town=1&town=2&page=3", page=page)
    assert 'href="?town=1&amp;town=2&amp;page=4"' in html
    assert 'href="?town=1&amp;town=2&amp;size=50"' in html
    assert "742" in html


def test_single_page_has_a_count_but_no_links():
    html = render("{% pagination page %}", page=Paginator(list(range(3)), 25).page(1))
    assert "3" in html
    assert "<nav" not in html


def test_one_value_of_several_can_be_removed():
    found = [Chip("Tier", "A", "tier", "A"), Chip("Tier", "B", "tier", "B"), Chip("Name", "li", "q")]
    html = render("{% filter_chips chips %}", "/households/?tier=A&tier=B&q=li&page=2&size=50", chips=found)
    assert 'href="?tier=B&amp;q=li&amp;size=50"' in html
    assert 'href="?tier=A&amp;tier=B&amp;size=50"' in html
    assert 'href="?size=50"' in html


class FilterForm(forms.Form):
    q = forms.CharField(label="Name", required=False)
    tier = forms.MultipleChoiceField(label="Tier", choices=[("A", "Tier A"), ("B", "Tier B")], required=False)
    state = forms.ChoiceField(label="State", choices=[("", "all"), ("in", "on the roll")], required=False)
    overdue = forms.BooleanField(label="Overdue", required=False)
    verified = forms.NullBooleanField(label="Verified", required=False)


def test_chips_name_what_is_on():
    data = RequestFactory().get("/?q=li&tier=A&tier=B&state=in&overdue=on&verified=false").GET
    assert [(str(chip.label), str(chip.text), chip.value) for chip in chips(FilterForm(data))][:4] == [
        ("Name", "li", ""),
        ("Tier", "Tier A", "A"),
        ("Tier", "Tier B", "B"),
        ("State", "on the roll", ""),
    ]
    assert [chip.param for chip in chips(FilterForm(data))][4:] == ["overdue", "verified"]


def test_no_chips_for_what_is_off_or_wrong():
    assert chips(FilterForm(RequestFactory().get("/?q=&state=elsewhere&tier=").GET)) == []
    assert chips(FilterForm()) == []


def test_filter_form_folds_all_but_the_first_and_keeps_the_order():
    form = FilterForm(RequestFactory().get("/?tier=A&sort=name").GET)
    html = render("{% filter_form form %}", "/households/?tier=A&sort=name", form=form)
    assert '<input type="hidden" name="sort" value="name">' in html
    assert html.index('name="q"') < html.index("filter-more") < html.index('name="tier"')


def test_running_work_asks_again_and_finished_work_does_not():
    running = Progress(title="Import", state="running", url="/jobs/1/", done=30, total=120, seconds_left=200)
    html = render("{% progress job %}", job=running)
    assert 'hx-get="/jobs/1/"' in html
    assert 'value="25"' in html
    done = Progress(title="Import", state="done", url="/jobs/1/", done=120, total=120, result_url="/imports/1/")
    assert "hx-get" not in render("{% progress job %}", job=done)
    assert 'href="/imports/1/"' in render("{% progress job %}", job=done)


def test_unfinished_work_never_shows_a_hundred_percent():
    assert Progress(title="x", state="running", url="/", done=10, total=10).percent == 99
    assert Progress(title="x", state="running", url="/", done=5, total=0).percent == 0
    assert Progress(title="x", state="done", url="/").percent == 100


def test_time_left_follows_the_pace():
    start = dt.datetime(2015, 12, 31, 9, 0, tzinfo=dt.UTC)
    now = start + dt.timedelta(seconds=30)
    assert seconds_left(done=100, total=300, started_at=start, now=now) == 60
    assert seconds_left(done=0, total=300, started_at=start, now=now) is None
    assert seconds_left(done=1, total=300, started_at=None, now=now) is None


def chart(**more):
    values = {
        "title": "Exits",
        "kind": "bar",
        "unit": "households",
        "source": "register",
        "at": dt.date(2015, 12, 31),
    }
    return Chart(code="t", categories=["白沙镇", "</script>"], series=[Series("exits", [520, None])], **(values | more))


def test_chart_gives_the_same_numbers_as_a_table():
    html = render("{% chart chart %}", chart=chart(links=["/a/", "/b/"]))
    assert html.count("</script>") == 1
    assert '<td class="num">520</td>' in html
    assert '<td class="num">\N{EN DASH}</td>' in html
    assert 'href="/a/"' in html
    assert "2015-12-31" in html


def test_chart_keeps_a_gap_a_gap():
    assert chart().data()["series"][0]["values"] == [520, None]


def test_measure_marks_the_limit():
    assert "reached" in render("{% measure 300 285 text='x' %}")
    assert "reached" not in render("{% measure 200 285 text='x' %}")
