"""Lists of who answers for villages and what these were told, as workbooks without personal numbers. Who exported what is
logged."""

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from households.services.workbooks import sheet_of, workbook
from jiangjin.areas.models import Area
from jiangjin.common.words import listed
from villages.models import (
    DistrictLeader,
    LeaderLink,
    PoorVillage,
    PublicityEvent,
    ResidentTeam,
    SupportGroup,
    TrainedPerson,
    VillagePost,
)
from villages.rules.post_check import NORMS
from villages.services.post_checks import VillageCheck
from villages.services.shown_together import links_of, people_of, units_of


def place(village: Area) -> list[str]:
    """Town and village."""
    return [village.parent.name if village.parent is not None else "", village.name]


def posts(rows: QuerySet[VillagePost], *, by: Any, filters: dict[str, Any]) -> bytes:
    """A workbook of posts."""
    headings = [
        *(_("Town"), _("Village"), _("Post"), _("Name"), _("Sending unit"), _("Position in the unit")),
        *(_("Held concurrently"), _("From"), _("To"), _("Why it ended")),
    ]

    def cells(chunk: list[VillagePost]) -> Iterator[list[Any]]:
        for post in chunk:
            yield [
                *place(post.village),
                post.get_kind_display(),
                post.name,
                post.unit.name if post.unit is not None else "",
                post.title,
                _("yes") if post.is_concurrent else "",
                post.starts_on,
                post.ends_on,
                post.end_reason,
            ]

    return workbook(rows, cells, title=_("Village posts"), headings=headings, by=by, filters=filters)


def teams(rows: QuerySet[ResidentTeam], *, on: dt.date, by: Any, filters: dict[str, Any]) -> bytes:
    """A workbook of resident teams with their people on the day."""
    headings = [
        *(_("Town"), _("Village"), _("Resident team leader"), _("Sending unit"), _("Members")),
        *(_("From"), _("To"), _("Why it ended")),
    ]

    def cells(chunk: list[ResidentTeam]) -> Iterator[list[Any]]:
        for shown in people_of(chunk, on=on):
            leader = shown.leader
            yield [
                *place(shown.team.village),
                leader.name if leader is not None else "",
                str(leader.unit or "") if leader is not None else "",
                listed(post.name for post in shown.members),
                shown.team.starts_on,
                shown.team.ends_on,
                shown.team.end_reason,
            ]

    return workbook(rows, cells, title=_("Resident teams"), headings=headings, by=by, filters=filters)


def leaders(rows: QuerySet[DistrictLeader], links: QuerySet[LeaderLink], *, by: Any, filters: dict[str, Any]) -> bytes:
    """A workbook of leaders with what each is linked to."""
    headings = [
        *(_("Name"), _("Title"), _("Body"), _("Towns"), _("Villages"), _("Households")),
        *(_("In office since"), _("In office until")),
    ]

    def cells(chunk: list[DistrictLeader]) -> Iterator[list[Any]]:
        for shown in links_of(chunk, links):
            yield [
                shown.leader.name,
                shown.leader.title,
                shown.leader.get_office_display(),
                listed(shown.towns),
                listed(shown.villages),
                listed(shown.households),
                shown.leader.starts_on,
                shown.leader.ends_on,
            ]

    return workbook(rows, cells, title=_("District leaders"), headings=headings, by=by, filters=filters)


def groups(rows: QuerySet[SupportGroup], *, by: Any, filters: dict[str, Any]) -> bytes:
    """A workbook of support groups with their units."""
    headings = [
        *(_("Town"), _("Village"), _("Support group"), _("Lead unit"), _("Member units"), _("Basis")),
        *(_("From"), _("To"), _("Why it ended")),
    ]

    def cells(chunk: list[SupportGroup]) -> Iterator[list[Any]]:
        for shown in units_of(chunk):
            group = shown.group
            yield [
                *place(group.village),
                group.name,
                str(shown.lead or ""),
                listed(shown.members),
                group.basis,
                group.starts_on,
                group.ends_on,
                group.end_reason,
            ]

    return workbook(rows, cells, title=_("Support groups"), headings=headings, by=by, filters=filters)


def trained(rows: QuerySet[TrainedPerson], *, by: Any, filters: dict[str, Any]) -> bytes:
    """A workbook of people who were trained."""
    headings = [
        *(_("Town"), _("Village"), _("Name"), _("Trained as"), _("What was taught"), _("Where")),
        *(_("Training began on"), _("Training finished on"), _("Evidence"), _("Withdrawn")),
    ]

    def cells(chunk: list[TrainedPerson]) -> Iterator[list[Any]]:
        for person in chunk:
            yield [
                *place(person.village),
                person.name,
                person.get_kind_display(),
                person.subject,
                person.place,
                person.started_on,
                person.finished_on,
                person.certificate,
                person.withdrawn_reason,
            ]

    return workbook(rows, cells, title=_("Trained people"), headings=headings, by=by, filters=filters)


def publicity(rows: QuerySet[PublicityEvent], *, by: Any, filters: dict[str, Any]) -> bytes:
    """A workbook of meetings and postings."""
    headings = [
        *(_("Town"), _("Village"), _("Group"), _("Kind"), _("Topic"), _("Place"), _("From"), _("To")),
        *(_("People present"), _("By whom"), _("Withdrawn")),
    ]

    def cells(chunk: list[PublicityEvent]) -> Iterator[list[Any]]:
        for event in chunk:
            yield [
                *place(event.village),
                event.group.name if event.group is not None else "",
                event.get_kind_display(),
                event.topic,
                event.place,
                event.starts_on,
                event.ends_on,
                event.attendance,
                event.held_by,
                event.withdrawn_reason,
            ]

    return workbook(rows, cells, title=_("Publicity"), headings=headings, by=by, filters=filters)


def checks(rows: Sequence[VillageCheck], *, by: Any, filters: dict[str, Any]) -> bytes:
    """A workbook of the completeness check: of each norm how many there are, how many there must be, and whether that is met."""
    headings = [_("Town"), _("Village"), _("Norms not met"), _("What is missing")]
    for norm in NORMS:
        headings += [str(norm.label), _("wanted"), _("state")]

    cells = (
        [
            *place(check.poor.village),
            check.missing,
            listed(finding.norm.label for finding in check.unmet),
            *(value for one in check.findings for value in (one.count, one.wanted, one.word)),
        ]
        for check in rows
    )
    return sheet_of(cells, model=PoorVillage, title=_("Completeness check"), headings=headings, by=by, filters=filters)
