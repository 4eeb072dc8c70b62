"""Reporting what households gained: of one business on a page, of an area by a workbook."""

from dataclasses import dataclass
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.generic import View

from assistance.forms.gains import GainConfirm, GainsForm, GainUpload
from assistance.imports.business_gains import GainRow, read_gains, template
from assistance.models import Business, BusinessGain, BusinessLink
from assistance.permissions import EDIT_BUSINESSES
from assistance.services import business_gains
from assistance.services.business_gains import CHANGED, NEW, SAME, Outcome
from assistance.services.heads import heads_of
from assistance.views.businesses.access import NeedsPermission, visible_business, year_of, years
from households.imports.unreadable import UnreadableFile
from households.views.rosters import download
from jiangjin.accounts.frame import chosen_area, within_chosen
from jiangjin.common import clock

TIES_A_PAGE = 400


def kept_links(request: HttpRequest, *, year: int) -> QuerySet[BusinessLink]:
    """Ties of households that the user keeps, below the chosen area, that held at some time of the year."""
    links = BusinessLink.objects.visible_to(request.user, EDIT_BUSINESSES).held_in(year)
    return links.filter(within_chosen(request, "household__village__path"))


class ReportGains(NeedsPermission, View):
    """What the households of one business gained in the year of `?year=`."""

    permission: ClassVar[str] = EDIT_BUSINESSES
    business: Business

    def get(self, request: HttpRequest, business: int) -> HttpResponse:
        self.find(business)
        return self.page(self.form(None))

    def post(self, request: HttpRequest, business: int) -> HttpResponse:
        self.find(business)
        form = self.form(request.POST)
        if not form.is_valid():
            return self.page(form, status=422)
        outcomes = business_gains.report_many(
            entries=form.entries, by=request.user, today=clock.today(), reason=form.cleaned_data["reason"]
        )
        refused = [outcome for outcome in outcomes if not outcome.is_taken]
        for outcome in refused:
            name = f"{form.PREFIX}{outcome.entry.link}"
            form.add_error(name, said(outcome))
        taken = len(outcomes) - len(refused)
        if taken:
            messages.success(request, told(outcomes, self.business.name, self.year))
        elif not refused:
            messages.info(request, _("Nothing was changed: the answers are those on file."))
        if refused:
            return self.page(form, status=422)
        return redirect(f"{reverse('assistance:business', args=[self.business.pk])}?{urlencode({'year': self.year})}")

    def find(self, business: int) -> None:
        """The business, and its ties that the user keeps."""
        self.business = visible_business(self.request, business, EDIT_BUSINESSES)
        self.year = year_of(self.request)
        visible = BusinessLink.objects.visible_to(self.request.user, EDIT_BUSINESSES)
        links = visible.filter(business=self.business).held_in(self.year)
        related = links.select_related("household__village__parent").order_by("household__number", "pk")
        self.links = list(related[: TIES_A_PAGE + 1])

    def form(self, data: Any) -> GainsForm:
        on_file = {row.link_id: row for row in BusinessGain.objects.filter(year=self.year, link__in=self.links)}
        return GainsForm(data, links=self.links[:TIES_A_PAGE], on_file=on_file, year=self.year)

    def page(self, form: GainsForm, status: int = 200) -> HttpResponse:
        heads = heads_of(link.household_id for link in form.links)
        context = {
            "business": self.business,
            "year": self.year,
            "years": years(),
            "form": form,
            "rows": [(link, heads.get(link.household_id, ""), form.row_field(link.pk)) for link in form.links],
            "more": len(self.links) > TIES_A_PAGE,
        }
        return render(self.request, "assistance/businesses/gains.html", context, status=status)


@dataclass(frozen=True)
class ShownRow:
    """A row of the workbook with its outcome in words."""

    row: GainRow
    word: str
    tone: str
    text: str = ""
    before_fen: int | None = None

    @property
    def gain_fen(self) -> int | None:
        return self.row.entry.gain_fen if self.row.entry is not None else None


class UploadGains(NeedsPermission, View):
    """A workbook of gains: checked first, each row with its outcome; written when that was confirmed."""

    permission: ClassVar[str] = EDIT_BUSINESSES

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page(GainUpload(years=years(), year=year_of(request)))

    def post(self, request: HttpRequest) -> HttpResponse:
        if "sealed" in request.POST:
            return self.confirmed(request)
        form = GainUpload(request.POST, request.FILES, years=years(), year=year_of(request))
        if not form.is_valid():
            return self.page(form, status=422)
        year, reason = int(form.cleaned_data["year"]), form.cleaned_data["reason"]
        links = BusinessLink.objects.visible_to(request.user, EDIT_BUSINESSES)
        try:
            rows = read_gains(form.cleaned_data["file"].read(), year=year, links=links)
        except UnreadableFile as refusal:
            form.add_error("file", refusal)
            return self.page(form, status=422)
        entries = [row.entry for row in rows if row.entry is not None]
        outcomes = iter(
            business_gains.report_many(
                entries=entries, by=request.user, today=clock.today(), reason=reason, dry_run=True
            )
        )
        judged = [(row, next(outcomes) if row.entry is not None else None) for row in rows]
        return self.preview(judged, year=year, reason=reason)

    def preview(self, judged: list[tuple[GainRow, Outcome | None]], *, year: int, reason: str) -> HttpResponse:
        """What would become of each row."""
        good = [found for _row, found in judged if found is not None and found.state in (NEW, CHANGED)]
        context = {
            "rows": [shown(row, found) for row, found in judged],
            "counts": {
                "new": sum(found.state == NEW for found in good),
                "changed": sum(found.state == CHANGED for found in good),
                "same": sum(found is not None and found.state == SAME for _row, found in judged),
                "refused": sum(found is None or not found.is_taken for _row, found in judged),
            },
            "year": year,
            "confirm": GainConfirm(
                initial={"sealed": GainConfirm.seal([found.entry for found in good]), "reason": reason}
            ),
            "good": len(good),
        }
        return render(self.request, "assistance/businesses/gains_preview.html", context)

    def confirmed(self, request: HttpRequest) -> HttpResponse:
        """Write what was shown; what changed meanwhile is told and not overwritten."""
        confirm = GainConfirm(request.POST)
        if not confirm.is_valid():
            for errors in confirm.errors.values():
                messages.error(request, str(errors[0]))
            return redirect("assistance:gains_upload")
        outcomes = business_gains.report_many(
            entries=confirm.cleaned_data["sealed"],
            by=request.user,
            today=clock.today(),
            reason=confirm.cleaned_data["reason"],
        )
        year = outcomes[0].entry.year if outcomes else year_of(request)
        if any(outcome.is_taken for outcome in outcomes):
            messages.success(request, told(outcomes, "", year))
        for outcome in [outcome for outcome in outcomes if not outcome.is_taken][:10]:
            messages.error(request, said(outcome))
        return redirect("assistance:businesses")

    def page(self, form: GainUpload, status: int = 200) -> HttpResponse:
        area, year = chosen_area(self.request), year_of(self.request)
        context = {"form": form, "area": area, "year": year}
        return render(self.request, "assistance/businesses/gains_upload.html", context, status=status)


class GainTemplate(NeedsPermission, View):
    """The ties of the chosen area and year as a workbook to be filled in."""

    permission: ClassVar[str] = EDIT_BUSINESSES

    def get(self, request: HttpRequest) -> HttpResponse:
        area, year = chosen_area(request), year_of(request)
        if area is None:
            raise PermissionDenied
        content = template(kept_links(request, year=year), year=year, by=request.user)
        return download(content, _("Gains %(area)s %(year)s.xlsx") % {"area": area.name, "year": year})


def said(outcome: Outcome) -> str:
    """What keeps an entry out, in words."""
    error = outcome.error
    return " ".join(error.messages) if isinstance(error, ValidationError) else str(error)


def shown(row: GainRow, outcome: Outcome | None) -> ShownRow:
    """A row with what would become of it."""
    if outcome is None:
        return ShownRow(row, _("refused"), "blocked", row.problem)
    if not outcome.is_taken:
        return ShownRow(row, _("refused"), "blocked", said(outcome), outcome.before_fen)
    words = {NEW: (_("new"), "info"), CHANGED: (_("changed"), "due"), SAME: (_("unchanged"), "plain")}
    word, tone = words[outcome.state]
    return ShownRow(row, word, tone, before_fen=outcome.before_fen)


def told(outcomes: list[Outcome], name: str, year: int) -> str:
    """How many were written, in words."""
    new = sum(outcome.state == NEW for outcome in outcomes)
    changed = sum(outcome.state == CHANGED for outcome in outcomes)
    about = {"count": new + changed, "year": year, "name": name, "changed": changed}
    done = ngettext("%(count)s gain of %(year)s is on file.", "%(count)s gains of %(year)s are on file.", new + changed)
    text = done % about
    if name:
        text = f"{name}: {text}"
    if changed:
        replaced = ngettext(
            "%(changed)s of them replaced another amount.", "%(changed)s of them replaced other amounts.", changed
        )
        text = f"{text} {replaced % about}"
    return text
