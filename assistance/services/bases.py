"""On which clauses norms rest, as links: what the pages of rules and measures show beside a decision."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from assistance.models import ClauseBasis, PolicyClause
from assistance.models.policy import in_force
from assistance.permissions import VIEW_POLICIES
from jiangjin.accounts.frame import chosen_area
from jiangjin.common import clock
from jiangjin.common.norms import Basis


def bases(request: HttpRequest) -> Mapping[str, Sequence[Basis]]:
    """The clauses that stand today, of documents that the user may read, by the code of the norm. One query."""
    today = clock.today()
    standing = PolicyClause.objects.in_force(today).filter(
        document=OuterRef("clause__document"), number=OuterRef("clause__number")
    )
    rows = (
        ClauseBasis.objects.filter(
            Exists(standing),
            in_force(today, "clause__document__"),
            clause__document__area__path__in=request.user.county_paths(VIEW_POLICIES),  # type: ignore[union-attr]
        )
        .order_by("clause__document__order", "clause__document", "clause__number")
        .values_list(
            *("norm", "clause__document__code", "clause__document__title", "clause__number"),
            *("clause__document__area__path", "clause__document__area__code"),
        )
        .distinct()
    )
    own = chosen_area(request)
    found: dict[str, list[Basis]] = {}
    for norm, code, title, number, path, area_code in rows:
        is_own = own is None or own.path.startswith(path)
        url = clause_url(code, number, area="" if is_own else area_code)
        found.setdefault(norm, []).append(Basis(clause_name(title, number), url, path))
    return found


def clause_name(title: str, number: int) -> str:
    """A clause with its document."""
    return _("“%(title)s”, clause %(number)d") % {"title": title, "number": number}


def clause_url(code: str, number: int, *, area: str = "") -> str:
    """Where a clause stands on its document's page; `area`: the code of a district that is not the user's first."""
    query = f"?{urlencode({'area': area})}" if area else ""
    return f"{reverse('assistance:policy', args=[code])}{query}#clause-{number}"
