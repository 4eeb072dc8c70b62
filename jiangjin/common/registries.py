"""Registries low, registrations high: what a low page shows of a higher app, that app registers at start-up.

Every registry is filled in `AppConfig.ready()` and read when a page is rendered, never at import.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeAlias, TypeVar

from django.http import HttpRequest
from django.utils.functional import Promise

Label: TypeAlias = str | Promise


class Entry(Protocol):
    """What a registry holds: a unique code, and a place in the order."""

    @property
    def code(self) -> str: ...

    @property
    def order(self) -> int: ...


T = TypeVar("T", bound=Entry)


class Registry(Generic[T]):
    """Entries by unique code, iterated by (order, code)."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._entries: dict[str, T] = {}

    def register(self, entry: T) -> T:
        """Add an entry. The same again is harmless (start-up may run twice), another of its code an error."""
        known = self._entries.setdefault(entry.code, entry)
        if known != entry:
            raise ValueError(f"{self.name}: {entry.code!r} is registered already")
        return entry

    def __iter__(self) -> Iterator[T]:
        return iter(sorted(self._entries.values(), key=lambda entry: (entry.order, entry.code)))

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, code: object) -> bool:
        return code in self._entries

    def __getitem__(self, code: str) -> T:
        return self._entries[code]


@dataclass(frozen=True, kw_only=True)
class MenuItem:
    """A line of the navigation. `url_name` takes no arguments; `icon` is in the sprite.

    `parent` names the code of another item below which this one stands. `phone_order` puts it into the
    phone's bottom bar (three places; the fourth is the user's own). Without `permission` everyone who is
    signed in sees it.
    """

    code: str
    label: Label
    url_name: str
    icon: str
    order: int
    permission: str | None = None
    parent: str | None = None
    phone_order: int | None = None


@dataclass(frozen=True, kw_only=True)
class Tab:
    """A tab of a record's page. `url_name` takes the record's key and answers with a fragment."""

    code: str
    label: Label
    url_name: str
    order: int
    permission: str | None = None


@dataclass(frozen=True, kw_only=True)
class InboxEntry:
    """Work that waits for somebody. `count` is scoped to the user; `url_name` with `query` lists exactly those."""

    code: str
    label: Label
    url_name: str
    order: int
    count: Callable[[Any], int]
    permission: str | None = None
    query: str = ""


@dataclass(frozen=True, kw_only=True)
class SearchTarget:
    """A list that the search box of the frame can ask with `?q=`."""

    code: str
    label: Label
    url_name: str
    order: int
    permission: str | None = None


@dataclass(frozen=True, kw_only=True)
class FramePart:
    """Values for the frame that only a higher app knows: `current_area` and `scope_areas` (objects with
    `code` and `name`), `demo_data`. Called for signed-in users only, at most once a request."""

    code: str
    order: int
    values: Callable[[HttpRequest], Mapping[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One number on the first page. `url` opens the list that adds up to it; `note` is a few words below."""

    label: Label
    value: int
    unit: Label = ""
    note: Label = ""
    url: str = ""
    tone: str = "plain"


@dataclass(frozen=True, kw_only=True)
class HomeCard:
    """A group of figures on the first page, by `permission`. `figures` must itself be scoped to the request's user;
    none means that the card is not shown. `url_name`: the page that says more; it takes no arguments."""

    code: str
    label: Label
    order: int
    figures: Callable[[HttpRequest], list[Figure]]
    permission: str | None = None
    url_name: str = ""


@dataclass(frozen=True, kw_only=True)
class VillageFigures:
    """Figures of a higher app at the head of a village's file. `figures(request, village)` must itself be scoped to the request's
    user; none means that nothing is shown."""

    code: str
    order: int
    figures: Callable[[HttpRequest, Any], list[Figure]]
    permission: str | None = None


@dataclass(frozen=True)
class Readiness:
    """What a check found: whether work can be done, and a word for whoever watches."""

    ok: bool
    text: str


@dataclass(frozen=True, kw_only=True)
class ReadinessCheck:
    """Something that the system needs besides its database. `look` answers within a second and raises nothing."""

    code: str
    order: int
    look: Callable[[], Readiness]


menu: Registry[MenuItem] = Registry("menu")
inbox: Registry[InboxEntry] = Registry("inbox")
search: Registry[SearchTarget] = Registry("search")
frame_parts: Registry[FramePart] = Registry("frame_parts")
home_cards: Registry[HomeCard] = Registry("home_cards")
household_tabs: Registry[Tab] = Registry("household_tabs")
village_tabs: Registry[Tab] = Registry("village_tabs")
village_figures: Registry[VillageFigures] = Registry("village_figures")
readiness: Registry[ReadinessCheck] = Registry("readiness")


def permitted(user: Any, permission: str | None) -> bool:
    """Whether a registered entry is for this user; nobody without a session sees any."""
    if not user.is_authenticated:
        return False
    return permission is None or bool(user.may(permission))
