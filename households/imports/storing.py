"""Keeping what a check found: findings and one line a household, for the pages and for the commit."""

from collections.abc import Iterable

from households.imports.checking import Checked
from households.imports.findings import Finding, column_in_words
from households.imports.headers import Header
from households.imports.workbook import column_index
from households.models import RosterImport, RosterIssue, RosterOutcome, RosterPreview


def store_findings(roster: RosterImport, checked: Checked) -> None:
    """Replace the findings of a roster. Call inside a transaction."""
    roster.issues.all().delete()
    add_findings(roster, checked.findings())


def add_findings(roster: RosterImport, told: Iterable[tuple[Header, str, Finding]]) -> None:
    """Keep further findings, with the number of their household. Call inside a transaction."""
    RosterIssue.objects.bulk_create(
        [_issue(roster, header, number, finding) for header, number, finding in told], batch_size=1000
    )


def restore_refusals(roster: RosterImport, checked: Checked) -> None:
    """Give every household that was refused the findings that were kept: some come of the register as it was then."""
    kept: dict[tuple[str, int], list[Finding]] = {}
    for issue in roster.issues.order_by("pk"):
        column = column_index(issue.column) if issue.column else None
        finding = Finding(issue.code, issue.row - 1, column, issue.params)
        kept.setdefault((issue.sheet, finding.row), []).append(finding)
    previews = roster.previews.order_by("position")
    for preview, household in zip(previews, checked.roster.households, strict=True):
        household.findings = []
        if preview.result == RosterOutcome.REFUSED:
            rows = range(household.first_row, household.last_row + 1)
            household.findings = [finding for row in rows for finding in kept.get((preview.sheet, row), [])]


def _issue(roster: RosterImport, header: Header, number: str, finding: Finding) -> RosterIssue:
    letters, title = column_in_words(header, finding.column)
    return RosterIssue(
        roster_import=roster,
        severity=finding.severity,
        code=finding.code,
        params=dict(finding.params),
        household_number=number[:30],
        sheet=header.sheet.name[:40],
        row=finding.row + 1,
        column=letters,
        column_title=title[:60],
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
