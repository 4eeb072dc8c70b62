"""What the frame of every page shows: navigation, area, search, what waits, whether the data are invented."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from jiangjin.common import registries
from jiangjin.common.registries import Label, permitted

APP_NAME = _("Jiangjin poverty alleviation case management")
PHONE_PLACES = 3
FRAME_DEFAULTS: dict[str, Any] = {"current_area": None, "scope_areas": (), "demo_data": False}


@dataclass
class MenuLink:
    """A navigation line as the template needs it."""

    code: str
    label: Label
    url: str
    icon: str
    active: bool = False
    phone_order: int | None = None
    children: list["MenuLink"] = field(default_factory=list)


@dataclass(frozen=True)
class WaitingLink:
    """Work that waits for the user, with the list that shows it."""

    label: Label
    url: str
    count: int

    @property
    def shown(self) -> str:
        """How many, as far as that is told."""
        return shown_count(self.count)


def shown_count(count: int) -> str:
    """A number of tasks: the number, or "99+"."""
    return f"{count}" if count < registries.MOST_COUNTED else f"{registries.MOST_COUNTED - 1}+"


@dataclass(frozen=True)
class SearchLink:
    """A list that the search box can ask."""

    code: str
    label: Label
    url: str


def menu_for(request: HttpRequest) -> list[MenuLink]:
    """This user's navigation; the longest address that begins the current one is active. The area is kept."""
    area = request.GET.get("area", "")
    suffix = f"?{urlencode({'area': area})}" if area else ""
    links: dict[str, MenuLink] = {}
    paths: dict[str, str] = {}
    top: list[MenuLink] = []
    entries = [item for item in registries.menu if permitted(request.user, item.permission)]
    for item in entries:
        paths[item.code] = reverse(item.url_name)
        links[item.code] = MenuLink(
            item.code, item.label, paths[item.code] + suffix, item.icon, phone_order=item.phone_order
        )
    for item in entries:
        siblings = links[item.parent].children if item.parent in links else top
        siblings.append(links[item.code])
    current = max(
        (c for c, path in paths.items() if covers(path, request.path)),
        key=lambda c: len(paths[c]),
        default="",
    )
    for item in entries:
        if current and current in (item.code, *(child.code for child in links[item.code].children)):
            links[item.code].active = True
    return top


def covers(path: str, current: str) -> bool:
    """Whether the page `current` belongs to the line leading to `path`; the front page covers only itself."""
    return current == path if path == "/" else current.startswith(path)


def phone_menu(links: Iterable[MenuLink]) -> list[MenuLink]:
    """At most three lines for the bottom bar: those that ask for it, otherwise the first ones."""
    top = list(links)
    flat = [link for item in top for link in (item, *item.children)]
    chosen = sorted(
        (link for link in flat if link.phone_order is not None),
        key=lambda link: (link.phone_order or 0, link.code),
    )
    return (chosen or top)[:PHONE_PLACES]


def search_links(user: Any) -> list[SearchLink]:
    """The lists that this user may search."""
    return [
        SearchLink(entry.code, entry.label, reverse(entry.url_name))
        for entry in registries.search
        if permitted(user, entry.permission)
    ]


def waiting_links(user: Any) -> list[WaitingLink]:
    """The entries of the inbox that are not empty."""
    links = []
    for entry in registries.inbox:
        if permitted(user, entry.permission) and (count := entry.count(user)):
            url = reverse(entry.url_name) + (f"?{entry.query}" if entry.query else "")
            links.append(WaitingLink(entry.label, url, count))
    return links


def part_values(request: HttpRequest) -> dict[str, Any]:
    """What higher apps say about the frame, over the defaults; a later part wins."""
    values = dict(FRAME_DEFAULTS)
    for part in registries.frame_parts:
        values.update(part.values(request))
    return values


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context processor. Lazy: a fragment, which does not draw the frame, pays for none of it."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        nothing = {"menu": (), "phone_menu": (), "search_targets": (), "inbox": (), "inbox_count": 0, "inbox_shown": ""}
        return {"app_name": APP_NAME, **nothing, **FRAME_DEFAULTS}
    links = SimpleLazyObject(lambda: menu_for(request))
    waiting = SimpleLazyObject(lambda: waiting_links(user))
    parts = SimpleLazyObject(lambda: part_values(request))
    return {
        "app_name": APP_NAME,
        "menu": links,
        "phone_menu": SimpleLazyObject(lambda: phone_menu(links)),
        "search_targets": SimpleLazyObject(lambda: search_links(user)),
        "inbox": waiting,
        "inbox_count": SimpleLazyObject(lambda: sum(link.count for link in waiting)),
        "inbox_shown": SimpleLazyObject(lambda: shown_count(sum(link.count for link in waiting))),
        "current_area": SimpleLazyObject(lambda: parts["current_area"]),
        "scope_areas": SimpleLazyObject(lambda: parts["scope_areas"]),
        "demo_data": SimpleLazyObject(lambda: parts["demo_data"]),
    }
