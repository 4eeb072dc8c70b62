"""One enrolment: what it says, how it got there, and what can be done with it next."""

from dataclasses import dataclass
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.generic import View

from assistance.forms.enrolments import VERBS, CorrectEnrolmentForm, EnrolmentActForm
from assistance.models import Enrolment, EnrolmentAct, EnrolmentState, MeasureDetail
from assistance.permissions import PROPOSE_MEASURES
from assistance.services import enrolments, gaps
from assistance.services.enrolment_desk import PERMISSION, POSSIBLE_FROM
from assistance.services.enrolment_details import detail_of, incomplete
from assistance.views.measures.access import NeedsPermission, clause_url_of, reaches, visible_enrolment
from assistance.views.measures.words import ACT_ICONS, STATE_TONES
from households.models import Household, Member
from households.views.changing import NothingChanged, RecordPage, head_of
from jiangjin.common import clock
from jiangjin.common.components import TimelineEvent

STEP_TONES: dict[str, str] = {
    EnrolmentAct.FINISH: "met",
    EnrolmentAct.SEND_BACK: "due",
    EnrolmentAct.STOP: "closed",
}
PRIMARY = {EnrolmentAct.APPROVE, EnrolmentAct.BEGIN, EnrolmentAct.FINISH}


@dataclass(frozen=True)
class NextAct:
    """Something that can be done; `refusal` says why not now."""

    code: str
    label: Any
    icon: str
    url: str
    refusal: str = ""

    @property
    def is_primary(self) -> bool:
        return self.code in PRIMARY


class EnrolmentDetailPage(NeedsPermission, View):
    """Facts, steps, next acts."""

    def get(self, request: HttpRequest, enrolment: int) -> HttpResponse:
        found = visible_enrolment(request, enrolment)
        detail = detail_of(found.measure)
        context = {
            "enrolment": found,
            "household": found.household,
            "head": head_of(found.household),
            "tone": STATE_TONES[found.state],
            "acts": next_acts(request, found),
            "steps": shown_steps(found),
            "standing": standing_of(found),
            "clause_url": clause_url_of(request, found.measure),
            "detail_facts": list(detail.facts(found)) if detail is not None else [],
            "detail_url": reverse(detail.url_name, args=[found.pk]) if detail is not None and detail.url_name else "",
            "detail_missing": found.state in POSSIBLE_FROM[EnrolmentAct.FINISH] and bool(incomplete([found])),
            "may_report": reaches(request, found.household, PROPOSE_MEASURES),
            "today": clock.today(),
        }
        return render(request, "assistance/measures/enrolment.html", context)


def next_acts(request: HttpRequest, enrolment: Enrolment) -> list[NextAct]:
    """What the user may do with it now, those that are refused with the reason."""
    found = []
    for act, states in POSSIBLE_FROM.items():
        if enrolment.state not in states or not reaches(request, enrolment.household, PERMISSION[act]):
            continue
        url = reverse(f"assistance:enrolment_{act}", args=[enrolment.pk])
        found.append(NextAct(act, VERBS[act], ACT_ICONS[act], url, why_not(request, enrolment, act)))
    return found


def why_not(request: HttpRequest, enrolment: Enrolment, act: str) -> str:
    """Why an act that belongs to this state cannot be done by this user, or not yet."""
    if act in {EnrolmentAct.APPROVE, EnrolmentAct.SEND_BACK}:
        if enrolment.planned_by_id == request.user.pk:
            return _("Whoever proposed it does not approve it.")
        if enrolment.is_sent_back:
            return _("This was sent back and has not been corrected yet.")
    if act == EnrolmentAct.FINISH and incomplete([enrolment]):
        return _("Still missing: %(detail)s.") % {"detail": MeasureDetail(enrolment.measure.detail).label}
    return ""


def shown_steps(enrolment: Enrolment) -> list[TimelineEvent]:
    """What was done with it, newest first."""
    return [
        TimelineEvent(
            at=step.occurred_on,
            title=step.get_act_display(),
            text=step.note,
            by=str(step.recorded_by or ""),
            icon=ACT_ICONS.get(step.act, "point"),
            tone=STEP_TONES.get(step.act, "plain"),
        )
        for step in enrolment.steps.select_related("recorded_by").order_by("-occurred_on", "-pk")
    ]


def standing_of(enrolment: Enrolment) -> gaps.Standing | None:
    """Whether the household or person qualifies by the file as it is today."""
    today = clock.today()
    if gaps.rule_of(enrolment.measure) is None or enrolment.year != today.year:
        return None
    members = [enrolment.member_id] if enrolment.member_id is not None else None
    household = Household.objects.filter(pk=enrolment.household_id)
    found = gaps.standings(household, as_of=today, measures=[enrolment.measure], members=members)
    return found[0] if found else None


class ActPage(NeedsPermission, RecordPage):
    """One act on one enrolment. Subclasses name it."""

    permission: ClassVar[str] = PROPOSE_MEASURES
    template_name: ClassVar[str] = "assistance/measures/act.html"
    act: ClassVar[str]
    enrolment: Enrolment

    def find(self, *, enrolment: int) -> None:
        self.enrolment = visible_enrolment(self.request, enrolment, PERMISSION[self.act])
        if not reaches(self.request, self.enrolment.household, PERMISSION[self.act]):
            raise Http404

    def form(self, data: Any) -> Any:
        return EnrolmentActForm(data, enrolment=self.enrolment, act=self.act, today=clock.today())

    def back(self) -> str:
        return reverse("assistance:enrolment", args=[self.enrolment.pk])

    def about(self) -> dict[str, Any]:
        household = self.enrolment.household
        return {
            "enrolment": self.enrolment,
            "state_tone": STATE_TONES[self.enrolment.state],
            "household": household,
            "head": head_of(household),
        }

    def texts(self) -> dict[str, Any]:
        return {
            "title": f"{VERBS[self.act]} · {self.enrolment.measure.name}",
            "button": VERBS[self.act],
            "danger": self.act in {EnrolmentAct.STOP, EnrolmentAct.SEND_BACK},
            "blocked": self.blocked(),
        }

    def blocked(self) -> str:
        """Why it cannot be done now at all."""
        if self.enrolment.state not in POSSIBLE_FROM[self.act]:
            state = EnrolmentState(self.enrolment.state).label
            return _("This is “%(state)s”; that cannot be done with it now.") % {"state": state}
        return why_not(self.request, self.enrolment, self.act)

    def save(self, form: Any) -> str:
        enrolments.ACTS[self.act](enrolment=self.enrolment, by=self.request.user, today=clock.today(), **form.values())
        return done_text(self.enrolment, self.act)

    def refused(self, form: Any, refusal: ValidationError) -> Any:
        """What the service said; after a conflict over the enrolment as it stands now."""
        form.take(refusal)
        return form


def whom_of(household: Household, member: Member | None) -> str:
    """A person's name, or whose household it is."""
    if member is not None:
        return member.name
    head = head_of(household)
    return _("%(name)s's household") % {"name": head.name} if head is not None else household.number


def done_text(enrolment: Enrolment, act: str) -> str:
    """What was done to whom."""
    whom = whom_of(enrolment.household, enrolment.member)
    return _("%(measure)s for %(whom)s: %(act)s.") % {
        "measure": enrolment.measure.name,
        "whom": whom,
        "act": EnrolmentAct(act).label,
    }


class Approve(ActPage):
    """Approve what somebody else proposed."""

    permission: ClassVar[str] = PERMISSION[EnrolmentAct.APPROVE]
    act: ClassVar[str] = EnrolmentAct.APPROVE


class SendBack(ActPage):
    """Give a proposal back to be corrected."""

    permission: ClassVar[str] = PERMISSION[EnrolmentAct.SEND_BACK]
    act: ClassVar[str] = EnrolmentAct.SEND_BACK


class Begin(ActPage):
    """Say that it has begun."""

    act: ClassVar[str] = EnrolmentAct.BEGIN


class Finish(ActPage):
    """Say that it is done and what came of it."""

    act: ClassVar[str] = EnrolmentAct.FINISH


class Stop(ActPage):
    """Stop what will not come about."""

    act: ClassVar[str] = EnrolmentAct.STOP


class Correct(ActPage):
    """Correct what it says."""

    act: ClassVar[str] = EnrolmentAct.CORRECT

    def form(self, data: Any) -> Any:
        return CorrectEnrolmentForm(data, enrolment=self.enrolment, today=clock.today())

    def save(self, form: Any) -> str:
        changes = form.changes()
        if not changes and not self.enrolment.is_sent_back:
            raise NothingChanged
        enrolments.correct(
            enrolment=self.enrolment,
            changes=changes,
            by=self.request.user,
            today=clock.today(),
            reason=form.cleaned_data["reason"],
            version=form.cleaned_data["version"],
        )
        return done_text(self.enrolment, self.act)

    def refused(self, form: Any, refusal: ValidationError) -> Any:
        return RecordPage.refused(self, form, refusal)

    def changed_last(self) -> tuple[str, str]:
        step = self.enrolment.steps.select_related("recorded_by").order_by("-pk")[0]
        return str(step.recorded_by or _("Somebody else")), f"{timezone.localtime(step.recorded_at):%Y-%m-%d %H:%M}"
