"""Columns of household lists, and their export."""

import datetime as dt
import io
from typing import Any

import xlsxwriter
from django.db.models import Case, ExpressionWrapper, F, FloatField, QuerySet, When
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from households.models import HelperAssignment, Household
from households.rules.facts import income_year
from jiangjin.audit.models import AuditAction
from jiangjin.audit.services import plain, record
from jiangjin.common.money import fen_to_yuan, per_capita_fen


def with_columns(households: QuerySet[Household], *, on: dt.date) -> QuerySet[Household]:
    """Adds head_name, head_pinyin, member_count, net_income_fen and per_capita_fen (for ordering), village and group."""
    share = ExpressionWrapper(Cast("net_income_fen", FloatField()) / F("member_count"), output_field=FloatField())
    return (
        households.with_head()
        .with_member_count(on)
        .with_income(income_year(on))
        .annotate(per_capita_fen=Case(When(member_count__gt=0, then=share)))
        .select_related("village__parent", "group")
    )


def per_capita(household: Household) -> int | None:
    """分 per person of a row of `with_columns`, half up; None where income or members are unknown."""
    if household.net_income_fen is None or not household.member_count:
        return None
    return per_capita_fen(household.net_income_fen, household.member_count)


def export(households: QuerySet[Household], *, by: Any, filters: dict[str, Any], on: dt.date) -> bytes:
    """A workbook of a list of households, without personal numbers. Who exported what is logged."""
    year = income_year(on)
    headings = [
        _("Household number"),
        _("Head"),
        _("Town"),
        _("Village"),
        _("Group"),
        _("Members"),
        _("Tier"),
        _("Status"),
        _("Status since"),
        _("Main cause of poverty"),
        _("Net income %(year)d (yuan)") % {"year": year},
        _("Net income per head %(year)d (yuan)") % {"year": year},
        _("Helpers"),
    ]
    buffer = io.BytesIO()
    # In memory, values only: a name that begins with "=" must not become a formula.
    workbook = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = workbook.add_worksheet(_("Households"))
    bold = workbook.add_format({"bold": True, "bg_color": "#eceff3", "bottom": 1})
    money = workbook.add_format({"num_format": "#,##0.00"})
    day = workbook.add_format({"num_format": "yyyy-mm-dd"})
    sheet.write_row(0, 0, headings, bold)
    sheet.freeze_panes(1, 2)
    sheet.set_column(0, 0, 20)
    sheet.set_column(1, 12, 14)
    helpers = helper_names(households, on=on)
    count = 0
    for count, household in enumerate(households.iterator(chunk_size=2000), start=1):
        sheet.write_row(
            count,
            0,
            [
                household.number,
                household.head_name or "",
                household.village.parent.name,
                household.village.name,
                household.group.name if household.group else "",
                household.member_count,
                household.tier,
                household.get_status_display(),
            ],
        )
        sheet.write_datetime(count, 8, dt.datetime.combine(household.status_on, dt.time()), day)
        sheet.write(count, 9, household.get_main_cause_display())
        if household.net_income_fen is not None:
            sheet.write_number(count, 10, float(fen_to_yuan(household.net_income_fen)), money)
        share = per_capita(household)
        if share is not None:
            sheet.write_number(count, 11, float(fen_to_yuan(share)), money)
        sheet.write(count, 12, "、".join(helpers.get(household.pk, [])))
    sheet.autofilter(0, 0, max(count, 1), len(headings) - 1)
    workbook.close()
    record(
        by=by,
        action=AuditAction.EXPORTED,
        model="households.household",
        label=f"{count}",
        after={"rows": count, "filters": {key: plain(value) for key, value in filters.items() if value}},
    )
    return buffer.getvalue()


def helper_names(households: QuerySet[Household], *, on: dt.date) -> dict[int, list[str]]:
    """Who answers for the households on the day, by household."""
    names: dict[int, list[str]] = {}
    rows = (
        HelperAssignment.objects.active(on)
        .filter(household__in=households.order_by().values("pk"))
        .order_by("starts_on", "pk")
        .values_list("household_id", "helper__name")
    )
    for household_id, name in rows:
        names.setdefault(household_id, []).append(name)
    return names
