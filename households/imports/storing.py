"""Keeping what a check found: findings and one line a household, for the pages and for the commit."""

from households.imports.checking import Checked
from households.imports.findings import Finding
from households.imports.headers import Header
from households.imports.workbook import column_letters
from households.models import RosterImport, RosterIssue, RosterOutcome, RosterPreview


def store_findings(roster: RosterImport, checked: Checked) -> None:
    """Replace the findings of a roster. Call inside a transaction."""
    roster.issues.all().delete()
    RosterIssue.objects.bulk_create(
        [_issue(roster, header, number, finding) for header, number, finding in checked.findings()], batch_size=1000
    )


def _issue(roster: RosterImport, header: Header, number: str, finding: Finding) -> RosterIssue:
    column = finding.column
    return RosterIssue(
        roster_import=roster,
        severity=finding.severity,
        code=finding.code,
        params=dict(finding.params),
        household_number=number[:30],
        sheet=header.sheet.name[:40],
        row=finding.row + 1,
        column="" if column is None else column_letters(column)[:3],
        column_title="" if column is None else header.titles.get(column, "")[:60],
    )


def store_previews(roster: RosterImport, checked: Checked) -> None:
    """Replace the lines of a roster. Call inside a transaction."""
    roster.previews.all().delete()
    previews = []
    for position, plan in enumerate(checked.plans):
        sheet, head = plan.sheet, plan.sheet.head
        previews.append(
            RosterPreview(
                roster_import=roster,
                position=position,
                household_number=sheet.number[:30],
                head_name=head.name if head is not None else "",
                village_name=sheet.village.name if sheet.village is not None else "",
                sheet=sheet.header.sheet.name[:40],
                first_row=sheet.first_row + 1,
                last_row=sheet.last_row + 1,
                members_count=len(sheet.members),
                net_income_fen=sheet.net_income_fen,
                outcome=plan.outcome,
                version=plan.household.version if plan.household is not None else None,
                differences=plan.differences if plan.outcome == RosterOutcome.CHANGED else [],
            )
        )
    RosterPreview.objects.bulk_create(previews, batch_size=1000)
