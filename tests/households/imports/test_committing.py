"""Writing a checked roster: what changed meanwhile, what the register does not take, and starting again after a stop."""

import datetime as dt
import io

import pytest
import python_calamine
from django.core.exceptions import ValidationError

from households.imports import committing, service
from households.models import (
    Household,
    Member,
    RosterImportState,
    RosterOutcome,
    RosterPreview,
    Severity,
    StatusEvent,
)
from jiangjin.audit.models import AuditEntry
from jiangjin.common import clock
from jiangjin.jobs import running, services
from jiangjin.jobs.models import JobRun, JobState
from tests import factories
from tests.households.imports.building import FIRST_ROW, head, household, identity, workbook

pytestmark = pytest.mark.django_db


class Killed(BaseException):
    """What SIGKILL leaves behind: nothing after it runs."""


@pytest.fixture
def confirm(django_capture_on_commit_callbacks):
    def do(roster):
        with django_capture_on_commit_callbacks(execute=True):
            service.commit(roster=roster, by=None)
        roster.refresh_from_db()
        return roster

    return do


def reasons(content):
    rows = python_calamine.load_workbook(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    return [row[-1] for row in rows[2:]]


def test_a_household_that_somebody_changed_meanwhile_is_refused_and_comes_back(take, confirm):
    families = [household(), household()]
    take(workbook(families))
    families[0][0]["tier"] = families[1][0]["tier"] = "C"
    roster = take(workbook(families), confirm=False)
    touched = Household.objects.get(number=families[0][0]["number"])
    Household.objects.filter(pk=touched.pk).update(version=touched.version + 1, tier="A")
    confirm(roster)
    assert roster.state == RosterImportState.COMMITTED
    assert dict(Household.objects.values_list("number", "tier")) == {
        families[0][0]["number"]: "A",
        families[1][0]["number"]: "C",
    }
    assert dict(roster.previews.values_list("household_number", "result")) == {
        families[0][0]["number"]: RosterOutcome.REFUSED,
        families[1][0]["number"]: RosterOutcome.CHANGED,
    }
    counts = roster.counts
    assert (counts["changed"], counts["refused_households"], counts["errors"]) == (1, 1, 1)
    assert (counts["accepted_households"], counts["accepted_members"]) == (1, 3)
    (issue,) = roster.issues.filter(severity=Severity.ERROR)
    assert (issue.code, issue.row) == ("changed_meanwhile", FIRST_ROW)
    told = reasons(roster.refused_file.read())
    assert issue.sentence in told[0]
    assert len(told) == 3


def test_somebody_entered_the_person_meanwhile(take, confirm):
    number = identity()
    roster = take(workbook([household(people=[head(identity=number)]), household()]), confirm=False)
    factories.member(factories.household(), identity=number)
    confirm(roster)
    assert list(roster.previews.order_by("position").values_list("result", flat=True)) == ["refused", "new"]
    assert roster.issues.get(severity=Severity.ERROR).code == "identity_on_file"


def test_what_the_register_does_not_take_does_not_hold_up_the_others(take, confirm, monkeypatch):
    """A rule of the register that the check does not know: the other households of the chunk are written."""
    families = [household() for _number in range(5)]
    bad = families[2][0]["number"]
    register = committing.register_households

    def strict(*, drafts, **kwargs):
        if any(draft.number == bad for draft in drafts):
            raise ValidationError({"number": "此户不收"})
        return register(drafts=drafts, **kwargs)

    monkeypatch.setattr(committing, "register_households", strict)
    roster = confirm(take(workbook(families), confirm=False))
    assert Household.objects.count() == 4
    assert list(roster.previews.order_by("position").values_list("result", flat=True)) == [
        *("new", "new", "refused", "new", "new"),
    ]
    issue = roster.issues.get(severity=Severity.ERROR)
    assert (issue.code, issue.row, issue.household_number) == ("not_taken", FIRST_ROW + 6, bad)
    assert "此户不收" in issue.message
    assert roster.counts["new"] == 4
    assert roster.counts["accepted_members"] == 12
    assert bad in str(
        python_calamine.load_workbook(io.BytesIO(roster.refused_file.read())).get_sheet_by_index(0).to_python()
    )


def test_early_and_late_refusals_come_back_together_with_their_reasons(take, confirm):
    """What the register refused at the check is still told, though the commit looks at the register anew."""
    known = factories.household(members=1).members.get()
    families = [household(people=[head(identity=known.identity)]), household(tier="D"), household(), household()]
    roster = take(workbook(families), confirm=False)
    assert roster.counts["refused_households"] == 2
    factories.household(number=families[2][0]["number"], members=1)
    Member.objects.filter(pk=known.pk).update(left_on=dt.date(2016, 1, 1), left_by="08")
    confirm(roster)
    told = "\n".join(reasons(roster.refused_file.read()))
    codes = set(roster.issues.filter(severity=Severity.ERROR).values_list("code", flat=True))
    assert codes == {"identity_on_file", "tier_unknown", "changed_meanwhile"}
    for issue in roster.issues.filter(severity=Severity.ERROR):
        assert issue.sentence in told
    assert roster.counts["refused_households"] == 3


# --- stopped in the middle --------------------------------------------------------------------------------------------


@pytest.fixture
def in_pairs(monkeypatch):
    monkeypatch.setattr(committing, "HOUSEHOLDS_AT_ONCE", 2)


def begin(roster):
    service.begin_commit(roster=roster, by=None)
    params = {"roster": roster.pk, "on": clock.today().isoformat()}
    return services.create(kind=service.COMMIT, area=roster.area, by=None, params=params)


def die_after(monkeypatch, chunks):
    """The worker dies in the middle of a chunk, when this many have been written."""
    note, written = committing._note, []

    def counting(previews, result):
        note(previews, result)
        if result == RosterOutcome.NEW:
            written.append(previews)
            if len(written) > chunks:
                raise Killed

    monkeypatch.setattr(committing, "_note", counting)


def finish(run):
    """What the next worker does after a while of silence."""
    JobRun.objects.filter(pk=run.pk).update(state=JobState.QUEUED)
    return running.execute(run.pk)


@pytest.mark.parametrize("chunks", [0, 1, 2])
def test_a_stopped_commit_leaves_whole_chunks_and_goes_on_where_it_was(take, in_pairs, monkeypatch, chunks):
    families = [household() for _number in range(6)]
    roster = take(workbook(families), confirm=False)
    run = begin(roster)
    with monkeypatch.context() as patch:
        die_after(patch, chunks)
        with pytest.raises(Killed):
            running.execute(run.pk)
    assert Household.objects.count() == Household.objects.filter(members__relation="01").count() == 2 * chunks
    assert StatusEvent.objects.count() == 2 * chunks
    assert RosterPreview.objects.exclude(result="").count() == 2 * chunks
    roster.refresh_from_db()
    assert roster.state == RosterImportState.COMMITTING
    assert finish(run).state == JobState.DONE
    roster.refresh_from_db()
    assert roster.state == RosterImportState.COMMITTED
    assert (roster.counts["new"], roster.counts["accepted_members"]) == (6, 18)
    assert (Household.objects.count(), Member.objects.count(), StatusEvent.objects.count()) == (6, 18, 6)
    assert AuditEntry.objects.filter(model="households.household").count() == 6
    assert set(roster.previews.values_list("result", flat=True)) == {"new"}


def test_a_late_refusal_is_remembered_over_a_stop(take, in_pairs, monkeypatch):
    families = [household() for _number in range(6)]
    roster = take(workbook(families), confirm=False)
    factories.household(number=families[0][0]["number"], members=1)
    run = begin(roster)
    with monkeypatch.context() as patch:
        die_after(patch, 1)
        with pytest.raises(Killed):
            running.execute(run.pk)
    assert roster.previews.get(position=0).result == RosterOutcome.REFUSED
    finish(run)
    roster.refresh_from_db()
    assert (roster.counts["new"], roster.counts["refused_households"]) == (5, 1)
    told = reasons(roster.refused_file.read())
    assert roster.issues.get(severity=Severity.ERROR).sentence in told[0]


def test_a_finished_commit_is_not_done_twice(take):
    roster = take(workbook([household()]))
    before = AuditEntry.objects.count()
    assert finish(roster.commit_job).state == JobState.DONE
    assert (Household.objects.count(), AuditEntry.objects.count()) == (1, before)
    with pytest.raises(ValidationError):
        service.begin_commit(roster=roster, by=None)


def test_a_worker_that_was_replaced_writes_nothing_more(take, in_pairs, monkeypatch):
    roster = take(workbook([household() for _number in range(4)]), confirm=False)
    run = begin(roster)
    commit = committing._commit

    def overtaken(chunk, *args):
        commit(chunk, *args)
        if chunk[0][0].position == 0:
            JobRun.objects.filter(pk=run.pk).update(attempt=9)

    monkeypatch.setattr(committing, "_commit", overtaken)
    assert running.execute(run.pk) is None
    assert Household.objects.count() == 2
    assert RosterPreview.objects.exclude(result="").count() == 2


def test_a_user_who_may_no_longer_import_stops_the_commit(take, confirm):
    from jiangjin.accounts import roles
    from jiangjin.accounts.models import Grant

    officer = factories.user(role=roles.TOWN_OFFICER, area=factories.town())
    roster = take(workbook([household()]), confirm=False, by=officer)
    service.begin_commit(roster=roster, by=officer)
    run = services.create(
        kind=service.COMMIT, area=roster.area, by=officer, params={"roster": roster.pk, "on": "2019-06-01"}
    )
    Grant.objects.update(valid_to=dt.date(2018, 1, 1))
    assert running.execute(run.pk).state == JobState.FAILED
    assert not Household.objects.exists()
