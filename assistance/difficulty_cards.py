"""What difficulties put on the first page and into the inbox: numbers, each of which opens the list that adds up to it."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from assistance.forms.difficulties.filters import DifficultyFilter
from assistance.models import Difficulty, DifficultyState, EscalationLevel
from assistance.permissions import (
    ASSIGN_DIFFICULTIES,
    CHASE_IN_DISTRICT,
    CHASE_IN_TOWN,
    CONFIRM_DIFFICULTIES,
    VIEW_DIFFICULTIES,
    WORK_ON_DIFFICULTIES,
)
from assistance.services.difficulties import board
from assistance.views.difficulties.board import list_url
from jiangjin.accounts.frame import chosen_area
from jiangjin.areas.models import PATH_STEP, under
from jiangjin.common import clock
from jiangjin.common.registries import Figure, HomeCard, InboxEntry, home_cards, inbox

# Paths have a step a level: county, town, village.
LENGTH_OF_A_VILLAGE = 3 * PATH_STEP


def difficulties(request: HttpRequest) -> list[Figure]:
    """How the difficulties of the chosen area stand, and what was solved this year."""
    area, today = chosen_area(request), clock.today()
    rows = Difficulty.objects.visible_to(request.user)
    kept = {}
    if area is not None:
        rows = rows.filter(under(area.path, "village__path"))
        kept = {"area": area.code}
    first = today.replace(month=1, day=1)
    tally = board.tally(rows, first=first, last=today, on=today)
    if tally.is_empty:
        return []
    solved = {"state": DifficultyFilter.RESOLVED, "solved_from": first, "solved_to": today}
    return [
        Figure(label=_("Still to be solved"), value=tally.unsolved, url=list_url(**kept), tone="info"),
        Figure(
            label=_("Late"),
            value=tally.late,
            url=list_url(**kept, late="on"),
            tone="blocked" if tally.late else "plain",
        ),
        Figure(
            label=_("Escalated"),
            value=tally.escalated,
            url=list_url(**kept, escalated="any"),
            tone="blocked" if tally.escalated else "plain",
        ),
        Figure(
            label=_("Solved, to be confirmed"),
            value=tally.to_confirm,
            url=list_url(**kept, state=DifficultyState.SOLVED.value),
            tone="due" if tally.to_confirm else "plain",
        ),
        Figure(label=_("Solved this year"), value=tally.solved, url=list_url(**kept, **solved), tone="met"),
    ]


def late_difficulties(user: Any) -> int:
    """Late ones of whoever does the work: a helper's households, a village's team, a unit. Offices get what is escalated to them."""
    return Difficulty.objects.late(clock.today()).visible_to(user).count() if _works_on_site(user) else 0


def to_confirm(user: Any) -> int:
    """Solutions that a helper or a village's team asks the household about."""
    if not _works_on_site(user):
        return 0
    return Difficulty.objects.filter(state=DifficultyState.SOLVED).visible_to(user).count()


def to_assign(user: Any) -> int:
    """What nobody has been given yet; the town's work, not the district's."""
    if not user.may(CHASE_IN_TOWN):
        return 0
    return Difficulty.objects.filter(state=DifficultyState.OPEN).visible_to(user).count()


def escalated_to_town(user: Any) -> int:
    return _escalated(user, EscalationLevel.TOWN)


def escalated_to_district(user: Any) -> int:
    return _escalated(user, EscalationLevel.DISTRICT)


def _escalated(user: Any, level: EscalationLevel) -> int:
    return Difficulty.objects.unsolved().filter(escalation=level).visible_to(user).count()


def _works_on_site(user: Any) -> bool:
    """Whether the user looks after certain households, one village, or what a unit was given."""
    scope = user.scope(WORK_ON_DIFFICULTIES)
    if scope.assigned_user_id is not None or scope.unit_id is not None:
        return True
    return bool(scope.paths) and all(len(path) >= LENGTH_OF_A_VILLAGE for path in scope.paths)


home_cards.register(
    HomeCard(
        code="difficulties",
        label=_("Difficulties"),
        order=6,
        figures=difficulties,
        permission=VIEW_DIFFICULTIES,
        url_name="assistance:difficulties_board",
    )
)
for order, (code, label, query, count, permission) in enumerate(
    [
        ("late_difficulties", _("Late difficulties"), {"late": "on"}, late_difficulties, WORK_ON_DIFFICULTIES),
        (
            "confirm_difficulties",
            _("Solutions to ask the household about"),
            {"state": DifficultyState.SOLVED.value},
            to_confirm,
            CONFIRM_DIFFICULTIES,
        ),
        (
            "assign_difficulties",
            _("Difficulties to assign"),
            {"state": DifficultyState.OPEN.value},
            to_assign,
            ASSIGN_DIFFICULTIES,
        ),
        (
            "difficulties_of_town",
            _("Difficulties escalated to the town"),
            {"escalated": "town"},
            escalated_to_town,
            CHASE_IN_TOWN,
        ),
        (
            "difficulties_of_district",
            _("Difficulties escalated to the district"),
            {"escalated": "district"},
            escalated_to_district,
            CHASE_IN_DISTRICT,
        ),
    ],
    start=21,
):
    inbox.register(
        InboxEntry(
            code=code,
            label=label,
            url_name="assistance:difficulties",
            query=urlencode(query),
            order=order,
            count=count,
            permission=permission,
        )
    )
