"""How states, batches and standings read: words with their tones and icons."""

from urllib.parse import urlencode

from django.urls import reverse

from assistance.models import Batch, BulkOutcome, BulkState, EligibilityState, EnrolmentAct, EnrolmentState

STATE_TONES: dict[str, str] = {
    EnrolmentState.PLANNED: "due",
    EnrolmentState.APPROVED: "info",
    EnrolmentState.UNDER_WAY: "info",
    EnrolmentState.DONE: "met",
    EnrolmentState.STOPPED: "closed",
}
BATCH_ICONS: dict[str, str] = {
    Batch.INDUSTRY: "plant-2",
    Batch.EMPLOYMENT: "briefcase",
    Batch.RELOCATION: "truck",
    Batch.EDUCATION: "school",
    Batch.MEDICAL: "first-aid-kit",
    Batch.SAFETY_NET: "shield-check",
    "": "tool",
}
ACT_ICONS: dict[str, str] = {
    EnrolmentAct.PROPOSE: "plus",
    EnrolmentAct.APPROVE: "check",
    EnrolmentAct.SEND_BACK: "arrow-back-up",
    EnrolmentAct.BEGIN: "player-play",
    EnrolmentAct.FINISH: "flag-check",
    EnrolmentAct.STOP: "player-stop",
    EnrolmentAct.CORRECT: "pencil",
}
STANDING_TONES: dict[int, str] = {
    EligibilityState.HAS: "met",
    EligibilityState.LACKS: "blocked",
    EligibilityState.NOT_VERIFIED: "due",
    EligibilityState.OTHERWISE: "info",
    EligibilityState.NOT: "plain",
}
BULK_TONES: dict[str, str] = {
    BulkState.CHECKING: "info",
    BulkState.CHECKED: "due",
    BulkState.COMMITTING: "info",
    BulkState.COMMITTED: "met",
    BulkState.DISCARDED: "closed",
}
OUTCOME_TONES: dict[str, str] = {
    BulkOutcome.READY: "info",
    BulkOutcome.DONE: "met",
    BulkOutcome.ALREADY: "plain",
    BulkOutcome.REFUSED: "blocked",
}


def enrolments_url(**filters: object) -> str:
    """The list of enrolments with these filters; what is empty is left out."""
    kept = {name: value for name, value in filters.items() if value not in ("", None)}
    return f"{reverse('assistance:enrolments')}?{urlencode(kept)}"


def gaps_url(measure: str, **filters: object) -> str:
    """Who lacks a measure (or stands otherwise to it, as `state` says), with these filters."""
    kept = {name: value for name, value in filters.items() if value not in ("", None, "lacks")}
    url = reverse("assistance:gap", args=[measure])
    return f"{url}?{urlencode(kept)}" if kept else url
