"""What all REST views share: routes from a registry, paging, filters that refuse what they do not know, ETags, one error shape."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema_field
from rest_framework import pagination, serializers, viewsets
from rest_framework.exceptions import ValidationError
from rest_framework.filters import OrderingFilter
from rest_framework.request import Request
from rest_framework.response import Response

from jiangjin.common.money import fen_to_yuan
from jiangjin.common.registries import Registry
from jiangjin.common.words import listed


@dataclass(frozen=True)
class ApiRoute:
    """A resource under /api/v1/. `view` is imported when the URLs are built, so that apps may register at start-up."""

    code: str
    view: Callable[[], type[viewsets.GenericViewSet]]
    order: int = 0


api_routes: Registry[ApiRoute] = Registry("api_routes")

# Parameters that every list knows besides its filters.
COMMON_PARAMETERS = {"page", "page_size", "ordering", "format"}


class PageNumberPagination(pagination.PageNumberPagination):
    """`?page=` and `?page_size=` (1 to 1,000; anything else is refused), with the count."""

    page_size = 100
    page_size_query_param = "page_size"
    max_page_size = 1000

    def get_page_size(self, request: Request) -> int:
        asked = request.query_params.get(self.page_size_query_param, "")
        if not asked:
            return self.page_size
        if not asked.isdecimal() or not asked.isascii() or not 1 <= int(asked[:9]) <= self.max_page_size:
            wrong = _("A whole number from 1 to %(most)s.") % {"most": self.max_page_size}
            raise ValidationError({self.page_size_query_param: [wrong]})
        return int(asked)

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        parameters = super().get_schema_operation_parameters(view)
        for parameter in parameters:
            parameter["schema"]["minimum"] = 1
            if parameter["name"] == self.page_size_query_param:
                parameter["schema"].update(maximum=self.max_page_size, default=self.page_size)
        return parameters


class FilterSet(filters.FilterSet):
    """Refuses parameters and values that it does not know: a misspelt filter must not widen the answer."""

    def is_valid(self) -> bool:
        unknown = sorted(set(self.data) - set(self.form.fields) - COMMON_PARAMETERS)
        if unknown:
            raise ValidationError({name: [_("There is no such parameter.")] for name in unknown})
        valid: bool = super().is_valid()
        for name, each in self.filters.items():
            if isinstance(each, filters.NumberFilter) and not _is_key(self.form.cleaned_data.get(name)):
                raise ValidationError({name: [_("A whole number is needed.")]})
        # The form takes a word that is neither for "not asked", which would widen the answer.
        for name, each in self.filters.items():
            if (
                isinstance(each, filters.BooleanFilter)
                and self.data.get(name)
                and self.form.cleaned_data.get(name) is None
            ):
                raise ValidationError({name: [_("Either true or false.")]})
        return valid


def _is_key(number: Any) -> bool:
    """Whether a column of whole numbers can be compared with it: 1.5 would be cut to 1, and SQLite fails beyond 63 bits."""
    return number is None or (number == int(number) and abs(number) < 2**63)


class Ordering(OrderingFilter):
    """`?ordering=` within the view's whitelist, always with a unique tie-breaker; anything else is refused."""

    def get_ordering(self, request: Request, queryset: QuerySet, view: Any) -> list[str]:
        asked = [part.strip() for part in request.query_params.get(self.ordering_param, "").split(",") if part.strip()]
        allowed = {name for name, _label in self.get_valid_fields(queryset, view, {"request": request})}
        wrong = [name for name in asked if name.removeprefix("-") not in allowed]
        if wrong:
            raise ValidationError({"ordering": [_("Cannot order by %(names)s.") % {"names": listed(wrong)}]})
        return [*(asked or view.ordering), "pk"]

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """The parameter as the API schema describes it: names of the whitelist, with a minus for descending."""
        name = f"-?({'|'.join(view.ordering_fields)})"
        return [
            {
                "name": self.ordering_param,
                "required": False,
                "in": "query",
                "description": f"Fields to order by, separated by commas, - for descending: {', '.join(view.ordering_fields)}.",
                "schema": {"type": "string", "pattern": f"^{name}(,{name})*$"},
            }
        ]


@extend_schema_field({"type": "string", "pattern": r"^-?\d+\.\d{2}$", "example": "2855.00"})
class YuanField(serializers.IntegerField):
    """分 in the database, yuan with two decimals as text in the API: "2855.00"."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("read_only", True)
        super().__init__(**kwargs)

    def to_representation(self, value: int) -> str:  # type: ignore[override]
        return str(fen_to_yuan(value))


class ReadOnlyViewSet(viewsets.ReadOnlyModelViewSet):
    """List and detail of rows that the user may see.

    Subclasses name `permission`, give `queryset` (unscoped; narrowed by `visible_to` here), a serializer, a filter set and the
    fields of `?ordering=`. Answers carry an ETag; `If-None-Match` gets 304.
    """

    permission: ClassVar[str] = ""
    ordering: ClassVar[tuple[str, ...]] = ("pk",)
    filter_backends = (filters.DjangoFilterBackend, Ordering)
    pagination_class = PageNumberPagination

    def get_queryset(self) -> QuerySet:
        queryset = super().get_queryset()
        if getattr(self, "swagger_fake_view", False):
            return queryset.none()
        return queryset.visible_to(self.request.user, self.permission)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Response:
        response = super().finalize_response(request, response, *args, **kwargs)
        if request.method in {"GET", "HEAD"} and response.status_code == 200 and isinstance(response, Response):
            response.render()
            tag = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
            if request.headers.get("If-None-Match", "") == tag:
                response = Response(status=304)
                response = super().finalize_response(request, response, *args, **kwargs)
            response["ETag"] = tag
            response["Cache-Control"] = "private, no-cache"
        return response


def error_shape(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """Every refusal reads {"errors": {field or "detail": [sentences]}}."""
    from rest_framework.views import exception_handler

    response = exception_handler(error, dict(context))
    if response is None:
        return None
    data = response.data
    if isinstance(error, Http404):
        # Django's sentence names the model, in English.
        data = [_("There is nothing at this address.")]
    if isinstance(data, dict):
        errors = {key: value if isinstance(value, list) else [value] for key, value in data.items()}
    else:
        errors = {"detail": list(data)}
    response.data = {"errors": errors}
    return response
