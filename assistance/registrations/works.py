"""Relocation, house repair and courses: details of enrolments, menu, API routes, figures of the report, demo part."""

import functools
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from assistance import permissions
from assistance.api.works import ROUTES
from assistance.demo import works as demo_works  # noqa: F401
from assistance.figures import works as work_figures  # noqa: F401
from assistance.models import Enrolment, HouseRepair, MeasureDetail, Relocation
from assistance.services import courses, house_repairs, relocations
from assistance.services.enrolment_details import EnrolmentDetail, enrolment_details
from jiangjin.common.api import ApiRoute, api_routes
from jiangjin.common.registries import Label, MenuItem, menu
from jiangjin.common.words import listed


def relocation_facts(enrolment: Enrolment) -> Sequence[tuple[Label, Any]]:
    """Where and when the household moved, for the enrolment's page."""
    row = Relocation.objects.filter(enrolment=enrolment).select_related("site").first()
    if row is None:
        return []
    return [
        (_("Resettlement site"), row.site or _("by itself, no site")),
        (_("Manner of moving"), row.get_mode_display()),
        (_("Moved on"), row.moved_on),
        (_("Who moved"), listed(member.name for member in row.members.order_by("relation", "born_on", "pk"))),
        (_("Old house cleared on"), row.old_house_cleared_on),
    ]


def repair_facts(enrolment: Enrolment) -> Sequence[tuple[Label, Any]]:
    """The house and its repair, for the enrolment's page."""
    row = HouseRepair.objects.filter(enrolment=enrolment).first()
    if row is None:
        return []
    return [
        (_("Grade before"), row.get_grade_display()),
        (_("Manner of repair"), row.get_method_display()),
        (_("Floor space (m²)"), row.house_area),
        (_("Accepted on"), row.accepted_on),
        (_("Accepted by"), row.accepted_by),
    ]


def course_facts(enrolment: Enrolment) -> Sequence[tuple[Label, Any]]:
    """The courses that the person took part in, for the enrolment's page."""
    return [
        (course.name, f"{course.starts_on:%Y-%m-%d} – {course.ends_on:%Y-%m-%d}")
        for course in enrolment.courses.order_by("starts_on", "pk")
    ]


for order, (code, complete, facts, url_name) in enumerate(
    [
        (MeasureDetail.RELOCATION, relocations.complete, relocation_facts, "assistance:write_relocation"),
        (MeasureDetail.HOUSE_REPAIR, house_repairs.complete, repair_facts, "assistance:write_repair"),
        (MeasureDetail.COURSE, courses.complete, course_facts, ""),
    ],
    start=20,
):
    enrolment_details.register(
        EnrolmentDetail(code=code.value, order=order, complete=complete, facts=facts, url_name=url_name)
    )
for order, (code_, label, url_name, icon) in enumerate(
    [
        ("relocations", _("Relocation"), "assistance:relocations", "truck"),
        ("repairs", _("House repair"), "assistance:repairs", "home-cog"),
        ("courses", _("Training courses"), "assistance:courses", "school"),
    ],
    start=55,
):
    menu.register(
        MenuItem(
            code=code_,
            label=label,
            url_name=url_name,
            icon=icon,
            order=order,
            permission=permissions.VIEW_MEASURES,
            parent="measures",
        )
    )
for order, route in enumerate(ROUTES, start=250):
    api_routes.register(ApiRoute(route, functools.partial(ROUTES.__getitem__, route), order=order))
