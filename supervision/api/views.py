"""REST: indicators and roll-ups."""

import functools
import hashlib
from collections.abc import Sequence
from typing import Any

from django.core.cache import cache
from django.http import HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, viewsets
from rest_framework.exceptions import ValidationError
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from jiangjin.accounts.scoping import Scope
from jiangjin.common import clock
from jiangjin.common.api import COMMON_PARAMETERS, PageNumberPagination
from supervision import permissions
from supervision.api.asking import Asked, understand
from supervision.api.rendering import CsvRenderer, XlsxRenderer
from supervision.indicators import Indicator, Over, Ratio, Unit, indicators
from supervision.services import reading
from supervision.services.reading import LEVELS, Built, Row

# Answers are kept in the cache under their tag for so long, if they are not larger.
KEPT_SECONDS = 300
LARGEST_KEPT = 64 * 1024


class IndicatorSerializer(serializers.Serializer):
    """What an indicator means."""

    code = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # of the answer, not of the field
    definition = serializers.CharField(help_text="One sentence.")
    unit = serializers.ChoiceField(choices=[unit.value for unit in Unit])
    over = serializers.ChoiceField(
        choices=[over.value for over in Over], help_text="flow: months add up; stock: the last month stands."
    )
    additive = serializers.BooleanField(help_text="Whether values of areas add up; shares do not.")
    numerator = serializers.CharField(allow_null=True, help_text="Of a share: the indicator above the line.")
    denominator = serializers.CharField(allow_null=True, help_text="Of a share: the indicator below the line.")


class IndicatorViewSet(viewsets.GenericViewSet):
    """The indicators of roll-ups."""

    permission = permissions.VIEW_ROLLUPS
    serializer_class = IndicatorSerializer
    pagination_class = PageNumberPagination
    filter_backends = ()

    def list(self, request: Request) -> Response:
        """All indicators, in the order of their subjects."""
        unknown = sorted(set(request.query_params) - COMMON_PARAMETERS)
        if unknown:
            raise ValidationError({name: [_("There is no such parameter.")] for name in unknown})
        page = self.paginate_queryset([described(indicator) for indicator in indicators])  # type: ignore[arg-type]
        return self.get_paginated_response(page)


def described(indicator: Indicator | Ratio) -> dict[str, Any]:
    """An indicator as it is answered."""
    is_share = isinstance(indicator, Ratio)
    return {
        "code": indicator.code,
        "label": str(indicator.label),
        "definition": str(indicator.definition),
        "unit": indicator.unit.value,
        "over": indicator.over.value,
        "additive": not is_share,
        "numerator": indicator.numerator if isinstance(indicator, Ratio) else None,
        "denominator": indicator.denominator if isinstance(indicator, Ratio) else None,
    }


class RollupSerializer(serializers.Serializer):
    """The value of an indicator for an area and a month."""

    indicator = serializers.CharField()
    area = serializers.CharField(help_text="Code of the area.")
    area_name = serializers.CharField()
    month = serializers.CharField(help_text="Like 2015-12.")
    tier = serializers.CharField(
        required=False, help_text="With by=tier: A, B, C, or empty for households without one."
    )
    value = serializers.FloatField(allow_null=True, help_text="Of a share: null where nothing stands below the line.")
    numerator = serializers.IntegerField(allow_null=True, help_text="Of a share.")
    denominator = serializers.IntegerField(allow_null=True, help_text="Of a share.")
    refreshed_at = serializers.DateTimeField(help_text="When the month was last brought up to date.")
    frozen = serializers.BooleanField(help_text="Whether the month is closed.")


def asked_by(name: str, text: str, **kwargs: Any) -> OpenApiParameter:
    return OpenApiParameter(name, OpenApiTypes.STR, description=text, **kwargs)


class RollupViewSet(viewsets.GenericViewSet):
    """Roll-ups by area, month and tier."""

    permission = permissions.VIEW_ROLLUPS
    serializer_class = RollupSerializer
    pagination_class = PageNumberPagination
    filter_backends = ()
    renderer_classes = (JSONRenderer, CsvRenderer, XlsxRenderer)

    @extend_schema(
        parameters=[
            asked_by(
                "indicator", "Codes of indicators, repeated or with commas between them.", required=True, many=True
            ),
            asked_by(
                "level", "Of the areas (default: that of `area`, else your own).", enum=[str(one) for one in LEVELS]
            ),
            asked_by("area", "Code of an area: itself, or what lies below it."),
            asked_by("from", "First month, like 2015-01 (default: the January before the last)."),
            asked_by("to", "Last month (default: the running one)."),
            asked_by("by", "Tell values apart.", enum=["tier"]),
        ]
    )
    def list(self, request: Request) -> HttpResponse:
        """Values in order of indicator, area, month and tier; JSON by pages, csv and xlsx whole. Areas of which you see only a
        part are left out, and so are months that have not been counted."""
        scope = request.user.scope(self.permission)
        asked = understand(request.query_params, scope=scope, today=clock.today())
        built = reading.built_months(scope=scope, months=asked.months, area=asked.area)
        tag = etag(request, asked, scope.paths, built)
        if request.headers.get("If-None-Match", "") == tag:
            return tagged(Response(status=304), tag)
        key = f"rollups:{tag}"
        kept = cache.get(key)
        if kept is not None:
            return tagged(HttpResponse(kept[0], headers=kept[1]), tag)
        response = self.answer(request, asked, scope, built)
        response.add_post_render_callback(functools.partial(keep, key))
        return tagged(response, tag)

    def answer(self, request: Request, asked: Asked, scope: Scope, built: Sequence[Built]) -> Response:
        rows = reading.series(
            scope=scope,
            codes=asked.codes,
            level=asked.level,
            months=asked.months,
            area=asked.area,
            by_tier=asked.by_tier,
            built=built,
        )
        form = request.accepted_renderer.format
        if form == JSONRenderer.format:
            page = self.paginate_queryset(rows)  # type: ignore[arg-type]
            return self.get_paginated_response([answered(row) for row in page or ()])
        response = Response([answered(row) for row in rows])
        response["Content-Disposition"] = f'attachment; filename="rollups-{clock.today():%Y%m%d}.{form}"'
        return response

    def handle_exception(self, exc: Exception) -> Response:
        """A refusal is JSON, whatever was asked for."""
        self.request.accepted_renderer = JSONRenderer()
        return super().handle_exception(exc)


def tagged(response: Any, tag: str) -> Any:
    response["ETag"] = tag
    response["Cache-Control"] = "private, no-cache"
    return response


def keep(key: str, response: Response) -> None:
    """Keep an answer under its tag: as long as the tag is the same, so is the answer."""
    if response.status_code == 200 and len(response.content) <= LARGEST_KEPT:
        names = ("Content-Type", "Content-Disposition")
        headers = {name: response[name] for name in names if response.has_header(name)}
        cache.set(key, (response.content, headers), KEPT_SECONDS)


def answered(row: Row) -> dict[str, Any]:
    """A row as it is answered, in all formats."""
    answer: dict[str, Any] = {
        "indicator": row.indicator,
        "area": row.area.code,
        "area_name": row.area.name,
        "month": f"{row.month:%Y-%m}",
    }
    if row.tier is not None:
        answer["tier"] = row.tier
    answer["value"] = row.value
    answer["numerator"] = row.numerator
    answer["denominator"] = row.denominator
    answer["refreshed_at"] = row.refreshed_at.isoformat()
    answer["frozen"] = row.frozen
    return answer


def etag(request: Request, asked: Asked, paths: tuple[str, ...], built: Sequence[Built]) -> str:
    """Differs where the answer may: another address, scope or language, or a month that was brought up to date."""
    parts = [indicators[code].parts for code in asked.codes]
    form = request.accepted_renderer.format
    # The address with the server's name: pages tell the address of the next.
    told = repr((request.build_absolute_uri(), form, get_language(), paths, asked.months, parts, built))
    return f'"{hashlib.sha256(told.encode()).hexdigest()[:32]}"'


ROUTES: dict[str, type[viewsets.GenericViewSet]] = {"indicators": IndicatorViewSet, "rollups": RollupViewSet}
