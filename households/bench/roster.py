"""How fast a roster of 25,000 rows goes in, beside reading the workbook and inserting the same rows without a question."""

import datetime as dt
import functools
import io
import tempfile
from pathlib import Path
from typing import Any

import python_calamine
import xlsxwriter
from django.db import models, transaction
from stdnum.cn import ric

from households.imports import service
from households.models import (
    HelperAssignment,
    Household,
    IncomeStatement,
    LivingConditions,
    Member,
    MemberYear,
    RosterImport,
    RosterImportState,
    RosterPreview,
    StatusEvent,
    TierDecision,
)
from jiangjin.areas.models import Area
from jiangjin.common import clock
from jiangjin.common.bench import Bench, Measure, Memory, Peak, benches, best_of, clocked, peak_memory
from jiangjin.jobs.services import run_now

ROWS = 25_000
BUDGET = 3.0
MEMORY_MB = 500
ROUNDS = 2
MOVED = 10_000_000
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
        contents = [_workbook(Path(folder) / f"roster{edition}.xlsx", town, edition) for edition in range(ROUNDS)]
    reading = best_of(ROUNDS, lambda: _read(contents[0]))
    importing, peak = [], Peak()
    for edition, content in enumerate(contents):
        with peak_memory() as held:
            importing.append(clocked(functools.partial(_take, content, town)))
        peak.megabytes = max(peak.megabytes, held.megabytes)
        if Member.objects.count() != ROWS * (edition + 1):
            raise AssertionError("the roster was not taken whole")
    again = best_of(ROUNDS, lambda: _take(contents[0], town))
    if (
        RosterPreview.objects.filter(roster_import=RosterImport.objects.latest("pk"))
        .exclude(result="unchanged")
        .exists()
    ):
        raise AssertionError("the same roster changed something")
    inserting = _bare_insert()
    limit = "reading and bare insert"
    return [
        Measure("a roster of 25,000 rows: checked, committed", min(importing), limit, reading + inserting, BUDGET),
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
    python_calamine.load_workbook(io.BytesIO(content)).get_sheet_by_index(0).to_python(skip_empty_area=False)


def _bare_insert() -> float:
    """Seconds to insert what the import left in the tables of the register, sealed numbers included, and nothing else.

    The rows go in beside those of the import: moved to other keys, and with other numbers where these are unique.
    """
    rows: dict[type[models.Model], list[Any]] = {
        table: list(table._default_manager.order_by("pk")[: table._default_manager.count() // ROUNDS])
        for table in TABLES
    }
    for household in rows[Household]:
        household.phone = str(household.phone)  # opened, so that the insert seals it
    for member in rows[Member]:
        member.identity = str(member.identity)

    def move() -> None:
        for number, household in enumerate(rows[Household]):
            household.number = f"{MOVED + household.pk}{number:08d}"
        for member in rows[Member]:
            member.identity_digest = member.identity_digest[1:] + member.identity_digest[:1]
        for table, these in rows.items():
            own = [name for name in ("household_id", "member_id") if name in _columns(table)]
            for row in these:
                row.pk += MOVED
                for name in own:
                    setattr(row, name, getattr(row, name) + MOVED)

    def insert() -> None:
        with transaction.atomic():
            for table, these in rows.items():
                table._default_manager.bulk_create(these, batch_size=1000)

    return best_of(ROUNDS, insert, before=move)


def _columns(table: type[models.Model]) -> set[str]:
    return {field.attname for field in table._meta.concrete_fields}


# --- the workbook ------------------------------------------------------------------------------------------------------


def _workbook(path: Path, town: Area, edition: int) -> bytes:
    """A roster as towns write it: title, titles, a row a person, the household's answers in the head's row. Every edition has
    other households and people."""
    villages = list(Area.objects.under(town).villages().order_by("path"))
    book = xlsxwriter.Workbook(path, {"constant_memory": True})
    page = book.add_worksheet("贫困户信息")
    page.write_string(0, 0, f"江津区{town.name}2015年建档立卡贫困户信息采集表")
    page.write_row(1, 0, TITLES)
    line, household = 2, edition * ROWS
    while line < ROWS + 2:
        size = min(SIZES[household % len(SIZES)], ROWS + 2 - line)
        for position in range(size):
            page.write_row(line, 0, _row(villages, household, position, size, line + edition * ROWS))
            line += 1
        household += 1
    book.close()
    return path.read_bytes()


def _row(villages: list[Area], household: int, position: int, size: int, line: int) -> list[Any]:
    answers: list[Any] = [""] * 8
    year: list[Any] = [""] * 10
    if position == 0:
        village = villages[household % len(villages)]
        number = f"{village.code or '500116999999'}{household:06d}"
        group, cause = f"{household % 9 + 1}组", ("因学", "缺技术", "缺资金")[household % 3]
        answers = [number, village.name, group, size, "一般贫困户", "ABC"[household % 3], cause, f"138{household:08d}"]
        amounts = [household * 7919 % 30_000 + 300, household % 9_000, 1_140, household % 700, household % 1_000]
        year = [
            "B级",
            "是",
            "是",
            *amounts,
            _name(household % 300 + 7),
            ("区农委", "区教委", "区交通局")[household % 3],
        ]
    child, man = position >= 2, position != 1
    relation = ("户主", "配偶", "之子", "之子", "之子")[position]
    learning = ["小学", "小学", "健康", ""] if child else ["初中", "非在校生", "健康", "普通劳动力"]
    work = ["", "", "是"] if child or position else ["乡外县内", 9, "是"]
    person = [_name(line), relation, "男" if man else "女", _identity(line, child=child, man=man), "汉族"]
    return [*answers, *person, *learning, *work, *year]


def _name(number: int) -> str:
    """A name of three characters; thousands of them, so that no cache of names is of more use than in life."""
    return SURNAMES[number % 20] + GIVEN[number // 20 % 25] + GIVEN[number // 500 % 25]


def _identity(line: int, *, child: bool, man: bool) -> str:
    first = dt.date(2004, 1, 1) if child else dt.date(1955, 1, 1)
    born_on = first + dt.timedelta(days=line % (1_500 if child else 7_000))
    body = f"500399{born_on:%Y%m%d}{line // (1_500 if child else 7_000) * 2 + man:03d}"
    return body + str(ric.calc_check_digit(f"{body}0"))


benches.register(Bench("roster", "Roster import", run))
