"""How fast a roster of 25,000 rows goes in, beside reading the workbook and inserting the same rows without a question."""

import datetime as dt
import tempfile
from pathlib import Path
from typing import Any

import python_calamine
import xlsxwriter
from django.conf import settings
from django.db import connection, models, transaction
from stdnum.cn import ric

from households.imports import service
from households.models import (
    Helper,
    HelperAssignment,
    Household,
    IncomeStatement,
    LivingConditions,
    Member,
    MemberYear,
    RosterImport,
    RosterImportState,
    StatusEvent,
    TierDecision,
)
from jiangjin.areas.models import Area, AreaLevel
from jiangjin.common import clock
from jiangjin.common.bench import Bench, Measure, Memory, benches, best_of, clocked, peak_memory
from jiangjin.jobs.services import run_now

ROWS = 25_000
BUDGET = 3.0
MEMORY_MB = 500
ROUNDS = 2
SIZES = (1, 2, 3, 3, 4, 4, 5, 4, 3, 4)
SURNAMES = "陈李王张刘杨周罗何邓赵唐徐程郑傅吕袁林黄"
GIVEN = "建远学国华强珍素容琴贵明春芳文兴德英光勇生平志莲清"
# 30 columns: eight of the household's head row, twelve of the person, ten of the household's year.
TITLES = (
    *("户编号", "行政村", "村民小组", "家庭人口", "贫困户属性", "贫困类别", "主要致贫原因", "联系电话"),
    *("姓名", "与户主关系", "性别", "证件号码", "民族", "文化程度", "在校生状况", "健康状况", "劳动能力"),
    *("务工状况", "务工时间（月）", "是否参加新农合"),
    *("危房等级", "饮水是否安全", "是否通生活用电", "工资性收入", "生产经营性收入", "养老保险金", "其他转移性收入"),
    *("生产经营性支出", "帮扶责任人", "帮扶单位"),
)
TABLES: list[type[models.Model]] = [
    Household,
    Member,
    MemberYear,
    IncomeStatement,
    LivingConditions,
    TierDecision,
    StatusEvent,
    HelperAssignment,
]


def run(households: int) -> list[Measure | Memory]:
    """The number of households is not asked: the budget is that of a file of 25,000 rows."""
    town = _largest_town()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "roster.xlsx"
        _write(path, town)
        content = path.read_bytes()
    reading = best_of(ROUNDS, lambda: _read(content))
    counts: dict[str, Any] = {}
    with peak_memory() as peak:
        importing = clocked(lambda: counts.update(_take(content, town)))
    if counts["accepted_members"] != ROWS or Member.objects.count() != ROWS:
        raise AssertionError(f"the roster was not taken whole: {counts}")
    again = clocked(lambda: counts.update(_take(content, town)))
    if counts["unchanged"] != counts["households_in_file"]:
        raise AssertionError(f"the same roster changed something: {counts}")
    inserting = _bare_insert()
    limit = "reading and bare insert"
    return [
        Measure("a roster of 25,000 rows: checked, committed", importing, limit, reading + inserting, BUDGET),
        Measure("the same roster again, nothing changed", again, limit, reading + inserting, BUDGET),
        Measure("reading the workbook", reading),
        Measure("bare insert of the same rows", inserting),
        Memory("a roster of 25,000 rows: checked, committed", peak.megabytes, MEMORY_MB),
    ]


def _largest_town() -> Area:
    towns = Area.objects.towns().order_by("path")
    return max(towns, key=lambda town: Area.objects.under(town).villages().count())


def _take(content: bytes, area: Area) -> dict[str, Any]:
    """The whole way, as the command goes it."""
    roster = service.receive(name="roster.xlsx", content=content, area=area, by=None)
    run_now(kind=service.CHECK, area=area, params={"roster": roster.pk})
    service.begin_commit(roster=roster, by=None)
    run_now(kind=service.COMMIT, area=area, params={"roster": roster.pk, "on": clock.today().isoformat()})
    roster.refresh_from_db()
    if roster.state != RosterImportState.COMMITTED:
        raise AssertionError(roster.state)
    return dict(roster.counts)


def _read(content: bytes) -> None:
    import io

    python_calamine.load_workbook(io.BytesIO(content)).get_sheet_by_index(0).to_python(skip_empty_area=False)


def _bare_insert() -> float:
    """Seconds to insert what the import left in the tables of the register, sealed numbers included, and nothing else."""
    rows = {table: list(table._default_manager.all()) for table in TABLES}
    for household in rows[Household]:
        household.phone  # noqa: B018  opened, so that the insert seals it
    for member in rows[Member]:
        member.identity  # noqa: B018

    def insert() -> None:
        with transaction.atomic():
            for table, these in rows.items():
                table._default_manager.bulk_create(these, batch_size=1000)

    return best_of(ROUNDS, insert, before=_empty)


def _empty() -> None:
    names = ", ".join(connection.ops.quote_name(table._meta.db_table) for table in TABLES)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"TRUNCATE {names} CASCADE")
            return
        with transaction.atomic():
            cursor.execute("PRAGMA defer_foreign_keys = ON")
