"""The frame: what it shows to whom, and what it asks for."""

from types import SimpleNamespace

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.test import RequestFactory, override_settings
from django.urls import path

from jiangjin.common import context, registries
from jiangjin.common.registries import FramePart, InboxEntry, MenuItem, Registry, SearchTarget


def answer(request):
    return HttpResponse()


urlpatterns = [
    path("", answer, name="home"),
    path("households/", answer, name="list"),
    path("exits/", answer, name="exits"),
    path("exits/runs/", answer, name="runs"),
]


class Person:
    is_authenticated = True

    def __init__(self, *permissions):
        self.permissions = permissions

    def may(self, permission):
        return permission in self.permissions


def menu_item(code, order, **more):
    return MenuItem(code=code, label=code, url_name=code, icon="home", order=order, **more)


@pytest.fixture(autouse=True)
def registered(monkeypatch):
    for name in ("menu", "inbox", "search", "frame_parts"):
        monkeypatch.setattr(registries, name, Registry(name))
    for entry in (
        menu_item("home", 1, phone_order=2),
        menu_item("list", 2, permission="households.view", phone_order=1),
        menu_item("exits", 3),
        menu_item("runs", 4, parent="exits"),
    ):
        registries.menu.register(entry)
    with override_settings(ROOT_URLCONF=__name__):
        yield


def frame(address="/", user=None):
    request = RequestFactory().get(address)
    request.user = user or Person()
    return context.frame(request)


def test_menu_shows_what_the_user_may_and_marks_the_page_and_its_parent():
    links = list(frame("/exits/runs/", Person("households.view"))["menu"])
    assert [link.code for link in links] == ["home", "list", "exits"]
    assert [link.code for link in links if link.active] == ["exits"]
    assert [(child.code, child.active) for child in links[2].children] == [("runs", True)]
    assert [link.code for link in frame("/exits/", Person())["menu"]] == ["home", "exits"]


def test_front_page_is_active_only_on_the_front_page():
    assert [link.code for link in frame("/exits/")["menu"] if link.active] == ["exits"]
    assert [link.code for link in frame("/")["menu"] if link.active] == ["home"]


def test_menu_keeps_the_area():
    assert [link.url for link in frame("/?area=500116101")["menu"]] == [
        "/?area=500116101",
        "/exits/?area=500116101",
    ]


def test_phone_bar_holds_what_asks_for_it():
    assert [link.code for link in frame("/", Person("households.view"))["phone_menu"]] == ["list", "home"]


def test_visitor_without_a_session_sees_no_frame():
    values = frame("/", AnonymousUser())
    assert (values["menu"], values["inbox"], values["current_area"]) == ((), (), None)


def test_waiting_counts_only_what_the_user_may_do():
    def entry(code, count, permission=None):
        return InboxEntry(
            code=code, label=code, url_name="exits", order=1, count=lambda user: count, permission=permission
        )

    for registered_entry in (entry("a", 3), entry("b", 0), entry("c", 7, "exits.approve")):
        registries.inbox.register(registered_entry)
    values = frame()
    assert values["inbox_count"] == 3
    assert [(link.label, link.count) for link in values["inbox"]] == [("a", 3)]


def test_frame_costs_nothing_until_it_is_drawn():
    def refuse(request):
        raise AssertionError("a fragment must not ask")

    registries.frame_parts.register(FramePart(code="areas", order=1, values=refuse))
    frame()


def test_parts_fill_in_the_area_and_whether_the_data_are_invented():
    area = SimpleNamespace(code="500116", name="江津区")
    registries.frame_parts.register(
        FramePart(code="areas", order=1, values=lambda request: {"current_area": area, "scope_areas": [area]})
    )
    values = frame()
    assert values["current_area"].name == "江津区"
    assert not values["demo_data"]
    registries.frame_parts.register(FramePart(code="demo", order=2, values=lambda request: {"demo_data": True}))
    assert frame()["demo_data"]


def test_search_offers_the_lists_that_the_user_may_see():
    for code, permission in (("households", "households.view"), ("villages", None)):
        registries.search.register(SearchTarget(code=code, label=code, url_name="list", order=1, permission=permission))
    assert [target.code for target in frame()["search_targets"]] == ["villages"]
