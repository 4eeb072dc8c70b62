"""Tags and filters of the design system. docs/frontend.md shows how they are used."""

from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django import forms, template
from django.core.paginator import Page
from django.forms import BoundField
from django.http import HttpRequest
from django.template import Context
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from jiangjin.common.components import Chart, Chip, Progress, TimelineEvent
from jiangjin.common.components import chips as chips_of
from jiangjin.common.field_view import field_view
from jiangjin.common.money import FEN_PER_WAN, fen_to_yuan
from jiangjin.common.registries import Registry, Tab, permitted

register = template.Library()

PAGE_SIZES = (25, 50, 100)
# Meanings, not colours: met or exited; due or not verified; overdue or blocked; closed; no status.
TONES = {
    "met": "circle-check",
    "due": "clock",
    "blocked": "alert-triangle",
    "closed": "circle-minus",
    "info": "info-circle",
    "plain": "",
}
MARKS = {"met": "check", "not_met": "x", "not_verified": "question-mark"}
MESSAGE_TONES = {"success": "met", "info": "info", "debug": "info", "warning": "due", "error": "blocked"}


# --- small things -----------------------------------------------------------------------------------------
@register.simple_tag
def icon(name: str, label: str = "", extra: str = "") -> SafeString:
    """An icon of the sprite: decoration unless a `label` says what it means."""
    role = format_html('role="img" aria-label="{}"', label) if label else SafeString('aria-hidden="true"')
    classes = f"icon {extra}".strip()
    return format_html('<svg class="{}" {}><use href="{}#{}"></use></svg>', classes, role, static("icons.svg"), name)


@register.simple_tag
def tone_icon(tone: str) -> SafeString:
    """The icon of a tone; nothing for plain."""
    return icon(TONES[tone]) if TONES[tone] else SafeString("")


@register.filter
def yuan(fen: int | None) -> str:
    """分 → '1,234.56'; nothing for a missing amount (a template shows why it is missing)."""
    return "" if fen is None else f"{fen_to_yuan(fen):,.2f}"


@register.filter
def whole_yuan(fen: int | None) -> str:
    """分 → '1,235', rounded half up: for overviews, never for a comparison."""
    return "" if fen is None else f"{fen_to_yuan(fen).quantize(Decimal(1), rounding=ROUND_HALF_UP):,}"


@register.filter
def wan(fen: int | None, places: int = 2) -> str:
    """分 → 万元 with thousand separators: 28000000000 → '28,000.00'."""
    if fen is None:
        return ""
    step = Decimal(1).scaleb(-places)
    return f"{(Decimal(fen) / FEN_PER_WAN).quantize(step, rounding=ROUND_HALF_UP):,}"


@register.filter
def number(value: Any) -> str:
    """A number with thousand separators and its own decimals; nothing for None."""
    return "" if value is None else f"{value:,}"


@register.filter
def percent(ratio: Any, places: int = 1) -> str:
    """A ratio from 0 to 1 → '93.4 %'; nothing for None."""
    if ratio is None:
        return ""
    step = Decimal(1).scaleb(-places)
    return f"{(Decimal(str(ratio)) * 100).quantize(step, rounding=ROUND_HALF_UP)} %"


@register.filter
def message_tone(message: Any) -> str:
    """The tone of a message of django.contrib.messages."""
    return MESSAGE_TONES.get(message.level_tag, "info")


# --- status -----------------------------------------------------------------------------------------------
@register.inclusion_tag("components/_badge.html")
def badge(text: Any, tone: str = "plain", title: str = "", mark: bool = True) -> dict[str, Any]:
    """A status as a word with its colour: tone is met, due, blocked, closed, info or plain."""
    return {"text": text, "tone": tone, "title": title, "icon_name": TONES[tone] if mark else ""}


@register.inclusion_tag("components/_tier.html")
def tier(letter: str, title: str = "") -> dict[str, Any]:
    """A, B or C in a neutral badge; a dash where no tier is given."""
    return {"letter": letter, "title": title}


@register.inclusion_tag("components/_condition_mark.html")
def condition_mark(state: str) -> dict[str, Any]:
    """✓, ✗ or ? with its word: state is met, not_met or not_verified."""
    words = {"met": _("met"), "not_met": _("not met"), "not_verified": _("not verified")}
    return {"state": state, "icon_name": MARKS[state], "word": words[state]}


@register.inclusion_tag("components/_measure.html")
def measure(value: Any, limit: Any, text: str = "", limit_text: str = "", good: bool | None = None) -> dict[str, Any]:
    """A small bar of a value against a limit (income against the line), drawn to twice the limit. It is good to reach the limit,
    unless `good` says otherwise (incidence, which is to lie below it)."""
    share = min(max(float(value) / (2 * float(limit)) * 100, 0), 100) if limit else 0
    return {
        "share": f"{share:.1f}",
        "reached": (bool(limit) and value >= limit) if good is None else good,
        "text": text,
        "limit_text": limit_text,
    }


@register.inclusion_tag("components/_money.html")
def money(fen: int | None, unit: str = "", missing: str = "") -> dict[str, Any]:
    """An amount in yuan, nowrap and tabular; `missing` says why there is none."""
    return {"amount": yuan(fen), "unit": unit, "missing": missing}


@register.inclusion_tag("components/_stat.html")
def stat(label: Any, value: Any, unit: Any = "", url: str = "", note: Any = "", tone: str = "plain") -> dict[str, Any]:
    """One figure with its name; `url` opens the list that adds up to it."""
    return {"label": label, "value": value, "unit": unit, "url": url, "note": note, "tone": tone}


@register.inclusion_tag("components/_timeline.html")
def timeline(events: Iterable[TimelineEvent], empty: Any = "") -> dict[str, Any]:
    """What happened, in the order given (newest first)."""
    return {"events": list(events), "empty": empty}


@register.inclusion_tag("components/_empty.html")
def empty(title: Any, text: Any = "", url: str = "", action: Any = "", icon_name: str = "inbox") -> dict[str, Any]:
    """Why a list is empty and what to do about it."""
    return {"title": title, "text": text, "url": url, "action": action, "icon_name": icon_name}


# --- lists ------------------------------------------------------------------------------------------------
def link(request: HttpRequest, remove: Sequence[tuple[str, str]] = (), **change: Any) -> str:
    """This address with parameters replaced (None removes) or single values removed; back to page one."""
    query = request.GET.copy()
    query.pop("page", None)
    for name, value in remove:
        query.setlist(name, [kept for kept in query.getlist(name) if value and kept != value])
        if not query.getlist(name):
            query.pop(name, None)
    for name, value in change.items():
        if value is None:
            query.pop(name, None)
        else:
            query[name] = str(value)
    return f"?{query.urlencode()}" if query else request.path


@register.inclusion_tag("components/_sort_header.html", takes_context=True)
def sort_header(
    context: Context, label: Any, key: str, current: str = "", numeric: bool = False, extra: str = ""
) -> dict[str, Any]:
    """A heading that sorts by `?sort=key`, then `?sort=-key`; `current` is the order without `?sort=`, `extra` more classes."""
    request = context["request"]
    chosen = request.GET.get("sort", current)
    direction = {key: "ascending", f"-{key}": "descending"}.get(chosen, "none")
    url = link(request, sort=f"-{key}" if direction == "ascending" else key)
    classes = " ".join(part for part in ("num-head" if numeric else "", extra) if part)
    return {"label": label, "url": url, "direction": direction, "classes": classes}


@register.inclusion_tag("components/_pagination.html", takes_context=True)
def pagination(context: Context, page: Page) -> dict[str, Any]:
    """The count, the pages and 25/50/100 a page (`?page=`, `?size=`); keeps the filters of the address."""
    request = context["request"]
    paginator = page.paginator
    numbers = [
        {"number": number, "url": link(request, page=number), "current": number == page.number}
        if isinstance(number, int)
        else {"number": "", "url": "", "current": False}
        for number in paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    ]
    return {
        "count": paginator.count,
        "first": page.start_index(),
        "last": page.end_index(),
        "pages": numbers if paginator.num_pages > 1 else [],
        "previous": link(request, page=page.previous_page_number()) if page.has_previous() else "",
        "next": link(request, page=page.next_page_number()) if page.has_next() else "",
        "sizes": [{"size": n, "url": link(request, size=n), "current": n == paginator.per_page} for n in PAGE_SIZES],
        "show_sizes": paginator.count > PAGE_SIZES[0],
    }


@register.inclusion_tag("components/_filter_chips.html", takes_context=True)
def filter_chips(context: Context, chips: Iterable[Chip]) -> dict[str, Any]:
    """The filters that are on, each with a cross; views get them from `jiangjin.common.components.chips`."""
    request = context["request"]
    shown = [
        {"label": chip.label, "text": chip.text, "url": link(request, remove=[(chip.param, chip.value)])}
        for chip in chips
    ]
    everything = [(chip.param, "") for chip in chips]
    return {"chips": shown, "clear_url": link(request, remove=everything)}


@register.inclusion_tag("components/_filter_form.html", takes_context=True)
def filter_form(context: Context, form: forms.Form, target: str = "#results") -> dict[str, Any]:
    """The filters above a list; they act at once (htmx swaps `target`). A phone folds all but the first away.

    The current order and page size stay; hidden fields of the form go along.
    """
    request = context["request"]
    visible = list(form.visible_fields())
    kept = [
        (name, request.GET[name])
        for name in ("sort", "size", "area")
        if name in request.GET and name not in form.fields
    ]
    return {
        "action": request.path,
        "form": form,
        "first": visible[0],
        "others": visible[1:],
        "kept": kept,
        "target": target,
        "active": sum(1 for chip in chips_of(form) if chip.param != visible[0].html_name),
    }


@register.inclusion_tag("components/_tabs.html", takes_context=True)
def tabs(context: Context, registry: Registry[Tab], key: Any) -> dict[str, Any]:
    """The tabs of a record (`?tab=code`, otherwise the first) and the panel that loads it by htmx."""
    request = context["request"]
    shown = [
        {
            "code": tab.code,
            "label": tab.label,
            "url": reverse(tab.url_name, args=[key]),
            "page": link(request, tab=tab.code),
        }
        for tab in registry
        if permitted(request.user, tab.permission)
    ]
    wanted = request.GET.get("tab", "")
    current = next((tab for tab in shown if tab["code"] == wanted), shown[0] if shown else None)
    return {"tabs": shown, "current": current}


# --- forms ------------------------------------------------------------------------------------------------
@register.inclusion_tag("components/_field.html")
def field(bound: BoundField, label: Any = "") -> dict[str, Any]:
    """One field: label above, help, control, error in words. Fewer than six fixed choices are buttons."""
    return {"field": bound, "view": field_view(bound), "label": label or bound.label}


@register.inclusion_tag("components/_form_errors.html")
def form_errors(form: forms.BaseForm) -> dict[str, Any]:
    """What is wrong, at the top of the form, each with a link to its field."""
    fields = [bound for bound in form if bound.errors] if form.is_bound else []
    general = list(form.non_field_errors()) if form.is_bound else []
    if form.is_bound:
        general += [error for bound in form.hidden_fields() for error in bound.errors]
    return {"general": general, "fields": fields, "wrong": bool(fields or general)}


@register.inclusion_tag("components/_confirm.html")
def confirm(
    code: str,
    title: Any,
    text: Any,
    action: str,
    button: Any,
    reason: Any = "",
    tone: str = "blocked",
) -> dict[str, Any]:
    """A dialog that says what will happen, opened by `<button data-dialog="code">`.

    `reason` labels a required answer, posted as `reason`.
    """
    return {
        "code": code,
        "title": title,
        "text": text,
        "action": action,
        "button": button,
        "reason": reason,
        "tone": tone,
    }


# --- long work and figures --------------------------------------------------------------------------------
@register.inclusion_tag("components/_progress.html")
def progress(progress: Progress) -> dict[str, Any]:
    """The bar of a piece of long work; it asks for itself while the work runs."""
    return {"progress": progress}


@register.inclusion_tag("components/_chart.html")
def chart(chart: Chart) -> dict[str, Any]:
    """A figure, its source and time, and its table one click away."""
    return {"chart": chart, "data_id": f"chart-{chart.code}-data"}
