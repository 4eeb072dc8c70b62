"""The OpenAPI schema of the house: every operation says how it refuses as well as what it answers."""

from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiResponse
from rest_framework import serializers


class ErrorsSerializer(serializers.Serializer):
    """A refusal: sentences by field, or under `detail`."""

    errors = serializers.DictField(  # type: ignore[assignment]
        child=serializers.ListField(child=serializers.CharField())
    )


REFUSALS = {
    "400": "A parameter or value is wrong, or no such parameter exists.",
    "401": "No token, or one that is unknown, expired or revoked.",
    "403": "Signed in, but without the permission.",
    "404": "Not there, or outside the area of whoever asks.",
    "429": "Too many requests in a minute.",
}


class HouseSchema(AutoSchema):
    """Adds the refusals, and the 304 of reads, which carry an ETag."""

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        bodies: dict[str, Any] = super()._get_response_bodies(direction=direction)
        if self.method == "GET":
            bodies["304"] = {"description": "Unchanged since the ETag given as If-None-Match."}
        for code, words in REFUSALS.items():
            refusal = OpenApiResponse(ErrorsSerializer, description=words)
            bodies.setdefault(code, self._get_response_for_code(refusal, code, direction=direction))
        return bodies
