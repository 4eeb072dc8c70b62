"""The annual report has every line; what is reported opens as rows that add up to it, under the same access."""

import csv
import datetime as dt
import io
import json
import re
from collections.abc import Callable
from decimal import Decimal
from importlib import resources
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from rest_framework.test import APIClient

from households.demo.tables import table
from households.models import Member
from jiangjin.accounts import roles
from jiangjin.accounts.scoping import Scope
from jiangjin.common.demo import DEMO_DAY
from jiangjin.common.figures import figures
from supervision.services import annual_report
from tests import factories
from tests.small_district import SmallDistrict

Rows = list[dict]
KEYS = [line.key for line in annual_report.lines()]


def the_rows(rows: Rows, _read: Callable[[str], Rows]) -> int:
    """The value is how many rows there are."""
    return len(rows)


def persons(rows: Rows, _read: Callable[[str], Rows]) -> int:
    return sum(row["persons"] for row in rows)


def a_person(rows: Rows, read: Callable[[str], Rows]) -> Decimal:
    """Yuan of the rows, over the persons of the exits that they belong to."""
    asked = [row for row in rows if row["disposable_income_yuan"] is not None]
    households = {row["household"] for row in asked}
    exits = [row for row in read("/api/v1/status-events/?exited_in=2015") if row["household"] in households]
    return sum(Decimal(row["disposable_income_yuan"]) for row in asked) / persons(exits, read)


def leaders(rows: Rows, _read: Callable[[str], Rows]) -> int:
    return len({row["leader"] for row in rows})


def fewest_leaders(rows: Rows, _read: Callable[[str], Rows]) -> int:
    return min(norm["count"] for row in rows for norm in row["norms"] if norm["norm"] == "leaders")


def fewest_trained(kind: str) -> Callable[[Rows, Callable[[str], Rows]], int]:
    return lambda rows, _read: min(row["trained"][kind] for row in rows)


def households(rows: Rows, _read: Callable[[str], Rows]) -> int:
    """Distinct households of the rows."""
    return len({row["household"] for row in rows})


def members(rows: Rows, _read: Callable[[str], Rows]) -> int:
    """Distinct persons of the rows."""
    return len({row["member"] for row in rows})


def movers(rows: Rows, _read: Callable[[str], Rows]) -> int:
    return len({member for row in rows for member in row["members"]})


def one_subsidy(rows: Rows, _read: Callable[[str], Rows]) -> Decimal:
    """Yuan that each of the rows got."""
    (amount,) = {row["subsidy_yuan"] for row in rows}
    return Decimal(amount)


def percent_of(name: str) -> Callable[[Rows, Callable[[str], Rows]], Decimal]:
    return lambda rows, _read: Decimal(100 * sum(row[name] is True for row in rows)) / len(rows)


def percent_treated(rows: Rows, _read: Callable[[str], Rows]) -> Decimal:
    told = [row for row in rows if None not in (row["waste_treated_t"], row["waste_produced_t"])]
    treated, produced = (sum(Decimal(row[name]) for row in told) for name in ("waste_treated_t", "waste_produced_t"))
    return treated * 100 / produced


def gain_a_person(rows: Rows, _read: Callable[[str], Rows]) -> Decimal:
    """Yuan of the rows, over the members of their households at the year's end."""
    numbers = {row["household"] for row in rows}
    persons = Member.objects.present(dt.date(2015, 12, 31)).filter(household__number__in=numbers).count()
    return sum(Decimal(row["gain_yuan"]) for row in rows) / persons


# Figures are rounded to a tenth of a percent, a whole yuan or a 分; counts agree exactly.
ROUNDED = Decimal("0.51")
# So few in a whole district that a small one may have none.
FEW = {"mutual_aid_associations", "lead_firms"}
# Counted by persons: its households are not reported.
NEVER_REPORTED = {"batch_medical_households"}
# Their rows are months, not a list of records: tests/demo/test_visits.py compares them.
BY_MONTH = {"visits_per_household_month"}
BATCHES = ("industry", "employment", "relocation", "education", "safety_net")

# How the rows behind a figure add up to it. A figure that is registered must stand here.
ADDS_UP = {
    **{f"batch_{batch}_households": households for batch in BATCHES},
    **{f"batch_{batch}_persons": members for batch in (*BATCHES, "medical")},
    "policy_documents": the_rows,
    "problems_solved": the_rows,
    "house_subsidy_c": one_subsidy,
    "house_subsidy_d": one_subsidy,
    "houses_repaired": the_rows,
    "persons_relocated": movers,
    "resettlement_sites": the_rows,
    "cooperatives": the_rows,
    "mutual_aid_associations": the_rows,
    "farm_inns": the_rows,
    "lead_firms": the_rows,
    "income_gain_coop": gain_a_person,
    "service_centre_rate": percent_of("service_centre_standardised"),
    "clinic_rate": percent_of("clinic_standardised"),
    "waste_treatment": percent_treated,
    "exited_households": the_rows,
    "exited_persons": persons,
    "exited_income_per_capita": a_person,
    "helpers": the_rows,
    "coop_households": the_rows,
    "poor_villages_exited": the_rows,
    "district_leaders": leaders,
    "leaders_per_village": fewest_leaders,
    "support_groups": the_rows,
    "first_secretaries": the_rows,
    "resident_teams": the_rows,
    "prosperity_leaders_per_village": fewest_trained("prosperity_leader"),
    "entrepreneurs_per_village": fewest_trained("entrepreneur"),
    "medics_per_village": fewest_trained("medic"),
    "preschool_teachers_per_village": fewest_trained("preschool_teacher"),
}


def report(*args: str) -> dict:
    """What `annual_report --format json` prints, with its keys in order."""
    out = io.StringIO()
    call_command("annual_report", *args, stdout=out)
    assert len(out.getvalue().splitlines()) == 1
    return json.loads(out.getvalue())


class ReportTest(SmallDistrict):
    def reader(self, user) -> Callable[[str], Rows]:
        """Reads all pages of an address as the user."""
        client = APIClient()
        client.force_authenticate(user)

        def read(address: str) -> Rows:
            rows: Rows = []
            page = 1
            while True:
                response = client.get(f"{address}&page_size=500&page={page}")
                assert response.status_code == 200, (address, response.content)
                rows += response.json()["results"]
                if len(rows) >= response.json()["count"]:
                    return rows
                page += 1

        return read

    def test_every_line_is_there_in_order(self):
        printed = report("2015")
        assert list(printed) == KEYS
        assert all(set(entry) == {"value", "unit", "query"} for entry in printed.values())

    def test_what_no_app_counts_is_not_reported(self):
        for key, entry in report("2015").items():
            if key not in figures:
                assert entry["value"] is None
                assert entry["query"] is None
        assert {key for key, entry in report("2015").items() if entry["value"] is not None} == {
            figure.code for figure in figures
        } - NEVER_REPORTED

    def test_the_rows_behind_a_figure_add_up_to_it(self):
        read = self.reader(factories.user(role=roles.DISTRICT_OFFICER))
        printed = report("2015")
        assert {figure.code for figure in figures} == set(ADDS_UP) | NEVER_REPORTED | BY_MONTH
        for code, add_up in ADDS_UP.items():
            value = printed[code]["value"]
            assert value > 0 or code in FEW, code
            assert abs(Decimal(add_up(read(printed[code]["query"]), read)) - Decimal(str(value))) < ROUNDED, code

    def test_a_towns_report_opens_the_towns_rows(self):
        read = self.reader(factories.user(role=roles.DISTRICT_OFFICER))
        printed = report("2015", "--area", "500116114")
        whole = report("2015")
        for code in ("exited_households", "exited_persons", "helpers", "coop_households", "poor_villages_exited"):
            assert 0 < printed[code]["value"] < whole[code]["value"]
            assert ADDS_UP[code](read(printed[code]["query"]), read) == printed[code]["value"], code

    def test_towns_add_up_to_the_district(self):
        codes = ("exited_households", "exited_persons", "poor_villages_exited", "helpers", "coop_households")
        totals = dict.fromkeys(codes, 0)
        for town in factories.county().children.all():
            entries = annual_report.compile_report(year=2015, scope=Scope(on=DEMO_DAY, paths=(town.path,)), area=town)
            for entry in entries:
                if entry.line.key in totals:
                    totals[entry.line.key] += entry.value or 0
        whole = report("2015")
        assert totals == {code: whole[code]["value"] for code in codes}

    def test_nobody_sees_more_than_their_own_rows(self):
        town = factories.town("嘉平镇")
        user = factories.user(role=roles.TOWN_OFFICER, area=town)
        read = self.reader(user)
        entries = annual_report.compile_report(year=2015, scope=user.scope("households.view"))
        whole = report("2015")
        for entry in entries:
            if entry.line.key in ("exited_households", "exited_persons", "helpers", "coop_households"):
                assert 0 < entry.value < whole[entry.line.key]["value"]
                assert ADDS_UP[entry.line.key](read(entry.query), read) == entry.value

    def test_the_number_of_queries_is_fixed(self):
        scope = Scope(on=DEMO_DAY, paths=(factories.county().path,))
        # However many rows there are: shares ask twice, as does a figure of which nothing may be on file.
        with self.assertNumQueries(47):
            annual_report.compile_report(year=2015, scope=scope)

    def test_the_document_has_a_row_a_line(self):
        out, note = io.StringIO(), io.StringIO()
        call_command("annual_report", "2015", "--format", "md", stdout=out, stderr=note)
        lines = [line for line in out.getvalue().splitlines() if line.startswith("|")]
        assert len(lines) == len(KEYS) + 2
        assert {line.count("|") for line in lines} == {7}
        assert "None" not in out.getvalue()
        exits = report("2015")["exited_persons"]["value"]
        assert any("脱贫越线人数" in line and f"| {exits:,} |" in line for line in lines)
        assert json.loads(note.getvalue()) == {
            "year": 2015,
            "lines": len(KEYS),
            "reported": len(ADDS_UP) + len(BY_MONTH),
        }

    def test_a_file_is_written_and_the_counts_printed(self):
        path = Path(settings.VAR_DIR) / "report.md"
        printed = report("2015", "--format", "md", "--output", str(path))
        assert printed == {"year": 2015, "lines": len(KEYS), "reported": len(ADDS_UP) + len(BY_MONTH)}
        assert path.read_text(encoding="utf-8").startswith("# ")


@pytest.mark.django_db
@pytest.mark.usefixtures("year_end")
def test_an_empty_register_reports_nothing():
    assert {entry["value"] for entry in report("2015").values()} == {None}


@pytest.mark.django_db
@pytest.mark.usefixtures("year_end")
@pytest.mark.parametrize("args", [["2016"], ["99"], ["2015x"], ["2015", "--area", "1"], ["2015", "--format", "docx"]])
def test_wrong_arguments_are_refused(args):
    with pytest.raises(CommandError):
        call_command("annual_report", *args)


def test_every_figure_has_its_line_and_every_line_a_unit():
    assert {figure.code for figure in figures} <= set(KEYS)
    assert len(set(KEYS)) == len(KEYS) == 69
    assert {line.unit for line in annual_report.lines()} == set(annual_report.UNITS)
    assert {line.relation for line in annual_report.lines()} <= set(annual_report.RELATIONS)


def test_the_list_of_lines_holds_no_values():
    text = resources.files("supervision").joinpath("data/annual_report.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    assert list(rows[0]) == ["key", "label", "unit", "relation", "note"]
    digits = "".join(character for row in rows for cell in row.values() for character in cell if character.isdigit())
    assert digits == "19"  # of the “1+9” documents


def reported_figures(targets: dict) -> set[str]:
    """The article's figures, as they might be written: 12345 or 12,345."""
    numbers = {value for row in targets.values() for value in (row.values() if isinstance(row, dict) else [row])}
    return {str(number) for number in numbers if isinstance(number, int)}


def test_no_reported_figure_stands_in_code_or_pages():
    """Pages, reports and queries count rows; only the demo's generator knows what the article says."""
    root = Path(settings.BASE_DIR)
    written = "|".join(f"{number[:-3]},?{number[-3:]}" for number in reported_figures(table("targets")))
    pattern = re.compile(rf"(?<!\d)(?:{written})(?!\d)")
    packages = ["jiangjin", "households", "villages", "assistance", "funding", "supervision", "templates"]
    files = [path for name in packages for path in (root / name).rglob("*") if path.suffix in {".py", ".html"}]
    files = [path for path in files if (root / "households" / "demo") not in path.parents]
    assert len(files) > 200
    assert [str(path) for path in files if pattern.search(path.read_text(encoding="utf-8"))] == []
