"""manage.py import_roster: what it prints, and that a dry run writes nothing."""

import json

import pytest
from django.apps import apps
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.utils import translation

from households.models import Household, Member, RosterImport, RosterImportState
from tests.households.imports.building import (
    FIRST_ROW,
    SHEET,
    household,
    letters,
    roster_of,
    workbook,
)
from tests.households.imports.conftest import DATA

pytestmark = pytest.mark.django_db
SAMPLE = DATA / "roster_sample.xlsx"
FIGURES = {
    "households_in_file": 320,
    "members_in_file": 1053,
    "accepted_households": 302,
    "accepted_members": 990,
    "refused_households": 18,
    "net_income_yuan_total": 6198768,
}


@pytest.fixture
def run(capsys):
    def do(path, **options):
        with translation.override("en"):
            call_command("import_roster", path, **options)
        lines = capsys.readouterr().out.splitlines()
        return json.loads(lines[-1]), lines[:-1]

    return do


@pytest.fixture
def file_of(tmp_path):
    def do(content, name="花名册.xlsx"):
        path = tmp_path / name
        path.write_bytes(content)
        return path

    return do


def everything():
    """How many rows every table holds."""
    return {model._meta.label: model._base_manager.count() for model in apps.get_models() if model._meta.managed}


def test_a_dry_run_tells_everything_and_writes_nothing(run, settings):
    before = everything()
    counts, lines = run(SAMPLE, dry_run=True)
    assert counts["dry_run"] is True
    assert FIGURES.items() <= counts.items()
    assert (counts["new"], counts["changed"], counts["unchanged"]) == (302, 0, 0)
    assert (counts["errors"], counts["warnings"]) == (20, 22)
    assert len(lines) == counts["errors"] + counts["warnings"] + counts["hints"]
    assert everything() == before
    assert not default_storage.exists("rosters") or default_storage.listdir("rosters") == ([], [])


def test_the_sample_goes_in_with_the_exact_figures(run):
    counts, _lines = run(SAMPLE)
    assert counts["dry_run"] is False
    assert FIGURES.items() <= counts.items()
    assert (counts["new"], counts["changed"], counts["unchanged"]) == (302, 0, 0)
    assert (Household.objects.count(), Member.objects.count()) == (302, 990)
    assert RosterImport.objects.get().state == RosterImportState.COMMITTED


def test_the_second_run_changes_nothing_and_says_so(run):
    run(SAMPLE)
    before = {
        label: count for label, count in everything().items() if not label.startswith(("households.Roster", "jobs."))
    }
    counts, lines = run(SAMPLE)
    assert FIGURES.items() <= counts.items()
    assert (counts["new"], counts["changed"], counts["unchanged"]) == (0, 0, 302)
    assert lines[-1] == "Nothing new: the register has every accepted household as the file has it."
    after = {label: count for label, count in everything().items() if label in before}
    grown = {label: after[label] - count for label, count in before.items() if after[label] != count}
    assert set(grown) <= {"audit.AuditEntry"}  # the upload itself, received and closed
    assert grown["audit.AuditEntry"] == 2


@pytest.mark.parametrize("dry_run", [True, False])
def test_every_line_names_sheet_row_and_column(run, file_of, dry_run):
    content = workbook([household(), household(tier="D", stated_persons=9)])
    _counts, lines = run(file_of(content), dry_run=dry_run)
    for code, title in (("tier", "贫困类别"), ("stated_persons", "家庭人口")):
        (line,) = [line for line in lines if title in line]
        assert f"Sheet “{SHEET}”, row {FIRST_ROW + 3}, column {letters(code)} “{title}”: " in line


def test_the_refused_rows_go_into_a_file(run, file_of, tmp_path):
    refused = tmp_path / "退回.xlsx"
    counts, _lines = run(file_of(workbook([household(), household(tier="D")])), refused=refused)
    assert counts["refused_households"] == 1
    (back,) = roster_of(refused.read_bytes()).households
    assert "tier" in back.unreadable


@pytest.mark.parametrize(
    ("content", "name"),
    [(b"", "空.xlsx"), (b"\xce\xd2\xca\xc7\xce\xc4\xb1\xbe", "文本.xlsx"), ("户编号,姓名\n1,甲".encode(), "表.csv")],
)
@pytest.mark.parametrize("dry_run", [True, False])
def test_junk_ends_with_one_sentence(file_of, content, name, dry_run):
    before = everything()
    with pytest.raises(CommandError) as refusal:
        call_command("import_roster", file_of(content, name), dry_run=dry_run)
    assert "Traceback" not in str(refusal.value)
    assert everything() == before


def test_a_file_that_is_not_there_and_names_that_do_not_exist(tmp_path, file_of):
    with pytest.raises(CommandError, match=r"nowhere\.xlsx"):
        call_command("import_roster", tmp_path / "nowhere.xlsx")
    path = file_of(workbook([household()]))
    with pytest.raises(CommandError, match="nobody"):
        call_command("import_roster", path, user="nobody")
    with pytest.raises(CommandError, match="999"):
        call_command("import_roster", path, area="999")
