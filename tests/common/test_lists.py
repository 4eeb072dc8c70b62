"""The order of a list page: whole turns, and NULLs last only where there can be any."""

import pytest
from django.db.models import Value
from django.test import RequestFactory

from assistance.models import Visit
from jiangjin.common.lists import ListPage
from tests.assistance.situations import december, held, visit


class Page(ListPage):
    sorts = {
        "day": ("visited_on",),
        "group": ("household__group__path", "household__number"),
        "made_up": ("made_up",),
        "members": ("household__members__name",),
    }
    default_sort = "-day"


def order(sort, rows=None):
    page = Page()
    page.request = RequestFactory().get("/", {"sort": sort} if sort else {})
    found = page.ordered(rows if rows is not None else Visit.objects.all()).query.order_by
    return [(each.expression.name, each.descending, each.nulls_last) for each in found]


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("day", [("visited_on", False, None), ("pk", False, None)]),
        ("-day", [("visited_on", True, None), ("pk", True, None)]),
        ("", [("visited_on", True, None), ("pk", True, None)]),
        ("nonsense", [("visited_on", True, None), ("pk", True, None)]),
        ("-group", [("household__group__path", True, True), ("household__number", True, None), ("pk", True, None)]),
        ("members", [("household__members__name", False, True), ("pk", False, None)]),
    ],
)
def test_an_order_is_turned_round_as_a_whole(sort, expected):
    assert order(sort) == expected


def test_what_was_annotated_may_be_null():
    rows = Visit.objects.annotate(made_up=Value(1))
    assert order("made_up", rows) == [("made_up", False, True), ("pk", False, None)]


@pytest.mark.django_db
def test_a_page_has_its_records_in_order_and_takes_what_is_none_as_it_stands(year_end):
    household, helper = held()
    days = [december(day) for day in (3, 9, 5)]
    visits = [visit(household, helper, day) for day in days]
    page = Page()
    page.request = RequestFactory().get("/")
    rows = page.ordered(Visit.objects.select_related("helper"))
    assert page.page(rows).object_list == [visits[1], visits[2], visits[0]]
    assert list(page.page(rows.values_list("visited_on", flat=True)).object_list) == sorted(days, reverse=True)
    assert page.page(["a", "b"]).object_list == ["a", "b"]
